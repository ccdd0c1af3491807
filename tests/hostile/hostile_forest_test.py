#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program's own sweep in the lab, with Kerberos: a real host behind a tampering relay, and fakes in its place."""

import sys

sys.dont_write_bytecode = True

import os  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
import unittest  # noqa: E402
from pathlib import Path  # noqa: E402

import spnego  # noqa: E402
from fake_server import FakeServer, Host  # noqa: E402
from inside_lab import main, outside  # noqa: E402
from isolation import run  # noqa: E402
from misbehaviour import Cut, Flipped, Unsigned  # noqa: E402
from relay import Relay, Spoilt  # noqa: E402
from sweeping import MOST_MEMORY_KIB, Reading, give_names, sweep  # noqa: E402
from winreg import Registry  # noqa: E402

HOST, CA = "ca03.corp.example", "Contoso Issuing CA 03"  # not enforced: 0x441
BEHIND = "10.20.0.103"
BETWEEN = "10.20.9.3"  #: where this test's own servers stand in for HOST
MESSAGES = 16  #: of the host's, from negotiate to the key's last-write time, which is the last and no evidence
CERTSVC = r"HKLM\SYSTEM\CurrentControlSet\Services\CertSvc\Configuration"


class ForestTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        give_names(BETWEEN, HOST, "stranger.corp.example", "stranger.example.org")
        subprocess.run(["ip", "address", "add", f"{BETWEEN}/32", "dev", "lo"], stderr=subprocess.DEVNULL)

    def read(self, *hosts: str, ccache: str | None = None, name: str = CA, **settings) -> list[Reading]:
        ccache = ccache or os.environ["KRB5CCNAME"]
        result = sweep(
            list(hosts), name=name, logon="kerberos", principal=os.environ["LAB_AUDITOR"], ccache=ccache, **settings
        )
        self.assertLess(result.peak_rss_kib, MOST_MEMORY_KIB)
        return result.readings

    def ticket(self, *options: str) -> str:
        ccache = f"FILE:{self.folder.name}/{len(os.listdir(self.folder.name))}"
        run("kinit", *options, "-k", "-t", os.environ["LAB_AUDITOR_KEYTAB"], "-c", ccache, os.environ["LAB_AUDITOR"])
        return ccache


