#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A domain member that DNS presents as a domain controller, with real Kerberos: EVIL$ has an account, a keytab and a
service ldap/evil.corp.example of its own, all of which a directory allows every computer."""

import sys

sys.dont_write_bytecode = True

import json  # noqa: E402
import os  # noqa: E402
import subprocess  # noqa: E402
from pathlib import Path  # noqa: E402

import rogue_dns  # noqa: E402
from inside_lab import main  # noqa: E402
from isolation import run  # noqa: E402
from rogue_directory import RogueDirectory, encode_entry, root_dse  # noqa: E402
from rogue_dns import A, CNAME, PTR, SRV  # noqa: E402
from spoofed_forest import DC, SpoofedForest  # noqa: E402

ROGUE = "10.20.0.66"
EVIL = "evil.corp.example"
EVIL_DN = "CN=EVIL,CN=Computers,DC=corp,DC=example"
EVIL_PASSWORD = "not.aSecret.1"
OTHER_DOMAIN = "old.corp.example"  #: of the forest, by a crossRef object; it has no domain controllers
REFUSED = (69, 77)
UNKNOWN = 2


def reason_of(done: subprocess.CompletedProcess) -> str:
    """Why casweep ended: its last message, without what may follow below it."""
    return [line for line in done.stderr.splitlines() if line.startswith("casweep: ")][-1]


class AMember(SpoofedForest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run(["ip", "address", "add", f"{ROGUE}/32", "dev", "lo"], stderr=subprocess.DEVNULL)
        with cls.dns(lies={}):
            cls.make_evil(cls.lab)

    @classmethod
    def make_evil(cls, lab: Path):
        from casweep_lab import ldif

        sam = f"ldb://{lab}/dc/private/sam.ldb"
        config = f"--configfile={lab}/dc/smb.conf"
        subprocess.run(["ldbdel", "-H", sam, config, EVIL_DN], capture_output=True)
        orders = ldif.computer("evil", EVIL_PASSWORD)
        subprocess.run(["ldbmodify", "-H", sam, config, "--relax", "-i"], input=orders, text=True, check=True,
                       stdout=subprocess.DEVNULL)
        cls.addClassCleanup(subprocess.run, ["ldbdel", "-H", sam, config, EVIL_DN], capture_output=True)

        # Its own names and, in case they are accepted, the names of the true controller; the keys are its own.
        principals = ["EVIL$", f"ldap/{EVIL}", f"ldap/{EVIL}/corp.example", f"ldap/{DC}", f"ldap/{DC}/corp.example",
                      f"ldap/{EVIL}/{OTHER_DOMAIN}", f"ldap/dc.{OTHER_DOMAIN}", f"ldap/dc.{OTHER_DOMAIN}/{OTHER_DOMAIN}"]
        cls.keytab = cls.folder / "evil.keytab"
        salt = "CORP.EXAMPLEhostevil.corp.example"
        orders = "".join(
            f"addent -password -p {principal}@CORP.EXAMPLE -k 1 -e aes256-cts-hmac-sha1-96 -s {salt}\n{EVIL_PASSWORD}\n"
            for principal in principals
        )
        run_with_input(["ktutil"], f"{orders}wkt {cls.keytab}\n")
        cls.evil_cache = f"FILE:{cls.folder}/evil.ccache"
        run("kinit", "-k", "-t", str(cls.keytab), "-c", cls.evil_cache, "EVIL$@CORP.EXAMPLE")
        cls.write_name(f"ldap/{EVIL}")

    @classmethod
    def write_name(cls, name: str) -> None:
        """EVIL$ adds a servicePrincipalName to its own account, as far as the directory allows it."""
        order = f"dn: {EVIL_DN}\nchangetype: modify\nadd: servicePrincipalName\nservicePrincipalName: {name}\n"
        env = os.environ | {"KRB5CCNAME": cls.evil_cache}
        run_with_input(["ldapmodify", "-Q", "-N", "-Y", "GSSAPI", "-H", f"ldap://{DC}"], order, env)

    def presented(self) -> dict[str, tuple[list[str], dict, str]]:
        """Each way to present EVIL$ in DNS: casweep's arguments, the lies, and the name in casweep's refusal."""
        evil = {(EVIL, A): rogue_dns.address(ROGUE)}
        srv = rogue_dns.service(EVIL, 389)
        server = ["--server", f"ldap://{DC}"]
        return {
            "SRV": ([], evil | {("_ldap._tcp.dc._msdcs.corp.example", SRV): srv}, EVIL),
            "SRV of the domain": (["--domain", "corp.example"], evil | {("_ldap._tcp.dc._msdcs.corp.example", SRV): srv}, EVIL),
            "CNAME": (server, evil | {(DC, CNAME): rogue_dns.alias(EVIL)}, DC),
            "address and PTR": (server, evil | {
                (DC, A): rogue_dns.address(ROGUE), (rogue_dns.reverse(ROGUE), PTR): rogue_dns.alias(EVIL)}, DC),
            "named": (["--server", f"ldap://{EVIL}"], evil, EVIL),
        }

    def test_is_not_a_domain_controller_however_dns_presents_it(self):
        for krb5 in self.krb5_confs:
            for way, (arguments, lies, name) in self.presented().items():
                for claim in (DC, EVIL):
                    claims = root_dse(dnsHostName=[claim])
                    with self.subTest(krb5=krb5, way=way, claim=claim), self.dns(lies=lies), RogueDirectory(
                        ROGUE, keytab=str(self.keytab), claims=claims) as rogue:
                        done = self.casweep("list", *arguments, krb5=krb5)
                        self.assertIn(done.returncode, REFUSED, done.stderr + done.stdout)
                        self.assertIn(name, reason_of(done))
                        self.assertEqual((done.stdout, rogue.clients, rogue.searches), ("", [], 0))

    def test_is_not_believed_when_it_lets_everybody_in(self):
        for krb5 in self.krb5_confs:
            arguments, lies, name = self.presented()["address and PTR"]
            with self.subTest(krb5=krb5), self.dns(lies=lies), RogueDirectory(ROGUE, lets_everybody_in=True) as rogue:
                done = self.casweep("list", *arguments, krb5=krb5)
                self.assertIn(done.returncode, REFUSED, done.stderr)
                self.assertIn(name, done.stderr)
                self.assertEqual(rogue.searches, 0)

    def test_ends_a_scan_and_an_explanation_too(self):
        for command, operands in (("scan", ["--db", str(self.folder / "history.db")]), ("explain", ["Rogue CA"])):
            for way, (arguments, lies, name) in self.presented().items():
                with self.subTest(command=command, way=way), self.dns(lies=lies), RogueDirectory(
                    ROGUE, keytab=str(self.keytab)) as rogue:
                    done = self.casweep(command, *operands, *arguments)
                    self.assertIn(done.returncode, REFUSED, done.stderr)
                    self.assertIn(name, reason_of(done))
                    self.assertEqual((done.stdout, rogue.searches), ("", 0))

    def test_of_another_domain_of_the_forest_is_not_believed(self):
        """The other domain's controllers are found by SRV records, after the first controller was proven."""
        old_computer = {"cn": ["ROGUE-2000"], "operatingSystem": ["Windows 2000 Professional"],
                        "operatingSystemVersion": ["5.0 (2195)"], "lastLogonTimestamp": ["134000000000000000"]}
        entry = encode_entry("CN=ROGUE-2000,CN=Computers,DC=old,DC=corp,DC=example", old_computer)
        named_in_its_domain = f"dc.{OTHER_DOMAIN}"
        for krb5 in self.krb5_confs:
            for host in (EVIL, named_in_its_domain):
                srv = f"_ldap._tcp.dc._msdcs.{OTHER_DOMAIN}"
                lies = {(srv, SRV): rogue_dns.service(host, 389), (host, A): rogue_dns.address(ROGUE)}
                claims = root_dse(dnsHostName=[host], defaultNamingContext=["DC=old,DC=corp,DC=example"])
                with self.subTest(krb5=krb5, host=host), self.dns(lies=lies) as dns, RogueDirectory(
                    ROGUE, keytab=str(self.keytab), claims=claims, pages=[entry]) as rogue:
                    done = self.casweep("explain", "Contoso Issuing CA 03", "--format", "json", krb5=krb5)
                    self.assertEqual(done.returncode, UNKNOWN, done.stderr)
                    self.assertIn(srv, dns.asked)
                    explained = json.loads(done.stdout)
                    domains = {one["dns_name"]: one for one in explained["clients"]["domains"]}
                    self.assertTrue(domains["corp.example"]["seen"])
                    self.assertFalse(domains[OTHER_DOMAIN]["seen"])
                    self.assertIsNone(domains[OTHER_DOMAIN]["active_computers"])
                    [unseen] = [one for one in explained["unseen"] if OTHER_DOMAIN in one["what"]]
                    self.assertIn(host, unseen["detail"])
                    self.assertNotIn("ROGUE-2000", done.stdout + done.stderr)
                    self.assertEqual((rogue.clients, rogue.searches), ([], 0))

    def test_cannot_choose_the_domain_that_vouches_for_it(self):
        """Its claim to belong to a domain in which it has its own service name has no effect."""
        arguments, lies, _ = self.presented()["named"]
        for domain in ("DC=evil,DC=corp,DC=example", "DC=example", "DC=evil,DC=example"):
            claims = root_dse(dnsHostName=[EVIL], defaultNamingContext=[domain])
            with self.subTest(domain=domain), self.dns(lies=lies), RogueDirectory(
                ROGUE, keytab=str(self.keytab), claims=claims) as rogue:
                done = self.casweep("list", *arguments)
                self.assertIn(done.returncode, REFUSED, done.stderr)
                self.assertEqual(rogue.searches, 0)

    def test_cannot_register_the_names_of_domain_controllers(self):
        with self.dns(lies={}):
            self.write_name("ldap/EVIL")  # so that a refusal is one of the name
            for name in (f"ldap/{EVIL}/corp.example", f"ldap/{EVIL}/CORP", f"ldap/{EVIL}/{EVIL}",
                         f"ldap/{EVIL}/anything", f"ldap/{DC}/{EVIL}", f"ldap/{DC}", "ldap/EVIL/corp.example"):
                with self.subTest(name=name), self.assertRaises(AssertionError):
                    self.write_name(name)

    def test_does_not_keep_the_true_one_from_being_asked(self):
        for krb5 in self.krb5_confs:
            for arguments in ([], ["--server", f"ldap://{DC}"], ["--server", f"ldaps://{DC}", "--ca-cert", self.ca],
                              ["--server", f"ldap://{DC.upper()}."]):
                with self.subTest(krb5=krb5, arguments=arguments), self.dns(lies={}):
                    done = self.casweep("list", *arguments, krb5=krb5)
                    self.assertEqual(done.returncode, 0, done.stderr)

    def test_that_answers_reverse_lookups_does_not_keep_the_true_one_from_being_asked(self):
        wrong = {(rogue_dns.reverse(os.environ["LAB_DC_ADDRESS"]), PTR): rogue_dns.alias(EVIL)}
        for krb5 in self.krb5_confs:
            with self.subTest(krb5=krb5), self.dns(lies=wrong) as dns:
                done = self.casweep("list", "--server", f"ldap://{DC}", krb5=krb5)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertFalse([name for name in dns.asked if name.endswith("in-addr.arpa")])


def run_with_input(command: list[str], text: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, env=env)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}")


if __name__ == "__main__":
    sys.exit(main())
