# SPDX-License-Identifier: GPL-3.0-or-later
"""What each client asks for one CA, step by step."""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from casweep_lab.errors import LabError

from .clients import Client, Run
from .fleet import Fleet
from .measure import run_once
from .plan import FleetCa

MOST_CAS = 3  #: what the third adds is what one CA costs


def print_round_trips(fleet: Fleet, clients: list[Client], ntlm: bool) -> None:
    """A Markdown table: the requests that one more CA costs each client."""
    of_few, of_more = (
        [_requests(fleet, client, fleet.list_first(cas), ntlm) for client in clients] for cas in (MOST_CAS - 1, MOST_CAS)
    )
    counts = [
        {step: more[step] - few[step] for step in more} for few, more in zip(of_few, of_more, strict=True)
    ]
    print(f"| a request, and its answer | {' | '.join(client.name for client in clients)} |\n|{'---|' * (1 + len(clients))}")
    for step in dict.fromkeys(step for count in counts for step, number in count.items() if number):
        print(f"| {step} | {' | '.join(f'{count.get(step, 0)}' for count in counts)} |")
    for heading, belongs in (("with the CA's host", _of_host), ("with DNS and the KDC", lambda step: not _of_host(step))):
        sums = [sum(number for step, number in count.items() if belongs(step)) for count in counts]
        print(f"| **{heading}** | {' | '.join(f'**{number}**' for number in sums)} |")


def _of_host(step: str) -> bool:
    return not step.startswith(("DNS", "Kerberos"))


def _requests(fleet: Fleet, client: Client, cas: list[FleetCa], ntlm: bool) -> Counter:
    words = [*fleet.forest.namespace.enter(), sys.executable, str(Path(__file__).with_name("sniffer.py"))]
    sniffer = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        if not sniffer.stdout.readline():
            raise LabError("the requests cannot be watched")
        with tempfile.TemporaryDirectory(dir=fleet.forest.folder) as folder:
            run_once(client, Run(fleet.forest, cas, 0, ntlm, 30, Path(folder)))
        time.sleep(0.2)  # the last packets
    finally:
        sniffer.terminate()
    return Counter(sniffer.communicate()[0].splitlines())
