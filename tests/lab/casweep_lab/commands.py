# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the lab."""

import argparse
import json
import os
import shlex
import signal
import sys

from . import changes, lifecycle
from .cases import find_case, load_cases
from .errors import LabError
from .forest import Forest


def main() -> int:
    """Runs one command. 0: success; 1: failure, with one sentence on stderr; 3: `status` of a lab that is not running."""
    arguments = _parser().parse_args()
    os.environ["PATH"] = f"{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin"  # su keeps a user's PATH
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `lab status | head` is no error
    try:
        return arguments.run(Forest(arguments.name), arguments) or 0
    except LabError as problem:
        print(f"lab: {problem}", file=sys.stderr)
        return 1


def _exec(forest: Forest, arguments) -> None:
    words = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if not words:
        raise LabError("exec needs a command")
    command, env = forest.command(words, user=arguments.user, account=arguments.account, krb5=arguments.krb5)
    sys.stdout.flush()
    try:
        os.execvpe(command[0], command, env)
    except OSError as problem:
        raise LabError(f"{command[0]}: {problem.strerror}") from None


def _env(forest: Forest, _) -> None:
    for name, value in forest.environment().items():
        print(f"export {name}={shlex.quote(value)}")


def _cases(forest: Forest, arguments) -> None:
    if arguments.json:
        print(json.dumps([case.as_json() for case in forest.cases], indent=2))
        return
    for case in forest.cases:
        user, admin = (f"{expect['verdict']} ({expect['reason']})" for expect in case.expect.values())
        print(f"{case.id}  {case.title:<66} {user}{'' if user == admin else f'; as admin {admin}'}")


def _up(forest: Forest, arguments: argparse.Namespace) -> None:
    lifecycle.up(forest, [find_case(load_cases(), wanted) for wanted in arguments.without])


def _status(forest: Forest, arguments) -> int:
    status = forest.status()
    if arguments.json:
        print(json.dumps(status, indent=2))
    else:
        print(f"lab {forest.name} is {'up' if status['up'] else 'not up'}")
        print(f"  {'dc':<22} {' '.join(map(str, status['dc'])) or '-'}")
        for host in status["hosts"]:
            pids = " ".join(map(str, host["pids"])) or "-"
            print(f"  {host['case']} {host['host'] or '-':<19} {host['behaviour']:<12} {pids}")
    return 0 if status["up"] else 3


def _flags(text: str) -> int | None:
    return None if text == "absent" else int(text, 16)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lab", description="A real Active Directory forest in a network namespace.")
    parser.add_argument(
        "--name", default=os.environ.get("CASWEEP_LAB_NAME", "casweep-lab"), help="which lab (default %(default)s)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run, help: str, parent=commands) -> argparse.ArgumentParser:
        sub = parent.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        return sub

    def group(name: str, help: str):
        return commands.add_parser(name, help=help, description=help).add_subparsers(required=True, metavar="COMMAND")

    sub = command("up", _up, "bring the forest up")
    sub.add_argument("--without", action="append", default=[], metavar="CASE", help="leave this case out (repeatable)")
    command("down", lambda forest, _: lifecycle.down(forest), "take it down and leave nothing behind")
    command("status", _status, "what runs").add_argument("--json", action="store_true")
    command("env", _env, "print variables for a shell to source")
    command("cases", _cases, "list the cases and what casweep must say").add_argument("--json", action="store_true")

    sub = command("exec", _exec, "run a command inside the lab")
    sub.add_argument("--user", metavar="NAME", help="as this Unix user instead of root")
    sub.add_argument("--as", dest="account", choices=("auditor", "admin"), help="with a fresh ticket of this account")
    sub.add_argument(
        "--krb5", choices=("lab", "realm", "canonicalizing", "none", "absent"), default="lab", help="with this krb5.conf"
    )
    sub.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")

    sub = command("set-flags", lambda forest, a: changes.set_flags(forest, a.case, a.flags), "change InterfaceFlags")
    sub.add_argument("case")
    sub.add_argument("flags", type=_flags, metavar="HEX|absent")

    host = group("host", "stop or start a host")
    command("stop", lambda forest, a: changes.stop_host(forest, a.case), "stop a host", host).add_argument("case")
    sub = command(
        "start", lambda forest, a: changes.start_stopped_host(forest, a.case, a.clock), "start it again", host
    )
    sub.add_argument("case")
    sub.add_argument("--clock", metavar="OFFSET", help="with its clock set apart, e.g. +20m")

    sub = command(
        "winreg", lambda forest, a: changes.set_winreg(forest, a.case, a.state == "on"), "switch a host's pipe winreg"
    )
    sub.add_argument("state", choices=("on", "off"))
    sub.add_argument("case")

    ca = group("ca", "change the directory object of a CA")
    command("remove", lambda forest, a: changes.remove_ca(forest, a.case), "delete it", ca).add_argument("case")
    command("add", lambda forest, a: changes.add_ca(forest, a.case), "add it again", ca).add_argument("case")
    sub = command("rename", lambda forest, a: changes.rename_ca(forest, a.case, a.cn), "give it another cn", ca)
    sub.add_argument("case")
    sub.add_argument("cn")

    sub = command("move", lambda forest, a: changes.move_ca(forest, a.case, a.host), "say that it has another host", ca)
    sub.add_argument("case")
    sub.add_argument("host")
    sub = command("hide", lambda forest, a: changes.hide_ca(forest, a.case, a.how), "keep it from the auditor", ca)
    sub.add_argument("case")
    sub.add_argument("--how", choices=changes.HIDING, default="taken", help="default %(default)s")
    command("show", lambda forest, a: changes.show_ca(forest, a.case), "let the auditor read it again", ca).add_argument(
        "case"
    )
    sub = command(
        "relocate", lambda forest, a: changes.relocate_ca(forest, a.case, a.dn), "put it into another container", ca
    )
    sub.add_argument("case")
    sub.add_argument("dn", metavar="DN-OF-CONTAINER")
    command("renew", lambda forest, a: changes.renew_ca(forest, a.case), "add a certificate", ca).add_argument("case")

    container = group("container", "change who may see what is in a container")
    sub = command("hide", lambda forest, a: changes.hide_container(forest, a.dn, a.how), "keep it from the auditor",
                  container)  # fmt: skip
    sub.add_argument("dn")
    sub.add_argument("--how", choices=changes.HIDING, default="unlisted", help="default %(default)s")
    command("show", lambda forest, a: changes.show_container(forest, a.dn), "as it was", container).add_argument("dn")

    command(
        "heuristics", lambda forest, a: changes.set_heuristics(forest, a.value), "set dSHeuristics"
    ).add_argument("value", metavar="VALUE|absent")
    command(
        "trust", lambda forest, a: changes.trust_certificate(forest, a.cn), "add a CA of this name to NTAuthCertificates"
    ).add_argument("cn")

    dns = group("dns", "change the DNS records of domain controllers")
    for name, operation, text in (
        ("add-srv", "add", "name one more host"),
        ("remove-srv", "delete", "no longer name it"),
    ):
        sub = command(name, lambda forest, a, op=operation: changes.change_srv(forest, op, a.host), text, dns)
        sub.add_argument("host")
    return parser
