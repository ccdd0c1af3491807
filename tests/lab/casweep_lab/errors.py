# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception a person using the lab ever sees."""


class LabError(Exception):
    """Why the lab cannot do what was asked, as one sentence for a person."""
