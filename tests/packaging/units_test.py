# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd units and the Debian package's description agree with the program and with each other."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
UNITS = ROOT / "packaging/systemd"
DEBIAN = ROOT / "packaging/debian"


def analyzed(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run(["systemd-analyze", *arguments], text=True, capture_output=True, env={"PATH": os.environ["PATH"]})


def listed(text: str) -> set[str]:
    """The package names of a dependency field."""
    return {re.match(r"[a-z0-9+.-]+", entry.strip()).group() for entry in text.split(",") if entry.strip() and "$" not in entry}


class UnitsTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="casweep-units-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for unit in UNITS.iterdir():
            (self.folder / unit.name).write_text(unit.read_text().replace("/usr/bin/casweep", CASWEEP))

    def test_systemd_accepts_them(self):
        units = sorted(self.folder.iterdir())
        self.assertEqual(len(units), 3)
        verified = analyzed("verify", "--man=no", *units)
        self.assertEqual((verified.returncode, verified.stdout + verified.stderr), (0, ""))
        broken = self.folder / "casweep-scan@.service"
        broken.write_text(broken.read_text().replace("Type=oneshot", "Type=oneshoot"))
        self.assertNotEqual(analyzed("verify", "--man=no", broken).stderr, "")

    def test_the_scan_is_confined(self):
        scan = self.folder / "casweep-scan@.service"
        # 100 is no confinement at all; what remains is the network and that it runs as another user's tasks do.
        self.assertEqual(analyzed("security", "--offline=yes", "--threshold=20", scan).returncode, 0)

    def test_the_scan_has_options_that_there_are(self):
        command = re.search(r"^ExecStart=/usr/bin/casweep (.*)$", (UNITS / "casweep-scan@.service").read_text(), re.MULTILINE).group(1)
        words = command.replace("%i", "corp").replace("${CREDENTIALS_DIRECTORY}", str(self.folder)).split()
        (self.folder / "casweep.conf").write_text("[forest corp]\ndomain = corp.invalid\nuser = svc@CORP.INVALID\n")
        done = subprocess.run([CASWEEP, *words, "--config", self.folder / "casweep.conf", "--db", self.folder / "history.db"],
                              text=True, capture_output=True, env={})
        # No such keytab: an account error, not one of usage.
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn(str(self.folder / "keytab"), done.stderr)


class PackageTest(unittest.TestCase):
    def test_the_package_needs_what_the_build_needs(self):
        script = (ROOT / "scripts/dependencies").read_text()
        build = set(re.search(r"^build=\(([^)]*)\)", script, re.MULTILINE).group(1).split())
        control = (DEBIAN / "control").read_text()
        needed = listed(re.search(r"^Build-Depends:((?:\n .*)+)", control, re.MULTILINE).group(1))
        self.assertEqual(needed - {"debhelper-compat", "dh-sequence-installsysusers"}, build)

    def test_the_package_has_the_version_of_the_program(self):
        version = re.search(r"project\(casweep VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
        self.assertTrue((DEBIAN / "changelog").read_text().startswith(f"casweep ({version}) "))

    def test_the_example_configuration_is_valid(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "casweep.conf"
            example = (ROOT / "packaging/casweep.conf").read_text()
            # The example's lines are comments that are indented by two more spaces.
            settings = re.sub(r"^#   (?!systemctl)", "", example, flags=re.MULTILINE)
            for text in (example, settings):
                file.write_text(text)
                done = subprocess.run([CASWEEP, "config", "check", "--config", file], text=True, capture_output=True,
                                      env={"HOME": folder})
                self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("Forest corp: valid", done.stdout)


if __name__ == "__main__":
    unittest.main()
