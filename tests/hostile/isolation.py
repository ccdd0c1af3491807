# SPDX-License-Identifier: GPL-3.0-or-later
"""A network for the test alone: SMB's port is fixed, so fake hosts need a separate network."""

import os
import subprocess
import sys

_SKIPPED = 77  #: CMakeLists.txt tells ctest so


def enter(*within: str) -> None:
    """Starts the program again, as the first of its words in `within` say, or in a new network and mount namespace."""
    if os.environ.get("CASWEEP_ISOLATED"):
        return
    if os.geteuid() != 0:
        print("Skipped: these tests serve TCP port 445 in a network namespace, which needs root.", file=sys.stderr)
        sys.exit(_SKIPPED)
    command = within or ("unshare", "--net", "--mount", "sh", "-c", 'ip link set lo up && exec "$0" "$@"')
    os.environ["CASWEEP_ISOLATED"] = "yes"
    os.execvp(command[0], [*command, sys.executable, *sys.argv])


def run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
