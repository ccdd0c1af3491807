# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Samba forest, one network namespace wide, for showing and testing casweep."""
