# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of `hub`: how fast many sites publish a year of scans at once, and what the commands cost that read them."""

import argparse
import json
import os
import pwd
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from postgres import PostgresServer

from .measure import Figure

_BUILD = Path(__file__).resolve().parents[2] / "build/release"
_COMMANDS = (("status",), ("trend", "--last", "90d"), ("changes",), ("trend",))


class _Cluster(PostgresServer):
    """With the settings that initdb writes: it waits for the disk at every commit."""

    def __init__(self, settings: list[str]):
        self.folder = Path(tempfile.mkdtemp(prefix="casweep-bench-pg-"))
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.run("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = [word for setting in ("listen_addresses=", *settings) for word in ("-c", setting)]
        self.run("pg_ctl", "start", "-w", "-D", self.folder / "data", "-l", self.folder / "log", "-o",
                 subprocess.list2cmdline(["-k", str(self.folder), *options]))  # fmt: skip

    def stop(self):
        self.run("pg_ctl", "stop", "-m", "immediate", "-D", self.folder / "data")
        subprocess.run(["rm", "-rf", self.folder], check=True)

    def cpu_s(self) -> float:
        """User and system, of the server and its processes that ended."""
        ticks = os.sysconf("SC_CLK_TCK")
        leader = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat.parent.name) == leader:
                total += sum(map(int, fields[11:15]))  # of its children, too
            elif int(fields[1]) == leader:
                total += sum(map(int, fields[11:13]))
        return total / ticks


@dataclass(frozen=True)
class _Site:
    file: Path
    id: str
    observations: int


