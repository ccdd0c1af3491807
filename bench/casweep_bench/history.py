# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of `history`: what the commands that answer from the history cost on ten years of it."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .measure import Figure

_BUILD = Path(__file__).resolve().parents[2] / "build/release"


def history() -> int:
    """Makes a history, or takes one that is there, and prints Markdown. 0 done; 1 a command failed."""
    parser = argparse.ArgumentParser(prog="history", description="What answering from a long history costs.")
    parser.add_argument("--casweep", default=str(_BUILD / "cli/casweep"), metavar="PROGRAM")
    parser.add_argument("--make-history", default=str(_BUILD / "bench/make_history"), metavar="PROGRAM")
    parser.add_argument("--scans", type=int, default=3650, help="daily scans (default %(default)s)")
    parser.add_argument("--cas", type=int, default=500, help="CAs in each (default %(default)s)")
    parser.add_argument("--runs", type=int, default=7, help="runs behind every figure (default %(default)s)")
    parser.add_argument("--file", type=Path, help="made there, and kept; taken as it is if it is there already")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="casweep-bench-") as folder:
        file = arguments.file or Path(folder) / "history.db"
        try:
            if not file.exists():
                size = (str(arguments.scans), str(arguments.cas))
                print(subprocess.run([arguments.make_history, str(file), *size], check=True, stdout=subprocess.PIPE,
                                     text=True).stdout, flush=True)  # fmt: skip
            _report(arguments.casweep, file, arguments.runs)
        except (OSError, subprocess.CalledProcessError) as problem:
            print(f"bench: {problem}", file=sys.stderr)
            return 1
    return 0


def _report(casweep: str, file: Path, runs: int) -> None:
    scans = json.loads(_output(casweep, "scans", "--all", "--format", "json", "--db", str(file)))["scans"]
    readings = sum(scan["discovered"] for scan in scans)
    octets = sum(path.stat().st_size for path in file.parent.glob(file.name + "*"))
    print(f"{len(scans)} scans, {readings} readings: {octets / 2**20:.1f} MiB, {octets / readings:.1f} bytes a reading\n")
    ca = json.loads(_output(casweep, "status", "--format", "json", "--db", str(file)))["cas"][0]["object_guid"]
    print("| command | wall ms | CPU ms | peak RSS MB |\n|---|---|---|---|")
    for words in (
        ("--version",), ("status",), ("history", ca), ("diff",), ("diff", "1", "last"), ("trend", "--last", "90d"),
        ("trend",), ("scans",), ("show", ca), ("db", "check"),
    ):  # fmt: skip
        where = () if words == ("--version",) else ("--db", str(file))
        walls, cpus, peaks = zip(*(_run(casweep, *words, *where) for _ in range(runs)))
        name = " ".join(words).replace(ca, "CA")
        print(f"| `{name}` | {Figure.of(walls).shown(0)} | {Figure.of(cpus).shown(0)} | {Figure.of(peaks).median:.0f} |", flush=True)


def _run(*command: str) -> tuple[float, float, float]:
    """Milliseconds, CPU milliseconds and peak resident MB of one run."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall_ms = (time.monotonic() - began) * 1000
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return wall_ms, (usage.ru_utime + usage.ru_stime) * 1000, _peak_mb(*command)


def _peak_mb(*command: str) -> float:
    """Peak resident MB, of a run of its own below time(1): of a child of this process it would be this process's peak."""
    with tempfile.NamedTemporaryFile("r") as told:
        subprocess.run(["time", "-f", "%M", "-o", told.name, *command], check=True, stdout=subprocess.DEVNULL)
        return int(told.read()) / 1024


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
