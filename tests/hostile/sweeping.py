# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the program's own sweep against hosts, in a network of its own."""

import atexit
import functools
import ipaddress
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CA = "Contoso Issuing CA"
PRINCIPAL = "auditor@CORP.EXAMPLE"
PASSWORD = "correct horse"

MOST_MEMORY_KIB = int(os.environ.get("CASWEEP_MOST_MEMORY_MIB", "100")) * 1024  #: of any worker; a sanitizer needs more


@dataclass
class Reading:
    """The result of the sweep for one CA."""

    outcome: str
    reason: str
    detail: str
    error: list
    protocol: str
    address: str
    key_path: str
    elapsed_ms: int


@dataclass
class Sweep:
    readings: list[Reading]
    peak_rss_kib: int  #: of the largest worker


def name_of(host: str) -> str:
    """A name for `host` if that is an address, which no dNSHostName may be."""
    try:
        return f"h{ipaddress.ip_address(host).packed.hex()}.hosts.example"
    except ValueError:
        return host


@functools.cache
def hosts_file() -> Path:
    """Replaces /etc/hosts for the system's resolver, in this mount namespace only."""
    file = Path(tempfile.mkstemp(suffix=".hosts")[1])
    atexit.register(file.unlink)
    file.chmod(0o644)
    file.write_text("127.0.0.1 localhost\n")
    subprocess.run(["mount", "--bind", str(file), "/etc/hosts"], check=True)
    return file


def give_names(address: str, *names: str) -> None:
    """Lets the resolver know that `names` are at `address`."""
    line = f"{address} {' '.join(names)}\n"
    known = hosts_file().read_text()
    if line not in known:
        hosts_file().write_text(known + line)


def sweep(hosts: list[str], *, deadline_ms: int = 5000, jobs: int = 64, name: str = CA, **account) -> Sweep:
    """Reads a CA called `name` on each of `hosts` with one account: by default NTLM, with the right password."""
    account = account or {"logon": "ntlm", "principal": PRINCIPAL, "password": PASSWORD}
    for host in hosts:
        if name_of(host) != host:
            give_names(host, name_of(host))
    cas = [{"host": name_of(host), "name": name} for host in hosts]
    order = json.dumps(account | {"jobs": jobs, "deadline_ms": deadline_ms, "cas": cas})
    driver = os.environ["CASWEEP_READ_HOSTS"]
    done = subprocess.run([driver], input=order, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"the sweep itself ended with {done.returncode}: {done.stderr}")
    answer = json.loads(done.stdout)
    return Sweep([Reading(**ca) for ca in answer["cas"]], answer["peak_rss_kib"])
