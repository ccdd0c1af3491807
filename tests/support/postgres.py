# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server in a temporary folder, on a Unix socket there, where every login is trusted."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path


def programs() -> Path:
    """The newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda program: int(program.parts[-3]))
    assert found, "PostgreSQL is missing: run scripts/dependencies test"
    return found[-1].parent


def sanitizer_options() -> dict[str, str]:
    """The variables of this test that a sanitized program needs."""
    return {name: value for name, value in os.environ.items() if name in ("ASAN_OPTIONS", "LSAN_OPTIONS")}


class PostgresServer:
    """PostgreSQL does not run as root, so root starts it as nobody."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="casweep-pg-"))
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.run("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.process = subprocess.Popen(
            [programs() / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off"],
            **self.as_server())
        for _ in range(600):
            if subprocess.run([programs() / "pg_isready", "-q", "-h", self.folder]).returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError("PostgreSQL did not start")

    def as_server(self) -> dict:
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        if self.account:
            options |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return options

    def run(self, program: str, *arguments):
        subprocess.run([programs() / program, *arguments], check=True, **self.as_server())

    def sql(self, statement: str, database: str = "postgres") -> str:
        done = subprocess.run([programs() / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "postgres", "-d",
                               database, "-c", statement], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def conninfo(self, user: str, database: str) -> str:
        return f"host={self.folder} user={user} dbname={database}"

    def stop(self):
        self.process.send_signal(3)  # at once
        self.process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)
