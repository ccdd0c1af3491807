# SPDX-License-Identifier: GPL-3.0-or-later
"""The network namespace a lab lives in: it reaches nothing else, and all that runs in it can be found and ended."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from .errors import LabError

RUN_SAMBA = Path("/run/samba")  #: where every Samba program expects winbindd's socket; each gets its own bound over it


class Namespace:
    """`ip netns NAME`, its files in /etc/netns/NAME, and its processes."""

    def __init__(self, name: str):
        self.name = name
        self.etc = Path("/etc/netns") / name

    def exists(self) -> bool:
        return (Path("/run/netns") / self.name).exists()

    def create(self, addresses: list[str], silent: list[str], files: dict[str, str]) -> None:
        """A namespace with `addresses` on its loopback, dropping every packet to `silent`, seeing `files` over /etc."""
        while True:
            try:
                self.etc.mkdir(parents=True)
                break
            except FileNotFoundError:  # another lab just went down and took /etc/netns along
                continue
        for name, text in files.items():
            (self.etc / name).write_text(text)
        made = subprocess.run(["ip", "netns", "add", self.name], capture_output=True, text=True)
        if made.returncode != 0:
            raise LabError(f"this machine does not allow a network namespace: {made.stderr.strip()}")
        batch = ["link set lo up"] + [f"address add {address}/32 dev lo" for address in addresses]
        self._feed(["ip", "-n", self.name, "-batch", "-"], "\n".join(batch) + "\n")
        if silent:
            rules = f"""
                table inet casweep_lab {{
                  chain input {{
                    type filter hook input priority 0;
                    ip daddr {{ {", ".join(silent)} }} drop
                  }}
                }}
            """
            self._feed([*self.enter(), "nft", "-f", "-"], rules)

    def enter(self) -> list[str]:
        """The words that put a command into the namespace."""
        return ["ip", "netns", "exec", self.name]

    def start(self, command: list[str], *, run_samba: Path, log: Path, env: dict[str, str]) -> int:
        """Starts a daemon in its own session with `run_samba` over /run/samba. Returns its pid, the session's id."""
        RUN_SAMBA.mkdir(exist_ok=True)
        bind = f'mount --bind "$0" {RUN_SAMBA} && exec "$@"'
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*self.enter(), "sh", "-c", bind, str(run_samba), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=env,
                cwd="/",
                start_new_session=True,
            )
        return process.pid

    def pids(self) -> list[int]:
        """Every process inside the namespace."""
        if not self.exists():
            return []
        found = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True)
        return [int(word) for word in found.stdout.split()]

    def pids_by_session(self) -> dict[int, list[int]]:
        """The same, by the session they belong to."""
        sessions: dict[int, list[int]] = {}
        for pid in sorted(self.pids()):
            sessions.setdefault(_session(pid), []).append(pid)
        return sessions

    def end_sessions(self, sessions: list[int]) -> None:
        """Kills every process of the namespace that belongs to one of `sessions`, and waits until they are gone."""
        self._kill(lambda: [pid for pid in self.pids() if _session(pid) in sessions])

    def remove(self) -> None:
        """Kills what runs inside and removes the namespace and its files. Safe when there is none."""
        self._kill(self.pids)
        if self.exists():
            subprocess.run(["ip", "netns", "delete", self.name], check=True)
        shutil.rmtree(self.etc, ignore_errors=True)
        try:
            self.etc.parent.rmdir()
        except OSError:  # another namespace has files there, or there was no such folder
            pass

    def listening(self) -> set[tuple[str, int]]:
        """The IPv4 (address, port) pairs with a TCP listener, read without connecting to any."""
        for pid in self.pids():
            try:
                lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
            except OSError:
                continue
            found = set()
            for local, state in ((line.split()[1], line.split()[3]) for line in lines):
                if state == "0A":
                    raw, port = local.split(":")
                    found.add((".".join(str(octet) for octet in reversed(bytes.fromhex(raw))), int(port, 16)))
            return found
        return set()

    def _kill(self, remaining) -> None:
        deadline = time.monotonic() + 10
        while pids := remaining():
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if time.monotonic() > deadline:
                raise LabError(f"these processes of {self.name} do not end: {pids}")
            time.sleep(0.02)

    @staticmethod
    def _feed(command: list[str], text: str) -> None:
        done = subprocess.run(command, input=text, capture_output=True, text=True)
        if done.returncode != 0:
            said = done.stderr.strip().splitlines()[:1]
            raise LabError(f"this machine does not allow setting up a network namespace: {' '.join(command + said)}")


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None
