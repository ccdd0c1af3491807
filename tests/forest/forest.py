# SPDX-License-Identifier: GPL-3.0-or-later
"""The running forest of tests/lab, and casweep inside it, for tests that read as stories."""

import json
import os
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAB = [str(ROOT / "tests/lab/lab"), "--name", os.environ.get("CASWEEP_LAB_NAME", "casweep-test-first")]
# Seconds for each CA: enough for a busy machine, but short for silent hosts.
DEADLINE = os.environ.get("CASWEEP_TEST_DEADLINE", "4")
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))

# Exit codes of casweep.
COMPLIANT, NOT_ENFORCED, UNKNOWN, BOTH = 0, 1, 2, 3
USAGE, DATA, DIRECTORY, DATABASE, CREDENTIALS = 64, 65, 69, 74, 77


def lab(*arguments: str) -> str:
    """Runs a command of the lab; its output."""
    done = subprocess.run([*LAB, *arguments], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"lab {shlex.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def variables() -> dict[str, str]:
    """The variables of `lab env`."""
    pairs = (line.removeprefix("export ").partition("=") for line in lab("env").splitlines())
    return {name: shlex.split(value)[0] if value else "" for name, _, value in pairs}


def cases() -> list[dict]:
    """Every case of the forest with its expected result."""
    return json.loads(lab("cases", "--json"))


class ForestTest(unittest.TestCase):
    """Each test has its own folder and history."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.lab = variables()
        cls.domain = cls.lab["LAB_DOMAIN"]
        cls.server = "ldap://" + cls.lab["LAB_DC"]

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="casweep-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.db = self.folder / "history.db"

    def inside(self, *command: str, account: str | None = "auditor", krb5: str = "lab") -> list[str]:
        """The command line that runs `command` in the forest, with a ticket of `account` if there is one, and with the
        krb5.conf that the lab calls `krb5`."""
        ticket = ["--as", account] if account else []
        return [*LAB, "exec", *ticket, "--krb5", krb5, "--", *command]

    def where(self, files: dict[str, str], *command: str, account: str | None = "auditor") -> list[str]:
        """The same in a separate mount namespace, where `files` (a path: its content) replace others."""
        mounts = ""
        for number, (place, text) in enumerate(files.items()):
            stand_in = self.folder / f"stand-in-{number}"
            stand_in.write_text(text)
            mounts += f"mount --bind {stand_in} {place} && "
        return self.inside("unshare", "--mount", "sh", "-c", mounts + 'exec "$@"', "sh", *command, account=account)

    def casweep(self, *arguments: str, account: str | None = "auditor", env: dict[str, str] | None = None,
                timeout: float = 60, clock: str | None = None, krb5: str = "lab") -> subprocess.CompletedProcess:
        """Runs the program; with `clock` at another time, as faketime(1) understands it: "-89d"."""
        # A sanitizer wants to be the first library of a program, and so does faketime.
        at_that_time = ["env", "ASAN_OPTIONS=verify_asan_link_order=0", "faketime", "-f", clock] if clock else []
        return subprocess.run(self.inside(*at_that_time, CASWEEP, *arguments, account=account, krb5=krb5),
                              capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL,
                              env={**os.environ, **(env or {})})

    def scan(self, *arguments: str, **options) -> subprocess.CompletedProcess:
        """A scan of the forest into this test's history, with a short deadline for silent hosts."""
        where = () if {"--domain", "--server"} & set(arguments) else ("--domain", self.domain)
        return self.casweep("scan", *where, "--db", str(self.db), "--deadline", DEADLINE, *arguments, **options)

    def scan_json(self, *arguments: str, **options) -> dict:
        done = self.scan("--format", "json", *arguments, **options)
        self.assertIn(done.returncode, (COMPLIANT, NOT_ENFORCED, UNKNOWN, BOTH), done.stderr)
        return json.loads(done.stdout)

    def history(self, query: str) -> list[tuple]:
        """Rows of this test's history, read with the sqlite3 shell as an auditor would."""
        shell = ["sqlite3", "-cmd", ".timeout 10000", "-json", f"file:{self.db}?mode=ro"]  # a scan may be writing
        done = subprocess.run([*shell, query], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout or "[]")

    def assert_one_sentence(self, done: subprocess.CompletedProcess, code: int, *words: str):
        """The program ended with `code` and printed only the reason to stderr, with what to do."""
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        said = [line for line in done.stderr.splitlines() if line.startswith("casweep: ")]
        self.assertTrue(said, f"nothing said: {done.stderr!r}")
        for word in words:
            self.assertIn(word.lower(), said[-1].lower())
        self.assertNotIn("terminate called", done.stderr)
