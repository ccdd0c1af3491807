# SPDX-License-Identifier: GPL-3.0-or-later
"""A domain member: a Samba file server with a machine account, serving its own registry over the pipe winreg.

Membership is written, not negotiated: the machine's account is in the directory before the controller first starts, and
its password goes straight into secrets.tdb, so a dozen hosts cost less than one `net ads join`. Every member has its
own winbindd. It turns SIDs into Unix users and hands NTLM logons to the controller, which accepts one only over the
secure channel of the computer the client meant it for.
"""

import shutil
import struct
import time
from pathlib import Path

from . import programs, registry
from .domain_controller import DOMAIN_SID, FQDN, WORKGROUP
from .namespace import Namespace

PARTS = ("winbind", "smb", "rpc")  #: what runs for a member, each a session of its own

_WKSTA = 2  # SEC_CHAN_WKSTA


class Member:
    """The files of one member in `folder`, and its processes."""

    def __init__(self, folder: Path, host: str, address: str):
        self.folder = folder
        self.host = host
        self.address = address
        self.config = folder / "smb.conf"
        self._run = folder / "run"  #: what this host's programs see as /run/samba
        self._pipes = self._run / "ncalrpc/np"
        self._winbind = self._run / "winbindd"

    def prepare(self, password: str) -> None:
        """Writes the host's configuration and its membership."""
        for name in ("private", "state", "cache", "lock", "run"):
            (self.folder / name).mkdir(parents=True)
        self.config.write_text(
            _SMB_CONF.format(name=self.host.upper(), address=self.address, folder=self.folder, controller=FQDN)
        )
        secrets = {
            "MACHINE_PASSWORD": password.encode() + b"\0",
            "MACHINE_SEC_CHANNEL_TYPE": struct.pack("<I", _WKSTA),
            "MACHINE_LAST_CHANGE_TIME": struct.pack("<I", int(time.time())),
            "SID": _sid(DOMAIN_SID),
        }
        dump = "".join(_tdb_record(f"SECRETS/{name}/{WORKGROUP}", data) for name, data in secrets.items())
        programs.run("tdbrestore", str(self.folder / "private/secrets.tdb"), input=dump)
        (self.folder / "private/secrets.tdb").chmod(0o600)

    def import_registry(self, reg_file: str, acl: dict[str, str]) -> None:
        """Fills the host's registry and sets the access lists of its keys."""
        path = self.folder / "certsvc.reg"
        path.write_text(reg_file, newline="")
        self.net("registry", "import", str(path))
        for key, sddl in acl.items():
            self.net("registry", "setsd_sddl", f"HKLM\\{registry.CERTSVC}\\{key}", sddl)

    def set_flags(self, key: str, flags: int | None) -> None:
        """Sets or, with None, removes InterfaceFlags below a key of CertSvc, in the registry of the running host."""
        path = f"HKLM\\{registry.CERTSVC}\\{key}"
        if flags is None:
            self.net("registry", "deletevalue", path, "InterfaceFlags")
        else:
            self.net("registry", "setvalue", path, "InterfaceFlags", "dword", str(flags))

    def start_winbind(self, namespace: Namespace, env: dict[str, str]) -> int:
        """Starts winbindd, which the other two ask about users. Returns its session."""
        shutil.rmtree(self._winbind, ignore_errors=True)  # its socket, should it have run before
        command = ["winbindd", "--foreground", "--no-process-group", f"--configfile={self.config}"]
        return namespace.start(command, run_samba=self._run, log=self.folder / "winbindd.log", env=env)

    def start_smb(self, namespace: Namespace, env: dict[str, str], clock: str | None = None) -> int:
        """Starts the file server, with `clock` at another time, as faketime(1) understands it. Returns its session."""
        at_that_time = ["faketime", "-f", clock] if clock else []
        command = [*at_that_time, "smbd", "--foreground", "--no-process-group", f"--configfile={self.config}"]
        return namespace.start(command, run_samba=self._run, log=self.folder / "smbd.log", env=env)

    def start_rpc(self, namespace: Namespace, env: dict[str, str], winreg: bool) -> int:
        """Starts the servers behind the pipes; without `winreg` there is no such pipe. Returns their session."""
        shutil.rmtree(self._pipes, ignore_errors=True)  # leftover sockets would answer "refused"
        services = ["rpcd_lsad", "rpcd_winreg"] if winreg else ["rpcd_lsad"]
        command = [
            f"{programs.LIBEXEC}/samba-dcerpcd", "--foreground", "--no-process-group", f"--configfile={self.config}",
            *(f"{programs.LIBEXEC}/{service}" for service in services),
        ]  # fmt: skip
        return namespace.start(command, run_samba=self._run, log=self.folder / "rpc.log", env=env)

    def has_sockets(self, winreg: bool) -> bool:
        """Whether winbindd's socket is there, and the pipes that `start_rpc` was to open."""
        pipe = self._pipes / ("winreg" if winreg else "lsarpc")
        return pipe.exists() and (self._winbind / "pipe").exists()

    def net(self, *arguments: str) -> str:
        """Samba's `net` on this host's own files."""
        return programs.run("net", f"--configfile={self.config}", *arguments)


def _sid(text: str) -> bytes:
    """A SID as secrets.tdb holds it: room for 15 sub-authorities, unused ones zero."""
    parts = [int(part) for part in text.split("-")[2:]]
    authority, subs = parts[0], parts[1:]
    padded = subs + [0] * (15 - len(subs))
    return bytes([1, len(subs)]) + authority.to_bytes(6, "big") + struct.pack("<15I", *padded)


def _tdb_record(key: str, data: bytes) -> str:
    """One record as tdbrestore reads it."""
    name, value = key.encode(), "".join(f"\\{byte:02X}" for byte in data)
    return f'{{\nkey({len(name)}) = "{key}"\ndata({len(data)}) = "{value}"\n}}\n'


_SMB_CONF = """\
[global]
  netbios name = {name}
  workgroup = CORP
  realm = CORP.EXAMPLE
  security = ads
  server role = member server
  kerberos method = secrets only
  machine password timeout = 0
  password server = {controller}
  interfaces = {address}
  bind interfaces only = yes
  smb ports = 445
  disable netbios = yes
  server signing = mandatory
  idmap config * : backend = tdb
  idmap config * : range = 3000-7999
  idmap config CORP : backend = rid
  idmap config CORP : range = 10000-999999
  template shell = /bin/false
  rpc start on demand helpers = no
  private dir = {folder}/private
  lock directory = {folder}/lock
  state directory = {folder}/state
  cache directory = {folder}/cache
  pid directory = {folder}/run
  ncalrpc dir = {folder}/run/ncalrpc
  log file = {folder}/log.%m
  max log size = 1000
  load printers = no
  disable spoolss = yes
  printcap name = /dev/null
  printing = bsd
"""
