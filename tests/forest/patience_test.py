# SPDX-License-Identifier: GPL-3.0-or-later
"""Silent DNS servers, KDCs and domain controllers delay casweep by its stated limit at most, and Ctrl-C ends the wait at once."""

import json
import os
import signal
import subprocess
import sys
import time
import unittest

from forest import CASWEEP, COMPLIANT, DIRECTORY, LAB, ROOT, UNKNOWN, ForestTest

sys.path.insert(0, str(ROOT / "tests/lab"))
from casweep_lab import ldif  # noqa: E402  (the path above comes first)
from casweep_lab.forest import Forest  # noqa: E402

SILENT = "10.20.0.111"  #: the address of case 11, whose packets are dropped
INTERRUPTED = 128 + signal.SIGINT


class PatienceTest(ForestTest):
    def start(self, command: list[str]) -> subprocess.Popen:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, process_group=0)

    def wait_until_it_runs(self) -> None:
        """Waits until the history has a scan that began, which then sends its queries."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.db.exists() and self.history("SELECT 1 FROM sqlite_schema WHERE name = 'scan'"):
                if self.history("SELECT 1 FROM scan WHERE state = 'running'"):
                    return
            time.sleep(0.05)
        raise AssertionError("no scan began")

    def said_in_time(self, command: list[str]) -> str:
        """The message of a scan that gets no answer."""
        process = self.start(command)
        self.wait_until_it_runs()
        began = time.monotonic()
        _, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, DIRECTORY, said)
        self.assertLess(time.monotonic() - began, 14)  # its patience is 10 s
        return said

    def failures(self) -> list[str]:
        return [f"{row['state']}: {row['failure']}" for row in self.history("SELECT state, failure FROM scan")]

    def silent_dns(self, *arguments: str) -> list[str]:
        silent = {"/etc/resolv.conf": f"nameserver {SILENT}\nnameserver {SILENT}\n"}
        return self.where(silent, CASWEEP, "scan", "--db", str(self.db), *arguments)

    def krb5_conf(self, kdcs: list[str]) -> str:
        """A krb5.conf with these KDCs."""
        realm, file = self.lab["LAB_REALM"], self.folder / "krb5.conf"
        lines = "".join(f"  kdc = {kdc}\n" for kdc in kdcs)
        file.write_text(
            f"[libdefaults]\n default_realm = {realm}\n dns_lookup_kdc = false\n[realms]\n {realm} = {{\n{lines} }}\n")
        return str(file)

    def silent_kdc(self, *arguments: str, account: str | None = None, then: str = "") -> list[str]:
        """With `account`, uses an existing ticket; without, the auditor's keytab. `then` is a last KDC."""
        kdcs = [SILENT, *(f"{SILENT}:{port}" for port in range(89, 95)), *([then] if then else [])]
        keytab = [] if account else ["--user", self.lab["LAB_AUDITOR"], "--keytab", self.lab["LAB_AUDITOR_KEYTAB"]]
        return self.inside("env", f"KRB5_CONFIG={self.krb5_conf(kdcs)}", CASWEEP, "scan", "--db", str(self.db), *keytab,
                           *arguments, account=account)

    def silent_controllers(self, *arguments: str) -> list[str]:
        servers = [word for _ in range(3) for word in ("--server", "ldap://" + SILENT)]
        return self.inside(CASWEEP, "scan", "--db", str(self.db), *servers, *arguments)

    def test_silent_dns_is_reported_in_time(self):
        said = self.said_in_time(self.silent_dns("--domain", self.domain))
        self.assertIn("DNS gave no answer about the domain controllers", said)
        self.assertIn("failed: DNS gave no answer", self.failures()[0])

    def test_silent_kdcs_are_said_in_time(self):
        said = self.said_in_time(self.silent_kdc("--domain", self.domain))
        self.assertIn("No KDC of the realm", said)
        self.assertIn("failed: No KDC", self.failures()[0])

    def test_silent_kdcs_are_not_asked_again_for_the_next_domain_controller(self):
        said = self.said_in_time(self.silent_kdc("--server", self.server, "--server", self.server, account="auditor"))
        self.assertIn("No KDC of the realm", said)

    def read_in_time(self, command: list[str], seconds: float) -> str:
        """What a scan of CA 01 says on stderr."""
        began = time.monotonic()
        done = subprocess.run([*command, "--ca", "Contoso Issuing CA 01"], capture_output=True, text=True, timeout=90,
                              stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, COMPLIANT, done.stderr)
        self.assertLess(time.monotonic() - began, seconds)
        return done.stderr

    def test_silent_kdcs_before_a_live_one_cost_little(self):
        live = self.lab["LAB_DC_ADDRESS"]
        for account in (None, "auditor"):
            with self.subTest(account=account):
                said = self.read_in_time(self.silent_kdc("--domain", self.domain, account=account, then=live), 8)
                self.assertIn(f"{SILENT}:88", said)
                self.assertIn(f"{live}:88 is used", said)

    def test_silent_kdcs_in_dns_before_a_live_one_cost_little(self):
        controller = Forest(LAB[LAB.index("--name") + 1]).controller
        records = [ldif.service_record("ca11", port) for port in range(4000, 4020)]
        for transport in ("_tcp", "_udp"):
            node = f"DC=_kerberos.{transport},{ldif.ZONE_DN}"
            controller.apply(ldif.modification(node, "add", "dnsRecord", records))
            self.addCleanup(controller.apply, ldif.modification(node, "delete", "dnsRecord", records))
        keytab = ["--user", self.lab["LAB_AUDITOR"], "--keytab", self.lab["LAB_AUDITOR_KEYTAB"]]
        for _ in range(3):  # the order of the records is random
            self.read_in_time(self.inside(CASWEEP, "scan", "--db", str(self.db), "--domain", self.domain, *keytab,
                                          account=None, krb5="realm"), 8)

    def test_a_kdc_that_falls_silent_during_a_scan_is_the_cause(self):
        """The cache already holds the ticket for the directory, so only the CAs need the KDC."""
        cache = f"FILE:{self.folder}/cache"
        for command in (["kinit", "-k", "-t", self.lab["LAB_AUDITOR_KEYTAB"], "-c", cache, self.lab["LAB_AUDITOR"]],
                        ["kvno", "-c", cache, f"ldap/{self.lab['LAB_DC']}/{self.domain}@{self.lab['LAB_REALM']}"]):
            subprocess.run(self.inside(*command, account=None), check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run(
            self.inside("env", f"KRB5CCNAME={cache}", f"KRB5_CONFIG={self.krb5_conf([SILENT])}", CASWEEP, "scan", "--db",
                        str(self.db), "--domain", self.domain, "--format", "json", "--ca", "Contoso Issuing CA 01",
                        "--ca", "Contoso Issuing CA 03", account=None),
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, UNKNOWN, done.stderr)
        for ca in json.loads(done.stdout)["cas"]:
            self.assertEqual(ca["reason"], "kerberos-failed", ca["detail"])
            self.assertIn("No KDC answered", ca["detail"])
            self.assertIn("cifs/ca0", ca["detail"])

    def test_silent_domain_controllers_before_a_live_one_cost_little(self):
        """38 SRV records of controllers that do not answer, of a weight that makes the live one come late (RFC 2782)."""
        records = [ldif.service_record("ca11", port, weight=65535) for port in range(4000, 4038)]
        controller = Forest(LAB[LAB.index("--name") + 1]).controller
        node = f"DC=_ldap._tcp.dc,{ldif.MSDCS_ZONE_DN}"
        controller.apply(ldif.modification(node, "add", "dnsRecord", records))
        self.addCleanup(controller.apply, ldif.modification(node, "delete", "dnsRecord", records))
        said = self.read_in_time(self.inside(CASWEEP, "scan", "--db", str(self.db), "--domain", self.domain), 8)
        self.assertIn("of 39 domain controllers were passed over", said)
        self.assertIn("ca11." + self.domain, said)
        self.assertIn(self.lab["LAB_DC"] + " is used", said)

    def test_silent_domain_controllers_are_named_if_no_other_answers(self):
        silent = [word for port in range(4000, 4038) for word in ("--server", f"ldap://ca11.{self.domain}:{port}")]
        said = self.said_in_time(self.inside(CASWEEP, "scan", "--db", str(self.db), *silent))
        self.assertIn("None of the 38 domain controllers accepted a connection within 10 s", said)
        self.assertIn("and 33 more", said)

    def test_ctrl_c_does_not_wait_for_anybody_silent(self):
        for who, command in {"DNS": self.silent_dns("--domain", self.domain), "KDC": self.silent_kdc("--domain", self.domain),
                             "domain controllers": self.silent_controllers()}.items():
            with self.subTest(who=who):
                process = self.start(command)
                self.wait_until_it_runs()
                time.sleep(0.5)
                began = time.monotonic()
                os.killpg(process.pid, signal.SIGINT)
                _, said = process.communicate(timeout=60)
                self.assertEqual(process.returncode, INTERRUPTED, said)
                self.assertLess(time.monotonic() - began, 5)  # its patience is 10 s
                self.assertEqual(self.failures().pop(), "interrupted: Interrupted before any CA was contacted.")


if __name__ == "__main__":
    unittest.main()
