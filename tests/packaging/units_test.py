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
MAKE_HISTORY = os.environ.get("CASWEEP_EXPORT_HISTORY", str(ROOT / "build/dev/tests/command/export_history"))
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
        for unit in UNITS.glob("*@.*"):
            (self.folder / unit.name).write_text(unit.read_text().replace("/usr/bin/casweep", CASWEEP))

    def test_systemd_accepts_them(self):
        units = sorted(self.folder.iterdir())
        self.assertEqual(len(units), 5)
        verified = analyzed("verify", "--man=no", *units)
        self.assertEqual((verified.returncode, verified.stdout + verified.stderr), (0, ""))
        broken = self.folder / "casweep-scan@.service"
        broken.write_text(broken.read_text().replace("Type=oneshot", "Type=oneshoot"))
        self.assertNotEqual(analyzed("verify", "--man=no", broken).stderr, "")

    def test_scan_and_publication_are_confined(self):
        # 100 is no confinement at all; what remains is the network and that it runs as another user's tasks do.
        for unit in ("scan", "publish"):
            self.assertEqual(analyzed("security", "--offline=yes", "--threshold=20", self.folder / f"casweep-{unit}@.service").returncode, 0)

    def test_the_scan_has_options_that_there_are(self):
        command = re.search(r"^ExecStart=/usr/bin/casweep (.*)$", (UNITS / "casweep-scan@.service").read_text(), re.MULTILINE).group(1)
        # What the test does is no matter for the journal of this machine.
        self.assertIn(" --log journald ", command)
        words = command.replace("--log journald", "--log stderr").replace("%i", "corp").replace("${CREDENTIALS_DIRECTORY}", str(self.folder)).split()
        (self.folder / "casweep.conf").write_text("[forest corp]\ndomain = corp.invalid\nuser = svc@CORP.INVALID\n")
        done = subprocess.run([CASWEEP, *words, "--config", self.folder / "casweep.conf", "--db", self.folder / "history.db"],
                              text=True, capture_output=True, env={})
        # No such keytab: an account error, not one of usage.
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn(str(self.folder / "keytab"), done.stderr)

    def test_the_publication_has_options_and_variables_that_there_are(self):
        unit = (UNITS / "casweep-publish@.service").read_text()
        command = re.search(r"^ExecStart=/usr/bin/casweep (.*)$", unit, re.MULTILINE).group(1).replace("%i", "corp")
        variables = re.search(r"^Environment=(.*)$", unit, re.MULTILINE).group(1).replace("%d", str(self.folder)).split()
        environment = dict(variable.split("=", 1) for variable in variables)
        self.assertIn("PGSERVICEFILE", environment)
        # The service file that the unit describes, with a hub that no DNS has.
        described = re.search(r"^#   \[casweep\]\n((?:#   .*\n)+)", unit, re.MULTILINE).group().replace("#   ", "")
        (self.folder / "pg_service.conf").write_text(described.replace("hub.corp.example", "hub.invalid"))
        environment["PGSERVICEFILE"] = str(self.folder / "pg_service.conf")
        history = self.folder / "history.db"
        subprocess.run([MAKE_HISTORY, history], check=True)
        (self.folder / "casweep.conf").write_text(
            f"[forest corp]\ndomain = corp.invalid\nuser = svc@CORP.INVALID\ndb = {history}\nhub = service=casweep\n")
        done = subprocess.run([CASWEEP, *command.split(), "--config", self.folder / "casweep.conf"], text=True, capture_output=True, env=environment)
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertIn("hub.invalid", done.stderr)
        environment["PGSERVICEFILE"] = "/nonexistent"
        done = subprocess.run([CASWEEP, *command.split(), "--config", self.folder / "casweep.conf"], text=True, capture_output=True, env=environment)
        self.assertNotIn("hub.invalid", done.stderr)

    def test_the_scan_reaches_the_journal(self):
        scan = (UNITS / "casweep-scan@.service").read_text()
        self.assertRegex(scan, r"(?m)^RestrictAddressFamilies=.*\bAF_UNIX\b")
        for hides_the_socket in ("InaccessiblePaths=", "TemporaryFileSystem=", "RootDirectory=", "PrivateNetwork="):
            self.assertNotIn("\n" + hides_the_socket, scan)


class CatalogTest(unittest.TestCase):
    """What "journalctl -x" says about the entries of --log journald."""

    def test_it_has_every_message_of_the_manual_pages(self):
        pages = "".join(subprocess.run([CASWEEP, "help", command], text=True, capture_output=True, check=True).stdout
                        for command in ("scan", "doctor"))
        ids = set(re.findall(r"MESSAGE_ID\s+([0-9a-f]{32})", pages))
        self.assertEqual(len(ids), 10)
        self.assertEqual(set(re.findall(r"^-- ([0-9a-f]{32})$", (UNITS / "casweep.catalog").read_text(), re.MULTILINE)), ids)

    def test_systemd_accepts_it(self):
        with tempfile.TemporaryDirectory() as folder:
            catalog = Path(folder) / "usr/lib/systemd/catalog"
            catalog.mkdir(parents=True)
            (catalog / "casweep.catalog").write_text((UNITS / "casweep.catalog").read_text())
            done = subprocess.run(["journalctl", "--root", folder, "--update-catalog"], text=True, capture_output=True)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            listed = subprocess.run(["journalctl", "--root", folder, "--list-catalog"], text=True, capture_output=True, check=True)
            self.assertEqual(len(listed.stdout.splitlines()), 10)
            self.assertTrue(all(" casweep: " in line for line in listed.stdout.splitlines()), listed.stdout)


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
