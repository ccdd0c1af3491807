# SPDX-License-Identifier: GPL-3.0-or-later
"""The forest's only domain controller: Samba's own, with its DNS server and TLS."""

from pathlib import Path

from . import certificates, ldif, programs
from .namespace import Namespace

ADDRESS = "10.20.0.1"
HOST = "dc1"
FQDN = "dc1.corp.example"
DOMAIN = "corp.example"
REALM = "CORP.EXAMPLE"
WORKGROUP = "CORP"
DOMAIN_SID = "S-1-5-21-1004336348-1177238915-682003330"

#: LDAP, LDAPS, Kerberos, DNS, SMB: with these the controller serves the lab.
PORTS = (389, 636, 88, 53, 445)

_FLAG_CONFIG_ALLOW_RENAME = str(0x40000000)  # [MS-ADTS] 2.2.10
_FLAG_CONFIG_ALLOW_MOVE = str(0x20000000)


class DomainController:
    """The controller's files in `folder` and its process."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.config = folder / "smb.conf"
        self.database = folder / "private/sam.ldb"
        self.tls = folder / "private/tls"
        self.run_samba = folder / "run"

    def provision(self, namespace: Namespace, administrator_password: str) -> None:
        """Creates the domain, which takes about four seconds of one core; inside the namespace, so that `down` finds it."""
        programs.run(
            *namespace.enter(), "samba-tool", "domain", "provision", "--quiet",
            f"--targetdir={self.folder}", f"--realm={REALM}", f"--domain={WORKGROUP}", f"--domain-sid={DOMAIN_SID}",
            f"--adminpass={administrator_password}", f"--host-name={HOST}", f"--host-ip={ADDRESS}",
            "--server-role=dc", "--dns-backend=SAMBA_INTERNAL", "--configfile=/dev/null",
            "--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb", f"--option=log file={self.folder}/provision.log",
        )  # fmt: skip
        self.run_samba.mkdir()
        self.config.write_text(_SMB_CONF.format(folder=self.folder, address=ADDRESS))

    def make_certificate(self) -> None:
        """The controller's TLS certificate, named dc1.corp.example, and the CA that issued it."""
        self.tls.mkdir(parents=True, exist_ok=True)
        certificates.server_certificate(FQDN, self.tls)

    def start(self, namespace: Namespace, env: dict[str, str]) -> int:
        """Starts the controller. Returns its session."""
        command = ["samba", "--foreground", "--no-process-group", "-M", "single", f"--configfile={self.config}"]
        return namespace.start(command, run_samba=self.run_samba, log=self.folder / "samba.log", env=env)

    def apply(self, ldif: str) -> None:
        """Changes the directory in its database; the controller need not run."""
        programs.run("ldbmodify", "-H", str(self.database), f"--configfile={self.config}", "--relax", "-i", input=ldif)

    def delete(self, dn: str) -> None:
        """Removes an object; the directory keeps its tombstone."""
        programs.run("ldbdel", "-H", str(self.database), f"--configfile={self.config}", dn)

    def has(self, dn: str) -> bool:
        """Whether this container exists below CN=Public Key Services."""
        found = programs.run(
            "ldbsearch", "-H", str(self.database), f"--configfile={self.config}",
            "-b", ldif.PUBLIC_KEY_SERVICES_DN, "(objectClass=container)", "dn",
        )  # fmt: skip
        return f"dn: {dn}\n" in found

    def security_descriptor(self, dn: str) -> str:
        """The access rights to an object, as SDDL ([MS-DTYP] 2.5.1)."""
        said = programs.run(
            "samba-tool", "dsacl", "get", "-H", str(self.database), f"--configfile={self.config}", f"--objectdn={dn}",
        )  # fmt: skip
        return said.strip().splitlines()[-1].strip()

    def set_security_descriptor(self, dn: str, sddl: str) -> None:
        self.apply(ldif.modification(dn, "replace", "nTSecurityDescriptor", [sddl]))

    def relocate(self, old_dn: str, new_dn: str) -> None:
        """Moves an object of the configuration partition into another container."""
        self.apply(ldif.modification(old_dn, "add", "systemFlags", [_FLAG_CONFIG_ALLOW_MOVE]))
        programs.run("ldbrename", "-H", str(self.database), f"--configfile={self.config}", old_dn, new_dn)
        self.apply(ldif.modification(new_dn, "delete", "systemFlags", [_FLAG_CONFIG_ALLOW_MOVE]))

    def rename(self, old_dn: str, new_dn: str) -> None:
        """Renames an object of the configuration partition, which must be temporarily allowed for it."""
        self.apply(ldif.modification(old_dn, "add", "systemFlags", [_FLAG_CONFIG_ALLOW_RENAME]))
        programs.run("ldbrename", "-H", str(self.database), f"--configfile={self.config}", old_dn, new_dn)
        self.apply(ldif.modification(new_dn, "delete", "systemFlags", [_FLAG_CONFIG_ALLOW_RENAME]))


_SMB_CONF = """\
[global]
  netbios name = DC1
  workgroup = CORP
  realm = CORP.EXAMPLE
  server role = active directory domain controller
  server services = s3fs, rpc, ldap, cldap, kdc, winbindd, dns
  interfaces = {address}
  bind interfaces only = yes
  private dir = {folder}/private
  lock directory = {folder}
  state directory = {folder}/state
  cache directory = {folder}/cache
  binddns dir = {folder}/bind-dns
  pid directory = {folder}/run
  ncalrpc dir = {folder}/run/ncalrpc
  ntp signd socket directory = {folder}/run
  log file = {folder}/log.%m
  max log size = 1000
  vfs objects = dfs_samba4 acl_xattr xattr_tdb
  load printers = no
  disable spoolss = yes
  ldap server require strong auth = allow_sasl_over_tls
  tls enabled = yes
  tls keyfile = {folder}/private/tls/key.pem
  tls certfile = {folder}/private/tls/cert.pem
  tls cafile = {folder}/private/tls/ca.pem

[sysvol]
  path = {folder}/state/sysvol
  read only = no

[netlogon]
  path = {folder}/state/sysvol/corp.example/scripts
  read only = no
"""
