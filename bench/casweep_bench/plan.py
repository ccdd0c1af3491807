# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a fleet: its CAs, what their registries hold, which hosts are dead, and so what a client must say."""

from dataclasses import dataclass

CAS_PER_MEMBER = 100  #: a member's account and registry stay the same size, however large the fleet is

#: InterfaceFlags, in turn: set, clear, absent, RPC enrollment off.
_FLAGS = (0x641, 0x641, 0x441, 0x641, None, 0x641, 0x649, 0x41)

_ENFORCE, _NO_RPC = 0x200, 0x8  # [MS-CSRA] 3.1.4.2.14


@dataclass(frozen=True)
class FleetCa:
    """A CA of the fleet. `number` counts from 1."""

    number: int
    templates = ["Machine", "User", "WebServer"]
    enrollment_servers = ()

    @property
    def display_name(self) -> str:
        """Nothing in it is sanitized: it is cn, key name and common name alike."""
        return f"Fleet CA {self.number:04d}"

    @property
    def cn(self) -> str:
        return self.display_name

    @property
    def host(self) -> str:
        return f"ca{self.number:04d}"

    @property
    def dns_host_name(self) -> str:
        return f"{self.host}.corp.example"

    @property
    def member(self) -> int:
        """The number of the domain member that stands behind the CA's name."""
        return (self.number - 1) // CAS_PER_MEMBER + 1

    @property
    def address(self) -> str:
        return f"10.21.{self.member}.{(self.number - 1) % CAS_PER_MEMBER + 1}"

    @property
    def key(self) -> str:
        """Its key below HKLM\\SYSTEM\\CurrentControlSet\\Services\\CertSvc."""
        return f"Configuration\\{self.display_name}"

    @property
    def flags(self) -> int | None:
        return _FLAGS[self.number % len(_FLAGS)]


def fleet(size: int) -> list[FleetCa]:
    return [FleetCa(number) for number in range(1, size + 1)]


def behaviour(ca: FleetCa, dead: float) -> str:
    """`alive`, `silent` or `closed`. The share `dead` is spread evenly over the fleet, silent and closed by turns."""
    before, now = int((ca.number - 1) * dead + 1e-9), int(ca.number * dead + 1e-9)
    if now == before:
        return "alive"
    return "silent" if now % 2 else "closed"


def verdict_of(flags: int | None) -> str:
    """What a value says; None is a value that is not there."""
    if flags is None:
        return "not-enforced"
    if flags & _NO_RPC:
        return "not-exposed"
    return "enforced" if flags & _ENFORCE else "not-enforced"


def truth(ca: FleetCa, dead: float) -> str:
    """What a client must say of a CA: of a dead one, that it does not know."""
    return verdict_of(ca.flags) if behaviour(ca, dead) == "alive" else "unknown"
