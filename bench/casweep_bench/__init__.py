# SPDX-License-Identifier: GPL-3.0-or-later
"""Measuring what a sweep costs, beside other clients that read the same values."""
