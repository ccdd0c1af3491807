# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: one file each in cases/, with the content of the directory, the behaviour of the host and the expected result."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from .ca_name import sanitized_short_name
from .errors import LabError

CASES_DIR = Path(__file__).resolve().parent.parent / "cases"

#: How a host answers: a Samba domain member; an address where nothing listens; an address that swallows every packet;
#: a name that is not in DNS; no name at all.
BEHAVIOURS = ("member", "port-closed", "dropped", "no-dns", "no-name")


@dataclass(frozen=True)
class Case:
    """One CA of the forest, as its case file describes it."""

    number: int
    slug: str
    title: str
    display_name: str
    cn: str
    dns_host_name: str | None
    templates: list[str]
    behaviour: str
    winreg: bool  #: whether the host offers the pipe winreg
    registry: dict[str, dict[str, dict]]  #: key below HKLM\...\CertSvc -> value name -> {type: data}
    acl: dict[str, str]  #: key below HKLM\...\CertSvc -> SDDL
    expect: dict[str, dict]  #: "user" and "admin" -> verdict, reason, flags
    enrollment_servers: list[str] = field(default_factory=list)
    nt_auth: bool = True  #: whether NTAuthCertificates holds the CA's certificate

    @property
    def id(self) -> str:
        """Two digits: the number that starts the file's name."""
        return f"{self.number:02d}"

    @property
    def host(self) -> str | None:
        """The first label of the host's name, e.g. `ca01`."""
        return self.dns_host_name.split(".")[0] if self.dns_host_name else None

    @property
    def address(self) -> str | None:
        """The host's address inside the namespace; None if it has none."""
        return f"10.20.0.{100 + self.number}" if self.behaviour in ("member", "port-closed", "dropped") else None

    @property
    def is_member(self) -> bool:
        return self.behaviour == "member"

    def as_json(self) -> dict:
        """The data for tests: which CA this is and its expected result."""
        return {
            "case": self.id,
            "slug": self.slug,
            "title": self.title,
            "cn": self.cn,
            "display_name": self.display_name,
            "dns_host_name": self.dns_host_name,
            "behaviour": self.behaviour,
            "winreg": self.winreg,
            "expect": self.expect,
        }


def load_cases(directory: Path = CASES_DIR) -> list[Case]:
    """Every case file, in the order of their numbers."""
    cases = [_load(path) for path in sorted(directory.glob("*.toml"))]
    if not cases:
        raise LabError(f"there are no cases in {directory}")
    for what in ("number", "cn", "dns_host_name"):
        values = [getattr(case, what) for case in cases if getattr(case, what) is not None]
        twice = {value for value in values if values.count(value) > 1}
        if twice:
            raise LabError(f"two cases have the same {what}: {', '.join(map(str, twice))}")
    return cases


def find_case(cases: list[Case], wanted: str) -> Case:
    """The case called by number (`3`, `03`), slug, host name or cn."""
    for case in cases:
        names = {str(case.number), case.id, case.slug, f"{case.id}-{case.slug}", case.cn, case.host, case.dns_host_name}
        if wanted in names:
            return case
    raise LabError(f"there is no case {wanted!r}; `lab cases` lists them")


def _load(path: Path) -> Case:
    try:
        number, slug = re.fullmatch(r"(\d\d)-([a-z0-9-]+)", path.stem).groups()
        with path.open("rb") as file:
            table = tomllib.load(file)
        ca, host, expect = table["ca"], table.get("host", {}), table["expect"]
        case = Case(
            number=int(number),
            slug=slug,
            title=table["title"],
            display_name=ca["display_name"],
            cn=ca.get("cn", sanitized_short_name(ca["display_name"])),
            dns_host_name=ca.get("dns_host_name"),
            templates=ca.get("templates", ["DomainController", "Machine", "User", "WebServer"]),
            behaviour=host.get("behaviour", "member") if "dns_host_name" in ca else "no-name",
            winreg=host.get("winreg", True),
            registry=table.get("registry", {}),
            acl=table.get("acl", {}),
            expect={"user": expect["user"], "admin": expect.get("admin", expect["user"])},
            enrollment_servers=ca.get("enrollment_servers", []),
            nt_auth=ca.get("nt_auth", True),
        )
    except (AttributeError, KeyError, tomllib.TOMLDecodeError) as problem:
        raise LabError(f"{path} is not a case file: {problem}") from None
    if case.behaviour not in BEHAVIOURS:
        raise LabError(f"{path}: behaviour {case.behaviour!r} is none of {', '.join(BEHAVIOURS)}")
    return case
