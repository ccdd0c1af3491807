# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program of tests inside tests/lab, and the lab's own commands from there."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

import isolation
from isolation import run

LAB = str(Path(__file__).resolve().parents[1] / "lab/lab")
NAME = os.environ.setdefault("CASWEEP_LAB_NAME", "casweep-hostile")


def outside(*words: str) -> None:
    """Runs a command of the lab, which is not possible from inside it."""
    run("nsenter", "--target", os.environ["CASWEEP_OUTSIDE"], "--mount", "--net", LAB, "--name", NAME, *words)


def main() -> int:
    """Starts the lab, runs the tests inside it as the auditor, and stops it unless it was running before."""
    if os.environ.get("CASWEEP_ISOLATED"):
        unittest.main(verbosity=2)
    if os.geteuid() == 0:
        was_up = subprocess.run([LAB, "status"], stdout=subprocess.DEVNULL).returncode == 0
        run(LAB, "up")
        try:
            inside = [LAB, "exec", "--as", "auditor", "--", "unshare", "--mount", sys.executable, *sys.argv]
            env = os.environ | {"CASWEEP_ISOLATED": "yes", "CASWEEP_OUTSIDE": str(os.getpid())}
            return subprocess.run(inside, env=env).returncode
        finally:
            if not was_up:
                run(LAB, "down")
    isolation.enter()  # reports what is missing
    return 1
