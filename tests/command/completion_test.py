# SPDX-License-Identifier: GPL-3.0-or-later
"""The completion scripts, loaded by the shells that they are made for."""

import os
import pty
import re
import select
import shlex
import subprocess
import tempfile
import time
import unittest
import unittest.mock
from pathlib import Path

from help_pages import casweep, commands, options

SHELLS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
FORMATS = ["csv", "json", "jsonl", "ocsf", "plan", "prometheus", "sarif"]
#: Said by a function "casweep" in the place of the program: the words that a typed line had in the end.
SAY_WORDS = """casweep() { printf '[%s]' "$@"; printf '.\\n'; }"""


def offered_by_bash(script: str, line: str) -> list[str]:
    """What bash offers at the end of `line`; "FILE" if it is to complete the name of a file."""
    words = [word for part in re.split(r"(\s)", line) for word in re.findall(r"[=:]+|[^=:\s]+", part)]
    if line.endswith(" "):
        words.append("")
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-u", "-c", script + """
          compopt() { if [[ $* == '-o default' ]]; then echo FILE; fi; }
          COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
          _casweep
          if ((${#COMPREPLY[@]} > 0)); then printf '%s\\n' "${COMPREPLY[@]}"; fi""", "bash", *words],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return sorted(done.stdout.split())


class Typed:
    """An interactive shell to which a test types."""

    def __init__(self, shell: str, folder: Path, *load: str):
        child, self.terminal = pty.fork()
        if child == 0:
            os.chdir(folder)
            environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "TERM": "dumb", "PS1": "> "}
            os.execvpe(SHELLS[shell][0], SHELLS[shell], environment)
        self.child = child
        self.shown = ""
        for command in (*load, SAY_WORDS):
            self.run(command)

    def run(self, command: str) -> None:
        # The shell shows the typed line, which has other characters between "do" and "ne".
        self.send(f"{command}; echo do''ne\n")
        self.wait_for(r"done\r?\n")

    def send(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def wait_for(self, pattern: str) -> re.Match:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            found = re.search(pattern, self.shown)
            if found:
                self.shown = self.shown[found.end():]
                return found
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.shown += os.read(self.terminal, 65536).decode(errors="replace")
        raise AssertionError(f"{pattern} did not appear in {self.shown!r}")

    def words(self, typed: str) -> list[str]:
        """The words that `typed`, with its tabs, becomes."""
        self.send(typed + "\n")
        return re.findall(r"\[([^]]*)\]", self.wait_for(r"(?:\[[^]\r\n]*\])+\.\r?\n")[0])

    def close(self) -> None:
        os.close(self.terminal)
        os.waitpid(self.child, 0)


class Completion(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="casweep-completion-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.script, cls.file = {}, {}
        for shell in ("bash", "zsh", "fish"):
            cls.script[shell] = casweep("completion", shell)
            cls.file[shell] = cls.folder / f"casweep.{shell}"
            cls.file[shell].write_text(cls.script[shell])
        (cls.folder / "auditor.keytab").touch()
        # In the place of casweep, a program that leaves a trace.
        cls.trace = cls.folder / "casweep-was-run"
        program = cls.folder / "bin/casweep"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(cls.trace))}\n")
        program.chmod(0o755)
        cls.enterClassContext(unittest.mock.patch.dict(os.environ, {"PATH": f"{program.parent}:{os.environ['PATH']}"}))

    def tearDown(self):
        self.assertFalse(self.trace.exists(), "a script has run casweep")

    def bash(self, line: str) -> list[str]:
        return offered_by_bash(self.script["bash"], line)

    def fish(self, line: str) -> list[str]:
        """What fish offers, without the descriptions. Since fish 4 that includes words that only contain what was typed."""
        done = subprocess.run(["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", self.file["fish"], line],
                              capture_output=True, text=True, timeout=60, cwd=self.folder,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        offers = [offer.split("\t")[0] for offer in done.stdout.splitlines()]
        return sorted(offer for offer in offers if offer.startswith(line.split(" ")[-1]))

    def test_the_shells_accept_the_scripts(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell=shell):
                done = subprocess.run([shell, "-n", str(self.file[shell])], capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_bash_and_fish_offer_every_command(self):
        first = sorted({command.split()[0] for command in commands()} | {"help"})
        for offered in (self.bash, self.fish):
            self.assertEqual(offered("casweep "), first)
            self.assertEqual(offered("casweep help "), [word for word in first if word != "help"])
            self.assertEqual(offered("casweep evidence "), ["create", "verify"])
            self.assertEqual(offered("casweep help db "), ["backup", "check", "info", "restore"])

    def test_bash_and_fish_offer_every_option(self):
        for command in commands():
            expected = options(command) | {"--help", "-h"}
            with self.subTest(command=command):
                self.assertEqual(set(self.bash(f"casweep {command} -")), expected)
                # Fish offers what begins with the two dashes.
                self.assertEqual(set(self.fish(f"casweep {command} --")),
                                 {option for option in expected if option.startswith("--")})

    def test_zsh_has_every_option(self):
        for command in commands():
            branch = self.script["zsh"].split(f"\n    ('{command}')\n")[1].split("\n      ;;\n")[0]
            names = set(re.findall(r"^        '(?:\([^)]*\)|\*)?(--?[a-z-]+)[=+]?\[", branch, re.MULTILINE))
            self.assertEqual(names, options(command) | {"--help", "-h"}, command)

    def test_bash_and_fish_offer_words(self):
        for line, expected in {
            "casweep sc": ["scan", "scans"],
            "casweep scan --for": ["--force", "--forest", "--format"],
            "casweep scan --format ": ["csv", "json", "table"],
            "casweep show ca03 --format ": ["json", "table"],
            "casweep export ": FORMATS,
            "casweep export csv ": [],
            "casweep export --scan 3 ": FORMATS,
            "casweep scan --user ": [],
            "casweep scan --server ldap://dc01.corp.example --only unknown --sort ": ["host", "name", "since", "verdict"],
            "casweep scan --fail-on unknown,new-": ["unknown,new-ca", "unknown,new-not-enforced"],
            "casweep accept ca03 --status p": ["planned"],
            "casweep accept --by scan --status p": ["planned"],
            "casweep diff 3 last-": ["last-month", "last-week", "last-year"],
            "casweep completion ": ["bash", "fish", "zsh"],
            "casweep nonsense ": [],
        }.items():
            with self.subTest(line=line):
                self.assertEqual(self.bash(line), expected)
                self.assertEqual(self.fish(line), expected)

    def test_bash_completes_after_an_equals_sign(self):
        self.assertEqual(self.bash("casweep scan --format="), ["csv", "json", "table"])
        self.assertEqual(self.bash("casweep scan --format=j"), ["json"])
        self.assertEqual(self.bash("casweep scan --format=json --color="), ["always", "auto", "never"])
        self.assertEqual(self.bash("casweep scan --fail-on=unknown,exp"), ["unknown,expired"])

    def test_files_are_offered_where_a_file_is_meant(self):
        for line in ("casweep scan --keytab ", "casweep scan --keytab=", "casweep list -o ", "casweep db backup ",
                     "casweep evidence verify ", "casweep evidence verify one.tar ", "casweep evidence create -o "):
            with self.subTest(line=line):
                self.assertEqual(self.bash(line), ["FILE"])
                self.assertIn("auditor.keytab", [offer.split("=")[-1] for offer in self.fish(line)])
        for line in ("casweep scan ", "casweep show ", "casweep db backup one.db ", "casweep scan --domain "):
            with self.subTest(line=line):
                self.assertEqual((self.bash(line), self.fish(line)), ([], []))

    def test_a_typed_line_is_completed(self):
        for shell in SHELLS:
            start = {"bash": [], "zsh": ["autoload -Uz compinit && compinit -u -D"]}[shell]
            typed = Typed(shell, self.folder, *start, f"source {shlex.quote(str(self.file[shell]))}")
            self.addCleanup(typed.close)
            for line, words in {
                "casweep trend --form\tjs\t": ["trend", "--format", "json"],
                "casweep ev\tver\taud\t": ["evidence", "verify", "auditor.keytab"],
                "casweep scan --keyt\taud\t": ["scan", "--keytab", "auditor.keytab"],
                "casweep scan --keytab=aud\t": ["scan", "--keytab", "auditor.keytab"],
                "casweep scan --format=js\t": ["scan", "--format", "json"],
                "casweep scan --fail-on unknown,exp\t": ["scan", "--fail-on", "unknown,expired"],
                "casweep scan --server ldap://a --server ldap://b --strict --col\tal\t":
                    ["scan", "--server", "ldap://a", "--server", "ldap://b", "--strict", "--color", "always"],
                "casweep scan -q --db aud\t": ["scan", "-q", "--db", "auditor.keytab"],
                "casweep export pr\t-o aud\t": ["export", "prometheus", "-o", "auditor.keytab"],
                "casweep man ev\tver\t": ["man", "evidence", "verify"],
                "casweep help db ba\t": ["help", "db", "backup"],
                "casweep diff 3 yes\t": ["diff", "3", "yesterday"],
                "casweep diff last-w\tpre\t": ["diff", "last-week", "previous"],
                "casweep show aud\t": ["show", "aud"],
            }.items():
                with self.subTest(shell=shell, line=line):
                    # Zsh writes --format=json.
                    self.assertEqual(" ".join(typed.words(line)).replace("=", " "), " ".join(words))

    def test_zsh_finds_the_script_by_its_name(self):
        functions = self.folder / "functions"
        functions.mkdir()
        (functions / "_casweep").write_text(self.script["zsh"])
        typed = Typed("zsh", self.folder, f"fpath+=({shlex.quote(str(functions))})", "autoload -Uz compinit && compinit -u -D")
        self.addCleanup(typed.close)
        for _ in range(2):
            self.assertEqual(typed.words("casweep trend --col\tal\t"), ["trend", "--color=always"])


if __name__ == "__main__":
    unittest.main()
