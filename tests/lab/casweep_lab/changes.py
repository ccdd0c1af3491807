# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes to a running forest, for tests of what happens between two scans."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from . import certificates, ldif
from .cases import Case, find_case
from .domain_controller import DOMAIN
from .errors import LabError
from .forest import Forest
from .lifecycle import start_host, start_pipes, wait_for_host
from .member import PARTS


def set_flags(forest: Forest, wanted: str, flags: int | None) -> None:
    """Sets the InterfaceFlags of a case's CA, or with None removes the value."""
    case = _member(forest, wanted)
    keys = [key for key, values in case.registry.items() if "CommonName" in values or "InterfaceFlags" in values]
    if not keys:
        raise LabError(f"the host of case {case.id} has no CA key to set flags in")
    for key in keys:
        forest.member(case).set_flags(key, flags)


def stop_host(forest: Forest, wanted: str) -> None:
    """Stops a host: its address remains, but nothing listens there."""
    case = _member(forest, wanted)
    with _changing(forest) as state:
        ended = [state["sessions"].pop(f"{part}:{case.id}", None) for part in PARTS]
        forest.namespace.end_sessions([session for session in ended if session])


def start_stopped_host(forest: Forest, wanted: str, clock: str | None = None) -> None:
    """Starts a host that was stopped, its pipes as they were, with `clock` at another time, e.g. "+20m"."""
    case = _member(forest, wanted)
    with _changing(forest) as state:
        if f"smb:{case.id}" not in state["sessions"]:
            start_host(forest, case, state["sessions"], clock)
            state["pipes"][case.id] = case.winreg
        wait_for_host(forest, case, state["pipes"][case.id])


def set_winreg(forest: Forest, wanted: str, on: bool) -> None:
    """Removes or restores the pipe winreg of a running host."""
    case = _member(forest, wanted)
    with _changing(forest) as state:
        session = state["sessions"].get(f"rpc:{case.id}")
        if session is None:
            raise LabError(f"the host of case {case.id} is stopped")
        forest.namespace.end_sessions([session])
        start_pipes(forest, case, state["sessions"], on)
        state["pipes"][case.id] = on
        wait_for_host(forest, case, on)


def remove_ca(forest: Forest, wanted: str) -> None:
    """Deletes the directory object of a case; its host keeps running."""
    case = _case(forest, wanted)
    with _changing(forest) as state:
        forest.controller.delete(_dn(state, case))
        del state["objects"][case.id]


def add_ca(forest: Forest, wanted: str) -> None:
    """Adds the directory object of a case again, as its case file describes it: another object, with another GUID."""
    case = _case(forest, wanted)
    with _changing(forest) as state:
        if case.id in state["objects"]:
            raise LabError(f"the directory already has the object of case {case.id}")
        certificate = certificates.from_pem(forest.folder / "certificates" / f"{case.id}.pem")
        forest.controller.apply(ldif.enrollment_service(case, certificate))
        state["objects"][case.id] = ldif.enrollment_service_dn(case.cn)


def rename_ca(forest: Forest, wanted: str, new_cn: str) -> None:
    """Changes the cn of a case's directory object; its GUID stays the same."""
    case = _case(forest, wanted)
    with _changing(forest) as state:
        new_dn = ldif.enrollment_service_dn(new_cn)
        forest.controller.rename(_dn(state, case), new_dn)
        state["objects"][case.id] = new_dn


def move_ca(forest: Forest, wanted: str, host: str) -> None:
    """Changes the host name in a case's directory object; the hosts do not change."""
    case = _case(forest, wanted)
    with _changing(forest) as state:
        forest.controller.apply(ldif.modification(_dn(state, case), "replace", "dNSHostName", [host]))


def renew_ca(forest: Forest, wanted: str) -> None:
    """Adds a certificate to a case's directory object; the previous one remains, as on Windows."""
    case = _case(forest, wanted)
    with _changing(forest) as state:
        folder = forest.folder / "certificates"
        certificate = certificates.ca_certificate(case.display_name, folder, f"{case.id}-renewed")
        forest.controller.apply(ldif.modification(_dn(state, case), "add", "cACertificate", [certificate]))


#: How an object may be hidden from ordinary accounts -> the entry that goes to the front of its access control list;
#: None: the entry that allows reading is removed.
HIDING = {
    "taken": None,
    "denied": "(D;;RPLCLORC;;;AU)",
    "class": "(OD;;RP;bf9679e5-0de6-11d0-a285-00aa003049e2;;AU)",  # objectClass
    "guid": "(OD;;RP;bf9679e7-0de6-11d0-a285-00aa003049e2;;AU)",  # objectGUID
    "unlisted": "(D;;LC;;;AU)",  # of a container: what is in it
}
_READ = {"RP", "LC", "LO", "RC"}


def hide_ca(forest: Forest, wanted: str, how: str) -> None:
    """Hides the directory object of a case, or a part of it, from ordinary accounts."""
    case = _case(forest, wanted)
    with _changing(forest) as state:
        _hide(forest, state, _dn(state, case), how)


