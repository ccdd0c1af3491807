# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab: its name, paths, state and queries. `lifecycle` starts and stops it, `changes` modifies it."""

import fcntl
import json
import os
import pwd
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import domain_controller, programs
from .cases import Case, load_cases
from .domain_controller import DOMAIN, FQDN, REALM, DomainController
from .errors import LabError
from .member import PARTS, Member
from .namespace import Namespace

ROOT = Path("/run/casweep-lab")  #: short, because a Unix socket's path may have 107 characters at most
ACCOUNTS = {"auditor": "auditor", "admin": "Administrator"}  #: what the lab calls them -> sAMAccountName


class Forest:
    """A lab: the network namespace `name` and the folder /run/casweep-lab/NAME. Without `cases`, those of the files."""

    def __init__(self, name: str, cases: list[Case] | None = None):
        if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,23}", name):
            raise LabError(f"{name!r} is no name for a lab: up to 24 letters, digits, - and _")
        self.name = name
        self.folder = ROOT / name
        self.namespace = Namespace(name)
        self.controller = DomainController(self.folder / "dc")
        self.krb5_conf = self.folder / "krb5.conf"
        self._state_file = self.folder / "state.json"  #: there once the lab is up, and not before
        self._all_cases = load_cases() if cases is None else cases
        self.leave_out(self.state().get("left_out", []) if self.is_complete() else [])

    def leave_out(self, cases: list[str]) -> None:
        """Leaves `cases` (two digits each) out of this lab."""
        self.cases = [case for case in self._all_cases if case.id not in cases]

    def member(self, case: Case) -> Member:
        """The host of a case whose behaviour is `member`."""
        return Member(self.folder / "hosts" / case.id, case.host, case.address)

    def krb5_conf_called(self, name: str) -> Path:
        """A krb5.conf like those of other machines: `lab` the lab's own, `realm`, `canonicalizing`, `none`, an empty one, or
        `absent`, a path without a file."""
        return self.krb5_conf if name == "lab" else self.folder / f"krb5-{name}.conf"

    # -- state ---------------------------------------------------------------------------------------------------------

    def is_complete(self) -> bool:
        """Whether the lab was brought up to its end; something may have died since."""
        return self._state_file.exists()

    def is_healthy(self) -> bool:
        """Whether the lab was brought up to its end and everything that should run does."""
        if not self.is_complete():
            return False
        return set(self.state()["sessions"].values()) <= set(self.namespace.pids()) and all(
            (domain_controller.ADDRESS, port) in self.namespace.listening() for port in domain_controller.PORTS
        )

    def require_up(self) -> None:
        require_root()
        if not self.is_complete():
            raise LabError(f"lab {self.name} is not up; `lab --name {self.name} up` brings it up")

    def state(self) -> dict:
        """`sessions`: what runs -> its session; `objects`: case -> DN of its object; `pipes`: case -> has winreg;
        `left_out`: cases that it was brought up without."""
        return json.loads(self._state_file.read_text())

    def save(self, state: dict) -> None:
        """Replaces the state in one step."""
        fresh = self._state_file.with_suffix(".new")
        fresh.write_text(json.dumps(state, indent=2))
        fresh.replace(self._state_file)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One command at a time changes a lab. The lock's file goes away with the lab."""
        path = ROOT / f"{self.name}.lock"
        while True:
            try:
                ROOT.mkdir(exist_ok=True)
                lock = path.open("w")
            except FileNotFoundError:  # another lab just went down and took the folder along
                continue
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists() and path.stat().st_ino == os.fstat(lock.fileno()).st_ino:
                break
            lock.close()  # its holder took the lab down, and the file with it
        with lock:
            try:
                yield
            finally:
                if not self.folder.exists():
                    path.unlink()
                    try:
                        ROOT.rmdir()
                    except OSError:  # another lab is there
                        pass

    # -- what may be asked ---------------------------------------------------------------------------------------------

    def status(self) -> dict:
        """What runs: whether all is well, the controller's pids and, per case, the pids that serve its host."""
        sessions = self.state()["sessions"] if self.is_complete() else {}
        members = self.namespace.pids_by_session()
        pids = {name: members.get(session, []) for name, session in sessions.items()}
        return {
            "name": self.name,
            "up": self.is_healthy(),
            "dc": pids.get("dc", []),
            "hosts": [
                {
                    "case": case.id,
                    "host": case.dns_host_name,
                    "address": case.address,
                    "behaviour": case.behaviour,
                    "pids": [pid for part in PARTS for pid in pids.get(f"{part}:{case.id}", [])],
                }
                for case in self.cases
            ],
        }

    def environment(self) -> dict[str, str]:
        """What a test must know to use the lab."""
        variables = {
            "LAB_NAME": self.name,
            "LAB_DIR": str(self.folder),
            "LAB_DOMAIN": DOMAIN,
            "LAB_REALM": REALM,
            "LAB_DC": FQDN,
            "LAB_DC_ADDRESS": domain_controller.ADDRESS,
            "LAB_CA_CERT": str(self.folder / "ca.pem"),
            "KRB5_CONFIG": str(self.krb5_conf),
        }
        for account, name in ACCOUNTS.items():
            variables[f"LAB_{account.upper()}"] = f"{name}@{REALM}"
            variables[f"LAB_{account.upper()}_PASSWORD_FILE"] = str(self.folder / f"{account}.password")
            variables[f"LAB_{account.upper()}_KEYTAB"] = str(self.folder / f"{account}.keytab")
        return variables

    def clean_environment(self) -> dict[str, str]:
        """The environment of the lab's own programs: nothing of the caller's Kerberos or locale."""
        path = os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        return {"PATH": path, "LC_ALL": "C.UTF-8", "KRB5_CONFIG": str(self.krb5_conf)}

    def ticket(self, account: str, cache: Path) -> None:
        """Gets a fresh TGT of `auditor` or `admin` into the file `cache`."""
        programs.run(
            *self.namespace.enter(), "kinit", "-k", "-t", str(self.folder / f"{account}.keytab"), "-c", f"FILE:{cache}",
            f"{ACCOUNTS[account]}@{REALM}", env=self.clean_environment(),
        )  # fmt: skip

    def command(
        self, words: list[str], *, user: str | None, account: str | None, krb5: str = "lab"
    ) -> tuple[list[str], dict[str, str]]:
        """The command line and environment that run `words` inside the lab, as a Unix user, with an account's TGT and the
        krb5.conf called `krb5`."""
        self.require_up()
        env = {**os.environ, **self.environment(), "KRB5_CONFIG": str(self.krb5_conf_called(krb5))}
        enter = self.namespace.enter()
        if user:
            try:
                entry = pwd.getpwnam(user)
            except KeyError:
                raise LabError(f"there is no Unix user {user!r}") from None
            enter += ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", "--"]
        if account:
            cache = self.folder / "ccache" / f"{account}.{os.getpid()}"
            for old in cache.parent.iterdir():
                if not Path("/proc", old.suffix[1:]).exists():  # the command it was made for has ended
                    old.unlink(missing_ok=True)
            self.ticket(account, cache)
            if user:
                shutil.chown(cache, user)
            env["KRB5CCNAME"] = f"FILE:{cache}"
        return [*enter, *words], env


def require_root() -> None:
    if os.geteuid() != 0:
        raise LabError("the lab must be run as root: it makes a network namespace and mounts")
