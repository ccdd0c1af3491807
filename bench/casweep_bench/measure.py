# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a client: how long, how much CPU, how much memory. Memory has runs of its own, as looking costs."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .clients import Answers, Client, Run
from .fleet import Fleet
from .plan import FleetCa, truth

_SAMPLE_EVERY_S = 0.02
_SERVERS_END_AFTER_S = 0.5  #: a server's process ends, and is counted, a little after its client's


@dataclass(frozen=True)
class Figure:
    """The median of some runs, and how far they lie apart."""

    median: float
    least: float
    most: float

    @staticmethod
    def of(values: list[float]) -> "Figure":
        return Figure(statistics.median(values), min(values), max(values))

    def shown(self, digits: int) -> str:
        return f"{self.median:.{digits}f} ({self.least:.{digits}f} to {self.most:.{digits}f})"


@dataclass(frozen=True)
class Cost:
    """What one client's sweep costs."""

    wall_s: Figure
    cpu_s: Figure  #: user and system, of every process of the client
    peak_pss_mb: Figure | None  #: all processes of the client together; None without memory runs
    server_cpu_s: Figure  #: of the hosts and the domain controller, which share the cores with the client
    relay_cpu_s: Figure
    right: int  #: verdicts, the worst run
    wrong: int
    missing: int  #: a host that answers, and no verdict


def measure(
    client: Client,
    fleet: Fleet,
    cas: list[FleetCa],
    *,
    ntlm: bool,
    dead: float,
    deadline_s: int,
    runs: int,
    memory_runs: int,
) -> Cost:
    """Runs a client `runs` times for time and CPU, and then for memory. The network is as the fleet has it set."""
    walls, cpus, servers, relays, peaks, counts = [], [], [], [], [], []
    for sampled in [False] * runs + [True] * memory_runs:
        folder = Path(tempfile.mkdtemp(dir=fleet.forest.folder))
        run = Run(fleet.forest, cas, dead, ntlm, deadline_s, folder)
        servers_before, relay_before = fleet.server_cpu_seconds(), fleet.relay_cpu_seconds()
        peaks_of_run: list[float] = []
        watch = (lambda pid: peaks_of_run.append(_pss_mb(pid))) if sampled else None
        wall_s, cpu_s, output = run_once(client, run, watch)
        if sampled:
            peaks.append(max(peaks_of_run))
        else:
            walls.append(wall_s)
            cpus.append(cpu_s)
            time.sleep(_SERVERS_END_AFTER_S)
            servers.append(fleet.server_cpu_seconds() - servers_before)
            relays.append(fleet.relay_cpu_seconds() - relay_before)
            counts.append(_count(client.answers(run, output), cas, dead))
        shutil.rmtree(folder)
    right, wrong, missing = min(counts)
    peak = Figure.of(peaks) if peaks else None
    return Cost(Figure.of(walls), Figure.of(cpus), peak, Figure.of(servers), Figure.of(relays), right, wrong, missing)


def run_once(client: Client, run: Run, watch: Callable[[int], None] | None = None) -> tuple[float, float, str]:
    """One run, with a fresh ticket, so that none finds the service tickets of another. Seconds, CPU seconds, output."""
    words = client.command(run)
    command, env = run.forest.command(words, user=None, account=None if run.ntlm else "auditor")
    with (run.folder / "output").open("w+") as output, (run.folder / "errors").open("w+") as errors:
        began = time.monotonic()
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, cwd="/")
        if watch:
            while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
                watch(process.pid)
                time.sleep(_SAMPLE_EVERY_S)
        _, status, usage = os.wait4(process.pid, 0)  # with all the children that were waited for
        wall_s = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        said = output.read()
        if not said and not (run.folder / "answers").exists():
            print(f"{client.name} said nothing but: {errors.read()[-2000:]}", file=sys.stderr)
    return wall_s, usage.ru_utime + usage.ru_stime, said


def _count(answers: Answers, cas: list[FleetCa], dead: float) -> tuple[int, int, int]:
    """How many CAs a client is right, wrong and silent about. No answer and `unknown` are the same."""
    right = wrong = missing = 0
    for ca in cas:
        said, true = answers.get(ca.dns_host_name, "unknown"), truth(ca, dead)
        if said == true:
            right += 1
        elif said == "unknown":
            missing += 1
        else:
            wrong += 1
    return right, wrong, missing


def _pss_mb(root: int) -> float:
    """The proportional set size of a process and all below it; memory they share counts once."""
    total_kb, pids = 0, [root]
    while pids:
        pid = pids.pop()
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                pids += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total_kb += int(rollup.split("Pss:", 1)[1].split(None, 1)[0])
        except (OSError, IndexError, ValueError):  # it has just ended
            continue
    return total_kb / 1024
