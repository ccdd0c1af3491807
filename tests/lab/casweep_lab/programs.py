# SPDX-License-Identifier: GPL-3.0-or-later
"""The foreign programs the lab is made of, and the Debian packages they come from."""

import glob
import shutil
import subprocess

from .errors import LabError

LIBEXEC = "/usr/libexec/samba"

_PACKAGES = {
    "ip": "iproute2",
    "nft": "nftables",
    "mount": "mount",
    "openssl": "openssl",
    "kinit": "krb5-user",
    "ktutil": "krb5-user",
    "samba": "samba",
    "samba-tool": "samba-common-bin",
    "smbd": "samba",
    "winbindd": "winbind",
    "net": "samba-common-bin",
    "ldbmodify": "ldb-tools",
    "tdbrestore": "tdb-tools",
    f"{LIBEXEC}/samba-dcerpcd": "samba",
    f"{LIBEXEC}/rpcd_winreg": "samba",
    "/usr/share/samba/setup/provision.ldif": "samba-ad-provision",
    "/usr/lib/*/samba/ldb/samldb.so": "samba-dsdb-modules",
}


def require_all() -> None:
    """Refuses, naming the Debian packages, when a program the lab needs is missing."""
    missing = {
        program: package
        for program, package in _PACKAGES.items()
        if not (_exists(program) if program.startswith("/") else shutil.which(program))
    }
    if missing:
        programs, packages = ", ".join(missing), " ".join(sorted(set(missing.values())))
        raise LabError(f"the lab needs {programs}: apt-get install {packages}")


def run(*command: str, input: str | None = None, env: dict[str, str] | None = None) -> str:
    """Runs a program to its end and returns what it printed."""
    done = subprocess.run(command, input=input or "", capture_output=True, text=True, env=env)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise LabError(f"{' '.join(command[:3])} failed: {' / '.join(said)}")
    return done.stdout


def _exists(path: str) -> bool:
    return bool(glob.glob(path))
