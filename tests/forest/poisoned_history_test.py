# SPDX-License-Identifier: GPL-3.0-or-later
"""A manipulated history does not affect a verdict: a scan reports the CA's own answer, or refuses the file."""

import json
import sqlite3
import unittest

from forest import DATABASE, NOT_ENFORCED, ForestTest

CA = "Contoso Issuing CA 03"  #: not enforced

#: Replaces every observation that is not compliant. An earlier `db check` overlooked names like sqlite_stat9.
TRIGGER = """
CREATE TRIGGER x BEFORE INSERT ON observation WHEN new.reading_id IS NOT NULL
  AND (SELECT outcome FROM reading WHERE id = new.reading_id) IN ('not-enforced', 'unknown')
BEGIN
  INSERT INTO observation (scan_id, ca_id, ca_identity_id, reading_id, started_at, finished_at)
  SELECT new.scan_id, new.ca_id, new.ca_identity_id, (SELECT min(id) FROM reading WHERE outcome = 'enforced'),
         new.started_at, new.finished_at;
  SELECT raise(IGNORE);
END;
"""
RENAMED = """
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET name = 'sqlite_stat9', sql = replace(sql, 'TRIGGER x ', 'TRIGGER sqlite_stat9 ')
WHERE name = 'x';
"""
PLANTED = """
UPDATE reading SET outcome = 'enforced', reason = 'flag-set', value_data = x'41060000', interface_flags = 0x641
WHERE outcome = 'not-enforced' AND value_data IS NOT NULL;
"""
EXCEPTED = """
INSERT INTO disposition (ca_id, status, reason, approver, until_at, set_at)
SELECT id, 'third-party', 'A proxy in front of it.', 'ciso@corp.example', 2, 1 FROM ca;
"""


class PoisonedHistoryTest(ForestTest):
    def setUp(self):
        super().setUp()
        # --ca asks one host; the listing has all of them.
        done = self.scan("--ca", CA)
        self.assertEqual(done.returncode, NOT_ENFORCED, done.stderr)

    def poison(self, sql: str):
        database = sqlite3.connect(self.db)
        triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        database.executescript("".join(f'DROP TRIGGER "{name}";' for name, _ in triggers))
        database.executescript(sql)
        database.executescript("".join(text + ";" for _, text in triggers))
        database.close()

    def test_a_trigger_that_writes_verdicts_is_refused_before_any_host_is_asked(self):
        for sql in (TRIGGER, RENAMED):
            database = sqlite3.connect(self.db)
            database.executescript(sql)
            database.close()
            done = self.scan("--ca", CA)
            self.assert_one_sentence(done, DATABASE, "not to be trusted", "observation has a trigger")
            self.assertEqual(done.stdout, "")
            for command in (["status"], ["scans"], ["show", CA], ["export", "json"], ["accept", "--list"]):
                self.assert_one_sentence(self.casweep(*command, "--db", str(self.db)), DATABASE, "not to be trusted")
            checked = self.casweep("db", "check", "--db", str(self.db))
            self.assertEqual(checked.returncode, DATABASE, checked.stdout)
            self.assertIn("that casweep did not make", checked.stdout)

    def test_a_planted_reading_does_not_hide_what_the_ca_says(self):
        self.poison(PLANTED)
        done = self.scan("--ca", CA, "--format", "json")
        self.assert_one_sentence(done, DATABASE, "not to be trusted", "ledger entry")
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.history("SELECT state FROM scan ORDER BY id")[-1], {"state": "failed"})

    def test_a_planted_exception_excuses_nothing(self):
        self.poison(EXCEPTED)
        done = self.scan("--ca", CA, "--format", "json")
        self.assert_one_sentence(done, DATABASE, "not to be trusted", "in no ledger entry")
        self.assertEqual([ca["verdict"] for ca in json.loads(done.stdout)["cas"]], ["not-enforced"])


if __name__ == "__main__":
    unittest.main()
