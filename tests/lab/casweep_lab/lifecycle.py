# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing a forest up and taking it down."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from . import certificates, domain_controller, ldif, programs, registry, surroundings
from .cases import Case
from .domain_controller import DOMAIN, FQDN, REALM
from .errors import LabError
from .forest import ACCOUNTS, Forest, require_root

_START_LIMIT_S = 180


def up(forest: Forest, left_out: list[Case] | None = None) -> None:
    """Brings the forest up, without the cases `left_out`; nothing to do when it is up and well; what is half up is taken
    down first."""
    require_root()
    programs.require_all()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was begun is taken down
    with forest.lock():
        if forest.is_healthy():
            _say(f"lab {forest.name} is already up")
            return
        _take_down(forest)
        began = time.monotonic()
        ids = [case.id for case in left_out or []]
        forest.leave_out(ids)
        try:
            _bring_up(forest, ids)
        except BaseException:
            if os.environ.get("CASWEEP_LAB_KEEP") != "1":  # set it to look at what failed
                _take_down(forest)
            raise
        _say(f"lab {forest.name} is up after {time.monotonic() - began:.1f} s")


def down(forest: Forest) -> None:
    """Ends every process of the lab and removes everything it made. Safe when nothing is up."""
    require_root()
    with forest.lock():
        was_there = forest.folder.exists() or forest.namespace.exists()
        _take_down(forest)
    _say(f"lab {forest.name} is down" if was_there else f"lab {forest.name} was not up")


def start_host(forest: Forest, case: Case, sessions: dict[str, int], clock: str | None = None) -> None:
    """Starts the host of a case, with `clock` at another time."""
    member, env = forest.member(case), forest.clean_environment()
    sessions[f"winbind:{case.id}"] = member.start_winbind(forest.namespace, env)
    sessions[f"smb:{case.id}"] = member.start_smb(forest.namespace, env, clock)
    start_pipes(forest, case, sessions, case.winreg)


def start_pipes(forest: Forest, case: Case, sessions: dict[str, int], winreg: bool) -> None:
    """Starts what serves the pipes of a host, with or without winreg among them."""
    sessions[f"rpc:{case.id}"] = forest.member(case).start_rpc(forest.namespace, forest.clean_environment(), winreg)


def wait_for_host(forest: Forest, case: Case, winreg: bool) -> None:
    """Waits until a host takes connections and what answers them is there."""
    member, address = forest.member(case), (case.address, 445)
    _wait(lambda: member.has_sockets(winreg) and address in forest.namespace.listening(), case.dns_host_name)


def _bring_up(forest: Forest, left_out: list[str]) -> None:
    _make_places(forest)
    members = [case for case in forest.cases if case.is_member]
    addresses = [domain_controller.ADDRESS, *(case.address for case in forest.cases if case.address)]
    silent = [case.address for case in forest.cases if case.behaviour == "dropped"]
    forest.namespace.create(addresses, silent, _ETC)

    _say(f"making the domain {DOMAIN} and {len(members)} hosts")
    passwords = {account: _password() for account in ACCOUNTS}
    with ThreadPoolExecutor(max_workers=2) as pool:  # provisioning keeps one core busy
        provisioned = pool.submit(forest.controller.provision, forest.namespace, passwords["admin"])
        prepared = pool.submit(_prepare, forest, passwords)
        provisioned.result()
        entries = prepared.result()
    forest.controller.make_certificate()
    shutil.copy(forest.controller.tls / "ca.pem", forest.folder / "ca.pem")
    forest.controller.apply("".join(entries))

    _say(f"starting {FQDN}")
    sessions = {"dc": forest.controller.start(forest.namespace, forest.clean_environment())}
    serving = {(domain_controller.ADDRESS, port) for port in domain_controller.PORTS}
    _wait(lambda: serving <= forest.namespace.listening(), FQDN)

    _say(f"starting {len(members)} hosts")
    for case in members:
        start_host(forest, case, sessions)
    for case in members:
        wait_for_host(forest, case, case.winreg)
    reading = next(case for case in members if case.winreg)
    _wait(lambda: _read_as_auditor(forest, reading), f"the registry of {reading.dns_host_name}", pause_s=0.2)
    forest.save(
        {
            "sessions": sessions,
            "objects": {case.id: ldif.enrollment_service_dn(case.cn) for case in forest.cases},
            "pipes": {case.id: case.winreg for case in members},
            "left_out": left_out,
        }
    )


def _make_places(forest: Forest) -> None:
    """The lab's folder, in memory: the directory's database writes a lot, and nothing of it is to stay."""
    forest.folder.mkdir(parents=True)
    source = f"casweep-lab-{forest.name}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1g,mode=0755", source, str(forest.folder)], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        raise LabError(f"this machine does not allow mounting a tmpfs: {mounted.stderr.splitlines()[0]}")
    for place in (forest.folder / "ccache", forest.folder / "certificates", forest.controller.folder):
        place.mkdir()
    forest.krb5_conf.write_text(_KRB5_CONF)
    for name, text in _OTHER_KRB5_CONFS.items():
        forest.krb5_conf_called(name).write_text(text)


