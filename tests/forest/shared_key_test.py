# SPDX-License-Identifier: GPL-3.0-or-later
"""One registry key proves one CA, regardless of the directory's claims, and one CA is counted once."""

import base64
import csv
import io
import json
import sys
import unittest
import uuid

from forest import LAB, ROOT, ForestTest, lab
from schemas import validator_of

sys.path.insert(0, str(ROOT / "tests/lab"))
from casweep_lab import ldif  # noqa: E402  (the path above comes first)
from casweep_lab.forest import Forest  # noqa: E402

ONE, THREE = "Contoso Issuing CA 01", "Contoso Issuing CA 03"


class SharedKeyTest(ForestTest):
    """CA 01 enforces encryption and CA 03 does not; each test changes CA 03's object, or adds one, and undoes that."""

    def setUp(self):
        super().setUp()
        self.forest = Forest(LAB[LAB.index("--name") + 1])
        self.controller = self.forest.controller
        self.dn = ldif.enrollment_service_dn(THREE)

    def certificate(self, case: str) -> bytes:
        pem = (self.forest.folder / "certificates" / f"{case}.pem").read_text()
        return base64.b64decode("".join(line for line in pem.splitlines() if "-----" not in line))

    def say_of_three(self, **attributes: list[str | bytes]):
        """Replaces attributes of CA 03's object until the end of the test."""
        own = {"dNSHostName": ["ca03.corp.example"], "displayName": [THREE], "cACertificate": [self.certificate("03")]}
        for name, values in attributes.items():
            self.addCleanup(self.controller.apply, ldif.modification(self.dn, "replace", name, own[name]))
            self.controller.apply(ldif.modification(self.dn, "replace", name, values))

    def add_object(self, cn: str, display_name: str, host: str, certificate: bytes) -> str:
        """Adds an object until the end of the test. Returns its DN."""
        dn = ldif.enrollment_service_dn(cn)
        attributes = [("objectClass", "pKIEnrollmentService"), ("displayName", display_name), ("dNSHostName", host),
                      ("cACertificate", certificate), ("flags", "10")]
        self.controller.apply(ldif.entry(dn, attributes))
        self.addCleanup(self.controller.delete, dn)
        return dn

    def verdicts(self, *arguments: str) -> dict[str, tuple[str, str]]:
        scan = self.scan_json(*arguments)
        validator_of("scan").validate(scan)
        return {ca["name"]: (ca["verdict"], ca["reason"]) for ca in scan["cas"]}

    def assert_only_one_is_enforced(self):
        found = self.verdicts()
        self.assertEqual(found[ONE], ("enforced", "flag-set"))
        self.assertEqual(found[THREE][0], "unknown")
        self.assertIn(found[THREE][1], ("different-ca-on-host", "certificate-differs"))
        guid = self.guid_of(THREE)
        self.assertEqual(self.verdicts("--ca", guid)[THREE][0], "unknown")
        self.assertEqual(self.verdicts("--ca", self.guid_of(ONE))[ONE], ("enforced", "flag-set"))

    def guid_of(self, cn: str) -> str:
        listed = json.loads(self.casweep("list", "--domain", self.domain, "--format", "json").stdout)
        return next(ca["object_guid"] for ca in listed["cas"] if ca["name"] == cn)

    def test_a_borrowed_certificate_proves_nothing(self):
        self.scan()
        self.say_of_three(dNSHostName=["ca01.corp.example"],
                          cACertificate=[self.certificate("01"), self.certificate("03")])
        self.assert_only_one_is_enforced()
        events = json.loads(self.casweep("trend", "--db", str(self.db), "--format", "json", account=None).stdout)
        self.assertNotIn("remediated", [event["kind"] for event in events["events"]])

    def test_a_borrowed_certificate_alone_proves_nothing(self):
        self.say_of_three(dNSHostName=["ca01.corp.example"], cACertificate=[self.certificate("01")])
        self.assert_only_one_is_enforced()

    def test_a_borrowed_name_proves_nothing(self):
        self.say_of_three(dNSHostName=["CA01.corp.example."], cACertificate=[], displayName=[ONE])
        self.assert_only_one_is_enforced()

    def test_a_hidden_ca_keeps_its_key(self):
        self.scan()
        lab("ca", "hide", "01", "--how", "taken")
        self.addCleanup(lab, "ca", "show", "01")
        self.say_of_three(dNSHostName=["ca01.corp.example"], displayName=[ONE], cACertificate=[self.certificate("01")])
        for arguments in ((), ("--ca", self.guid_of(THREE))):
            found = self.verdicts(*arguments)
            self.assertEqual(found[ONE], ("unknown", "hidden-from-account"))
            self.assertEqual(found[THREE], ("unknown", "different-ca-on-host"))
        self.db.unlink()  # without a history, only the name of CA 01 is known
        self.assertEqual(self.verdicts()[THREE], ("unknown", "different-ca-on-host"))

    def test_a_removed_ca_keeps_its_key(self):
        self.scan()
        lab("ca", "remove", "01")
        self.addCleanup(lab, "ca", "add", "01")
        self.say_of_three(dNSHostName=["ca01.corp.example"], displayName=[ONE], cACertificate=[self.certificate("01")])
        for _ in ("the scan that misses it", "the next one"):
            self.assertEqual(self.verdicts()[THREE], ("unknown", "different-ca-on-host"))

    def test_a_placeholder_certificate_is_no_evidence(self):
        self.say_of_three(cACertificate=[b"\0"])
        self.assertEqual(self.verdicts("--ca", THREE)[THREE], ("not-enforced", "flag-clear"))

    def test_another_certificate_under_the_same_name_is_reported(self):
        self.say_of_three(cACertificate=[self.certificate("01")])
        self.assertEqual(self.verdicts("--ca", THREE)[THREE], ("unknown", "certificate-differs"))

    def test_a_trailing_dot_changes_nothing(self):
        self.scan()
        self.say_of_three(dNSHostName=["ca03.corp.example."])
        done = self.scan("--ca", THREE)
        self.assertIn("Invoke-Command -ComputerName ca03.corp.example {", done.stdout)
        self.assertIn("casweep scan --ca ca03.corp.example\n", done.stdout)
        events = json.loads(self.casweep("trend", "--db", str(self.db), "--format", "json", account=None).stdout)
        self.assertEqual(events["events"], [])

    def test_an_invalid_host_name_is_shown(self):
        for host in ("ca03.corp.example:445", " ca03.corp.example", "fe80::1", "https://ca03.corp.example/"):
            self.say_of_three(dNSHostName=[host])
            with self.subTest(host=host):
                scan = self.scan_json("--ca", THREE)
                [ca] = scan["cas"]
                self.assertEqual((ca["verdict"], ca["reason"]), ("unknown", "host-name-invalid"))
                self.assertIn(host, ca["detail"])
                self.assertIn("dNSHostName", ca["remediation"]["advice"])

    def test_a_conflict_object_is_no_second_ca(self):
        before = self.scan_json()
        twin = f"{THREE}\nCNF:{uuid.uuid4()}"
        self.add_object(twin, THREE, "ca03.corp.example", self.certificate("03"))
        scan = self.scan_json()
        validator_of("scan").validate(scan)
        self.assertEqual(scan["scan"]["discovered"], before["scan"]["discovered"])
        self.assertEqual(scan["scan"]["counts"], before["scan"]["counts"])
        [ca] = [ca for ca in scan["cas"] if ca["display_name"] == THREE]
        self.assertEqual((ca["name"], ca["verdict"]), (THREE, "not-enforced"))
        [duplicate] = ca["duplicate_objects"]
        self.assertIn("CNF:", duplicate["distinguished_name"])

        guid = duplicate["object_guid"]
        self.assertEqual([ca["name"] for ca in self.scan_json("--ca", guid)["cas"]], [THREE])
        for command in (["show", THREE], ["show", guid], ["export", "csv"], ["report"]):
            where = ["-o", str(self.folder / "report.html")] if command == ["report"] else []
            told = self.casweep(*command, "--db", str(self.db), *where, account=None)
            self.assertEqual(told.returncode, 0, told.stderr)
            self.assertIn(guid, told.stdout or (self.folder / "report.html").read_text(), command)
        self.assertIn(guid, self.scan().stdout)
        listed = self.casweep("list", "--domain", self.domain, "--format", "csv").stdout
        [row] = [row for row in csv.DictReader(io.StringIO(listed)) if row["display_name"] == THREE]
        self.assertIn(guid, row["duplicate_objects"])
        events = json.loads(self.casweep("trend", "--db", str(self.db), "--format", "json", account=None).stdout)
        self.assertEqual(events["events"], [])

    def test_a_copy_of_an_object_under_another_name_hides_no_ca(self):
        self.add_object("Contoso Copy", THREE, "ca03.corp.example", self.certificate("03"))
        found = self.verdicts()
        self.assertEqual(found[THREE], ("not-enforced", "flag-clear"))
        self.assertEqual(found["Contoso Copy"], ("unknown", "different-ca-on-host"))

    def test_a_name_that_looks_like_a_guid_is_no_guid(self):
        one = self.guid_of(ONE)
        self.say_of_three(displayName=[one])
        self.assertEqual(list(self.verdicts("--ca", one.upper())), [ONE])
        self.scan()
        shown = self.casweep("show", one, "--db", str(self.db), account=None)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertTrue(shown.stdout.startswith(ONE), shown.stdout)


if __name__ == "__main__":
    unittest.main()
