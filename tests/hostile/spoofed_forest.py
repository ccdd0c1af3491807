# SPDX-License-Identifier: GPL-3.0-or-later
"""The forest of tests/lab behind a lying DNS server, and casweep in it with each common kind of krb5.conf."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import rogue_dns
from isolation import run
from rogue_dns import A, SRV

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
DNS, DC = "10.20.9.53", "dc1.corp.example"

sys.path.insert(0, str(ROOT / "tests/lab"))


class SpoofedForest(unittest.TestCase):
    """Each class has its own folder. Names are resolved only while a `dns` server runs."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        subprocess.run(["ip", "address", "add", f"{DNS}/32", "dev", "lo"], stderr=subprocess.DEVNULL)
        cls.lab = Path(os.environ["LAB_DIR"])
        #: None: KRB5_CONFIG is not set, and there is no /etc/krb5.conf.
        cls.krb5_confs = {
            "lab": cls.lab / "krb5.conf", "realm": cls.lab / "krb5-realm.conf",
            "canonicalizing": cls.lab / "krb5-canonicalizing.conf", "none": cls.lab / "krb5-none.conf",
            "absent": cls.lab / "krb5-absent.conf", "not set": None,
        }  # fmt: skip
        cls.ca = os.environ["LAB_CA_CERT"]
        cls.replace_etc()

    @classmethod
    def replace_etc(cls) -> None:
        """Puts a copy of /etc without krb5.conf, and with a resolv.conf that names the rogue, over /etc."""
        etc = cls.folder / "etc"
        shutil.copytree("/etc", etc, symlinks=True)
        (etc / "krb5.conf").unlink(missing_ok=True)
        (etc / "resolv.conf").unlink(missing_ok=True)
        (etc / "resolv.conf").write_text(f"nameserver {DNS}\noptions timeout:2 attempts:1\n")
        run("mount", "--bind", str(etc), "/etc")
        cls.addClassCleanup(run, "umount", "/etc")

    def casweep(self, command: str, *arguments: str, krb5: str = "lab") -> subprocess.CompletedProcess:
        env = dict(os.environ)
        env.pop("KRB5_CONFIG", None)
        if conf := self.krb5_confs[krb5]:
            env["KRB5_CONFIG"] = str(conf)
        return subprocess.run([CASWEEP, command, *arguments], capture_output=True, text=True, timeout=60, env=env,
                              stdin=subprocess.DEVNULL)

    @classmethod
    def dns(cls, *, lies: dict[tuple[str, int], bytes]) -> rogue_dns.RogueDns:
        true_kdc = {
            ("_kerberos._udp.corp.example", SRV): rogue_dns.service("kdc.corp.example", 88),
            ("_kerberos._tcp.corp.example", SRV): rogue_dns.service("kdc.corp.example", 88),
            ("kdc.corp.example", A): rogue_dns.address(os.environ["LAB_DC_ADDRESS"]),
        }
        return rogue_dns.RogueDns(DNS, os.environ["LAB_DC_ADDRESS"], true_kdc | lies)