def hub() -> int:
    """Makes histories, or takes those that are there, and prints Markdown. 0 done; 1 a command failed."""
    parser = argparse.ArgumentParser(prog="hub", description="What a hub of many sites costs.")
    parser.add_argument("--casweep", default=str(_BUILD / "cli/casweep"), metavar="PROGRAM")
    parser.add_argument("--make-history", default=str(_BUILD / "bench/make_history"), metavar="PROGRAM")
    parser.add_argument("--sites", default="10,100,300", help="numbers of sites, one after the other (default %(default)s)")
    parser.add_argument("--scans", type=int, default=365, help="daily scans of each (default %(default)s)")
    parser.add_argument("--cas", type=int, default=20, help="CAs in each scan (default %(default)s)")
    parser.add_argument("--publishers", type=int, default=16, help="sites that publish at once (default %(default)s)")
    parser.add_argument("--runs", type=int, default=7, help="runs behind every figure of a reader (default %(default)s)")
    parser.add_argument("--folder", type=Path, help="the histories are made there, and kept; those that are there are taken")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the server; may be repeated")
    parser.add_argument("--stay", action="store_true", help="when done, leave the server running until Enter is pressed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="casweep-bench-") as temporary:
        try:
            _run(arguments, arguments.folder or Path(temporary))
        except (OSError, subprocess.CalledProcessError) as problem:
            print(f"bench: {problem}", file=sys.stderr)
            return 1
    return 0


def _run(arguments, folder: Path) -> None:
    stages = [int(number) for number in arguments.sites.split(",")]
    sites = _histories(arguments, folder, max(stages))
    server = _Cluster(arguments.set)
    try:
        server.sql("CREATE DATABASE hub")
        owner = server.conninfo("postgres", "hub")
        subprocess.run([arguments.casweep, "hub", "init", "--hub", owner], check=True, stdout=subprocess.DEVNULL)
        server.sql("CREATE ROLE reader LOGIN IN ROLE casweep_reader")
        print(f"{arguments.scans} scans of {arguments.cas} CAs in each site, {arguments.publishers} publishers at once; "
              f"PostgreSQL {server.sql('SHOW server_version').split()[0]}\n")  # fmt: skip
        print("Of each command: wall ms, and CPU ms of the program + the server.\n")
        names = " | ".join(f"`fleet {' '.join(words)}`" for words in _COMMANDS)
        print("| sites | observations | published a second | publishers' CPU s | server's CPU s | bytes each | "
              + names + " |\n|" + "---|" * (6 + len(_COMMANDS)), flush=True)  # fmt: skip
        done = 0
        for stage in stages:
            published = _publish(arguments, server, sites[done:stage])
            done = stage
            server.sql("VACUUM ANALYZE", "hub")  # as the server does by itself when it is idle
            observations = int(server.sql("SELECT count(*) FROM casweep.observation", "hub"))
            octets = int(server.sql("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' "
                                    "AND relnamespace = 'casweep'::regnamespace", "hub"))  # fmt: skip
            reads = [_reads(arguments, server, words) for words in _COMMANDS]
            print(f"| {stage} | {observations} | {published} | {octets / observations:.0f} | " + " | ".join(reads) + " |", flush=True)
        if arguments.stay:
            print(f"psql -h {server.folder} -U postgres hub", file=sys.stderr)
            sys.stdin.readline()
    finally:
        server.stop()


def _histories(arguments, folder: Path, count: int) -> list[_Site]:
    folder.mkdir(parents=True, exist_ok=True)

    def make(number: int) -> _Site:
        file = folder / f"site{number:03}.db"
        if not file.exists():
            unfinished = folder / f"unfinished{number:03}.db"
            unfinished.unlink(missing_ok=True)
            size = (str(arguments.scans), str(arguments.cas), str(number))
            subprocess.run([arguments.make_history, str(unfinished), *size], check=True, stdout=subprocess.DEVNULL)
            unfinished.rename(file)
        info = subprocess.run([arguments.casweep, "db", "info", "--format", "json", "--db", file], check=True, stdout=subprocess.PIPE)
        return _Site(file, json.loads(info.stdout)["site_id"], arguments.scans * arguments.cas)

    with ThreadPoolExecutor(os.cpu_count()) as makers:
        return list(makers.map(make, range(1, count + 1)))


def _publish(arguments, server: _Cluster, sites: list[_Site]) -> str:
    """Enrolls them, and publishes them. Returns observations a second, and the CPU that it took."""
    owner = server.conninfo("postgres", "hub")
    for site in sites:
        enroll = (arguments.casweep, "hub", "enroll", site.id, "--login", f"site_{site.file.stem}", "--hub", owner)
        subprocess.run(enroll, check=True, capture_output=True)  # it says that the role is new

    def publish(site: _Site) -> float:
        return _run_one((arguments.casweep, "publish", "--db", site.file, "--hub", server.conninfo(f"site_{site.file.stem}", "hub")))

    before = server.cpu_s()
    began = time.monotonic()
    with ThreadPoolExecutor(arguments.publishers) as publishers:
        cpu_s = sum(publishers.map(publish, sites))
    wall_s = time.monotonic() - began
    # The process of a connection that ended is counted once the server has seen its end.
    time.sleep(0.5)
    observations = sum(site.observations for site in sites)
    return f"{observations / wall_s:.0f} | {cpu_s:.1f} | {server.cpu_s() - before:.1f}"


def _reads(arguments, server: _Cluster, words: tuple[str, ...]) -> str:
    """Wall milliseconds, and the CPU milliseconds of the program and of the server."""
    command = (arguments.casweep, "fleet", *words, "--hub", server.conninfo("reader", "hub"))
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # warms the server up
    walls, cpu_s, before = [], 0.0, server.cpu_s()
    for _ in range(arguments.runs):
        began = time.monotonic()
        cpu_s += _run_one(command)
        walls.append((time.monotonic() - began) * 1000)
    time.sleep(0.5)
    figure, each = Figure.of(walls), 1000 / arguments.runs
    return f"{figure.shown(0)}, {cpu_s * each:.0f} + {(server.cpu_s() - before) * each:.0f}"


def _run_one(command: tuple) -> float:
    """CPU seconds."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime
