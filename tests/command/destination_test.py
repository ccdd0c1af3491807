# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the output of a command goes: a closed pipe, a file, a terminal of another locale."""

import csv
import io
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
MAKE_HISTORY = os.environ.get("CASWEEP_EXPORT_HISTORY", str(ROOT / "build/dev/tests/command/export_history"))


class OutputTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="casweep-output-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.db = self.folder / "history.db"
        subprocess.run([MAKE_HISTORY, self.db], check=True)

    def casweep(self, *arguments: str, locale: str = "C.UTF-8", **options) -> subprocess.CompletedProcess:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.run([CASWEEP, *arguments, "--db", self.db], timeout=120, stdin=subprocess.DEVNULL,
                              env={"HOME": str(self.folder), "LC_ALL": locale}, **streams)

    def test_a_reader_that_has_gone_is_no_error(self):
        for ignored in (False, True):
            reader, writer = os.pipe()
            os.close(reader)
            with self.subTest(sigpipe_ignored=ignored):
                done = self.casweep("trend", stdout=writer, restore_signals=not ignored)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
            os.close(writer)

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = self.casweep("trend", stdout=full)
        self.assertEqual(done.returncode, 74)
        self.assertIn(b"could not be written", done.stderr)

    def test_every_document_goes_to_a_file(self):
        guid = "8b1e0c52-0000-4000-8000-000000000001"
        for command in (["show", guid], ["history", guid], ["trend"], ["diff", "1", "2"], ["scans"]):
            with self.subTest(command=command[0]):
                file = self.folder / command[0]
                done = self.casweep(*command, "-o", str(file))
                self.assertEqual((done.returncode, done.stdout), (0, b""), done.stderr)
                self.assertEqual(file.read_bytes(), self.casweep(*command).stdout)

    def test_tables_are_ascii_where_the_locale_is(self):
        for command in (["trend"], ["scans"], ["diff", "1", "2"], ["status"]):
            with self.subTest(command=command[0]):
                self.casweep(*command, locale="C").stdout.decode("ascii")
        self.assertIn("█", self.casweep("trend").stdout.decode())

    def test_csv_has_a_record_for_each_line(self):
        scans = list(csv.DictReader(io.StringIO(self.casweep("scans", "--format", "csv").stdout.decode(), newline="")))
        self.assertEqual([scan["scan"] for scan in scans], ["4", "3", "2", "1"])
        differences = self.casweep("diff", "1", "2", "--format", "csv").stdout.decode()
        for difference in csv.DictReader(io.StringIO(differences, newline="")):
            self.assertRegex(difference["object_guid"], "^[0-9a-f-]{36}$")


if __name__ == "__main__":
    unittest.main()