def _prepare(forest: Forest, passwords: dict[str, str]) -> list[str]:
    """Makes everything of accounts and hosts that needs no controller. Returns the LDIF the directory must take in."""
    for account, name in ACCOUNTS.items():
        _keep_secret(forest, account, name, passwords[account])
    entries = [
        ldif.controller_names(domain_controller.HOST),
        ldif.reverse_zone(),
        ldif.pointer_record(domain_controller.ADDRESS, FQDN),
        ldif.password_never_expires("Administrator"),
        ldif.user(ACCOUNTS["auditor"], passwords["auditor"]),
    ]
    nt_auth = []
    for case in forest.cases:
        certificate = certificates.ca_certificate(case.display_name, forest.folder / "certificates", case.id)
        if case.nt_auth:
            nt_auth.append(certificate)
        entries.append(ldif.enrollment_service(case, certificate))
        if case.address:
            entries.append(ldif.address_record(case.host, case.address))
            entries.append(ldif.pointer_record(case.address, f"{case.host}.{DOMAIN}"))
        if case.is_member:
            machine_password = _password()
            hashes = {"own": certificates.windows_hash(certificate), "another": secrets.token_bytes(20).hex(" ")}
            member = forest.member(case)
            member.prepare(machine_password)
            if case.registry:
                member.import_registry(registry.reg_file(case.registry, hashes.__getitem__), case.acl)
            entries.append(ldif.computer(case.host, machine_password))
    return entries + surroundings.entries(nt_auth)


def _keep_secret(forest: Forest, account: str, name: str, password: str) -> None:
    """Writes an account's password and keytab, readable by root alone."""
    password_file, keytab = forest.folder / f"{account}.password", forest.folder / f"{account}.keytab"
    password_file.write_text(password)
    orders = f"addent -password -p {name}@{REALM} -k 1 -e aes256-cts-hmac-sha1-96\n{password}\nwkt {keytab}\n"
    programs.run("ktutil", input=orders, env=forest.clean_environment())
    for file in (password_file, keytab):
        file.chmod(0o600)


def _read_as_auditor(forest: Forest, case: Case) -> bool:
    """Reads a host's registry with an ordinary user's ticket: then Kerberos, winbindd and winreg all work."""
    cache = forest.folder / "ccache/first"
    # Samba 4.17 finds the ticket by the variable, 4.22 by the option.
    env = {**forest.clean_environment(), "KRB5CCNAME": f"FILE:{cache}"}
    forest.ticket("auditor", cache)
    programs.run(
        *forest.namespace.enter(), "net", "rpc", "registry", "enumerate", "HKLM\\SYSTEM\\CurrentControlSet",
        "-S", case.dns_host_name, "--use-kerberos=required", f"--use-krb5-ccache=FILE:{cache}",
        f"--configfile={forest.member(case).config}", env=env,
    )  # fmt: skip
    cache.unlink()
    return True


def _take_down(forest: Forest) -> None:
    forest.namespace.remove()
    if os.path.ismount(forest.folder):  # a short-lived program of an interrupted `up` may hold it a moment longer
        _wait(lambda: subprocess.run(["umount", str(forest.folder)], capture_output=True).returncode == 0, "umount")
    if forest.folder.exists():
        shutil.rmtree(forest.folder)


def _wait(ready: Callable[[], bool], who: str, pause_s: float = 0.03) -> None:
    """Waits until `ready` is true. A LabError of `ready` means not yet; the last one is named if the time is over."""
    deadline = time.monotonic() + _START_LIMIT_S
    why = ""
    while True:
        try:
            if ready():
                return
        except LabError as error:
            why = f" ({error})"
        if time.monotonic() > deadline:
            raise LabError(f"waited {_START_LIMIT_S} s in vain for {who}{why}; with CASWEEP_LAB_KEEP=1 its logs stay")
        time.sleep(pause_s)


def _password() -> str:
    return f"{secrets.token_urlsafe(18)}.aA1"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


_ETC = {
    "resolv.conf": f"nameserver {domain_controller.ADDRESS}\nsearch {DOMAIN}\noptions timeout:2 attempts:2\n",
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "passwd: files winbind\ngroup: files winbind\nhosts: files dns\nservices: files\n",
}

_KRB5_CONF = f"""\
[libdefaults]
  default_realm = {REALM}
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
[realms]
  {REALM} = {{
    kdc = {domain_controller.ADDRESS}
    admin_server = {domain_controller.ADDRESS}
  }}
[domain_realm]
  .{DOMAIN} = {REALM}
  {DOMAIN} = {REALM}
"""

#: What other machines have: nothing but the realm; and names that DNS may replace, by an alias or by its reverse zone.
_OTHER_KRB5_CONFS = {
    "none": "",  # Samba's Kerberos library takes no /dev/null for a file
    "realm": f"[libdefaults]\n  default_realm = {REALM}\n",
    "canonicalizing": _KRB5_CONF.replace("canonicalize_hostname = false", "canonicalize_hostname = true").replace(
        "rdns = false", "rdns = true"
    ),
}
