# SPDX-License-Identifier: GPL-3.0-or-later
"""The only exception shown to users of the lab."""


class LabError(Exception):
    """Why the lab cannot do what was requested, as one sentence for a person."""
