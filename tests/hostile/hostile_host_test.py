#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program's own sweep against misbehaving fake hosts. CASWEEP_READ_HOSTS names the driver."""

import sys

sys.dont_write_bytecode = True

import unittest  # noqa: E402

import isolation  # noqa: E402
from fake_server import SMB_2_0_2, SMB_2_1, SMB_3_0, SMB_3_0_2, SMB_3_1_1, FakeServer, Host  # noqa: E402
from misbehaviour import (  # noqa: E402
    BodyWith,
    Cut,
    Endless,
    EndlessFragments,
    EndlessPending,
    Flipped,
    Garbage,
    LengthLie,
    PduCut,
    Stalled,
    Status,
    Trickled,
    Unsigned,
)
from sweeping import CA, MOST_MEMORY_KIB, PASSWORD, Reading, sweep  # noqa: E402
from winreg import CONFIGURATION, Registry, dword, sz  # noqa: E402

DIALECTS = (SMB_2_0_2, SMB_2_1, SMB_3_0, SMB_3_0_2, SMB_3_1_1)
SMB_STEPS = ("negotiate", "session-setup-1", "session-setup-2", "tree-connect", "create")
BIND_STEPS = ("bind", "alter-context")
READ_STEPS = ("OpenLocalMachine", "BaseRegOpenKey", "BaseRegQueryValue")
STEPS = SMB_STEPS + BIND_STEPS + READ_STEPS

PIPE_NOT_AVAILABLE, PIPE_BUSY = 0xC00000AC, 0xC00000AE
REFUSED_LOGONS = (
    0xC000006D, 0xC000006A, 0xC0000064, 0xC000006E, 0xC000006F, 0xC0000070, 0xC0000071, 0xC0000072, 0xC0000193,
    0xC0000224, 0xC0000234, 0xC000015B, 0xC0000413,
)  # fmt: skip
ACCESS_DENIED = 0xC0000022
REDIRECTS = (0xC0000257, 0x8000002D, 0xC00000CC)  # PATH_NOT_COVERED (DFS), STOPPED_ON_SYMLINK, BAD_NETWORK_NAME

SLACK_MS = 1000  #: after the deadline, for a machine that has other things to do


def host(registry: Registry | None = None, **settings) -> Host:
    return Host(registry=registry or Registry.of_ca(CA), **settings)


class HostTest(unittest.TestCase):
    def read(self, hosts: dict, deadline_ms: int = 4000, **settings) -> dict[object, Reading]:
        """Sweeps `hosts` and returns the result for each, by the same key. Asserts what holds for every host."""
        addresses = {f"127.1.{i // 250}.{i % 250 + 1}": key for i, key in enumerate(hosts)}
        with FakeServer({address: hosts[key] for address, key in addresses.items()}) as server:
            result = sweep(list(addresses), deadline_ms=deadline_ms, **settings)
        readings = dict(zip(addresses.values(), result.readings, strict=True))
        self.assertLess(result.peak_rss_kib, MOST_MEMORY_KIB)
        self.assertEqual(server.strangers, [], "casweep connected to a host that was not named")
        password = PASSWORD.encode()
        for key, reading in readings.items():
            with self.subTest(key):
                # A host that stalls after the logon is read once more.
                self.assertLess(reading.elapsed_ms, 2 * deadline_ms + SLACK_MS)
                self.assertNotEqual(reading.reason, "worker-crashed")
                for clear in (password, PASSWORD.encode("utf-16-le")):
                    self.assertNotIn(clear, bytes(hosts[key].octets))
        return readings

    def assert_reasons(self, readings: dict, expected) -> None:
        for key, reading in readings.items():
            with self.subTest(key):
                self.assertEqual(reading.outcome, "unknown")
                self.assertEqual((reading.reason, reading.detail), (expected(key), reading.detail))


