# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and the protection of their connections: tickets, passwords, keytabs, NTLM; Kerberos sealing, LDAPS, StartTLS."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

from forest import BOTH, CREDENTIALS, DEADLINE, DIRECTORY, LAB, ROOT, USAGE, ForestTest, lab

sys.path.insert(0, str(ROOT / "tests/lab"))
from casweep_lab import ldif  # noqa: E402  (the path above comes first)
from casweep_lab.forest import Forest  # noqa: E402


class AccountsTest(ForestTest):
    def user(self) -> list[str]:
        return ["--user", self.lab["LAB_AUDITOR"]]

    def password(self) -> list[str]:
        return [*self.user(), "--password-file", self.lab["LAB_AUDITOR_PASSWORD_FILE"]]

    def keytab(self) -> list[str]:
        return [*self.user(), "--keytab", self.lab["LAB_AUDITOR_KEYTAB"]]

    def trusted(self) -> list[str]:
        return ["--ca-cert", self.lab["LAB_CA_CERT"]]

    def test_every_way_in_gives_the_same_verdicts(self):
        dc = self.lab["LAB_DC"]
        ways = {
            "ticket at hand": ([], "auditor"),
            "password": (self.password(), None),
            "keytab": (self.keytab(), None),
            "ldaps": (["--server", f"ldaps://{dc}", *self.trusted()], "auditor"),
            "StartTLS": (["--server", f"ldap://{dc}", "--start-tls", *self.trusted()], "auditor"),
            "NTLM": (["--server", f"ldaps://{dc}", *self.trusted(), "--ntlm", *self.password()], None),
        }
        expected = None
        for way, (arguments, account) in ways.items():
            with self.subTest(way=way):
                scan = self.scan_json(*arguments, account=account)
                verdicts = {ca["name"]: (ca["verdict"], ca["reason"]) for ca in scan["cas"]}
                expected = expected or verdicts
                self.assertEqual(verdicts, expected)
                self.assertEqual(scan["scan"]["account"], self.lab["LAB_AUDITOR"])
                protocols = {ca["evidence"]["protocol"] for ca in scan["cas"] if ca["interface_flags"] is not None}
                self.assertEqual(len(protocols), 1)
                self.assertIn("NTLM" if way == "NTLM" else "Kerberos", protocols.pop())

    def test_what_is_proven_of_the_servers_is_recorded(self):
        dc, one = self.lab["LAB_DC"], ["--ca", "Contoso Issuing CA 01"]
        ways = {
            "Kerberos": ([], "auditor", f"Kerberos ticket for ldap/{dc}/{self.domain}@{self.lab['LAB_REALM']}", True),
            "NTLM": (["--server", f"ldaps://{dc}", *self.trusted(), "--ntlm", *self.password()], None,
                     f"TLS certificate for {dc}", False),
        }
        for way, (arguments, account, proof, host_authenticated) in ways.items():
            with self.subTest(way=way):
                done = self.scan("--format", "json", *one, *arguments, account=account)
                self.assertEqual(done.returncode, 0, done.stderr)
                scan = json.loads(done.stdout)
                self.assertEqual(scan["scan"]["directory_identity"], {
                    "authenticated_name": dc, "authenticated_by": proof, "address": self.lab["LAB_DC_ADDRESS"],
                    "claimed_name": dc})
                self.assertIs(scan["cas"][0]["evidence"]["host_authenticated"], host_authenticated)
                self.assertEqual("does not prove which host answered" in done.stderr, not host_authenticated)
                [row] = self.history("SELECT server_name, server_proof, server_address, server_claim FROM listing "
                                     "ORDER BY scan_id DESC LIMIT 1")
                self.assertEqual(row, {"server_name": dc, "server_proof": proof, "server_claim": dc,
                                       "server_address": self.lab["LAB_DC_ADDRESS"]})
        self.assertEqual(self.casweep("db", "check", "--db", str(self.db), account=None).returncode, 0)

    def test_the_domain_follows_from_the_ticket(self):
        done = self.casweep("scan", "--db", str(self.db), "--deadline", DEADLINE)
        self.assertEqual(done.returncode, BOTH, done.stderr)

    def test_a_private_ticket_is_gone_at_the_end(self):
        place = self.folder / "runtime"
        place.mkdir(mode=0o700)
        before = place.stat().st_mtime_ns
        done = self.scan(*self.keytab(), account=None, env={"XDG_RUNTIME_DIR": str(place)})
        self.assertEqual(done.returncode, BOTH, done.stderr)
        self.assertGreater(place.stat().st_mtime_ns, before, "no ticket was kept there")
        self.assertEqual(list(place.iterdir()), [])

    def test_a_wrong_password_is_reported_and_tried_once(self):
        wrong = self.folder / "password"
        wrong.write_text("not the password\n")
        done = self.scan(*self.user(), "--password-file", str(wrong), account=None)
        self.assert_one_sentence(done, CREDENTIALS, "password", self.lab["LAB_AUDITOR"])
        self.assertNotIn("not the password", done.stderr + done.stdout)

        done = self.scan("--server", "ldaps://" + self.lab["LAB_DC"], *self.trusted(), "--ntlm", *self.user(),
                         "--password-file", str(wrong), account=None)
        self.assert_one_sentence(done, CREDENTIALS)

    def test_a_missing_ticket_is_reported(self):
        done = self.scan(account=None, env={"KRB5CCNAME": f"FILE:{self.folder}/none"})
        self.assert_one_sentence(done, CREDENTIALS, "kinit")

    def test_an_expired_ticket_is_reported(self):
        cache = self.kinit("-l", "1s")
        subprocess.run(["sleep", "2"], check=True)
        done = self.scan(account=None, env={"KRB5CCNAME": cache})
        self.assert_one_sentence(done, CREDENTIALS, "expired")

    def kinit(self, *options: str) -> str:
        """A new ticket of the auditor; its cache."""
        cache = f"FILE:{self.folder}/cache"
        kinit = subprocess.run(self.inside("kinit", *options, "-c", cache, "-k", "-t", self.lab["LAB_AUDITOR_KEYTAB"],
                                           self.lab["LAB_AUDITOR"], account=None), capture_output=True, text=True)
        self.assertEqual(kinit.returncode, 0, kinit.stderr)
        return cache

    def test_a_ticket_that_ends_before_the_scan_can_is_refused_at_the_start(self):
        done = self.scan(account=None, env={"KRB5CCNAME": self.kinit("-l", "4m")})
        self.assert_one_sentence(done, CREDENTIALS, "ends at", "cannot be renewed", "kinit")
        listed = self.casweep("list", "--domain", self.domain, account=None, env={"KRB5CCNAME": self.kinit("-l", "4m")})
        self.assertEqual(listed.returncode, 0, listed.stderr)

    def test_a_ticket_that_can_be_renewed_is_renewed(self):
        needed = 300 + 60 + int(DEADLINE)
        cache = self.kinit("-l", f"{needed + 10}s", "-r", "1h")
        before = Path(cache.removeprefix("FILE:")).read_bytes()
        subprocess.run(["sleep", "12"], check=True)
        done = self.scan("--ca", "Contoso Issuing CA 01", account=None, env={"KRB5CCNAME": cache})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(Path(cache.removeprefix("FILE:")).read_bytes(), before, "the operator's own cache is not changed")

    def test_a_wrong_clock_of_this_machine_is_the_clock(self):
        for clock, words in (("+20m", "20 min ahead of the KDC's clock"), ("-20m", "20 min behind the KDC's clock")):
            with self.subTest(clock=clock):
                done = self.scan(*self.keytab(), account=None, clock=clock)
                self.assert_one_sentence(done, CREDENTIALS, "This machine's clock is", "NTP")
                self.assertTrue(words in done.stderr or words.replace("20", "19") in done.stderr, done.stderr)
                done = self.scan(clock=clock)  # with a ticket at hand
                self.assert_one_sentence(done, CREDENTIALS, "clocks", "NTP")

    def test_a_realm_in_lower_case_is_the_realm(self):
        for krb5 in ("lab", "realm"):
            with self.subTest(krb5=krb5):
                done = self.scan("--ca", "Contoso Issuing CA 01", "--user", "auditor@" + self.domain, "--password-file",
                                 self.lab["LAB_AUDITOR_PASSWORD_FILE"], account=None, krb5=krb5)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_upn_suffix_that_is_no_realm_is_looked_up_in_the_domain(self):
        controller = Forest(LAB[LAB.index("--name") + 1]).controller
        dn, name = f"CN=auditor,CN=Users,{ldif.DOMAIN_DN}", "userPrincipalName"
        self.addCleanup(controller.apply, ldif.modification(dn, "replace", name, ["auditor@corp.example"]))
        controller.apply(ldif.modification(dn, "replace", name, ["a.auditor@brand.example"]))
        who = ["--user", "a.auditor@BRAND.EXAMPLE", "--password-file", self.lab["LAB_AUDITOR_PASSWORD_FILE"]]
        for krb5 in ("lab", "realm"):
            with self.subTest(krb5=krb5):
                done = self.scan("--ca", "Contoso Issuing CA 01", "--format", "json", *who, account=None, krb5=krb5)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["cas"][0]["evidence"]["account"], self.lab["LAB_AUDITOR"])
        done = self.scan("--server", self.server, *who, account=None)
        self.assert_one_sentence(done, DIRECTORY, "BRAND.EXAMPLE", "UPN suffix", "--domain")

    def make_keytab(self, *, encryption: str = "aes256-cts-hmac-sha1-96", salt: str | None = None) -> list[str]:
        keytab = self.folder / "made.keytab"
        keytab.unlink(missing_ok=True)
        password = Path(self.lab["LAB_AUDITOR_PASSWORD_FILE"]).read_text().strip()
        own_salt = ["-s", salt] if salt else []
        order = " ".join(["addent", "-password", "-p", self.lab["LAB_AUDITOR"], "-k", "1", "-e", encryption, *own_salt])
        subprocess.run(["ktutil"], input=f"{order}\n{password}\nwkt {keytab}\n", text=True, check=True,
                       stdout=subprocess.DEVNULL)
        keytab.chmod(0o600)
        return [*self.user(), "--keytab", str(keytab)]

    def test_a_keytab_with_another_salt_names_both_causes(self):
        done = self.scan(*self.make_keytab(salt="CORP.EXAMPLEsomebody"), account=None)
        self.assert_one_sentence(done, CREDENTIALS, "the password was changed", "another salt", "aes256-cts")

    def test_a_keytab_with_rc4_only_says_so(self):
        done = self.scan(*self.make_keytab(encryption="arcfour-hmac"), account=None)
        self.assert_one_sentence(done, CREDENTIALS, "no AES key", "only rc4-hmac")

    def test_an_unknown_account_is_reported(self):
        done = self.scan("--user", "nobody@" + self.lab["LAB_REALM"], "--password-file",
                         self.lab["LAB_AUDITOR_PASSWORD_FILE"], account=None)
        self.assert_one_sentence(done, CREDENTIALS, "nobody@")

    def test_an_untrusted_certificate_is_never_accepted(self):
        for arguments in (["--server", "ldaps://" + self.lab["LAB_DC"]],
                          ["--server", "ldap://" + self.lab["LAB_DC"], "--start-tls"]):
            with self.subTest(arguments=arguments):
                done = self.scan(*arguments)
                self.assert_one_sentence(done, DIRECTORY, "certificate")

    def test_starttls_in_the_configuration_does_not_bar_ldaps(self):
        done = self.casweep("list", "--server", "ldaps://" + self.lab["LAB_DC"], *self.trusted(),
                            env={"CASWEEP_START_TLS": "yes"})
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_password_never_leaves_without_tls(self):
        done = self.scan("--server", "ldap://" + self.lab["LAB_DC"], "--ntlm", *self.password(), account=None)
        self.assert_one_sentence(done, USAGE, "tls")

    def test_a_password_in_an_argument_is_no_option(self):
        done = self.scan("--password", "secret")
        self.assertEqual(done.returncode, USAGE)

    def test_a_dead_domain_controller_makes_way_for_the_next(self):
        done = self.scan("--server", "ldap://ca10." + self.domain, "--server", "ldap://" + self.lab["LAB_DC"])
        self.assertEqual(done.returncode, BOTH, done.stderr)

    def test_a_stale_srv_record_does_not_stop_the_sweep(self):
        lab("dns", "add-srv", "ca10." + self.domain)
        self.addCleanup(lab, "dns", "remove-srv", "ca10." + self.domain)
        for _ in range(3):  # the order of equal records is random (RFC 2782)
            done = self.scan("--ca", "Contoso Issuing CA 01")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_nothing_secret_is_in_the_history(self):
        self.scan(*self.password(), account=None)
        password = Path(self.lab["LAB_AUDITOR_PASSWORD_FILE"]).read_text().strip().encode()
        for file in self.folder.iterdir():
            self.assertNotIn(password, file.read_bytes())


if __name__ == "__main__":
    unittest.main()
