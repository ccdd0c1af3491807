# SPDX-License-Identifier: GPL-3.0-or-later
"""CAs that disappear from a real directory: which are removed, which are only hidden, and what scan and status report."""

import hashlib
import json
import sqlite3
import subprocess
import unittest

from forest import BOTH, COMPLIANT, DATA, NOT_ENFORCED, UNKNOWN, ForestTest, cases, lab

CONFIGURATION = "CN=Configuration,DC=corp,DC=example"
PUBLIC_KEY_SERVICES = f"CN=Public Key Services,CN=Services,{CONFIGURATION}"
CONTAINER = f"CN=Enrollment Services,{PUBLIC_KEY_SERVICES}"
INNER = f"CN=Inner,{CONTAINER}"

THREE = "Contoso Issuing CA 03"


#: What the ledger binds of a listing, in store/scan_ledger.cpp's order.
LISTING = """
SELECT scan_id, forest, directory_server, protection, search_base, search_filter, attributes_json, entries_returned,
       discovered, server_name, server_proof, server_address, server_claim, root_domain_guid, root_domain_sid,
       nt_auth_certificates,
       (SELECT group_concat(position || ':' || certificate_id) FROM listing_nt_auth_certificate
        WHERE scan_id = listing.scan_id)
FROM listing WHERE scan_id = 1
"""


def listing_sha256(database: sqlite3.Connection) -> str:
    """Of the first scan's listing, as schema/store/0001_history.sql says."""
    columns = []
    for value in database.execute(LISTING).fetchone():
        octets = str(value).encode()
        columns.append("n" if value is None else f"{'i' if isinstance(value, int) else 't'}{len(octets)}:{value}")
    return hashlib.sha256("".join(columns).encode()).hexdigest()


def name(case: str) -> str:
    return f"Contoso Issuing CA {case}"


