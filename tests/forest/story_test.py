# SPDX-License-Identifier: GPL-3.0-or-later
"""A forest over time: every command reports the events of its CAs correctly, as a table and as JSON."""

import datetime
import json
import re
import time
import unittest

from forest import COMPLIANT, DATA, NOT_ENFORCED, UNKNOWN, USAGE, ForestTest, lab
from schemas import validator_of

ONE, THREE, FOUR, FIVE, SIX, TWELVE, LEGACY = (
    f"Contoso Issuing CA {number}" for number in ("01", "03", "04", "05", "06", "12", "20"))
RENAMED = "Contoso Renamed CA"


class StoryTest(ForestTest):
    def tell(self, command: str, *arguments: str, code: int = 0, **options) -> dict:
        """A command's JSON output, validated against its schema."""
        done = self.casweep(command, *arguments, "--db", str(self.db), "--format", "json", account=None, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        document = json.loads(done.stdout)
        name = "decisions" if command == "accept" else command
        validator_of(name).validate(document)
        return document

    def show(self, command: str, *arguments: str, code: int = 0, **options) -> str:
        """A command's table."""
        done = self.casweep(command, *arguments, "--db", str(self.db), account=None, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def accept(self, ca: str, *arguments: str, **options):
        return self.casweep("accept", ca, *arguments, "--db", str(self.db), account=None, **options)

    def status(self, **options) -> dict[str, dict]:
        return {ca["name"]: ca for ca in self.tell("status", **options)["cas"]}

    def events(self, document: dict, key: str = "events") -> list[tuple[str, str, int | None]]:
        return [(event["kind"], event["name"], event["scan"]) for event in document[key]]

    def assert_row(self, table: str, *words: str):
        """A line of the table has all of the words, in this order."""
        self.assertRegex(table, "(?m)^.*" + ".*".join(map(re.escape, words)))

    def change_the_forest_back(self):
        for change in (("set-flags", "01", "0x641"), ("host", "start", "03"), ("ca", "rename", "05", FIVE),
                       ("ca", "add", "04"), ("ca", "move", "12", "ca12.corp.example")):
            try:
                lab(*change)
            except AssertionError:
                pass  # the step that failed came before

    def test_every_command_tells_the_story_of_a_forest(self):
        self.addCleanup(self.change_the_forest_back)
        for _ in range(2):
            self.scan_json()  # 1, 2: a forest without changes
        self.assertEqual(self.tell("trend")["events"], [])

        # 3: enforcement is turned off, a host dies, a CA is removed; others get a new name, certificate and host
        lab("set-flags", "01", "0x41")
        lab("host", "stop", "03")
        lab("ca", "remove", "04")
        lab("ca", "rename", "05", RENAMED)
        lab("ca", "renew", "06")
        lab("ca", "move", "12", "ca99.corp.example")
        self.scan_json()
        # 4: a scan of one CA says nothing about the others
        self.scan_json("--ca", ONE)
        # 5: everything is restored; the removed CA returns as a new one
        lab("set-flags", "01", "0x641")
        lab("host", "start", "03")
        lab("ca", "add", "04")
        self.scan_json()

        seen = self.events(self.tell("trend"))
        expected = {("regressed", ONE, 3), ("became-unknown", THREE, 3), ("removed", FOUR, 3),
                    ("renamed", RENAMED, 3), ("certificate-renewed", SIX, 3), ("moved", TWELVE, 3),
                    ("remediated", ONE, 5), ("recovered", THREE, 5), ("added", FOUR, 5)}
        self.assertEqual(set(seen), expected)
        self.assertEqual(len(seen), len(expected))
        table = self.show("trend")
        for words in ((ONE, "regressed"), (THREE, "no longer readable"), (FOUR, "removed"), (RENAMED, "renamed"),
                      (SIX, "certificate renewed"), (TWELVE, "ca12.corp.example", "ca99.corp.example", "moved"),
                      (ONE, "remediated"), (FOUR, "added")):
            self.assert_row(table, *words)

        self.the_scans_are_told()
        self.the_differences_are_told()
        self.the_ca_that_was_switched_off_is_told()
        self.the_ca_whose_host_died_is_told()
        self.the_ca_that_went_is_told()
        self.the_forest_now_is_told()

    def the_scans_are_told(self):
        scans = self.tell("scans")["scans"]
        self.assertEqual([(scan["id"], scan["state"]) for scan in scans],
                         [(5, "complete"), (4, "partial"), (3, "complete"), (2, "complete"), (1, "complete")])
        self.assertEqual(scans[2]["discovered"], scans[0]["discovered"] - 1)
        self.assertIsNone(scans[1]["compliant_percent"], "a partial scan has no share of the forest")
        trend = self.tell("trend")
        self.assertEqual(trend["scans"], list(reversed(scans)))
        self.assertEqual(trend["time_to_remediate"]["remediated"], 1)
        self.assertIsInstance(trend["time_to_remediate"]["median_seconds"], int)
        self.assertEqual(self.tell("trend", "--since", "2100-01-01")["scans"], [])
        rows = {line.split()[0]: line for line in self.show("scans").splitlines() if line[:1].isdigit()}
        self.assertEqual(sorted(rows), ["1", "2", "3", "4", "5"])
        self.assertRegex(rows["4"], r"partial +\d+ +1 \(-\)")
        self.assertRegex(rows["5"], r"complete +\d+ +\d+ \(\d+ %\)")
        chart = self.show("trend")
        self.assertIn("100 %", chart)
        self.assertTrue(chart.startswith("5 scans on "), chart)
        self.assertIn("(scan 5):", chart.splitlines()[1], "the newest numbers come first")
        self.assertNotRegex(chart, "(?m)^4 ", "a partial scan is not the last complete one of its day")
        self.assertIn("5 scans on ", self.show("trend", "--last", "3m"))
        self.assertLessEqual(max(len(line) for line in chart.splitlines() if "│" in line), 80)

    def the_differences_are_told(self):
        away = {("regressed", ONE, 3), ("became-unknown", THREE, 3), ("removed", FOUR, 3), ("renamed", RENAMED, 3),
                ("certificate-renewed", SIX, 3), ("moved", TWELVE, 3)}
        self.assertEqual(set(self.events(self.tell("diff", "2", "3"), "differences")), away)
        self.assertEqual(self.tell("diff", "1", "2")["differences"], [])
        self.assertIn("No difference", self.show("diff", "1", "2"))
        table = self.show("diff", "2", "3")
        for words in ((ONE, "regressed"), (FOUR, "removed"), (SIX, "certificate renewed"), ("6 differences",)):
            self.assert_row(table, *words)
        self.assertLess(table.index("regressed"), table.index("renamed"), "the worst comes first")
        # From the first to the last scan: temporary changes in between do not show.
        whole = set(self.events(self.tell("diff", "1", "last"), "differences"))
        self.assertEqual(whole, {("removed", FOUR, 5), ("added", FOUR, 5), ("renamed", RENAMED, 5),
                                 ("certificate-renewed", SIX, 5), ("moved", TWELVE, 5)})
        second = next(scan for scan in self.tell("scans")["scans"] if scan["id"] == 2)["started_at"]
        by_date = self.tell("diff", second, second[:10])
        self.assertEqual((by_date["before"]["id"], by_date["after"]["id"]), (2, 5))
        early = self.casweep("diff", "2001-01-01", "last", "--db", str(self.db), account=None)
        self.assert_one_sentence(early, DATA, "no complete scan from 2001-01-01 or earlier")
        previous = self.tell("diff", "previous", "last")
        self.assertEqual((previous["before"]["id"], previous["after"]["id"]), (3, 5))
        self.assertEqual(self.tell("diff")["before"]["id"], 3)
        yesterday = self.casweep("diff", "yesterday", "--db", str(self.db), account=None)
        self.assert_one_sentence(yesterday, DATA, "no complete scan from yesterday or earlier")
        self.assertTrue(self.tell("diff", "3", "4")["warnings"], "a partial scan is hard to compare")
        self.assertIn("Warning: Scan 4 is partial", self.show("diff", "3", "4"))
        same = self.casweep("diff", "3", "3", "--db", str(self.db), account=None)
        self.assert_one_sentence(same, USAGE, "the same scan")

    def the_ca_that_was_switched_off_is_told(self):
        history = self.tell("history", ONE)
        self.assertEqual([kind for kind, _, _ in self.events(history)], ["first-seen", "regressed", "remediated"])
        self.assertEqual([(episode["opened"]["scan"], episode["closed"]["scan"]) for episode in history["episodes"]],
                         [(3, 5)])
        self.assertEqual([(reading["scan"], reading["ca"]["evidence"]["value_hex"]) for reading in history["readings"]],
                         [(1, "41060000"), (3, "41000000"), (5, "41060000")])
        self.assertEqual((history["ca"]["verdict"], history["ca"]["status"]), ("enforced", "completed"))
        table = self.show("history", ONE)
        for words in (("enforced", "0x641", "first seen"), ("enforced", "not enforced", "0x41", "regressed (flag-clear)"),
                      ("not enforced", "enforced", "0x641", "remediated (flag-set)")):
            self.assert_row(table, *words)
        self.assertIn("InterfaceFlags 0x41", self.show("history", "ca01", "--verbose"))

    def the_ca_whose_host_died_is_told(self):
        history = self.tell("history", THREE)
        self.assertEqual([kind for kind, _, _ in self.events(history)], ["first-seen", "became-unknown", "recovered"])
        self.assertEqual(len(history["episodes"]), 1, "not knowing neither ends nor begins one")
        self.assertIsNone(history["episodes"][0]["closed"])
        self.assertEqual(history["episodes"][0]["opened"]["scan"], 1)

    def the_ca_that_went_is_told(self):
        went = next(event for event in self.tell("trend")["events"] if event["kind"] == "removed")["object_guid"]
        history = self.tell("history", went)
        self.assertEqual(history["ca"]["removed"]["scan"], 3)
        self.assertIn("Removed from the directory: not listed since scan 3", self.show("history", went))
        self.assertIn("until the CA was removed", self.show("history", went))
        both = self.casweep("history", FOUR, "--db", str(self.db), account=None)
        self.assert_one_sentence(both, USAGE, "2 CAs")
        self.assertEqual(both.stderr.count("removed from the directory"), 1)
        decided = self.accept(went, "--status", "planned", "--reason", "Soon", "--by", "PKI")
        self.assert_one_sentence(decided, USAGE, "nothing to decide", "scan 3")

    def the_forest_now_is_told(self):
        now = self.status()
        self.assertEqual(now[ONE]["verdict"], "enforced")
        self.assertEqual(now[ONE]["known_since"]["scan"], 5)
        self.assertEqual((now[THREE]["verdict"], now[THREE]["known_since"]["scan"]), ("not-enforced", 1))
        self.assertIsNone(now[FOUR]["removed"])
        self.assertEqual(now[RENAMED]["verdict"], self.tell("history", RENAMED)["ca"]["verdict"])
        table = self.show("status")
        self.assertIn("Last complete scan: 5", table)
        self.assertRegex(next(line for line in table.splitlines() if line.startswith(ONE)), "enforced .* Completed")

    def test_a_ca_that_broke_again_needs_a_new_decision(self):
        self.addCleanup(self.change_the_forest_back)
        lab("set-flags", "01", "0x41")
        self.scan("--ca", ONE)
        self.accept(ONE, "--status", "third-party", "--reason", "A proxy encrypts", "--by", "PKI")
        self.assertEqual(self.scan("--ca", ONE).returncode, COMPLIANT)
        self.assertIn("Third party until", self.show("accept", "--list"))
        lab("set-flags", "01", "0x641")
        self.assertEqual(self.scan("--ca", ONE).returncode, COMPLIANT)
        self.assertEqual(self.status()[ONE]["status"], "completed")
        lab("set-flags", "01", "0x41")
        self.assertEqual(self.scan("--ca", ONE).returncode, NOT_ENFORCED)
        self.assertEqual(self.scan("--ca", ONE, "--fail-on", "regression").returncode, NOT_ENFORCED)
        self.assertEqual(self.status()[ONE]["status"], "to-address")

    def test_a_ca_that_was_never_read_is_known(self):
        self.scan("--ca", ONE)
        self.assertEqual(self.tell("history", THREE)["ca"]["verdict"], "unknown")
        self.assertIn("never read", self.show("history", THREE))
        self.assertIn("not-read", self.show("show", THREE))

    def test_a_ca_that_cannot_be_read_keeps_its_last_known_verdict_in_sight(self):
        self.addCleanup(self.change_the_forest_back)
        self.scan_json()
        lab("host", "stop", "03")
        self.scan_json()
        ca = self.status()[THREE]
        self.assertEqual(ca["verdict"], "unknown")
        self.assertEqual((ca["last_known"]["verdict"], ca["last_known"]["scan"]), ("not-enforced", 1))
        self.assertEqual(ca["last_reading"]["scan"], 2)
        self.assertGreaterEqual(ca["last_known"]["age_seconds"], 0)
        row = next(line for line in self.show("status").splitlines() if line.startswith(THREE))
        self.assertRegex(row, r"\? unknown +To address +\d{4}-\d\d-\d\d +✗ not enforced, \d+ (s|min) ago")

    def test_an_accepted_risk_ends_by_itself(self):
        """The risk is accepted until tomorrow; with a fake clock, three days pass."""
        self.assertEqual(self.scan("--ca", LEGACY).returncode, NOT_ENFORCED)
        tomorrow = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).date().isoformat()
        done = self.accept(LEGACY, "--status", "risk-accepted", "--reason", "Clients of 2003", "--by", "CISO", "--ticket",
                           "CHG-1", "--until", tomorrow)
        self.assertEqual(done.returncode, 0, done.stderr)
        ca = self.status()[LEGACY]
        self.assertEqual((ca["verdict"], ca["status"]), ("not-enforced", "risk-accepted"))
        self.assertFalse(ca["decision"]["expired"])
        accepted = self.tell("accept", "--list")["cas"][0]["decisions"]
        self.assertEqual([(one["approver"], one["ticket"]) for one in accepted], [("CISO", "CHG-1")])
        self.show("status", "--fail-on", "expired")

        # While it is in force, a scan passes and says why, unless --strict is given.
        passed = self.scan("--ca", LEGACY)
        self.assertEqual(passed.returncode, COMPLIANT, passed.stderr)
        self.assertIn("1 covered by exceptions", passed.stdout)
        self.assertNotIn("certutil", passed.stdout)
        self.assertIn("not enforced", passed.stdout)
        self.assertEqual(self.scan("--ca", LEGACY, "--strict").returncode, NOT_ENFORCED)
        self.assertEqual(self.scan("--ca", LEGACY, "--fail-on", "expired").returncode, COMPLIANT)

        later = {"clock": "+3d"}
        ca = self.status(**later)[LEGACY]
        self.assertEqual((ca["verdict"], ca["status"]), ("not-enforced", "to-address"))
        self.assertTrue(ca["decision"]["expired"])
        self.assertIn("To address (Risk accepted expired", self.show("status", **later))
        self.show("status", "--fail-on", "not-enforced", code=NOT_ENFORCED, **later)
        self.show("status", "--fail-on", "expired", code=NOT_ENFORCED, **later)
        told = self.tell("history", LEGACY, **later)
        self.assertEqual([kind for kind, _, _ in self.events(told)], ["first-seen", "decision-set", "decision-expired"])
        self.assertIn("Risk accepted expired", self.show("history", LEGACY, **later))
        self.assertIn("decision-expired", [kind for kind, _, _ in self.events(self.tell("trend", **later))])

    def test_a_scan_after_the_end_of_an_exception_fails_again(self):
        self.assertEqual(self.scan("--ca", LEGACY).returncode, NOT_ENFORCED)
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=5)
        self.accept(LEGACY, "--status", "third-party", "--reason", "A proxy encrypts", "--by", "PKI", "--until",
                    soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
        time.sleep(6)
        self.assertEqual(self.scan("--ca", LEGACY).returncode, NOT_ENFORCED)
        self.assertEqual(self.scan("--ca", LEGACY, "--fail-on", "expired").returncode, NOT_ENFORCED)

    def test_a_decision_needs_an_approver(self):
        self.scan("--ca", LEGACY, "--ca", ONE)
        whole = ("--status", "risk-accepted", "--reason", "Clients of 2003", "--by", "CISO")
        self.assert_one_sentence(self.accept(LEGACY, *whole[:4]), USAGE, "--by")
        self.assert_one_sentence(self.accept(LEGACY, "--status", "planned", "--by", "CISO"), USAGE, "--reason")
        self.assert_one_sentence(self.accept(LEGACY, *whole, "--until", "2001-01-01"), USAGE, "not in the future")
        self.assert_one_sentence(self.accept(LEGACY, *whole, "--until", "2100-01-01"), USAGE, "365 days")
        self.assert_one_sentence(self.accept(LEGACY, "--status", "completed", *whole[2:]), USAGE, "only a scan")
        self.assert_one_sentence(self.accept(ONE, *whole), USAGE, "nothing to decide")
        self.assert_one_sentence(self.accept(LEGACY, "--withdraw"), USAGE, "nothing to withdraw")
        self.assertEqual(self.tell("accept", "--list")["cas"], [])

    def test_only_what_protects_a_ca_counts_after_exceptions(self):
        self.scan_json()
        before = self.tell("status")
        self.accept(LEGACY, "--status", "risk-accepted", "--reason", "Clients of 2003", "--by", "CISO")
        self.assertEqual(self.tell("status")["compliant_after_exceptions"], before["compliant_after_exceptions"])
        self.accept(LEGACY, "--status", "third-party", "--reason", "A proxy encrypts", "--by", "PKI")
        after = self.tell("status")
        self.assertEqual(after["compliant_after_exceptions"], before["compliant_after_exceptions"] + 1)
        self.assertEqual(after["compliant"], before["compliant"])
        self.scan_json()
        newest, oldest = self.tell("scans")["scans"]
        self.assertEqual((newest["mitigated"], oldest["mitigated"]), (1, 0))
        self.assertEqual(self.accept(LEGACY, "--withdraw").returncode, 0)
        self.assertEqual(self.status()[LEGACY]["status"], "to-address")
        decisions = self.tell("accept", "--list")["cas"][0]["decisions"]
        self.assertEqual([decision["status"] for decision in decisions], ["risk-accepted", "third-party", "to-address"])
        kinds = self.history("SELECT kind FROM ledger WHERE kind = 'disposition'")
        self.assertEqual(len(kinds), 3)

    def test_a_decision_covers_a_ca_that_cannot_be_read(self):
        """Its host name does not resolve."""
        whole = ("--reason", "Switched off", "--by", "PKI")
        self.assertEqual(self.scan("--ca", TWELVE).returncode, UNKNOWN)
        self.assertEqual(self.scan("--ca", ONE).returncode, COMPLIANT)
        self.assert_one_sentence(self.accept(ONE, "--status", "planned", *whole), USAGE, "nothing to decide")
        self.assertEqual(self.scan("--ca", LEGACY).returncode, NOT_ENFORCED)
        self.assert_one_sentence(self.accept(LEGACY, "--status", "decommissioned", *whole), USAGE, "in service")
        self.assertEqual(self.accept(TWELVE, "--status", "decommissioned", *whole).returncode, 0)

        covered = self.scan("--ca", TWELVE)
        self.assertEqual(covered.returncode, COMPLIANT, covered.stderr)
        self.assertIn("Decommissioned until", covered.stdout)
        self.assertIn("No CA needs action, 1 covered by exceptions.", covered.stdout)
        self.assertEqual(self.scan("--ca", TWELVE, "--strict").returncode, UNKNOWN)
        self.assertEqual(self.status()[TWELVE]["status"], "decommissioned")
        later = {"clock": "+91d"}
        self.assertEqual(self.status(**later)[TWELVE]["status"], "to-address")
        self.show("status", "--fail-on", "expired", code=NOT_ENFORCED, **later)

    def test_news_is_what_the_complete_scan_before_did_not_know(self):
        self.addCleanup(self.change_the_forest_back)
        news = ("--fail-on", "new-not-enforced,became-unknown")
        self.assertEqual(self.scan(*news).returncode, NOT_ENFORCED, "before the first scan, nothing was known")
        self.assertEqual(self.scan(*news).returncode, COMPLIANT)
        lab("set-flags", "01", "0x41")
        changed = self.scan(*news)
        self.assertEqual(changed.returncode, NOT_ENFORCED)
        self.assertRegex(changed.stdout, r"^Since scan 2 \(.*\): 1 regressed\.\n  regressed: " + ONE)
        self.assertEqual(self.scan(*news).returncode, COMPLIANT)
        lab("host", "stop", "03")
        lost = self.scan(*news)
        self.assertEqual(lost.returncode, UNKNOWN)
        self.assertIn("1 now unknown", lost.stdout)
        self.assertIn("last known: not enforced", lost.stdout)
        lab("set-flags", "01", "0x641")
        fixed = self.scan("--ca", ONE)
        self.assertIn("remediated: " + ONE, fixed.stdout)
        self.assertIn("that the service was restarted is not verified", fixed.stdout)

    def test_what_fails_a_scan_can_be_chosen(self):
        self.addCleanup(self.change_the_forest_back)
        self.assertEqual(self.scan("--fail-on", "none").returncode, COMPLIANT)
        self.assertEqual(self.scan("--fail-on", "unknown").returncode, UNKNOWN)
        self.assertEqual(self.scan("--fail-on", "not-enforced").returncode, NOT_ENFORCED)
        self.assertEqual(self.scan("--fail-on", "regression").returncode, COMPLIANT)
        lab("set-flags", "01", "0x41")
        self.assertEqual(self.scan("--fail-on", "regression,expired").returncode, NOT_ENFORCED)
        self.assert_one_sentence(self.scan("--fail-on", "anything"), USAGE, "--fail-on")


if __name__ == "__main__":
    unittest.main()
