# SPDX-License-Identifier: GPL-3.0-or-later
"""What the help of casweep says there is: commands, and the options of each."""

import functools
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))


@functools.cache
def casweep(*arguments: str) -> str:
    """The output of a command that succeeds. The environment variables of the test run have no effect on it."""
    done = subprocess.run([CASWEEP, *arguments], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                          env={"LC_ALL": "C.UTF-8"})
    assert done.returncode == 0 and done.stderr == "", (arguments, done)
    return done.stdout


def commands() -> list[str]:
    """"scan", "db check": every command."""
    section = casweep("help").split("\nCommands:\n")[1].split("\n\n")[0]
    return re.findall(r"^  ([a-z]+(?: [a-z]+)*)  ", section + "\n", re.MULTILINE)


def help_of(command: str) -> str:
    """The help of a command; of "", the help of the program."""
    return casweep("help", *command.split())


def options(command: str) -> set[str]:
    """"--output", "-o": every option of a command."""
    found = re.findall(r"^ +(?:(-\w), )?(--[a-z-]+)", help_of(command), re.MULTILINE)
    return {spelling for spellings in found for spelling in spellings} - {""}