class GoodHost(HostTest):
    """Without this the other tests would prove nothing."""

    def test_is_read_in_every_dialect(self):
        hosts = {dialect: host(dialect=dialect) for dialect in DIALECTS}
        for dialect, reading in self.read(hosts).items():
            with self.subTest(f"{dialect:#x}"):
                self.assertEqual((reading.reason, reading.detail), ("flag-set", ""))
                self.assertEqual(hosts[dialect].connections, 1)

    def test_is_logged_on_to_once_for_smb_and_once_for_rpc(self):
        good = host()
        self.read({"good": good})
        self.assertEqual((good.count("session-setup-2"), good.count("alter-context"), len(good.logons)), (1, 1, 2))

    def test_gets_no_lm_response_and_no_ntlm_v1(self):
        good = host()
        self.read({"good": good})
        for logon in good.logons:
            self.assertEqual(logon.lm_response.strip(b"\0"), b"")
            self.assertGreater(len(logon.nt_response), 24)  # NTLMv1's has 24 octets ([MS-NLMP] 2.2.2.6)


class Retry(HostTest):
    def test_waits_for_a_pipe_that_is_not_available_yet(self):
        hosts = {
            name: host(spoilt={"create": Status(status, times=3)})
            for name, status in (("PIPE_NOT_AVAILABLE", PIPE_NOT_AVAILABLE), ("PIPE_BUSY", PIPE_BUSY))
        }
        for name, reading in self.read(hosts, deadline_ms=8000).items():
            with self.subTest(name):
                self.assertEqual(reading.reason, "flag-set")
                self.assertEqual(hosts[name].count("create"), 4)
                self.assertGreaterEqual(reading.elapsed_ms, 250 + 500 + 1000)
                print(f"{name} three times: read after {reading.elapsed_ms} ms")

    def test_ends_with_the_deadline(self):
        hosts = {status: host(spoilt={"create": Status(status)}) for status in (PIPE_NOT_AVAILABLE, PIPE_BUSY)}
        readings = self.read(hosts, deadline_ms=3000)
        self.assert_reasons(readings, lambda _: "remote-registry-not-starting")
        for status, reading in readings.items():
            self.assertLessEqual(hosts[status].count("create"), 4)  # at 0, 250, 750 and 1750 ms
            print(f"{status:#x} without end: given up after {reading.elapsed_ms} ms of 3000")

    def test_is_not_for_a_refused_logon(self):
        hosts = {
            (step, f"{status:#x}"): host(spoilt={step: Status(status)})
            for step in ("session-setup-1", "session-setup-2")
            for status in REFUSED_LOGONS
        }
        self.assert_reasons(self.read(hosts), lambda _: "logon-refused")
        for key, refusing in hosts.items():
            with self.subTest(key):
                self.assertEqual((refusing.connections, refusing.count("session-setup-1")), (1, 1))
                self.assertLessEqual(len(refusing.logons), 1)

    def test_is_not_for_a_wrong_password(self):
        refusing = host(password="another")
        self.assertEqual(self.read({"": refusing})[""].reason, "logon-refused")
        self.assertEqual((refusing.connections, len(refusing.logons)), (1, 1))

    def test_is_not_for_a_logon_refused_by_rpc(self):
        refusing = host(spoilt={"alter-context": Status(5)})
        self.assertEqual(self.read({"": refusing})[""].reason, "logon-refused")
        self.assertEqual((refusing.count("session-setup-2"), refusing.count("alter-context")), (1, 1))

    def test_is_not_for_access_denied(self):
        steps = tuple(step for step in STEPS if step not in ("bind", "BaseRegQueryValue"))
        hosts = {step: host(spoilt={step: Status(ACCESS_DENIED)}) for step in steps}
        self.assert_reasons(self.read(hosts), lambda _: "access-denied")
        for step in steps:
            with self.subTest(step):
                self.assertEqual((hosts[step].connections, hosts[step].count(step)), (1, 1))

    def test_is_not_for_a_missing_pipe(self):
        disabled = host(spoilt={"create": Status(0xC0000034)})
        self.assertEqual(self.read({"": disabled})[""].reason, "remote-registry-unavailable")
        self.assertEqual(disabled.count("create"), 1)