def show_ca(forest: Forest, wanted: str) -> None:
    """Restores the access rights of a case's directory object."""
    case = _case(forest, wanted)
    with _changing(forest) as state:
        _show(forest, state, _dn(state, case))


def hide_container(forest: Forest, dn: str, how: str) -> None:
    """The same for any object, such as the container of all CAs."""
    forest.require_up()
    with _changing(forest) as state:
        _hide(forest, state, dn, how)


def show_container(forest: Forest, dn: str) -> None:
    forest.require_up()
    with _changing(forest) as state:
        _show(forest, state, dn)


def relocate_ca(forest: Forest, wanted: str, container: str) -> None:
    """Moves the directory object of a case into another container, which is created if needed."""
    case = _case(forest, wanted)
    with _changing(forest) as state:
        old_dn = _dn(state, case)
        first = re.split(r"(?<!\\),", old_dn, maxsplit=1)[0]
        new_dn = f"{first},{container}"
        if not forest.controller.has(container):
            forest.controller.apply(ldif.entry(container, [("objectClass", "container")]))
        forest.controller.relocate(old_dn, new_dn)
        state["objects"][case.id] = new_dn


def set_heuristics(forest: Forest, value: str) -> None:
    """Sets dSHeuristics, whose third character controls list-object mode; "absent" removes it."""
    forest.require_up()
    with _changing(forest):
        dn = f"CN=Directory Service,CN=Windows NT,CN=Services,{ldif.CONFIGURATION_DN}"
        values = [] if value == "absent" else [value]
        forest.controller.apply(ldif.modification(dn, "replace", "dSHeuristics", values))


def trust_certificate(forest: Forest, name: str) -> None:
    """Adds the certificate of a CA that has no object to NTAuthCertificates."""
    forest.require_up()
    with _changing(forest):
        certificate = certificates.ca_certificate(name, forest.folder / "certificates", "without-object")
        dn = f"CN=NTAuthCertificates,{ldif.PUBLIC_KEY_SERVICES_DN}"
        forest.controller.apply(ldif.modification(dn, "add", "cACertificate", [certificate]))


def _hide(forest: Forest, state: dict, dn: str, how: str) -> None:
    descriptors = state.setdefault("descriptors", {})
    if dn in descriptors:
        raise LabError(f"{dn} is hidden already")
    sddl = forest.controller.security_descriptor(dn)
    owner, entries = sddl.split("(", 1)
    entry = HIDING[how]
    hidden = _without_readers(sddl) if entry is None else f"{owner}{entry}({entries}"
    if hidden == sddl:
        raise LabError(f"{dn} has no entry that lets ordinary accounts read it: {sddl}")
    forest.controller.set_security_descriptor(dn, hidden)
    descriptors[dn] = sddl


def _without_readers(sddl: str) -> str:
    """The same without the entry that lets ordinary accounts read. Samba 4.17 writes its rights as RPLCLORC, 4.22 as LCRPLORC."""

    def unless_reading(entry: re.Match) -> str:
        return "" if set(re.findall("..", entry[1])) == _READ else entry[0]

    return re.sub(r"\(A;;((?:[A-Z]{2})+);;;AU\)", unless_reading, sddl)


def _show(forest: Forest, state: dict, dn: str) -> None:
    sddl = state.get("descriptors", {}).pop(dn, None)
    if sddl is None:
        raise LabError(f"{dn} is not hidden")
    forest.controller.set_security_descriptor(dn, sddl)


def change_srv(forest: Forest, operation: str, host: str) -> None:
    """`add` or `delete` a host as one more domain controller in the SRV records by which clients find one."""
    forest.require_up()
    record = ldif.service_record(host.removesuffix(f".{DOMAIN}"), 389)
    nodes = (f"DC=_ldap._tcp,{ldif.ZONE_DN}", f"DC=_ldap._tcp.dc,{ldif.MSDCS_ZONE_DN}")
    with _changing(forest):
        forest.controller.apply("".join(ldif.modification(node, operation, "dnsRecord", [record]) for node in nodes))


@contextmanager
def _changing(forest: Forest) -> Iterator[dict]:
    """The lab's state, locked, and saved even if the change fails half-way."""
    with forest.lock():
        state = forest.state()
        try:
            yield state
        finally:
            forest.save(state)


def _case(forest: Forest, wanted: str) -> Case:
    forest.require_up()
    return find_case(forest.cases, wanted)


def _member(forest: Forest, wanted: str) -> Case:
    case = _case(forest, wanted)
    if not case.is_member:
        raise LabError(f"case {case.id} has no running host: its behaviour is {case.behaviour}")
    return case


def _dn(state: dict, case: Case) -> str:
    dn = state["objects"].get(case.id)
    if dn is None:
        raise LabError(f"the directory has no object of case {case.id}")
    return dn
