#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A domain member that DNS presents as the host of another CA, whose public configuration it has copied: CA 03 does not
enforce encryption, and ca18 claims that it does."""

import sys

sys.dont_write_bytecode = True

import json  # noqa: E402
import os  # noqa: E402
import subprocess  # noqa: E402

import rogue_dns  # noqa: E402
from inside_lab import main  # noqa: E402
from rogue_dns import A, CNAME, PTR  # noqa: E402
from spoofed_forest import DC, SpoofedForest  # noqa: E402

CA = "Contoso Issuing CA 03"
TRUE_HOST, TRUE_ADDRESS = "ca03.corp.example", "10.20.0.103"
MEMBER, MEMBER_ADDRESS = "ca18.corp.example", "10.20.0.118"
ENFORCED, NOT_ENFORCED, UNKNOWN = 0, 1, 2
WARNING = "does not prove which host answered"


class AMember(SpoofedForest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from casweep_lab import certificates, registry
        from casweep_lab.forest import Forest

        forest = Forest(os.environ["LAB_NAME"])
        case = next(case for case in forest.cases if case.dns_host_name == MEMBER)
        member = forest.member(case)
        certificate = certificates.from_pem(cls.lab / "certificates/03.pem")
        copied = {
            "CommonName": {"sz": CA}, "CAType": {"dword": 1}, "CAServerName": {"sz": TRUE_HOST},
            "CACertHash": {"hash_of": "own"}, "InterfaceFlags": {"dword": 0x641},
        }  # fmt: skip
        key = f"Configuration\\{CA}"
        member.import_registry(
            registry.reg_file({key: copied}, lambda _: certificates.windows_hash(certificate)), acl={}
        )
        cls.addClassCleanup(member.net, "registry", "deletekey", f"HKLM\\{registry.CERTSVC}\\{key}")

    def scan(self, *arguments: str, krb5: str) -> tuple[subprocess.CompletedProcess, dict]:
        """Scans only CA 03, into a separate history. Returns the finished process and its result for the CA."""
        history = self.folder / "history.db"
        history.unlink(missing_ok=True)
        done = self.casweep("scan", "--db", str(history), "--ca", CA, "--format", "json", *arguments, krb5=krb5)
        self.assertTrue(done.stdout, done.stderr)
        [ca] = [ca for ca in json.loads(done.stdout)["cas"] if ca["evidence"]["started_at"]]
        return done, ca

    def spoofed(self) -> dict[str, dict]:
        """Each way to make DNS point from CA 03 to the member."""
        member = {(MEMBER, A): rogue_dns.address(MEMBER_ADDRESS)}
        address = {(TRUE_HOST, A): rogue_dns.address(MEMBER_ADDRESS)}
        return {
            "address": address,
            "CNAME": member | {(TRUE_HOST, CNAME): rogue_dns.alias(MEMBER)},
            "address and PTR": address | {(rogue_dns.reverse(MEMBER_ADDRESS), PTR): rogue_dns.alias(MEMBER)},
        }

    def renamed(self) -> dict[str, dict]:
        """Each way to make DNS give the true host another name."""
        return {
            "nothing": {},
            "PTR": {(rogue_dns.reverse(TRUE_ADDRESS), PTR): rogue_dns.alias(MEMBER)},
            "CNAME": {(TRUE_HOST, CNAME): rogue_dns.alias(MEMBER), (MEMBER, A): rogue_dns.address(TRUE_ADDRESS)},
        }

    def test_gets_no_verdict_by_kerberos(self):
        for krb5 in self.krb5_confs:
            for way, lies in self.spoofed().items():
                with self.subTest(krb5=krb5, way=way), self.dns(lies=lies):
                    done, ca = self.scan(krb5=krb5)
                    self.assertEqual(done.returncode, UNKNOWN, done.stderr)
                    self.assertEqual(ca["verdict"], "unknown")
                    self.assertEqual(ca["reason"], "kerberos-failed")
                    self.assertIn(f"the host at {MEMBER_ADDRESS} did not accept", ca["detail"])
                    self.assertIsNone(ca["interface_flags"])
                    self.assertEqual(ca["evidence"]["address"], MEMBER_ADDRESS)

    def test_is_indistinguishable_from_the_ca_with_ntlm_and_reported(self):
        account = ["--user", os.environ["LAB_AUDITOR"], "--password-file", os.environ["LAB_AUDITOR_PASSWORD_FILE"]]
        server = ["--server", f"ldaps://{DC}", "--ca-cert", self.ca]
        for krb5 in self.krb5_confs:
            for way, lies in self.spoofed().items():
                with self.subTest(krb5=krb5, way=way), self.dns(lies=lies):
                    done, ca = self.scan("--ntlm", *server, *account, krb5=krb5)
                    self.assertEqual(ca["evidence"]["address"], MEMBER_ADDRESS)
                    self.assertEqual((done.returncode, ca["verdict"]), (ENFORCED, "enforced"), done.stderr)
                    self.assertIs(ca["evidence"]["host_authenticated"], False)
                    self.assertIn(WARNING, done.stderr)

    def test_whose_name_dns_gives_to_the_ca_does_not_keep_the_ca_from_being_read(self):
        for krb5 in self.krb5_confs:
            for way, lies in self.renamed().items():
                with self.subTest(krb5=krb5, way=way), self.dns(lies=lies):
                    done, ca = self.scan(krb5=krb5)
                    self.assertEqual((done.returncode, ca["verdict"]), (NOT_ENFORCED, "not-enforced"), done.stderr)
                    self.assertEqual(ca["evidence"]["address"], TRUE_ADDRESS)
                    self.assertIs(ca["evidence"]["host_authenticated"], True)


if __name__ == "__main__":
    sys.exit(main())
