# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures outside the CAs: each gives one clear sentence and its exit code, and no recorded data is lost."""

import os
import shutil
import subprocess
import unittest

from forest import BOTH, CASWEEP, COMPLIANT, DATA, DATABASE, DEADLINE, DIRECTORY, UNKNOWN, ForestTest, cases, lab


class FailuresTest(ForestTest):
    def states(self) -> list[str]:
        return [row["state"] for row in self.history("SELECT state FROM scan ORDER BY id")]

    def quick_scan(self, *arguments: str, **options) -> subprocess.CompletedProcess:
        return self.scan("--ca", "Contoso Issuing CA 01", *arguments, **options)

    def test_a_dead_domain_controller_is_a_failed_scan(self):
        self.assertEqual(self.quick_scan().returncode, COMPLIANT)
        done = self.scan("--server", "ldap://ca10." + self.domain)
        self.assert_one_sentence(done, DIRECTORY, "ca10." + self.domain)
        self.assertEqual(self.states(), ["partial", "failed"])

    def test_a_silent_domain_controller_ends_in_time(self):
        done = self.scan("--server", "ldap://ca11." + self.domain, timeout=40)
        self.assert_one_sentence(done, DIRECTORY, "ca11." + self.domain)

    def test_a_domain_that_is_not_there(self):
        done = self.scan("--domain", "no-such.example")
        self.assert_one_sentence(done, DIRECTORY, "no-such.example")

    def test_a_forest_without_cas_is_never_clean(self):
        removed = [case["case"] for case in cases()]
        for case in removed:
            lab("ca", "remove", case)
        try:
            done = self.scan()
        finally:
            for case in removed:
                lab("ca", "add", case)
        self.assert_one_sentence(done, DIRECTORY)
        self.assertEqual(self.states(), ["failed"])

    def test_a_resolver_that_knows_no_ca_is_one_cause_and_not_many(self):
        files = {"/etc/nsswitch.conf": "hosts: files\n", "/etc/hosts": f"{self.lab['LAB_DC_ADDRESS']} {self.lab['LAB_DC']}\n"}
        done = subprocess.run(
            self.where(files, CASWEEP, "scan", "--db", str(self.db), "--server", self.server, "--deadline", DEADLINE),
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, UNKNOWN, done.stderr)
        first = " ".join(done.stdout.split("\n\n")[0].split())
        self.assertIn("CA host names could be resolved. Check this machine's resolver first", first)
        self.assertIn("change nothing in the directory", first)

    def test_a_history_that_is_not_a_database(self):
        self.db.write_text("dear diary, today I was overwritten" * 100)
        done = self.quick_scan()
        self.assert_one_sentence(done, DATABASE, str(self.db))
        self.assertTrue(self.db.read_text().startswith("dear diary"))

    def test_a_history_of_another_program(self):
        subprocess.run(["sqlite3", str(self.db), "PRAGMA application_id=7; CREATE TABLE mine(x)"], check=True)
        self.assert_one_sentence(self.quick_scan(), DATABASE, str(self.db))

    def test_a_history_of_a_later_version(self):
        self.assertEqual(self.quick_scan().returncode, COMPLIANT)
        ours = self.history("PRAGMA user_version")[0]["user_version"]
        subprocess.run(["sqlite3", str(self.db), "PRAGMA user_version=999"], check=True)
        self.assert_one_sentence(self.quick_scan(), DATABASE, "later version")
        subprocess.run(["sqlite3", str(self.db), f"PRAGMA user_version={ours}"], check=True)
        self.assertEqual(self.states(), ["partial"])

    def test_a_history_of_another_forest(self):
        subprocess.run([os.environ["CASWEEP_EXPORT_HISTORY"], str(self.db)], check=True)
        before = self.states()
        self.assert_one_sentence(self.quick_scan(), DATA, "b035a4d7-d5a8-4bfc-9af5-5194521a0ff4", self.lab["LAB_DOMAIN"])
        self.assertEqual(self.states(), [*before, "failed"])

    def test_a_history_that_cannot_be_written(self):
        self.assertEqual(self.quick_scan().returncode, COMPLIANT)
        mounted = self.folder / "mounted"
        mounted.mkdir()
        shutil.copy(self.db, mounted / "history.db")
        subprocess.run(["mount", "--bind", str(mounted), str(mounted)], check=True)
        self.addCleanup(subprocess.run, ["umount", str(mounted)], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", str(mounted)], check=True)
        self.db = mounted / "history.db"
        self.assert_one_sentence(self.quick_scan(), DATABASE, str(self.db))
        shown = self.casweep("show", "Contoso Issuing CA 01", "--db", str(self.db), account=None)
        self.assertEqual(shown.returncode, 0, shown.stderr)

    def test_a_full_disk_loses_nothing_that_was_recorded(self):
        small = self.folder / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "casweep-small", str(small)], check=True)
        self.addCleanup(subprocess.run, ["umount", str(small)], check=True)
        self.db = small / "history.db"
        self.assertEqual(self.quick_scan().returncode, COMPLIANT)
        filler = small / "filler"
        with filler.open("wb", buffering=0) as file, self.assertRaises(OSError):
            while True:
                file.write(b"x" * 512)
        self.assert_one_sentence(self.quick_scan(), DATABASE, "No space left")
        filler.unlink()
        self.assertEqual(self.states()[0], "partial")
        self.assertEqual(self.quick_scan().returncode, COMPLIANT)

    def test_a_folder_that_cannot_be_made(self):
        (self.folder / "file").write_text("")
        done = self.casweep("scan", "--domain", self.domain, "--db", str(self.folder / "file" / "history.db"))
        self.assert_one_sentence(done, DATABASE, "file")

    def test_no_history_yet(self):
        done = self.casweep("export", "json", "--db", str(self.db), account=None)
        self.assert_one_sentence(done, DATABASE, str(self.db), "casweep scan")

    def test_default_history_is_where_the_data_is(self):
        done = self.casweep("scan", "--domain", self.domain, "--deadline", DEADLINE, env={"XDG_DATA_HOME": str(self.folder)})
        self.assertEqual(done.returncode, BOTH, done.stderr)
        self.assertTrue((self.folder / "casweep/history.db").is_file())
        self.assertEqual((self.folder / "casweep/history.db").stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.folder / "casweep").stat().st_mode & 0o777, 0o700)


if __name__ == "__main__":
    unittest.main()
