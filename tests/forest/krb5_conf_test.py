# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole scans with the krb5.conf of other machines, and with a reverse zone that names other hosts."""

import sys
import unittest

from forest import LAB, ROOT, ForestTest

sys.path.insert(0, str(ROOT / "tests/lab"))
from casweep_lab import ldif  # noqa: E402  (the path above comes first)
from casweep_lab.forest import Forest  # noqa: E402


class Krb5ConfTest(ForestTest):
    def verdicts(self, krb5: str) -> dict[str, tuple[str, str]]:
        scan = self.scan_json(krb5=krb5)
        return {ca["name"]: (ca["verdict"], ca["reason"]) for ca in scan["cas"]}

    def assert_all_agree(self):
        expected = self.verdicts("lab")
        self.assertIn(("enforced", "flag-set"), expected.values())
        self.assertIn(("not-enforced", "flag-clear"), expected.values())
        for krb5 in ("realm", "canonicalizing", "none", "absent"):
            with self.subTest(krb5=krb5):
                self.assertEqual(self.verdicts(krb5), expected)

    def test_every_krb5_conf_gives_the_same_verdicts(self):
        self.assert_all_agree()

    def test_a_wrong_reverse_zone_changes_no_verdict(self):
        forest = Forest(LAB[LAB.index("--name") + 1])
        wrong = [ldif.dns_record(12, ldif.dns_name("wrong.corp.example"))]
        hosts = {self.lab["LAB_DC_ADDRESS"]: self.lab["LAB_DC"]}
        hosts |= {case.address: f"{case.host}.{self.domain}" for case in forest.cases if case.is_member}
        for address, name in hosts.items():
            node = f"DC={address.rpartition('.')[2]},{ldif.REVERSE_ZONE_DN}"
            right = [ldif.dns_record(12, ldif.dns_name(name))]
            self.addCleanup(forest.controller.apply, ldif.modification(node, "replace", "dnsRecord", right))
            forest.controller.apply(ldif.modification(node, "replace", "dnsRecord", wrong))
        self.assert_all_agree()


if __name__ == "__main__":
    unittest.main()
