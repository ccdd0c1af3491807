# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients that are compared: the command that runs each over the fleet, and what its answers say.

A peer has no discovery: it is given every host name and key name, opens the key by its full path and reads
InterfaceFlags, all over one connection a CA. casweep is given the domain controller.
"""

import csv
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from casweep_lab import programs, registry
from casweep_lab.errors import LabError
from casweep_lab.forest import Forest

from .plan import FleetCa, verdict_of

SYSTEM_PYTHON = "/usr/bin/python3"  #: the one that sees Debian's python3-impacket

_IMPACKET_PEER = str(Path(__file__).with_name("impacket_peer.py"))

Answers = dict[str, str]  #: dNSHostName -> verdict


@dataclass(frozen=True)
class Run:
    """What every client is told."""

    forest: Forest
    cas: list[FleetCa]
    dead: float  #: the share of hosts that do not answer
    ntlm: bool
    deadline_s: int
    folder: Path  #: empty, in memory, the client's own


@dataclass(frozen=True)
class Client:
    name: str
    command: Callable[[Run], list[str]]
    answers: Callable[[Run, str], Answers]  #: from what it left in its folder and on standard output


def casweep(program: str, jobs: int | None) -> Client:
    """`jobs`: None for as many as casweep chooses."""

    def command(run: Run) -> list[str]:
        environment = run.forest.environment()
        dc = environment["LAB_DC"]
        account = (
            ["--server", f"ldaps://{dc}", "--ca-cert", environment["LAB_CA_CERT"], "--ntlm",
             "--user", environment["LAB_AUDITOR"], "--password-file", environment["LAB_AUDITOR_PASSWORD_FILE"]]
            if run.ntlm else ["--server", f"ldap://{dc}"]
        )  # fmt: skip
        sweep = [*(["--jobs", str(jobs)] if jobs else []), "--deadline", str(run.deadline_s)]
        return [program, "scan", *account, *sweep, "--format", "csv", "--db", str(run.folder / "history.db")]

    def answers(_: Run, output: str) -> Answers:
        return {row["dns_host_name"]: row["verdict"] for row in csv.DictReader(io.StringIO(output))}

    return Client(f"casweep --jobs {jobs}" if jobs else "casweep", command, answers)


def net_rpc(processes: int) -> Client:
    """Samba's `net`, a process a CA, inside a shell that puts its answer into a file."""

    def command(run: Run) -> list[str]:
        environment = run.forest.environment()
        if run.ntlm:
            user, realm = environment["LAB_AUDITOR"].split("@")
            password = Path(environment["LAB_AUDITOR_PASSWORD_FILE"]).read_text()
            secret = run.folder / "account"
            secret.write_text(f"username = {user}\npassword = {password}\ndomain = {realm.split('.')[0]}\n")
            account = ["--use-kerberos=off", f"--authentication-file={secret}"]
        else:
            account = ["--use-kerberos=required", '--use-krb5-ccache="$KRB5CCNAME"']
        words = ["net", "rpc", "registry", "getvalue", '"$2"', "InterfaceFlags", "-S", '"$1"', "--configfile=/dev/null"]
        if run.dead > 0:  # `net` has no deadline of its own for making a connection
            words = ["timeout", str(run.deadline_s), *words]
        script = f'{" ".join([*words, *account])} >"$0/$1" 2>&1 || :'  # its failure, 255, would end xargs
        targets = run.folder / "targets"
        targets.write_text("".join(f"{ca.dns_host_name}\n{_path(ca)}\n" for ca in run.cas))
        answers = run.folder / "answers"
        answers.mkdir()
        xargs = ["xargs", "-a", str(targets), "-d", "\\n", "-n", "2", "-P", str(processes)]
        return [*xargs, "sh", "-c", script, str(answers)]

    def answers(run: Run, _: str) -> Answers:
        found = {}
        for file in (run.folder / "answers").iterdir():
            said = file.read_text()
            if value := re.search(r"^Value += (\d+)$", said, re.MULTILINE):
                found[file.name] = verdict_of(int(value[1]))
            elif "registry_queryvalue failed: NT_STATUS_NO_SUCH_DEVICE" in said:  # how it says that there is no value
                found[file.name] = verdict_of(None)
        return found

    return Client(f"net rpc, xargs -P {processes}", command, answers)


def impacket(threads: int) -> Client:
    def command(run: Run) -> list[str]:
        environment = run.forest.environment()
        targets = run.folder / "targets"
        targets.write_text("".join(f"{ca.dns_host_name}\t{_path(ca).split(chr(92), 1)[1]}\n" for ca in run.cas))
        account = ["ntlm", environment["LAB_AUDITOR_PASSWORD_FILE"]] if run.ntlm else ["kerberos", str(_tickets(run))]
        told = [str(targets), str(threads), str(run.deadline_s), environment["LAB_AUDITOR"], *account]
        return [SYSTEM_PYTHON, _IMPACKET_PEER, *told]

    def answers(_: Run, output: str) -> Answers:
        found = {}
        for line in output.splitlines():
            host, value = line.split("\t")
            if value != "failed":
                found[host] = verdict_of(None if value == "absent" else int(value))
        return found

    return Client(f"impacket, {threads} threads" if threads > 1 else "impacket, a loop", command, answers)


def _tickets(run: Run) -> Path:
    """A file with the ticket of every host. impacket 0.10 sends no checksum in its requests, which Samba's KDC insists
    on, so it must be given the tickets; that saves it an exchange with the KDC for each CA."""
    cache = run.folder / "tickets"
    run.forest.ticket("auditor", cache)
    names = [f"cifs/{ca.dns_host_name}" for ca in run.cas]
    kvno = [*run.forest.namespace.enter(), "kvno", "-q", "-c", f"FILE:{cache}"]
    programs.run(*kvno, *names, env=run.forest.clean_environment())
    tickets = run.folder / "tickets.pickle"
    programs.run(SYSTEM_PYTHON, _IMPACKET_PEER, "tickets", str(cache), str(tickets))
    return tickets


def require_peers() -> None:
    """Refuses, naming the Debian package, when a peer is missing."""
    if not shutil.which("net"):
        raise LabError("the comparison needs net: apt-get install samba-common-bin")
    if not Path("/usr/lib/python3/dist-packages/impacket").is_dir():
        raise LabError("the comparison needs impacket: apt-get install python3-impacket")


def _path(ca: FleetCa) -> str:
    return f"HKLM\\{registry.CERTSVC}\\{ca.key}"
