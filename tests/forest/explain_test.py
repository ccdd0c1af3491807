# SPDX-License-Identifier: GPL-3.0-or-later
"""What the real directory shows for and against turning the flag on, and what it cannot show."""

import json
import re
import unittest

from forest import CREDENTIALS, DATABASE, DIRECTORY, UNKNOWN, USAGE, ForestTest
from schemas import validator_of

THREE, FOUR, FIVE = (f"Contoso Issuing CA {number}" for number in ("03", "04", "05"))


class ExplainTest(ForestTest):
    def run_explain(self, ca: str, *arguments: str, **options):
        where = () if {"--domain", "--server"} & set(arguments) else ("--domain", self.domain)
        return self.casweep("explain", ca, *where, *arguments, env={"XDG_DATA_HOME": str(self.folder)}, **options)

    def explain(self, ca: str, *arguments: str, **options) -> dict:
        done = self.run_explain(ca, *arguments, "--format", "json", **options)
        self.assertEqual(done.returncode, UNKNOWN, done.stderr)
        explained = json.loads(done.stdout)
        validator_of("explain").validate(explained)
        return explained

    def sentences(self, explained: dict, speaks: str) -> str:
        return "\n".join(one["sentence"] for one in explained["considerations"] if one["speaks"] == speaks)

    def test_old_computers_that_are_in_use_are_named_and_no_others(self):
        explained = self.explain(THREE)
        old = {one["name"]: one["system"] for one in explained["clients"]["old_computers"]}
        self.assertEqual(old, {"LEGACY-2000": "before-xp", "LEGACY-NT": "before-xp", "LEGACY-XP": "xp-or-2003",
                               "LEGACY-2003": "xp-or-2003", "HOSTILE-XP": "xp-or-2003"})
        domains = {one["dns_name"]: one for one in explained["clients"]["domains"]}
        corp = domains[self.domain]
        self.assertTrue(corp["seen"])
        self.assertIn(self.lab["LAB_DC"], corp["directory_server"])
        counts = corp["by_system"]
        self.assertEqual((counts["before-xp"], counts["xp-or-2003"], counts["unreported"], counts["other"]), (2, 3, 2, 1))
        self.assertGreaterEqual(counts["later"], 2)
        self.assertEqual(corp["active_computers"], sum(counts.values()))
        self.assertRegex(self.sentences(explained, "against"), r"^2 computers .* Windows 2000 or older\..*\[MS-ICPR\]")
        self.assertIn("3 computers", self.sentences(explained, "neither"))

    def test_what_could_not_be_seen_is_reported(self):
        explained = self.explain(THREE)
        unseen = {one["reason"]: one["what"] for one in explained["unseen"]}
        self.assertEqual(set(unseen), {"name-not-resolved", "no-operating-system"})
        self.assertIn("old.corp.example", unseen["name-not-resolved"])
        self.assertIn("2 computers", unseen["no-operating-system"])
        stale = next(one for one in explained["clients"]["domains"] if one["dns_name"] == "old.corp.example")
        self.assertFalse(stale["seen"])
        self.assertIsNone(stale["active_computers"])

    def test_templates_and_whether_they_exist(self):
        templates = {one["name"]: one["exists"] for one in self.explain(THREE)["templates"]}
        self.assertEqual(templates, {"DomainController": True, "Machine": True, "User": True, "WebServer": True})
        gone = self.explain(FIVE)
        self.assertEqual({one["name"]: one["exists"] for one in gone["templates"]}, {"User": True, "Withdrawn": False})
        self.assertIn("no object in the directory", self.sentences(gone, "neither"))
        none = self.explain(FOUR)
        self.assertEqual(none["templates"], [])
        self.assertIn("publishes no template", self.sentences(none, "for"))

    def test_enrollment_web_services_by_priority(self):
        services = self.explain(THREE)["enrollment_web_services"]
        self.assertEqual([(one["priority"], one["authentication"], one["renewal_only"]) for one in services],
                         [(1, 2, True), (2, 4, False)])
        self.assertEqual(services[0]["uri"], "https://ces.corp.example/CA03_CES_Kerberos/service.svc/CES")
        self.assertIn("\n", services[0]["raw"])
        self.assertEqual(self.explain(FOUR)["enrollment_web_services"], [])

    def test_certificates_and_nt_auth(self):
        held = self.explain(THREE)
        self.assertEqual([(one["current"], one["in_nt_auth_certificates"]) for one in held["certificates"]], [(True, True)])
        self.assertIn("NTAuthCertificates contains", self.sentences(held, "for"))
        not_held = self.explain(FIVE)
        self.assertEqual([(one["current"], one["in_nt_auth_certificates"]) for one in not_held["certificates"]],
                         [(True, False)])
        self.assertIn("does not contain", self.sentences(not_held, "neither"))

    def test_it_works_without_a_history_and_tells_the_last_verdict_with_one(self):
        self.assertIsNone(self.explain(THREE)["recorded"])
        self.assert_one_sentence(self.run_explain(THREE, "--db", str(self.db)), DATABASE, str(self.db))
        self.scan_json("--ca", FOUR)
        listed = self.explain(THREE, "--db", str(self.db))["recorded"]
        self.assertEqual((listed["verdict"], listed["last_reading"]), ("unknown", None))
        self.assertIn("No verdict is recorded", self.run_explain(THREE, "--db", str(self.db)).stdout)
        self.scan_json("--ca", THREE)
        recorded = self.explain(THREE, "--db", str(self.db))["recorded"]
        self.assertEqual((recorded["verdict"], recorded["last_reading"]["scan"]), ("not-enforced", 2))
        self.assertIn("not enforced, flag-clear, by scan 2", self.run_explain(THREE, "--db", str(self.db)).stdout)

    def test_the_table_says_the_same_and_nothing_acts_on_the_terminal(self):
        done = self.run_explain(THREE)
        self.assertEqual(done.returncode, UNKNOWN, done.stderr)
        for words in ("Against turning the flag on", "For turning the flag on", "Not visible",
                      "legacy-2000.corp.example", "old.corp.example", "From the specifications, not observed here",
                      "CVE-2022-37976", "priority 1, Kerberos, renewal only", "The CA itself was not contacted"):
            self.assertIn(words, done.stdout)
        self.assertEqual(re.findall(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", done.stdout), [])
        self.assertIn("\\x1b[2J", done.stdout)

    def test_any_way_to_the_directory_will_do(self):
        tls = ("--server", "ldaps://" + self.lab["LAB_DC"], "--ca-cert", self.lab["LAB_CA_CERT"])
        by_domain = self.explain(THREE)
        for where, account in (((("--server", self.server)), "auditor"), (tls, "auditor"),
                               ((*tls, "--ntlm", "--user", self.lab["LAB_AUDITOR"], "--password-file",
                                 self.lab["LAB_AUDITOR_PASSWORD_FILE"]), None)):
            with self.subTest(where=where):
                explained = self.explain(THREE, *where, account=account)
                for part in ("certificates", "templates", "considerations"):
                    self.assertEqual(explained[part], by_domain[part])
                self.assertEqual(explained["clients"]["old_computers"], by_domain["clients"]["old_computers"])
        # A password is sent only to the named servers.
        self.assertIn("protection-refused", {one["reason"] for one in explained["unseen"]})

    def test_what_cannot_be_explained_ends_in_one_sentence(self):
        self.assert_one_sentence(self.run_explain("No Such CA"), USAGE, "No Such CA")
        self.assert_one_sentence(self.run_explain(THREE, "--server", "ldap://10.20.0.1:1"), DIRECTORY, "10.20.0.1")
        self.assert_one_sentence(self.run_explain(THREE, account=None), CREDENTIALS, "kinit")


if __name__ == "__main__":
    unittest.main()