class VanishingTest(ForestTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        verdicts = {case["case"]: case["expect"]["user"]["verdict"] for case in cases()}
        cls.all = len(verdicts)
        cls.unknown = list(verdicts.values()).count("unknown")
        cls.not_enforced = [case for case, verdict in verdicts.items() if verdict == "not-enforced"]

    def hide(self, case: str, how: str = "taken"):
        lab("ca", "hide", case, "--how", how)
        self.addCleanup(lab, "ca", "show", case)

    def hide_container(self, dn: str):
        lab("container", "hide", dn)
        self.addCleanup(lab, "container", "show", dn)

    def remove(self, case: str):
        lab("ca", "remove", case)
        self.addCleanup(lab, "ca", "add", case)

    def relocate(self, case: str, container: str):
        lab("ca", "relocate", case, container)
        self.addCleanup(lab, "ca", "relocate", case, CONTAINER)

    def changes(self, scan: dict) -> set[tuple[str, str]]:
        return {(change["kind"], change["display_name"] or change["name"]) for change in scan["since"]["changes"]}

    def ca(self, scan: dict, wanted: str) -> dict:
        return next(ca for ca in scan["cas"] if wanted in (ca["name"], ca["display_name"]))

    def status(self, *arguments: str) -> subprocess.CompletedProcess:
        return self.casweep("status", "--db", str(self.db), *arguments)

    def status_json(self) -> dict:
        return json.loads(self.status("--format", "json").stdout)

    # -- hidden --------------------------------------------------------------------------------------------------------

    def test_five_cas_whose_readers_lost_their_right_are_hidden_and_the_exit_code_stays(self):
        before = self.scan("--fail-on", "not-enforced,regression")
        self.assertEqual(before.returncode, NOT_ENFORCED)
        for case in self.not_enforced:
            self.hide(case)

        after = self.scan("--fail-on", "not-enforced,regression")

        self.assertEqual(after.returncode, NOT_ENFORCED, after.stdout)
        self.assertIn(f"{len(self.not_enforced)} hidden", after.stdout)
        self.assertIn("hidden from this account", after.stderr)
        self.assertEqual(self.scan().returncode, BOTH)
        self.assertEqual(self.scan("--fail-on", "hidden-ca").returncode, UNKNOWN)
        scan = self.scan_json()
        self.assertEqual((scan["scan"]["discovered"], scan["scan"]["counts"]["unknown"]),
                         (self.all, self.unknown + len(self.not_enforced)))
        self.assertEqual(self.ca(scan, THREE)["reason"], "hidden-from-account")
        status = self.status_json()
        self.assertEqual(len(status["cas"]), self.all)
        three = next(ca for ca in status["cas"] if ca["name"] == THREE)
        self.assertEqual((three["verdict"], three["last_known"]["verdict"], three["removed"]),
                         ("unknown", "not-enforced", None))
        self.assertEqual(json.loads(self.casweep("trend", "--db", str(self.db), "--format", "json").stdout)["scans"][-1]
                         ["discovered"], self.all)
        self.assertEqual(self.casweep("db", "check", "--db", str(self.db)).returncode, 0)

    def test_every_way_to_hide_an_object_is_distinguished_from_its_removal(self):
        self.scan_json()
        for how in ("taken", "denied", "class"):
            with self.subTest(how):
                lab("ca", "hide", "03", "--how", how)
                try:
                    scan = self.scan_json()
                finally:
                    lab("ca", "show", "03")
                self.assertEqual(self.ca(scan, THREE)["reason"], "hidden-from-account")
                self.assertEqual(self.changes(scan), {("hidden", THREE)})
                self.assertEqual(self.changes(self.scan_json()), {("recovered", THREE)})

    def test_an_unreadable_object_guid_stops_nothing(self):
        self.hide("03", "guid")
        scan = self.scan_json()
        self.assertEqual(self.ca(scan, THREE)["verdict"], "not-enforced")
        self.assertEqual(scan["scan"]["discovered"], self.all)

    def test_a_container_without_list_access_hides_its_cas(self):
        self.relocate("03", INNER)
        scan = self.scan_json()
        self.assertEqual(self.ca(scan, THREE)["verdict"], "not-enforced")
        self.hide_container(INNER)

        scan = self.scan_json()

        self.assertEqual(self.changes(scan), {("hidden", THREE)})
        self.assertIn("may lack the right to list that container", self.ca(scan, THREE)["detail"])

    def test_the_container_of_all_cas_without_list_access_hides_all_of_them(self):
        self.scan_json()
        self.hide_container(CONTAINER)
        scan = self.scan_json()
        self.assertEqual((scan["scan"]["discovered"], scan["scan"]["counts"]["unknown"]), (self.all, self.all))
        self.assertEqual({kind for kind, _ in self.changes(scan)}, {"hidden"})

    def test_in_list_object_mode_a_missing_object_is_not_taken_for_gone(self):
        self.scan_json()
        self.remove("03")
        lab("heuristics", "001")
        self.addCleanup(lab, "heuristics", "absent")
        scan = self.scan_json()
        self.assertEqual(self.changes(scan), {("hidden", THREE)})
        self.assertIn("list-object mode is on", self.ca(scan, THREE)["detail"])
        lab("heuristics", "absent")
        self.assertEqual(self.changes(self.scan_json()), {("removed", THREE)})

    def test_a_first_scan_finds_an_object_of_which_only_the_name_is_visible(self):
        self.hide("03")
        done = self.scan("--format", "json")
        scan = json.loads(done.stdout)
        self.assertEqual(scan["scan"]["discovered"], self.all)
        self.assertEqual(self.ca(scan, THREE)["reason"], "hidden-from-account")
        self.assertIn(THREE, done.stderr)

    def test_a_hidden_ca_counts_in_a_scan_of_other_cas(self):
        self.scan_json()
        self.hide("03")
        done = self.scan("--ca", name("01"), "--format", "json")
        self.assertEqual(done.returncode, BOTH, done.stderr)
        self.assertEqual(self.ca(json.loads(done.stdout), THREE)["reason"], "hidden-from-account")
        self.assertEqual(self.scan("--ca", THREE).returncode, BOTH)

    # -- removed, new, renamed, moved ----------------------------------------------------------------------------------

    def test_a_removed_ca_is_named_by_the_first_scan_that_misses_it_with_its_exit_code(self):
        self.scan_json()
        self.remove("03")
        chosen = self.scan("--ca", name("01"))
        self.assertEqual(chosen.returncode, NOT_ENFORCED)
        self.assertIn(f"no longer in the directory: {THREE} (last known: not enforced); the next complete scan",
                      chosen.stderr)

        first = self.scan("--fail-on", "removed-ca")

        self.assertEqual(first.returncode, NOT_ENFORCED)
        self.assertIn(f"removed: {THREE}: no longer in the directory (last known: not enforced)", first.stdout)
        self.assertLess(first.stdout.index(f"removed: {THREE}"), first.stdout.index(name("01")), "above the table")
        self.assertIn("recorded as removed", first.stderr)
        status = self.status("--fail-on", "removed-ca")
        self.assertIn(f"removed: {THREE}", status.stdout)
        self.assertLess(status.stdout.index(f"removed: {THREE}"), status.stdout.index(name("01")), "above the table")
        self.assertEqual(status.returncode, NOT_ENFORCED)
        second = self.scan("--fail-on", "removed-ca")
        self.assertEqual(second.returncode, COMPLIANT)
        self.assertNotIn(THREE, second.stderr)

    def test_a_removed_ca_whose_risk_was_accepted_fails_nothing(self):
        self.scan_json()
        accepted = self.casweep("accept", THREE, "--status", "risk-accepted", "--reason", "It goes.", "--by", "CISO",
                                "--db", str(self.db))
        self.assertEqual(accepted.returncode, 0, accepted.stderr)
        self.remove("03")
        done = self.scan("--fail-on", "removed-ca")
        self.assertEqual(done.returncode, COMPLIANT)
        self.assertIn(THREE, done.stderr)

    def test_what_is_new_renamed_and_elsewhere_is_named(self):
        lab("ca", "remove", "03")
        try:
            self.scan_json()
        finally:
            lab("ca", "add", "03")
        lab("ca", "rename", "01", "Renamed CA 01")
        self.addCleanup(lab, "ca", "rename", "01", name("01"))
        lab("ca", "move", "02", "ca99.corp.example")
        self.addCleanup(lab, "ca", "move", "02", "ca02.corp.example")
        self.relocate("04", f"CN=AIA,{PUBLIC_KEY_SERVICES}")

        done = self.scan("--format", "json", "--fail-on", "new-ca")

        self.assertEqual(done.returncode, NOT_ENFORCED)
        scan = json.loads(done.stdout)
        self.assertEqual(self.changes(scan), {("new", THREE), ("renamed", name("01")), ("moved", name("02")),
                                              ("moved-in-directory", name("04")),
                                              # no key has the new name, and no host the new host name
                                              ("became-unknown", name("01")), ("became-unknown", name("02"))})
        self.assertEqual(self.ca(scan, name("04"))["verdict"], "not-enforced")
        self.assertEqual(self.status_json()["since"], scan["since"])

    # -- what is trusted, and which forest it is -----------------------------------------------------------------------

    def test_a_certificate_trusted_for_logon_without_an_enrollment_object_is_reported(self):
        lab("trust", "Ghost CA")
        done = self.scan()
        self.assertIn("Trusted for logon (NTAuthCertificates) without a visible enrollment object", done.stdout)
        self.assertIn("CN=Ghost CA,DC=corp,DC=example", done.stdout)
        self.assertNotIn(f"CN={name('01')},", done.stdout)
        page = self.casweep("report", "--db", str(self.db)).stdout
        self.assertIn("CN=Ghost CA,DC=corp,DC=example", page)
        exported = json.loads(self.casweep("export", "json", "--db", str(self.db)).stdout)
        self.assertEqual({found["subject"] for found in exported["nt_auth"]["unlisted"]},
                         {"CN=Ghost CA,DC=corp,DC=example"})

    def rewrite_listing(self, change: str):
        """As another forest, or this one before it was renamed, would have been recorded, in the ledger as well."""
        database = sqlite3.connect(self.db)
        triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for trigger, _ in triggers:
            database.execute(f"DROP TRIGGER {trigger}")
        before = listing_sha256(database)
        database.execute(f"UPDATE listing SET {change}")
        after = listing_sha256(database)
        prev = "0" * 64
        for seq, ts, kind, body in database.execute("SELECT seq, ts, kind, body FROM ledger ORDER BY seq").fetchall():
            body = body.replace(before, after)
            entry = hashlib.sha256(f"{prev}\n{seq}\n{ts}\n{kind}\n{body}".encode()).hexdigest()
            database.execute("UPDATE ledger SET body = ?, prev = ?, hash = ? WHERE seq = ?", (body, prev, entry, seq))
            prev = entry
        for _, sql in triggers:
            database.execute(sql)
        database.commit()
        database.close()

    def test_another_forest_of_the_same_name_is_refused(self):
        self.scan_json()
        for change in ("root_domain_guid = '00000000-0000-0000-0000-000000000001'", "root_domain_sid = 'S-1-5-21-9-9-9'"):
            with self.subTest(change):
                before = self.history("SELECT root_domain_guid, root_domain_sid FROM listing")[0]
                self.rewrite_listing(change)
                self.assert_one_sentence(self.scan(), DATA, "another forest of that name", before["root_domain_guid"],
                                         change.split("'")[1])
                self.rewrite_listing(f"root_domain_guid = '{before['root_domain_guid']}', "
                                     f"root_domain_sid = '{before['root_domain_sid']}'")
        self.assertEqual(self.scan().returncode, BOTH)

    def test_a_renamed_forest_goes_on_in_its_history(self):
        self.scan_json()
        self.rewrite_listing("forest = 'old.example'")
        done = self.scan("--format", "json")
        self.assertEqual(done.returncode, BOTH, done.stderr)
        self.assertIn("old.example is now called corp.example", done.stderr)
        self.assertEqual(json.loads(done.stdout)["since"]["changes"], [])


if __name__ == "__main__":
    unittest.main()
