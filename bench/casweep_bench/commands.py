# SPDX-License-Identifier: GPL-3.0-or-later
"""The command lines of `compare` and `scale`. Both print Markdown."""

import argparse
import datetime
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from casweep_lab.errors import LabError

from . import clients
from .fleet import Fleet
from .measure import Cost, measure
from .round_trips import MOST_CAS, print_round_trips

_JOBS_OF_PEERS = 32
_MOST_JOBS = 256  #: that casweep chooses
_WAITS = 16  #: for an answer of the CA's host, in each reading of casweep (docs/adr/0003-round-trips.md)

_DEFAULT_PROGRAM = Path(__file__).resolve().parents[2] / "build/release/cli/casweep"


def compare() -> int:
    """casweep beside its peers on one fleet."""
    parser = _parser("compare", "What a sweep costs casweep and other clients that read the same values.")
    parser.add_argument("--cas", type=int, default=200, help="CAs of the fleet (default %(default)s)")
    parser.add_argument("--rtt-ms", type=float, default=0, help="added round-trip time of every CA (default none)")
    parser.add_argument("--auth", type=_list(str), default=["kerberos", "ntlm"], help="default: kerberos,ntlm")
    parser.add_argument("--dead", type=float, default=0, help="share of hosts that do not answer (default none)")
    parser.add_argument("--loop", action=argparse.BooleanOptionalAction, default=True, help="impacket's loop as well")
    arguments = parser.parse_args()
    return _on_fleet(arguments, arguments.cas, _compare)


def scale() -> int:
    """How the cost of casweep grows."""
    parser = _parser("scale", "How the cost of a sweep grows with the number of CAs and their distance.")
    sizes = [100, 200, 500, 1000, 2000]
    parser.add_argument("--cas", type=_list(int), default=sizes, help="default: 100,200,500,1000,2000")
    parser.add_argument("--rtt-ms", type=_list(float), default=[0, 50], help="default: 0,50")
    parser.add_argument("--auth", choices=("kerberos", "ntlm"), default="kerberos", help="default %(default)s")
    parser.add_argument("--dead", type=float, default=0.05, help="share of hosts that do not answer (default 0.05)")
    arguments = parser.parse_args()
    return _on_fleet(arguments, max(arguments.cas), _scale)


def round_trips() -> int:
    """What each client asks for one CA."""
    parser = _parser("round_trips", "The requests that one CA costs casweep and other clients, step by step.", timed=False)
    parser.add_argument("--auth", choices=("kerberos", "ntlm"), default="kerberos", help="default %(default)s")
    arguments = parser.parse_args()
    return _on_fleet(arguments, MOST_CAS, _round_trips)


def _round_trips(fleet: Fleet, arguments) -> None:
    clients.require_peers()
    print(f"\n### One CA, {arguments.auth}\n")
    one_at_a_time = [clients.casweep(arguments.casweep, 1), clients.net_rpc(1), clients.impacket(1)]
    print_round_trips(fleet, one_at_a_time, arguments.auth == "ntlm")


def _compare(fleet: Fleet, arguments) -> None:
    clients.require_peers()
    chosen = [
        clients.casweep(arguments.casweep, arguments.jobs),
        clients.net_rpc(arguments.jobs or _JOBS_OF_PEERS),
        clients.impacket(arguments.jobs or _JOBS_OF_PEERS),
        *([clients.impacket(1)] if arguments.loop else []),
    ]
    cas = fleet.list_first(arguments.cas)
    fleet.set_network(rtt_ms=arguments.rtt_ms, dead=arguments.dead)
    for auth in arguments.auth:
        print(f"\n### {len(cas)} CAs, {auth}, {arguments.rtt_ms:g} ms added, {arguments.dead:.0%} dead\n")
        _print_head("client")
        for client in chosen:
            cost = measure(
                client, fleet, cas, ntlm=auth == "ntlm", dead=arguments.dead, deadline_s=arguments.deadline,
                runs=arguments.runs, memory_runs=arguments.memory_runs,
            )  # fmt: skip
            casweep = client is chosen[0]
            waits_s = _waits_s(len(cas), arguments.rtt_ms, arguments.jobs) if casweep else 0
            _print_row(client.name, cost, len(cas), _bound(cost, waits_s, arguments.dead, arguments.deadline))


def _scale(fleet: Fleet, arguments) -> None:
    client = clients.casweep(arguments.casweep, arguments.jobs)
    print(f"\n### {client.name}, {arguments.auth}, {arguments.dead:.0%} dead, deadline {arguments.deadline} s\n")
    _print_head("CAs, added round trip")
    for count in sorted(arguments.cas):
        cas = fleet.list_first(count)
        for rtt_ms in arguments.rtt_ms:
            fleet.set_network(rtt_ms=rtt_ms, dead=arguments.dead)
            cost = measure(
                client, fleet, cas, ntlm=arguments.auth == "ntlm", dead=arguments.dead, deadline_s=arguments.deadline,
                runs=arguments.runs, memory_runs=arguments.memory_runs,
            )  # fmt: skip
            waits_s = _waits_s(count, rtt_ms, arguments.jobs)
            _print_row(f"{count}, {rtt_ms:g} ms", cost, count,
                       _bound(cost, waits_s, arguments.dead, arguments.deadline))


