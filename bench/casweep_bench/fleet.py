# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of CAs in a lab: many names and addresses in front of a few real domain members."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from casweep_lab import certificates, changes, ldif, lifecycle, programs
from casweep_lab.cases import Case
from casweep_lab.errors import LabError
from casweep_lab.forest import Forest

from . import plan
from .plan import FleetCa

_RELAY_ADDRESS = "10.21.255.1"
_RELAY_FIRST_PORT = 4500


class Fleet:
    """The lab `name` with `size` CAs. The directory lists none of them until `list_first`."""

    def __init__(self, name: str, size: int):
        self.cas = plan.fleet(size)
        self._certificates = _Certificates()
        self._members = range(1, self.cas[-1].member + 1)
        self.forest = Forest(name, [self._member_case(member) for member in self._members])
        self._listed = 0
        self._relay: subprocess.Popen | None = None
        self._sessions: list[int] = []  #: of all servers

    def up(self) -> None:
        """Brings the fleet up afresh; every host is alive and no delay is added."""
        lifecycle.down(self.forest)
        lifecycle.up(self.forest)
        self._sessions = list(self.forest.state()["sessions"].values())
        for case in self.forest.cases:
            changes.remove_ca(self.forest, case.slug)  # the members lend their hosts; they are no CAs of the fleet
        names = [
            ldif.modification(
                f"CN=MEMBER{member:02d},CN=Computers,{ldif.DOMAIN_DN}",
                "add",
                "servicePrincipalName",
                [f"HOST/{ca.dns_host_name}" for ca in self.cas if ca.member == member],
            )
            for member in self._members
        ]
        addresses = [ldif.address_record(ca.host, ca.address) for ca in self.cas]
        self.forest.controller.apply("".join(names + addresses))
        programs.run("ip", "-n", self.forest.name, "route", "add", "local", "10.21.0.0/16", "dev", "lo")
        # Samba's servers look up this machine's name at every logon; the domain knows it not, and each time that would
        # cost its only controller a dozen questions, of all clients alike.
        hosts = self.forest.namespace.etc / "hosts"
        hosts.write_text(f"{hosts.read_text()}127.0.0.1 {socket.gethostname()}\n")
        self.set_network(rtt_ms=0, dead=0)

    def down(self) -> None:
        lifecycle.down(self.forest)

    def list_first(self, count: int) -> list[FleetCa]:
        """Adds objects to the directory until it lists the first `count` CAs. It only ever grows."""
        added = self.cas[self._listed : count]
        self.forest.controller.apply("".join(ldif.enrollment_service(ca, self._certificates.of(ca)) for ca in added))
        self._listed = count
        return self.cas[:count]

    def set_network(self, *, rtt_ms: float, dead: float) -> None:
        """From now on every CA is `rtt_ms` away and the share `dead` of them does not answer."""
        if self._relay:
            self._relay.terminate()
            self._relay.wait()
            self._relay = None
        ports = {member: _RELAY_FIRST_PORT + member for member in self._members}
        targets = {member: self.forest.cases[member - 1].address for member in self._members}
        if rtt_ms > 0:
            relay = [sys.executable, str(Path(__file__).with_name("relay.py")), str(rtt_ms)]
            routes = [f"{_RELAY_ADDRESS}:{ports[member]}={targets[member]}:445" for member in self._members]
            self._relay = subprocess.Popen([*self.forest.namespace.enter(), *relay, *routes], stdout=subprocess.PIPE)
            if not self._relay.stdout.readline():
                raise LabError("the relay did not start")
        dead_addresses = {
            kind: [ca.address for ca in self.cas if plan.behaviour(ca, dead) == kind] for kind in ("silent", "closed")
        }
        ends = {
            member: f"{_RELAY_ADDRESS} . {ports[member]}" if rtt_ms > 0 else f"{targets[member]} . 445"
            for member in self._members
        }
        routes = [f"10.21.{member}.0/24 . 445 : {end}" for member, end in ends.items()]
        self._load_rules(dead_addresses["silent"], dead_addresses["closed"], routes)

    def relay_cpu_seconds(self) -> float:
        """CPU the relay has used so far; 0 if no delay is added."""
        return _cpu_seconds(self._relay.pid) if self._relay else 0.0

    def server_cpu_seconds(self) -> float:
        """CPU that the hosts and the domain controller have used so far, all their processes together."""
        by_session = self.forest.namespace.pids_by_session()
        servers = [pid for session in self._sessions for pid in by_session.get(session, [])]
        return sum(map(_cpu_seconds, servers))

    def _load_rules(self, silent: list[str], closed: list[str], routes: list[str]) -> None:
        """A dead host's address leads nowhere: there nothing listens, and the packets to a silent one are dropped."""

        def elements(addresses: list[str]) -> str:
            return f"elements = {{ {', '.join(addresses)} }}" if addresses else ""

        rules = f"""
            table ip casweep_bench
            delete table ip casweep_bench
            table ip casweep_bench {{
              set silent {{ type ipv4_addr; {elements(silent)} }}
              set dead {{ type ipv4_addr; {elements(silent + closed)} }}
              map hosts {{
                type ipv4_addr . inet_service : ipv4_addr . inet_service
                flags interval
                elements = {{ {', '.join(routes)} }}
              }}
              chain output {{
                type nat hook output priority -100;
                ip daddr @dead return
                dnat to ip daddr . tcp dport map @hosts
              }}
              chain input {{
                type filter hook input priority 0;
                ip daddr @silent drop
              }}
            }}
        """
        programs.run(*self.forest.namespace.enter(), "nft", "-f", "-", input=rules)

    def _member_case(self, member: int) -> Case:
        """The member as the lab knows hosts: its registry holds the keys of all CAs it stands for."""
        registry = {
            ca.key: {
                "CommonName": {"sz": ca.display_name},
                "CAServerName": {"sz": ca.dns_host_name},
                "CACertHash": {"multi_sz": [certificates.windows_hash(self._certificates.of(ca))]},
                **({} if ca.flags is None else {"InterfaceFlags": {"dword": ca.flags}}),
            }
            for ca in self.cas
            if ca.member == member
        }
        return Case(
            number=member,
            slug=f"member-{member:02d}",
            title="",
            display_name=f"member {member:02d}",
            cn=f"member {member:02d}",
            dns_host_name=f"member{member:02d}.corp.example",
            templates=[],
            behaviour="member",
            winreg=True,
            registry=registry,
            acl={},
            expect={},
        )


def _cpu_seconds(pid: int) -> float:
    """CPU of a process and of its children that have ended; 0 if it has ended itself."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")  # utime, stime, cutime, cstime


class _Certificates:
    """One CA certificate, with each CA's name written over it: its signature is not checked here, and making thousands
    takes minutes."""

    def __init__(self):
        self._name = FleetCa(0).display_name
        with tempfile.TemporaryDirectory() as folder:
            self._template = certificates.ca_certificate(self._name, Path(folder), "template")

    def of(self, ca: FleetCa) -> bytes:
        return self._template.replace(self._name.encode(), ca.display_name.encode())
