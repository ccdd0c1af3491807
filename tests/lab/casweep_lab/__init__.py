# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Samba forest in one network namespace, for demonstrating and testing casweep."""
