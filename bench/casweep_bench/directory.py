# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of `directory`: listing a large directory, and passing over servers that do not answer.

The servers are fakes in the tests that are run here: no real directory of this size, and no 38 silent controllers, fit a bench.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from .measure import Figure

_BUILD = Path(__file__).resolve().parents[2] / "build/dev/tests"
_TESTS = (
    ("listing 20,000 CAs, pages of 500", "discovery", "EnrollmentListing.Of20000ObjectsFitsInto200Megabytes"),
    ("choosing one of 40 domain controllers, 38 silent", "discovery", "DirectoryInquiry.ChoosesInTimeIf38Of40ControllersAreSilent"),
    ("choosing one of 40 KDCs, 38 silent", "logon", "KerberosConfigTest.ChoosesInTimeIf38Of40KdcsAreSilent"),
)
_PROPERTY = "objects_megabytes_seconds_cpu_seconds"


def directory() -> int:
    """Prints Markdown. 0 done; 1 a test failed or is not built."""
    parser = argparse.ArgumentParser(prog="directory", description="What a large or half-dead directory costs.")
    parser.add_argument("--build", type=Path, default=_BUILD, metavar="FOLDER", help="of the tests (default: build/dev/tests)")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="runs behind every figure (default %(default)s)")
    arguments = parser.parse_args()
    print("| | wall s | CPU s | peak RSS MB |\n|---|---|---|---|", flush=True)
    try:
        for name, folder, test in _TESTS:
            program = arguments.build / folder / f"{folder}_tests"
            walls, cpus, peaks = zip(*(_run(program, test) for _ in range(arguments.runs)), strict=True)
            cells = (_shown(walls, 2), _shown(cpus, 2), _shown(peaks, 0))
            print(f"| {name} | {' | '.join(cells)} |", flush=True)
    except (OSError, ValueError, subprocess.CalledProcessError) as problem:
        print(f"bench: {problem}; build the tests with scripts/build dev discovery_tests logon_tests", file=sys.stderr)
        return 1
    return 0


def _run(program: Path, test: str) -> tuple[float, float | None, float | None]:
    """Seconds, CPU seconds and megabytes; the last two if the test reports them."""
    with tempfile.NamedTemporaryFile("r") as told:
        command = [program, f"--gtest_filter={test}", f"--gtest_output=json:{told.name}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (suite,) = json.load(told)["testsuites"]
    (case,) = suite["testsuite"]
    if _PROPERTY not in case:
        return float(case["time"].removesuffix("s")), None, None
    _, megabytes, seconds, cpu_s = map(float, case[_PROPERTY].split())
    return seconds, cpu_s, megabytes


def _shown(values: tuple, digits: int) -> str:
    if None in values:
        return "-"
    return Figure.of(list(values)).shown(digits)