class HostileReply(HostTest):
    def test_that_never_comes_to_its_end_costs_no_more_than_two_deadlines(self):
        stalls = (Stalled(), Stalled(3), Stalled(30), Trickled())
        misbehaviours = (*stalls, LengthLie(0xFFFFFF), LengthLie(0), Garbage(False))
        hosts = {(step, str(m)): host(spoilt={step: m}) for step in STEPS for m in misbehaviours}
        self.assert_reasons(self.read(hosts, jobs=len(hosts)), lambda _: "timed-out")

    def test_that_is_no_smb_is_a_protocol_error(self):
        misbehaviours = (Garbage(True), LengthLie(4), EndlessPending())
        hosts = {(step, type(m).__name__): host(spoilt={step: m}) for step in STEPS for m in misbehaviours}
        self.assert_reasons(self.read(hosts), lambda _: "protocol-error")

    def test_that_is_cut_anywhere_is_a_protocol_error(self):
        good = host()
        self.read({"": good})
        for step in STEPS:
            hosts = {(step, at): host(spoilt={step: Cut(at)}) for at in range(good.sent[step])}
            self.assert_reasons(self.read(hosts), lambda _: "protocol-error")

    def test_that_ends_the_logon_may_be_a_block_of_ntlm(self):
        hosts = {step: host(spoilt={step: Cut(0)}) for step in ("session-setup-1", "session-setup-2")}
        for step, reading in self.read(hosts).items():
            with self.subTest(step):
                self.assertIn("may block NTLM, so scan with Kerberos", reading.detail)

    def test_of_rpc_that_is_cut_inside_a_good_smb_message_is_never_another_verdict(self):
        steps = BIND_STEPS + READ_STEPS
        hosts = {(step, at): host(spoilt={step: PduCut(at)}) for step in steps for at in range(0, 160, 4)}
        self.assert_true_or_unknown(self.read(hosts))

    def test_whose_lengths_lie_under_a_good_signature_is_never_another_verdict(self):
        hosts = {
            (step, at, octets.hex()): host(spoilt={step: BodyWith(at, octets)})
            for step in STEPS
            for octets in (bytes(4), b"\xff\xff\xff\xff")
            for at in range(0, 184, 8)
        }
        self.assert_true_or_unknown(self.read(hosts))

    def test_without_end_costs_no_memory(self):
        hosts = {step: host(spoilt={step: Endless()}) for step in STEPS}
        self.assert_unknown(self.read(hosts), {"protocol-error", "access-denied", "timed-out"})

    def test_of_rpc_without_a_last_fragment_costs_no_memory(self):
        hosts = {step: host(spoilt={step: EndlessFragments()}) for step in READ_STEPS}
        self.assert_unknown(self.read(hosts), {"protocol-error", "timed-out"})

    def test_with_a_redirect_is_not_followed(self):
        hosts = {
            (step, f"{status:#x}"): host(spoilt={step: Status(status)})
            for step in ("session-setup-2", "tree-connect", "create")
            for status in REDIRECTS
        }
        self.assert_reasons(self.read(hosts), lambda _: "protocol-error")
        for key, redirecting in hosts.items():
            with self.subTest(key):
                self.assertEqual((redirecting.connections, redirecting.count("session-setup-1")), (1, 1))

    def assert_unknown(self, readings: dict, reasons: set[str]) -> None:
        for key, reading in readings.items():
            with self.subTest(key):
                self.assertIn(reading.reason, reasons)

    def assert_true_or_unknown(self, readings: dict) -> None:
        """Changing an unused field has no effect; the true answer is then read."""
        reasons = {"flag-set", "protocol-error", "timed-out", "logon-refused", "access-denied"}
        self.assert_unknown(readings, reasons)