def _on_fleet(arguments, size: int, run: Callable[[Fleet, argparse.Namespace], None]) -> int:
    """Brings a fleet up, runs, and takes it down whatever happens. 0 done; 1 not, and one sentence says why."""
    os.environ["PATH"] = f"{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin"
    try:
        if not os.access(arguments.casweep, os.X_OK):
            raise LabError(f"there is no program {arguments.casweep}; build it, or name it with --casweep")
        fleet = Fleet(arguments.name, size)
        try:
            fleet.up()
            _print_machine(arguments)
            run(fleet, arguments)
        finally:
            fleet.down()
    except LabError as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    return 0


def _parser(name: str, description: str, timed: bool = True) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name, description=description)
    parser.add_argument("--casweep", default=str(_DEFAULT_PROGRAM), metavar="PROGRAM", help="default: build/release")
    parser.add_argument("--name", default="casweep-bench", help="which lab (default %(default)s)")
    if timed:
        parser.add_argument("--jobs", type=int, help="CAs read at a time, by all clients (default: as many as casweep "
                            f"chooses, and {_JOBS_OF_PEERS} by the others)")
        parser.add_argument("--deadline", type=int, default=5, metavar="SECONDS", help="for each CA (default %(default)s)")
        parser.add_argument("--runs", type=_at_least(1), default=3, help="runs behind every figure (default %(default)s)")
        parser.add_argument("--memory-runs", type=_at_least(0), default=1,
                            help="further runs, behind every peak (default %(default)s)")
    return parser


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"at least {least}")
        return int(text)

    return number


def _list(kind: type) -> Callable[[str], list]:
    return lambda text: [kind(word) for word in text.split(",")]


def _print_machine(arguments) -> None:
    """What the figures depend on."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    facts = [
        datetime.date.today().isoformat(),
        f"{cpu[1].strip() if cpu else platform.machine()}, {os.cpu_count()} cores",
        f"load {os.getloadavg()[0]:.1f} at the start",
        f"Linux {platform.release()}",
        _first_line(arguments.casweep, "--version"),
        f"Samba {_first_line('net', '--version').removeprefix('Version ')}",
        _first_line(clients.SYSTEM_PYTHON, "-c", "import impacket.version as v; print('impacket', v.version)"),
        *([f"median of {arguments.runs} runs (least to most)"] if "runs" in arguments else []),
    ]
    print("; ".join(facts), flush=True)


def _first_line(*command: str) -> str:
    """What a program says of itself; nothing if it cannot."""
    return (subprocess.run(command, capture_output=True, text=True).stdout.splitlines() or ["-"])[0].strip()


def _waits_s(cas: int, rtt_ms: float, jobs: int | None) -> float:
    """How long casweep waits for the network at least, if all its workers always wait at the same time."""
    at_a_time = min(cas, jobs or _MOST_JOBS)
    return _WAITS * rtt_ms / 1000 * cas / at_a_time


def _bound(cost: Cost, waits_s: float, dead: float, deadline_s: int) -> tuple[float, str]:
    """The shortest wall time that this machine and this network allow, and what limits it."""
    cpu_s = (cost.cpu_s.median + cost.server_cpu_s.median + cost.relay_cpu_s.median) / (os.cpu_count() or 1)
    bounds = [(cpu_s, "CPU"), (waits_s, "network"), (float(deadline_s) if dead else 0.0, "deadline")]
    return max(bounds)


def _print_head(first: str) -> None:
    columns = [first, "wall s", "bound s", "wall / bound", "CPU s", "CPU ms a CA", "peak PSS MB",
               "right / wrong / missing", "servers' CPU s", "relay CPU s"]
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|", flush=True)


def _print_row(first: str, cost: Cost, cas: int, bound: tuple[float, str]) -> None:
    bound_s, limit = bound
    cells = [
        first,
        cost.wall_s.shown(2),
        f"{bound_s:.2f} ({limit})",
        f"{cost.wall_s.median / bound_s:.2f}",
        cost.cpu_s.shown(2),
        f"{1000 * cost.cpu_s.median / cas:.1f}",
        cost.peak_pss_mb.shown(0) if cost.peak_pss_mb else "-",
        f"{cost.right} / {cost.wrong} / {cost.missing}",
        f"{cost.server_cpu_s.median:.2f}",
        f"{cost.relay_cpu_s.median:.2f}",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)
