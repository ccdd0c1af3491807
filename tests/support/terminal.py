# SPDX-License-Identifier: GPL-3.0-or-later
"""A command at a terminal, with a person who reads and types."""

import os
import pty
import select
import termios
import time


class Terminal:
    """A command with its own pseudo-terminal as the controlling terminal."""

    def __init__(self, command: list[str]):
        self.shown = ""
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.execvp(command[0], command)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._fd)

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self._fd)[3] & termios.ECHO)

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def wait_for(self, words: str, timeout: float = 30) -> None:
        deadline = time.monotonic() + timeout
        while words not in self.shown:
            if not self._read(deadline):
                raise AssertionError(f"{words!r} was never shown: {self.shown!r}")

    def wait(self, timeout: float = 60) -> int:
        """The exit code, once the command has ended."""
        deadline = time.monotonic() + timeout
        while self._read(deadline):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def _read(self, deadline: float) -> bool:
        """Reads the next output; False at the end."""
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self._fd], [], [], left)[0]:
            raise AssertionError(f"still running: {self.shown!r}")
        try:
            new = os.read(self._fd, 65536)
        except OSError:  # EIO: no process has the terminal open
            return False
        self.shown += new.decode(errors="replace")
        return bool(new)
