# SPDX-License-Identifier: GPL-3.0-or-later
"""One CA host that Kerberos does not reach: casweep names the side that refused, the literal service and the next step."""

import sys
import unittest

from forest import LAB, ROOT, ForestTest, lab

sys.path.insert(0, str(ROOT / "tests/lab"))
from casweep_lab import ldif  # noqa: E402  (the path above comes first)
from casweep_lab.forest import Forest  # noqa: E402

THREE = "Contoso Issuing CA 03"  # not enforced
HOST, ALIAS = "ca03.corp.example", "pki.corp.example"
ACCOUNT = f"CN=CA03,CN=Computers,{ldif.DOMAIN_DN}"
KRB5 = ("lab", "realm", "canonicalizing", "none", "absent")


class KerberosDiagnosisTest(ForestTest):
    def setUp(self):
        super().setUp()
        self.forest = Forest(LAB[LAB.index("--name") + 1])
        self.controller = self.forest.controller

    def replace(self, dn: str, attribute: str, values: list[str | bytes], before: list[str | bytes]):
        """Replaces an attribute until the end of the test."""
        self.addCleanup(self.controller.apply, ldif.modification(dn, "replace", attribute, before))
        self.controller.apply(ldif.modification(dn, "replace", attribute, values))

    def add_alias(self):
        """CA 03's object names an alias of its host until the end of the test."""
        self.controller.apply(ldif.alias_record("pki", "ca03"))
        self.addCleanup(self.controller.delete, f"DC=pki,{ldif.ZONE_DN}")
        self.replace(ldif.enrollment_service_dn(THREE), "dNSHostName", [ALIAS], [HOST])

    def register(self, *names: str, account: str = ACCOUNT):
        """Adds servicePrincipalNames to an account, by default that of CA 03's host, until the end of the test."""
        self.controller.apply(ldif.modification(account, "add", "servicePrincipalName", list(names)))
        self.addCleanup(self.controller.apply, ldif.modification(account, "delete", "servicePrincipalName", list(names)))

    def read(self, krb5: str = "lab") -> tuple[str, str, str]:
        [ca] = self.scan_json("--ca", THREE, krb5=krb5)["cas"]
        return ca["verdict"], ca["reason"], ca["detail"]

    def assert_kerberos_failed(self, *words: str, krb5: str = "lab"):
        verdict, reason, detail = self.read(krb5)
        self.assertEqual((verdict, reason), ("unknown", "kerberos-failed"), detail)
        for word in words:
            self.assertIn(word, detail)
        self.assertNotIn("domain controller", detail)
        self.assertNotIn("refused the account", detail)

    def test_no_common_encryption_type_is_the_accounts(self):
        self.replace(ACCOUNT, "msDS-SupportedEncryptionTypes", ["1"], ["28"])
        self.assert_kerberos_failed(f"The KDC has no encryption type for cifs/{HOST}", "allows only other types")

    def test_an_address_of_another_host_is_named(self):
        address, own = (next(case.address for case in self.forest.cases if case.id == id) for id in ("02", "03"))
        self.replace(f"DC=ca03,{ldif.ZONE_DN}", "dnsRecord", [ldif.address_value(address)], [ldif.address_value(own)])
        self.assert_kerberos_failed(f"The KDC gave a ticket for cifs/{HOST}", f"the host at {address} did not accept it",
                                    "in DNS it is ca02.corp.example", f"setspn -Q cifs/{HOST}")

    def test_a_wrong_clock_is_the_clock(self):
        lab("host", "stop", "03")
        self.addCleanup(lab, "host", "start", "03")
        self.addCleanup(lab, "host", "stop", "03")
        for clock, words in (("+20m", f"The clock of {HOST} is 20 min ahead of this machine's"),
                             ("-20m", f"The clock of {HOST} is 20 min behind this machine's")):
            lab("host", "start", "03", f"--clock={clock}")
            with self.subTest(clock=clock):
                self.assert_kerberos_failed(words)
            lab("host", "stop", "03")

    def test_an_alias_without_services_is_named_with_its_host(self):
        self.add_alias()
        for krb5 in KRB5:
            with self.subTest(krb5=krb5):
                self.assert_kerberos_failed(
                    f"does not know the service cifs/{ALIAS}", f"{ALIAS} is an alias of {HOST} in DNS",
                    f"write {HOST} into dNSHostName", f"host/{ALIAS}", krb5=krb5)

    def test_an_alias_with_the_service_of_smb_only_is_read(self):
        self.add_alias()
        self.register(f"cifs/{ALIAS}")
        for krb5 in KRB5:
            with self.subTest(krb5=krb5):
                self.assertEqual(self.read(krb5)[:2], ("not-enforced", "flag-clear"))

    def test_an_alias_registered_on_another_account_is_not_the_hosts(self):
        self.add_alias()
        self.register(f"cifs/{ALIAS}", account=f"CN=CA02,CN=Computers,{ldif.DOMAIN_DN}")
        self.assert_kerberos_failed(f"The KDC gave a ticket for cifs/{ALIAS}", "did not accept it",
                                    "registered on another account", f"setspn -Q cifs/{ALIAS}")

    def test_an_alias_with_the_service_of_the_host_is_read(self):
        self.add_alias()
        self.register(f"host/{ALIAS}")  # stands for cifs/, too (sPNMappings)
        self.assertEqual(self.read()[:2], ("not-enforced", "flag-clear"))


if __name__ == "__main__":
    unittest.main()