class Protection(HostTest):
    """Samba's client reports a bad signature as STATUS_ACCESS_DENIED until the pipe is bound, and just disconnects later."""

    REASONS = {"access-denied", "protection-refused", "protocol-error"}

    def test_ends_where_a_signature_is_taken_away(self):
        steps = ("session-setup-2", "tree-connect", "create", *BIND_STEPS, *READ_STEPS)
        hosts = {
            (step, f"{dialect:#x}"): host(dialect=dialect, spoilt={step: Unsigned()})
            for step in steps
            for dialect in DIALECTS
        }
        for key, reading in self.read(hosts).items():
            with self.subTest(key):
                self.assertIn(reading.reason, self.REASONS)
                self.assertEqual(hosts[key].received[-1], key[0], "it went on after an unsigned reply")

    def test_ends_where_a_bit_was_changed_on_the_way(self):
        hosts = {
            (step, at): host(spoilt={step: Flipped(at)})
            for step in ("session-setup-2", "tree-connect", "create", *BIND_STEPS, *READ_STEPS)
            for at in (48, 63, 64, 68, 70, 72, -1)
        }
        for key, reading in self.read(hosts).items():
            with self.subTest(key):
                self.assertIn(reading.reason, self.REASONS)

    def test_finds_a_negotiation_that_was_changed_on_the_way(self):
        steps = ("negotiate", "session-setup-1")
        hosts = {(step, at): host(spoilt={step: Flipped(at)}) for step in steps for at in (66, 90, 100)}
        for key, reading in self.read(hosts).items():
            with self.subTest(key):
                self.assertEqual(reading.outcome, "unknown")
                self.assertEqual(hosts[key].count("tree-connect"), 0)

    def test_finds_a_downgrade(self):
        lying = host(dialect=SMB_3_0_2, spoilt={"validate-negotiate": BodyWith(48 + 22, b"\x10\x02")})
        self.assertIn(self.read({"": lying})[""].reason, self.REASONS)
        self.assertEqual(lying.count("create"), 0)

    def test_does_not_fall_back_to_guest_or_anonymous(self):
        hosts = {flags: host(session_flags=flags, spoilt={"session-setup-2": Unsigned()}) for flags in (1, 2)}
        for flags, reading in self.read(hosts).items():
            with self.subTest(flags):
                self.assertIn(reading.reason, self.REASONS)
                self.assertEqual(hosts[flags].count("tree-connect"), 0)

    def test_is_agreed_with_a_host_that_says_it_cannot_sign(self):
        unable = host(security_mode=0)
        self.assertEqual(self.read({"": unable})[""].reason, "flag-set")

    def test_takes_no_dialect_that_was_not_offered(self):
        hosts = {dialect: host(dialect=dialect) for dialect in (0x0000, 0x0100, 0x0222, 0x02FF)}
        self.assert_reasons(self.read(hosts), lambda _: "protocol-error")
        for fake in hosts.values():
            self.assertEqual(fake.logons, [])
            self.assertEqual(tuple(fake.dialects), DIALECTS)

    def test_never_binds_outside_spnego(self):
        refusing = host(spoilt={"bind": Status(8)})  # bind_nak: authentication type not recognized
        self.assertEqual(self.read({"": refusing})[""].reason, "protocol-error")
        self.assertEqual(refusing.bind_types, [9])


class HostileRegistry(HostTest):
    NAMES = ("=cmd|'/C calc'!A0", "\x1b[2J\x1b]0;owned\x07", "a\r\nb", "\u202egnp.exe", "\ud800", "<script>1</script>")

    def test_with_names_made_to_harm_is_another_ca(self):
        def registry(name: str) -> Registry:
            keys = {CONFIGURATION: {"Active": sz(name)}, f"{CONFIGURATION}\\{name}": {"CommonName": sz(name)}}
            return Registry(keys, Registry.names([name]))

        hosts = {ascii(name): host(registry(name)) for name in self.NAMES}
        self.assert_reasons(self.read(hosts), lambda _: "different-ca-on-host")

    def test_with_a_million_sub_keys_is_left_after_a_few(self):
        endless = {
            "numbered": lambda index: f"CA {index}" if index < 1_000_000 else None,
            "all the same": lambda index: "CA",
            "without a name": lambda index: "",
            "with a path": lambda index: f"..\\..\\{index}",
        }
        hosts = {what: host(Registry({CONFIGURATION: {}}, names)) for what, names in endless.items()}
        self.assert_reasons(self.read(hosts), lambda _: "ca-key-not-found")
        for what, many in hosts.items():
            with self.subTest(what):
                self.assertLessEqual(many.count("BaseRegEnumKey"), 65)

    def test_with_a_value_of_another_kind_is_not_believed(self):
        three = (4, b"\x41\x06\0")
        values = {"REG_SZ": sz("1601"), "three bytes": three, "empty": (4, b""), "type 99": (99, dword(0)[1])}
        hosts = {what: host(Registry.of_ca(CA, value)) for what, value in values.items()}
        self.assert_reasons(self.read(hosts), lambda _: "value-malformed")

    def test_with_a_value_larger_than_was_asked_for_is_not_believed(self):
        oversized = host(Registry.of_ca(CA, (4, bytes(17_000))))
        self.assertEqual(self.read({"": oversized})[""].reason, "protocol-error")


if __name__ == "__main__":
    isolation.enter()
    unittest.main(verbosity=2)