class ManInTheMiddle(ForestTest):
    def test_who_only_listens_sees_one_logon_and_no_ntlm(self):
        with Relay(BETWEEN, BEHIND, []) as relay:
            [reading] = self.read(HOST)
        self.assertEqual((reading.reason, reading.detail), ("flag-clear", ""))
        self.assertIn(len(relay.sizes), (MESSAGES, MESSAGES + 1))  # the reply to CLOSE comes too late to be sure of
        self.assertNotIn(b"NTLMSSP", b"".join(relay.requests))
        self.assertEqual(sum(request[16:18] == b"\1\0" for request in relay.requests), 1, "SESSION_SETUP")

    def test_who_tampers_gets_no_verdict_but_the_true_one(self):
        with Relay(BETWEEN, BEHIND, []) as relay:
            self.read(HOST)
        plan = []
        for index, size in enumerate(relay.sizes[:MESSAGES]):
            plan += [Spoilt(index, Cut(at)) for at in (0, 4, size // 2)]
            plan += [Spoilt(index, Flipped(at)) for at in (8, 50, 64, -1)]
            plan += [Spoilt(index, Unsigned())] if index > 0 else []
        for spoilt in plan:  # with a relay each, because a failed logon is followed by a connection that asks for the time
            with self.subTest(spoilt):
                with Relay(BETWEEN, BEHIND, [spoilt]):
                    [reading] = self.read(HOST, deadline_ms=4000)
                self.assertNotEqual(reading.reason, "worker-crashed")
                if spoilt.index < MESSAGES - 1:
                    self.assertEqual(reading.outcome, "unknown")
                else:
                    self.assertIn(reading.reason, ("flag-clear", "timed-out"))


class Kerberos(ForestTest):
    def test_never_becomes_ntlm(self):
        offers = {"NTLM": (spnego.NTLM,), "both": (spnego.KERBEROS, spnego.NTLM), "Kerberos": (spnego.KERBEROS,)}
        for what, mechanisms in offers.items():
            fake = Host(mechanisms=mechanisms, registry=Registry.of_ca(CA))
            with self.subTest(what), FakeServer({BETWEEN: fake}, BETWEEN):
                [reading] = self.read(HOST)
                self.assertEqual(reading.reason, "kerberos-failed")
                self.assertNotIn(b"NTLMSSP", bytes(fake.octets))
                # The second connection only asks for the host's time, without a logon.
                self.assertEqual((fake.connections, fake.count("negotiate"), fake.count("session-setup-1")), (2, 2, 1))

    def test_says_that_it_failed_for_a_host_it_does_not_know(self):
        with Relay(BETWEEN, BEHIND, []):
            for reading in self.read("stranger.corp.example", "stranger.example.org", BETWEEN):
                with self.subTest(reading.address):
                    self.assertEqual(reading.reason, "kerberos-failed")

    def test_says_that_it_failed_with_an_expired_ticket(self):
        ccache = self.ticket("-l", "1s")
        time.sleep(2)
        with Relay(BETWEEN, BEHIND, []):
            self.assertEqual(self.read(HOST, ccache=ccache)[0].reason, "kerberos-failed")

    def test_says_that_a_ticket_is_too_near_its_end(self):
        ccache = self.ticket("-l", "4m")
        with Relay(BETWEEN, BEHIND, []):
            [reading] = self.read(HOST, ccache=ccache)
        self.assertEqual(reading.reason, "kerberos-failed", reading.detail)
        self.assertIn("does not use a ticket in its last 300 s", reading.detail)

    def test_says_that_it_failed_without_a_key_distribution_center(self):
        ccache = self.ticket()
        config = Path(os.environ["KRB5_CONFIG"])
        elsewhere = Path(self.folder.name) / "krb5.conf"
        elsewhere.write_text(config.read_text().replace(os.environ["LAB_DC_ADDRESS"], "10.20.9.77"))
        os.environ["KRB5_CONFIG"] = str(elsewhere)
        try:
            with Relay(BETWEEN, BEHIND, []):
                self.assertEqual(self.read(HOST, ccache=ccache)[0].reason, "kerberos-failed")
        finally:
            os.environ["KRB5_CONFIG"] = str(config)

    def test_does_not_delegate_the_account_to_a_host_that_is_trusted_for_delegation(self):
        sam = f"ldb://{os.environ['LAB_DIR']}/dc/private/sam.ldb"
        dn = f"CN={HOST.split('.')[0].upper()},CN=Computers,DC=corp,DC=example"

        def set_control(flags: int) -> None:
            ldif = f"dn: {dn}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: {flags}\n"
            subprocess.run(["ldbmodify", "-H", sam], input=ldif, text=True, check=True, stdout=subprocess.DEVNULL)

        def sent(ccache: str) -> list[int]:
            with Relay(BETWEEN, BEHIND, []) as relay:
                self.assertEqual(self.read(HOST, ccache=ccache)[0].reason, "flag-clear")
            return [len(request) for request in relay.requests]

        before = sent(self.ticket())
        set_control(0x1000 | 0x80000)  # WORKSTATION_TRUST_ACCOUNT, TRUSTED_FOR_DELEGATION ([MS-ADTS] 2.2.16)
        try:
            ccache = self.ticket("-f")
            run("kvno", "-c", ccache, f"cifs/{HOST}")
            self.assertIn("Flags: FRATO", run("klist", "-f", "-c", ccache))  # O: ok-as-delegate
            after = sent(ccache)
            # Random numbers in the AP-REQ are DER integers of one octet more or less; a forwarded ticket
            # is another thousand octets.
            self.assertEqual(len(after), len(before))
            for length, usual in zip(after, before):
                self.assertAlmostEqual(length, usual, delta=16, msg="a forwarded ticket makes requests longer")
        finally:
            set_control(0x1000)


class RealRegistry(ForestTest):
    def test_host_without_winreg_is_asked_once_and_read_when_it_is_available(self):
        host, name = "ca01.corp.example", "Contoso Issuing CA 01"
        outside("winreg", "off", "01")
        try:
            [reading] = self.read(host, name=name, deadline_ms=8000)
        finally:
            outside("winreg", "on", "01")
        self.assertEqual(reading.reason, "remote-registry-unavailable")
        self.assertLess(reading.elapsed_ms, 4000, "nothing is waited for")
        self.assertEqual(self.read(host, name=name)[0].reason, "flag-set")

    def test_with_a_thousand_keys_of_hostile_names_is_left_after_a_few(self):
        names = [f"=cmd|'/C calc'!A{i}\u001b[2J\u202e" for i in range(1000)]
        lines = ["Windows Registry Editor Version 5.00", ""]
        lines += [f"[{CERTSVC.replace('HKLM', 'HKEY_LOCAL_MACHINE')}\\{name}]\r\n" for name in names]
        path = Path(self.folder.name) / "keys.reg"
        path.write_text("\r\n".join(lines) + "\r\n\r\n", encoding="utf-16")
        config = Path(os.environ["LAB_DIR"], "hosts/18/smb.conf")
        run("net", f"--configfile={config}", "registry", "import", str(path))
        [reading] = self.read("ca18.corp.example", name="Contoso Issuing CA 18")
        self.assertEqual(reading.reason, "ca-key-not-found")
        self.assertIn("first 64 keys", reading.detail)


if __name__ == "__main__":
    sys.exit(main())
