# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scan of a real forest does after it was recorded: it publishes to a hub, and runs a command of the user."""

import json
import unittest

from forest import BOTH, ForestTest, lab
from postgres import PostgresServer


class AfterScanTest(ForestTest):
    def hub(self) -> tuple[PostgresServer, str, str]:
        """A hub that this test's history, which has one scan, may publish to: server, owner, publisher."""
        server = PostgresServer()
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        server.sql("CREATE DATABASE hub")
        owner, publisher = server.conninfo("postgres", "hub"), server.conninfo("site_a", "hub")
        self.assertEqual(self.scan().returncode, BOTH)
        self.run_ok("hub", "init", "--hub", owner)
        self.run_ok("hub", "enroll", self.info()["site_id"], "--login", "site_a", "--hub", owner)
        return server, owner, publisher

    def run_ok(self, *arguments: str):
        done = self.casweep(*arguments, account=None)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def info(self) -> dict:
        return json.loads(self.run_ok("db", "info", "--db", str(self.db), "--format", "json").stdout)

    def test_a_scan_publishes_what_the_hub_lacks(self):
        server, _, publisher = self.hub()
        done = self.scan("--publish", "--hub", publisher)
        self.assertEqual(done.returncode, BOTH, done.stderr)
        head = self.info()["ledger_head"]
        self.assertEqual(server.sql("SELECT head_seq, encode(head_hash, 'hex') FROM casweep.site", "hub"),
                         f"{head['seq']}|{head['hash']}")
        self.assertEqual(server.sql("SELECT count(*) FROM casweep.scan", "hub"), "2")

    def test_a_hub_that_is_down_changes_nothing_about_the_scan(self):
        server, owner, publisher = self.hub()
        server.sql("ALTER DATABASE hub ALLOW_CONNECTIONS false")
        done = self.scan("--publish", "--hub", publisher)
        self.assertEqual(done.returncode, BOTH, done.stderr)
        self.assertIn("the scan is in the history, but not on the hub", done.stderr)
        server.sql("ALTER DATABASE hub ALLOW_CONNECTIONS true")
        self.run_ok("publish", "--db", str(self.db), "--hub", publisher)
        self.assertEqual(server.sql("SELECT count(*) FROM casweep.scan", "hub"), "2")
        self.run_ok("hub", "check", "--hub", owner)

    def test_a_command_learns_of_a_change(self):
        program = self.folder / "told"
        told = self.folder / "document.json"
        program.write_text(f"#!/bin/sh\ncat > {told}\n")
        program.chmod(0o700)
        command = ("--on-change", str(program))
        self.assertEqual(self.scan(*command).returncode, BOTH)
        self.assertFalse(told.exists(), "the first scan has nothing to compare with")
        self.assertEqual(self.scan(*command).returncode, BOTH)
        self.assertFalse(told.exists(), "nothing changed")
        lab("set-flags", "01", "0x41")
        self.addCleanup(lab, "set-flags", "01", "0x641")
        self.assertEqual(self.scan(*command).returncode, BOTH)
        document = json.loads(told.read_text())
        self.assertEqual(len(document["since"]["changes"]), 1)
        self.assertEqual(document["since"]["changes"][0]["kind"], "regressed")


if __name__ == "__main__":
    unittest.main()
