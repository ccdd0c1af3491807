# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine of its own: a Debian that was booted in a container (systemd-nspawn), in the network of a lab forest."""

import os
import shlex
import subprocess
import time
from pathlib import Path

from terminal import Terminal

# What systemd sets for a login; nothing of this machine's environment.
_ENVIRONMENT = ["env", "--ignore-environment", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG=C.UTF-8", "TERM=xterm-256color"]
# What every machine has and systemd-nspawn forbids, so that only the unit's own confinement is tested.
_CALLS_OF_MACHINE = "landlock_create_ruleset landlock_add_rule landlock_restrict_self adjtimex clock_adjtime"
_START_LIMIT_S = 60


class Machine:
    """The Debian in the folder `root`, which knows nothing of the lab `lab` but its DNS server."""

    def __init__(self, root: Path, lab: str):
        self.root = root
        self._lab = lab
        self._log = root.parent / "boot.log"

    def boot(self) -> None:
        resolver = Path("/etc/netns", self._lab, "resolv.conf").read_text()
        (self.root / "etc/resolv.conf").unlink(missing_ok=True)  # it may be a link out of the folder
        (self.root / "etc/resolv.conf").write_text(resolver)
        command = ["systemd-nspawn", "--quiet", "--boot", f"--directory={self.root}", f"--machine={self._lab}",
                   f"--network-namespace-path=/run/netns/{self._lab}", "--resolv-conf=off", "--register=no", "--keep-unit",
                   "--console=pipe", f"--system-call-filter={_CALLS_OF_MACHINE}"]
        with self._log.open("wb") as log:
            self._container = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                               env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"})
        self._enter = self._wait_for(self._entrance)
        self._wait_for(lambda: self._state() in ("running", "degraded"))
        if self._state() != "running":
            raise AssertionError(self.run("systemctl --failed; journalctl --no-pager -n 50").stdout)

    def power_off(self) -> None:
        self._container.terminate()
        self._container.wait(timeout=60)

    def run(self, command: str, user: str = "root", input: str = "") -> subprocess.CompletedProcess:
        """Runs a shell's command as `user` after a login, without a terminal."""
        login = ["su", "--login", user, "--command", command]
        return subprocess.run([*self._enter, *login], text=True, capture_output=True, input=input, timeout=120)

    def terminal(self, command: str, user: str = "root") -> Terminal:
        """The same at a terminal."""
        return Terminal([*self._enter, "su", "--pty", "--login", user, "--command", command])

    def _entrance(self) -> list[str] | None:
        """The words that put a command into the container, once its systemd runs."""
        container = self._container.pid
        for pid in Path(f"/proc/{container}/task/{container}/children").read_text().split():
            if Path("/proc", pid, "comm").read_text() == "systemd\n":
                return ["nsenter", "--target", pid, "--all", *_ENVIRONMENT]
        return None

    def _state(self) -> str:
        asked = subprocess.run([*self._enter, "systemctl", "is-system-running"], text=True, capture_output=True)
        return asked.stdout.strip()

    def _wait_for(self, ready):
        deadline = time.monotonic() + _START_LIMIT_S
        while not (found := ready()):
            if self._container.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the container does not start: {self._log.read_text(errors='replace')}")
            time.sleep(0.1)
        return found


def words(*arguments: str) -> str:
    """The arguments as a shell's command."""
    return shlex.join(arguments)
