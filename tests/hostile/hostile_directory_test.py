#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""casweep against an attacker's DNS, directory and KDC: where its password goes, what it accepts, and the cost. Needs no
forest; hostile_controller_test.py has one, and real Kerberos."""

import sys

sys.dont_write_bytecode = True

import os  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import unittest  # noqa: E402
from pathlib import Path  # noqa: E402

import isolation  # noqa: E402
import rogue_dns  # noqa: E402
from ber import sequence, text, tlv  # noqa: E402
from fake_kdc import AES256, RC4, FakeKdc  # noqa: E402
from isolation import run  # noqa: E402
from rogue_directory import SERVICES, RogueDirectory, encode_entry, one_ca, root_dse  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
ROGUE = "127.0.0.66"
DNS = "127.0.0.53"
PASSWORD = "correct horse battery"
MOST_MEMORY_KIB = int(os.environ.get("CASWEEP_MOST_MEMORY_MIB", "350")) * 1024

USAGE, DATA, DIRECTORY, CREDENTIALS = 64, 65, 69, 77


class Rogues(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.password_file = cls.folder / "password"
        cls.password_file.write_text(PASSWORD + "\n")
        cls.password_file.chmod(0o600)
        resolv = cls.folder / "resolv.conf"
        resolv.write_text(f"nameserver {DNS}\noptions timeout:1 attempts:1\n")
        run("mount", "--bind", str(resolv), "/etc/resolv.conf")
        cls.addClassCleanup(run, "umount", "/etc/resolv.conf")
        cls.ca = cls.folder / "ca.pem"
        cls.certificates = {
            name: cls.make_certificate(name) for name in ("dc1.corp.example", "www.attacker.test", "127.0.0.66")
        }

    @classmethod
    def make_certificate(cls, name: str) -> str:
        """A PEM file with a certificate for `name` (and dc1.corp.example, if that is an address) and its key."""
        if not cls.ca.exists():
            run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", str(cls.folder / "ca.key"), "-out", str(cls.ca), "-days", "30", "-subj", "/CN=root")
        stem = cls.folder / name
        names = f"IP:{name},DNS:dc1.corp.example" if name[0].isdigit() else f"DNS:{name}"
        extensions = cls.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=x",
            "-keyout", f"{stem}.key", "-out", f"{stem}.csr")
        run("openssl", "x509", "-req", "-in", f"{stem}.csr", "-CA", str(cls.ca), "-CAkey", str(cls.folder / "ca.key"),
            "-CAcreateserial", "-days", "30", "-extfile", str(extensions), "-out", f"{stem}.crt")
        pem = Path(f"{stem}.pem")
        pem.write_text(Path(f"{stem}.key").read_text() + Path(f"{stem}.crt").read_text())
        return str(pem)

    def casweep(self, *arguments: str, timeout: float = 60, **env: str) -> subprocess.CompletedProcess:
        return subprocess.run([CASWEEP, *arguments], capture_output=True, text=True, timeout=timeout,
                              stdin=subprocess.DEVNULL, env=os.environ | env)

    def account(self) -> list[str]:
        return ["--user", "auditor@CORP.EXAMPLE", "--password-file", str(self.password_file)]

    def list_by_password(self, server: str = "ldaps://dc1.corp.example", **options) -> subprocess.CompletedProcess:
        return self.casweep("list", "--server", server, "--ca-cert", str(self.ca), "--ntlm", *self.account(), **options)

    def dns(self, *lies: tuple[str, int, bytes]) -> rogue_dns.RogueDns:
        return rogue_dns.RogueDns(DNS, None, {(name, kind): data for name, kind, data in lies})


class APassword(Rogues):
    def test_is_not_sent_to_a_server_that_only_dns_names(self):
        srv = rogue_dns.service("www.attacker.test", 389)
        lies = [("_ldap._tcp.dc._msdcs.corp.example", rogue_dns.SRV, srv),
                ("www.attacker.test", rogue_dns.A, rogue_dns.address(ROGUE))]
        for where in ([], ["--domain", "corp.example"]):
            for trusted in ([], ["--ca-cert", str(self.ca)]):
                with self.subTest(where=where, trusted=trusted), self.dns(*lies) as dns, RogueDirectory(
                    ROGUE, certificate=self.certificates["www.attacker.test"]) as rogue:
                    done = self.casweep("list", "--ntlm", "--start-tls", *where, *trusted, *self.account())
                    self.assertEqual(done.returncode, USAGE, done.stderr)
                    self.assertIn("--server", done.stderr)
                    self.assertEqual((rogue.connections, rogue.passwords, dns.asked), (0, [], []))

    def test_is_not_asked_for_when_it_cannot_be_used(self):
        done = self.casweep("list", "--ntlm", "--start-tls", "--user", "auditor@CORP.EXAMPLE")
        self.assertEqual(done.returncode, USAGE, done.stderr)
        self.assertNotIn("terminal", done.stderr)

    def test_is_not_used_with_rc4(self):
        config = self.folder / "krb5.conf"
        config.write_text("[realms]\n  CORP.EXAMPLE = {\n    kdc = 127.0.0.66\n  }\n")
        for refuses in (False, True):
            with self.subTest(refuses=refuses), FakeKdc(ROGUE, RC4, refuses) as kdc:
                done = self.casweep("list", "--domain", "corp.example", *self.account(), KRB5_CONFIG=str(config))
                self.assertEqual(done.returncode, CREDENTIALS, done.stderr)
                self.assertIn("AES", done.stderr)
                self.assertEqual(kdc.timestamps, [])
                self.assertTrue(kdc.offered)
                for offered in kdc.offered:
                    self.assertLessEqual(set(offered), {17, 18, 19, 20})

    def test_keytab_is_not_used_with_rc4(self):
        config, keytab = self.folder / "krb5.conf", self.folder / "keytab"
        config.write_text("[realms]\n  CORP.EXAMPLE = {\n    kdc = 127.0.0.66\n  }\n")
        key = "addent -password -p auditor@CORP.EXAMPLE -k 1 -e {}\nsecret\n"
        for types in (("arcfour-hmac",), ("arcfour-hmac", "aes256-cts-hmac-sha1-96")):
            keytab.unlink(missing_ok=True)
            orders = "".join(key.format(one) for one in types) + f"wkt {keytab}\n"
            subprocess.run(["ktutil"], input=orders, text=True, check=True, capture_output=True)
            keytab.chmod(0o600)
            with self.subTest(types=types), FakeKdc(ROGUE, RC4) as kdc:
                done = self.casweep("list", "--domain", "corp.example", "--user", "auditor@CORP.EXAMPLE", "--keytab",
                                    str(keytab), KRB5_CONFIG=str(config))
                self.assertEqual(done.returncode, CREDENTIALS, done.stderr)
                self.assertIn("AES", done.stderr)
                self.assertEqual(kdc.timestamps, [])

    def test_is_used_with_aes(self):
        config = self.folder / "krb5.conf"
        config.write_text("[realms]\n  CORP.EXAMPLE = {\n    kdc = 127.0.0.66\n  }\n")
        with FakeKdc(ROGUE, AES256) as kdc:
            done = self.casweep("list", "--domain", "corp.example", *self.account(), KRB5_CONFIG=str(config))
            self.assertEqual(done.returncode, CREDENTIALS, done.stderr)
            self.assertEqual(len(kdc.timestamps), 1)


class AServer(Rogues):
    """A server with a certificate for the given name."""

    def dc1(self):
        return self.dns(("dc1.corp.example", rogue_dns.A, rogue_dns.address(ROGUE)))

    def test_that_says_what_its_certificate_says_is_believed(self):
        with self.dc1(), RogueDirectory(ROGUE, certificate=self.certificates["dc1.corp.example"]) as server:
            done = self.list_by_password()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Rogue CA", done.stdout)
        self.assertEqual(server.passwords, [PASSWORD])

    def test_that_says_it_is_another_host_is_not_believed(self):
        for claims in ({"dnsHostName": ["dc2.corp.example"]}, {"dnsHostName": []}, {"defaultNamingContext": []}):
            with self.subTest(claims=claims), self.dc1(), RogueDirectory(
                ROGUE, certificate=self.certificates["dc1.corp.example"], claims=root_dse(**claims)) as server:
                done = self.list_by_password()
                self.assertEqual(done.returncode, DIRECTORY, done.stderr)
                self.assertIn("dc1.corp.example", done.stderr)
                self.assertEqual((done.stdout, server.searches), ("", 0))

    def test_differs_from_its_claim_by_no_dot_and_no_capital(self):
        claims = root_dse(dnsHostName=["DC1.Corp.Example."])
        with self.dc1(), RogueDirectory(ROGUE, certificate=self.certificates["dc1.corp.example"], claims=claims):
            self.assertEqual(self.list_by_password().returncode, 0)

    def test_that_is_named_by_address_has_a_certificate_for_both(self):
        with RogueDirectory(ROGUE, certificate=self.certificates["127.0.0.66"]):
            done = self.list_by_password(f"ldaps://{ROGUE}")
            self.assertEqual(done.returncode, 0, done.stderr)
        claims = root_dse(dnsHostName=["dc2.corp.example"])
        with RogueDirectory(ROGUE, certificate=self.certificates["127.0.0.66"], claims=claims):
            done = self.list_by_password(f"ldaps://{ROGUE}")
            self.assertEqual(done.returncode, DIRECTORY, done.stderr)
            self.assertIn("dc2.corp.example", done.stderr)

    def peak_of_list(self, pages: list[bytes], **options) -> tuple[subprocess.CompletedProcess, int]:
        """The result of listing such pages, and its peak memory in KiB."""
        with self.dc1(), RogueDirectory(
            ROGUE, certificate=self.certificates["dc1.corp.example"], pages=pages, **options):
            command = [CASWEEP, "list", "--server", "ldaps://dc1.corp.example", "--ca-cert", str(self.ca), "--ntlm",
                       *self.account()]
            measured = ["/usr/bin/python3", "-c", _MEASURE, *command]
            done = subprocess.run(measured, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        return done, int(done.stderr.splitlines()[-1])

    def test_cannot_fill_memory_with_attributes(self):
        empty = b"".join(sequence(text(f"{number:x}"), tlv(0x31)) for number in range(600_000))
        bomb = tlv(0x64, text(f"CN=bomb,{SERVICES}"), sequence(empty))
        done, peak = self.peak_of_list([bomb] * 4 + [encode_entry(*one_ca()[0])])
        self.assertLess(peak, MOST_MEMORY_KIB, done.stderr)

    def test_cannot_fill_memory_with_values(self):
        values = tlv(0x31, text("") * 3_000_000)
        bomb = tlv(0x64, text(f"CN=bomb,{SERVICES}"), sequence(sequence(text("certificateTemplates"), values)))
        done, peak = self.peak_of_list([bomb] * 4 + [encode_entry(*one_ca()[0])])
        self.assertEqual(done.returncode, DIRECTORY, done.stderr)
        self.assertLess(peak, MOST_MEMORY_KIB, done.stderr)

    def test_cannot_fill_memory_with_entries(self):
        entry = encode_entry(f"CN=bomb,{SERVICES}", {"cn": ["bomb"], "objectGUID": [bytes(16)]})
        done, peak = self.peak_of_list([entry * 20_000], endless=True)
        self.assertEqual(done.returncode, DIRECTORY, done.stderr)
        self.assertLess(peak, MOST_MEMORY_KIB, done.stderr)


_MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(done.returncode)
"""


if __name__ == "__main__":
    isolation.enter()
    unittest.main(verbosity=2)
