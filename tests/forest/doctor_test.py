# SPDX-License-Identifier: GPL-3.0-or-later
"""casweep doctor tries every step of a scan, names the first that fails with what to do, and records nothing."""

import json
import os
import signal
import subprocess
import time
import unittest

from forest import (CASWEEP, COMPLIANT, CREDENTIALS, DATABASE, DEADLINE, DIRECTORY, UNKNOWN, USAGE, ForestTest, cases,
                    lab)

LOGON = ("ticket", "directory", "listing", "ca")


class DoctorTest(ForestTest):
    def doctor(self, *arguments: str, **options) -> subprocess.CompletedProcess:
        where = () if {"--domain", "--server"} & set(arguments) else ("--domain", self.domain)
        done = self.casweep("doctor", *where, "--db", str(self.db), "--deadline", DEADLINE, *arguments, **options)
        self.assertFalse(self.db.exists(), "doctor created a history")
        return done

    def steps(self, *arguments: str, code: int, **options) -> dict[str, dict]:
        """The steps before the CAs by their check, and the CAs' as a list."""
        done = self.doctor("--format", "json", *arguments, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual(document["exit_code"], code)
        steps = {step["check"]: step for step in document["steps"] if step["ca"] is None}
        self.assertTrue(all(step["duration_ms"] >= 0 and step["proves"] for step in document["steps"]))
        self.cas = [step for step in document["steps"] if step["ca"] is not None]
        return steps

    def assert_skipped(self, steps: dict[str, dict], because_of: str, *checks: str):
        for check in checks:
            self.assertEqual((steps[check]["outcome"], steps[check]["because_of"]), ("skipped", because_of), check)

    def test_every_step_is_ok_and_each_broken_ca_says_why(self):
        steps = self.steps(code=UNKNOWN)
        self.assertEqual({step["check"] for step in steps.values() if step["outcome"] not in ("ok", "warning")}, set())
        self.assertEqual(steps["domain-controllers"]["found"],
                         f"From the SRV records of {self.domain}: dc1.{self.domain} (10.20.0.1).")
        self.assertEqual(steps["directory-ports"]["found"], f"dc1.{self.domain}:389.")
        self.assertIn(f"Kerberos ticket for ldap/dc1.{self.domain}/{self.domain}@", steps["directory"]["found"])
        self.assertIn("Samba ", steps["client-library"]["found"])
        self.assertIn("session key aes256-cts", steps["ticket"]["found"])
        found = {step["ca"]["name"]: step["ca"]["reason"] for step in self.cas}
        self.assertEqual(len(found), len(cases()))
        for case in cases():
            expected = case["expect"]["user"]
            unknown = expected["verdict"] == "unknown"  # also if the value was read and cannot be judged
            self.assertEqual(found[case["display_name"]], expected["reason"] if unknown else None, case["case"])

    def test_a_healthy_ca_and_the_table(self):
        done = self.doctor("--ca", "Contoso Issuing CA 01")
        self.assertEqual(done.returncode, COMPLIANT, done.stderr)
        self.assertIn("  The CA's host accepts the account and shows the CA's key\n                   1 CA.\n", done.stdout)
        self.assertIn(", 0 failed, 0 skipped. A scan with the same options can read these CAs.\n", done.stdout)
        self.assertNotIn("casweep doctor", done.stderr)

    def test_a_ca_that_stops_at_a_stage(self):
        done = self.doctor("--ca", "ca10." + self.domain)
        self.assertEqual(done.returncode, UNKNOWN, done.stderr)
        self.assertIn("Contoso Issuing CA 10 on ca10.corp.example\n                   Stopped at TCP port 445 "
                      "(connection-refused): 10.20.0.110 refused the connection to TCP port 445", done.stdout)
        self.assertIn("To do for Contoso Issuing CA 10: Check that the host is running", done.stdout)
        self.assertIn("A scan with the same options cannot read 1 CA.", done.stdout)

    def test_without_a_ticket(self):
        steps = self.steps(code=CREDENTIALS, account=None)
        self.assertIn("There is no Kerberos ticket in ", steps["account"]["found"])
        self.assertIn("run kinit", steps["account"]["found"])
        self.assertEqual(steps["directory-ports"]["outcome"], "ok")
        self.assert_skipped(steps, "account", *LOGON)

    def test_with_a_wrong_clock(self):
        steps = self.steps(code=CREDENTIALS, clock="+20m")
        self.assertEqual(steps["clocks"]["found"], f"The clock of dc1.{self.domain} is 20 min behind this machine's clock; "
                         "Kerberos allows 5 min by default.")
        self.assertEqual(steps["clocks"]["advice"], "Set this machine's clock by NTP.")
        self.assert_skipped(steps, "clocks", *LOGON)

    def test_a_domain_without_records(self):
        steps = self.steps("--domain", "no-such.example", code=DIRECTORY)
        self.assertEqual(steps["domain-controllers"]["found"],
                         "DNS has no _ldap._tcp.dc._msdcs.no-such.example SRV record; check the domain's name and that "
                         "this host uses the domain's DNS servers, or name a server.")
        self.assertEqual(steps["ticket"]["outcome"], "ok")
        self.assert_skipped(steps, "domain-controllers", "directory-ports", "directory", "listing", "ca")

    def test_a_dead_domain_controller(self):
        steps = self.steps("--server", "ldap://ca10." + self.domain, code=DIRECTORY)
        self.assertEqual(steps["directory-ports"]["found"], f"ca10.{self.domain}:389 refused the connection.")
        self.assertEqual(steps["directory-ports"]["advice"], "Check that a domain controller is running, and that no "
                         "firewall blocks TCP port 389 between it and this machine.")
        self.assert_skipped(steps, "directory-ports", "directory", "listing", "ca")

    def test_one_of_two_domain_controllers_is_dead(self):
        lab("dns", "add-srv", "ca10." + self.domain)
        try:
            steps = self.steps("--ca", "Contoso Issuing CA 01", code=COMPLIANT)
        finally:
            lab("dns", "remove-srv", "ca10." + self.domain)
        self.assertEqual(steps["directory-ports"]["outcome"], "warning")
        self.assertIn(f"1 of 2: dc1.{self.domain}:389. ca10.{self.domain}:389 refused the connection.",
                      steps["directory-ports"]["found"])

    def test_a_keytab(self):
        steps = self.steps("--user", self.lab["LAB_AUDITOR"], "--keytab", self.lab["LAB_AUDITOR_KEYTAB"], "--ca",
                           "Contoso Issuing CA 01", code=COMPLIANT, account=None)
        self.assertIn(f"has keys of {self.lab['LAB_AUDITOR']}: ", steps["account"]["found"])
        self.assertIn("aes256-cts (version ", steps["account"]["found"])

    def test_a_refused_password_is_tried_once_and_never_shown(self):
        password = self.folder / "password"
        password.write_text("wrong-Secret-7\n")
        password.chmod(0o600)
        done = self.doctor("--user", self.lab["LAB_AUDITOR"], "--password-file", str(password), account=None)
        self.assertEqual(done.returncode, CREDENTIALS, done.stderr)
        self.assertIn("failed", done.stdout)
        self.assertNotIn("wrong-Secret-7", done.stdout + done.stderr)

    def test_tls_and_its_channel_binding(self):
        steps = self.steps("--server", "ldaps://" + self.lab["LAB_DC"], "--ca-cert", self.lab["LAB_CA_CERT"], "--ca",
                           "Contoso Issuing CA 01", code=COMPLIANT)
        self.assertIn("certificate verified, Kerberos, bound to this TLS connection.", steps["directory"]["found"])
        self.assertEqual(steps["directory-ports"]["found"], f"{self.lab['LAB_DC']}:636.")

    def test_a_history_that_cannot_be_made(self):
        (self.folder / "file").write_text("")
        done = self.casweep("doctor", "--domain", self.domain, "--ca", "Contoso Issuing CA 01", "--db",
                            str(self.folder / "file" / "history.db"))
        self.assertEqual(done.returncode, DATABASE, done.stderr)
        self.assertIn("cannot be created for the history (Not a directory)", " ".join(done.stdout.split()))

    def test_a_ca_that_is_not_there(self):
        done = self.doctor("--ca", "No Such CA")
        self.assertEqual(done.returncode, USAGE, done.stderr)
        self.assertIn("No CA named 'No Such CA' in this forest.", done.stdout)
        self.assertIn("  The account can list the CAs\n                   "
                      f"{len(cases())} enterprise CAs in the forest {self.domain}.", done.stdout)

    def test_a_silent_dns_server_ends_in_time(self):
        silent = {"/etc/resolv.conf": "nameserver 10.20.0.111\nnameserver 10.20.0.111\n"}
        began = time.monotonic()
        done = subprocess.run(self.where(silent, CASWEEP, "doctor", "--db", str(self.db), "--domain", self.domain),
                              capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, DIRECTORY, done.stdout + done.stderr)
        self.assertIn(f"DNS gave no answer about the domain controllers of {self.domain}; check", done.stdout)
        self.assertIn("DNS servers: 10.20.0.111", done.stdout)
        self.assertLess(time.monotonic() - began, 14)  # its patience is 10 s

    def test_ctrl_c_ends_it_at_once(self):
        silent = {"/etc/resolv.conf": "nameserver 10.20.0.111\n"}
        process = subprocess.Popen(
            self.where(silent, CASWEEP, "doctor", "--db", str(self.db), "--domain", self.domain),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0)
        while "DNS servers: 10.20.0.111" not in process.stdout.readline():  # each step is shown as soon as it is done
            self.assertIsNone(process.poll())
        time.sleep(0.5)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        rest, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + signal.SIGINT, said)
        self.assertNotIn("Nothing was recorded", rest)
        self.assertLess(time.monotonic() - began, 5)  # its patience is 10 s

    def test_scan_points_to_it(self):
        done = self.scan("--domain", "no-such.example")
        self.assert_one_sentence(done, DIRECTORY, "no-such.example")
        self.assertEqual(done.stderr.splitlines()[-1], "To see which step fails, run 'casweep doctor' with the same options "
                         "for the directory and the account.")
        self.assertNotIn("casweep doctor", self.history("SELECT failure FROM scan")[0]["failure"])


if __name__ == "__main__":
    unittest.main()
