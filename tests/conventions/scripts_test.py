# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts for people explain themselves, and refuse wrong arguments before they change anything."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ["demo", "package", "screenshots", "test", "test-on", "test-package"]
USAGE = 64
MISSING_PROGRAM = 69
FILE = 74


def run(script: str, *words: str) -> subprocess.CompletedProcess:
    """The script with few programs in its path, so that it ends early even if it does not refuse its arguments."""
    with tempfile.TemporaryDirectory() as folder:
        for program in ("bash", "cat", "dirname", "readlink"):
            Path(folder, program).symlink_to(shutil.which(program))
        command = [ROOT / "scripts" / script, *words]
        return subprocess.run(command, env={"PATH": folder}, capture_output=True, text=True)


class Scripts(unittest.TestCase):
    def test_every_script_has_help(self):
        for script in SCRIPTS:
            for word in ("-h", "--help"):
                ended = run(script, word)
                self.assertEqual((ended.returncode, ended.stderr), (0, ""), script)
                self.assertTrue(ended.stdout.startswith(f"Usage: scripts/{script} "), ended.stdout)

    def test_an_unknown_option_is_refused(self):
        for script in SCRIPTS:
            ended = run(script, "--no-such-option")
            self.assertEqual((ended.returncode, ended.stdout), (USAGE, ""), script)
            self.assertTrue(ended.stderr.startswith("Usage: "), ended.stderr)


class TestOn(unittest.TestCase):
    def test_wrong_arguments_are_refused(self):
        for words in (
            [], ["a", "b"], ["../a"], ["A"], ["trixie", "--preset"], ["trixie", "--preset", "release"],
            ["trixie", "--mirror"], ["trixie", "--mirror", ""], ["trixie", "--mirror", "ftp://a"], ["trixie", "--mirror", "http://a b"],
            ["trixie", "--without-tests"], ["trixie", "--without-tests", "--forest", "--", "true"],
        ):  # fmt: skip
            ended = run("test-on", *words)
            self.assertEqual(ended.returncode, USAGE, words)
            self.assertNotEqual(ended.stderr, "", words)

    def test_without_mmdebstrap_it_says_how_to_install_it(self):
        ended = run("test-on", "trixie")
        self.assertEqual(ended.returncode, MISSING_PROGRAM)
        self.assertIn("apt-get install mmdebstrap", ended.stderr)

class TestPackage(unittest.TestCase):
    def test_wrong_arguments_are_refused(self):
        for words in ([], ["a.deb", "trixie", "sid"], ["a.deb", "../a"], ["a.deb", "--forest", "A"]):
            ended = run("test-package", *words)
            self.assertEqual(ended.returncode, USAGE, words)
            self.assertNotEqual(ended.stderr, "", words)

    def test_without_the_package_it_says_how_to_build_it(self):
        ended = run("test-package", "no-such.deb", "trixie")
        self.assertEqual(ended.returncode, FILE)
        self.assertIn("scripts/package builds it", ended.stderr)


if __name__ == "__main__":
    unittest.main()
