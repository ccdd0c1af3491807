# SPDX-License-Identifier: GPL-3.0-or-later
"""Silent DNS servers, KDCs and domain controllers delay casweep by its stated limit at most, and Ctrl-C ends the wait at once."""

import os
import signal
import subprocess
import time
import unittest

from forest import CASWEEP, DIRECTORY, ForestTest

SILENT = "10.20.0.111"  #: the address of case 11, whose packets are dropped
INTERRUPTED = 128 + signal.SIGINT


class PatienceTest(ForestTest):
    def command(self, *arguments: str, files: dict[str, str] | None = None, account: str | None = "auditor") -> list[str]:
        """A scan inside the forest in a separate mount namespace, where `files` replace others."""
        mounts = ""
        for number, (place, text) in enumerate((files or {}).items()):
            stand_in = self.folder / f"stand-in-{number}"
            stand_in.write_text(text)
            mounts += f"mount --bind {stand_in} {place} && "
        scan = [CASWEEP, "scan", "--db", str(self.db), *arguments]
        return self.inside("unshare", "--mount", "sh", "-c", mounts + 'exec "$@"', "sh", *scan, account=account)

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
        return self.command(*arguments, files={"/etc/resolv.conf": f"nameserver {SILENT}\nnameserver {SILENT}\n"})

    def silent_kdc(self, *arguments: str, account: str | None = None) -> list[str]:
        """With `account`, uses an existing ticket; without, the auditor's keytab."""
        realm = self.lab["LAB_REALM"]
        config = (f"[libdefaults]\n default_realm = {realm}\n dns_lookup_kdc = false\n"
                  f"[realms]\n {realm} = {{\n  kdc = {SILENT}\n  kdc = {SILENT}:89\n  kdc = {SILENT}:90\n }}\n")
        (self.folder / "krb5.conf").write_text(config)
        keytab = [] if account else ["--user", self.lab["LAB_AUDITOR"], "--keytab", self.lab["LAB_AUDITOR_KEYTAB"]]
        return self.inside("env", f"KRB5_CONFIG={self.folder}/krb5.conf", CASWEEP, "scan", "--db", str(self.db),
                           *keytab, *arguments, account=account)

    def silent_controllers(self, *arguments: str) -> list[str]:
        servers = [word for _ in range(3) for word in ("--server", "ldap://" + SILENT)]
        return self.command(*servers, *arguments)

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
                self.assertLess(time.monotonic() - began, 3)
                self.assertEqual(self.failures().pop(), "interrupted: Interrupted before any CA was contacted.")


if __name__ == "__main__":
    unittest.main()
