# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new user does with the package, command by command as the README says, on a clean machine beside a forest.

Run by scripts/test-package: CASWEEP_MACHINE is the folder of a Debian with the package, CASWEEP_LAB_NAME a running lab."""

import csv
import io
import json
import os
import re
import unittest
from pathlib import Path

from forest import BOTH, COMPLIANT, ROOT, UNKNOWN, cases, variables
from machine import Machine, words

README = (ROOT / "README.md").read_text()
LAB = variables()
ACCOUNT = LAB["LAB_AUDITOR"]
PASSWORD = Path(LAB["LAB_AUDITOR_PASSWORD_FILE"]).read_text().splitlines()[0]
MACHINE = Machine(Path(os.environ["CASWEEP_MACHINE"]), LAB["LAB_NAME"])


def setUpModule():
    unittest.addModuleCleanup(MACHINE.power_off)
    MACHINE.boot()


def in_readme(command: str) -> str:
    """A command that the README has in its examples, with the lab's account in place of the README's. It runs as root, so sudo is
    left out."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    if command not in lines:
        raise AssertionError(f"README.md has no command {command!r}: {lines}")
    return re.sub(r"\b(you|svc-casweep)@CORP\.EXAMPLE", ACCOUNT, command).removeprefix("sudo ")


class NewUserTest(unittest.TestCase):
    maxDiff = None

    def run_command(self, command: str, user: str = "root", code: int = 0) -> str:
        done = MACHINE.run(command, user)
        self.assertEqual(done.returncode, code, f"{command}: {done.stderr}{done.stdout}")
        return done.stdout

    def new_person(self, name: str) -> None:
        self.run_command(words("useradd", "--create-home", "--shell", "/bin/bash", name))

    def answered(self, command: str, user: str, answers: list[tuple[str, str]], code: int = 0) -> str:
        """What a command shows at a terminal to a person who waits for each question and types the answer to it."""
        with MACHINE.terminal(command, user) as terminal:
            for question, answer in answers:
                terminal.wait_for(question)
                terminal.type(answer + "\n")
            self.assertEqual(terminal.wait(), code, f"{command}: {terminal.shown}")
            return terminal.shown

    def assert_verdicts(self, exported: str):
        """The CSV file has the verdict and the reason of every CA of the lab."""
        found = {(row["verdict"], row["reason"], row["dns_host_name"]) for row in csv.DictReader(io.StringIO(exported.lstrip("\ufeff")))}
        wanted = {(case["expect"]["user"]["verdict"], case["expect"]["user"]["reason"], case["dns_host_name"] or "")
                  for case in cases()}
        self.assertEqual(found, wanted)

    def assert_mode(self, wanted: str, path: str):
        self.assertEqual(self.run_command(words("stat", "--format=%U %a", path)).strip(), wanted, path)


class Person(NewUserTest):
    def test_with_a_ticket(self):
        self.new_person("anna")
        self.answered(in_readme("kinit you@CORP.EXAMPLE"), "anna", [("Password for", PASSWORD)])
        shown = self.answered(in_readme("casweep init"), "anna", [("[corp.example]: ", ""), ("[corp]: ", ""), ("Account", "")])
        self.assertIn("/home/anna/.config/casweep/casweep.conf:", shown)
        self.assertIn("Forest corp: valid: domain corp.example", self.run_command(in_readme("casweep config check"), "anna"))

        # Some of the lab's CAs cannot be read; everything before them works.
        self.assertIn("The account can list the CAs", self.run_command(in_readme("casweep doctor"), "anna", code=UNKNOWN))
        steps = json.loads(self.run_command("casweep doctor --format json", "anna", code=UNKNOWN))["steps"]
        failed = [step for step in steps if step["outcome"] not in ("ok",) and step["ca"] is None]
        self.assertEqual(failed, [])

        scanned = self.run_command(in_readme("casweep scan"), "anna", code=BOTH)
        self.assertRegex(scanned, r"Contoso Issuing CA 03 .*not enforced")
        self.assertIn("certutil -setreg", scanned)
        self.assertRegex(self.run_command(in_readme("casweep status"), "anna"), r"Contoso Issuing CA 03 .*To address")
        self.assertIn("0x441", self.run_command(in_readme('casweep show "Contoso Issuing CA 03"'), "anna"))
        self.run_command(in_readme("casweep report -o forest.html"), "anna")
        self.assertIn("Contoso Issuing CA 03", self.run_command("cat forest.html", "anna"))
        self.run_command(in_readme("casweep export csv -o forest.csv"), "anna")
        self.assert_verdicts(self.run_command("cat forest.csv", "anna"))
        self.run_command("casweep db check", "anna")

        self.assert_mode("anna 600", "/home/anna/.local/share/casweep/corp/history.db")
        self.assert_mode("anna 700", "/home/anna/.local/share/casweep/corp")
        self.new_person("otto")
        self.assertNotEqual(MACHINE.run("cat /home/anna/.local/share/casweep/corp/history.db", "otto").returncode, 0)

    def test_with_a_password(self):
        self.new_person("bert")
        shown = self.answered(in_readme("casweep scan --domain corp.example --user you@CORP.EXAMPLE"), "bert",
                              [(f"Password of {ACCOUNT}: ", PASSWORD)], code=BOTH)
        self.assertNotIn(PASSWORD, shown)
        self.assertIn("Scan 1 (complete)", shown)
        self.run_command("casweep export csv -o bert.csv", "bert")
        self.assert_verdicts(self.run_command("cat bert.csv", "bert"))
        self.assertEqual(self.run_command("klist -s || echo none", "bert").strip(), "none", "the ticket stayed")
        self.assert_mode("bert 600", "/home/bert/.local/share/casweep/history.db")


class ScheduledScan(NewUserTest):
    UNIT = "casweep-scan@corp.service"
    TIMER = "casweep-scan@corp.timer"
    METRICS = "/var/lib/prometheus/node-exporter/casweep-corp.prom"

    def shown(self, unit: str, what: str) -> str:
        return self.run_command(words("systemctl", "show", "--value", "--property", what, unit)).strip()

    def test_by_systemd(self):
        # The keytab, made from the password as the README says.
        self.answered(in_readme("ktutil"), "root", [
            ("ktutil:", re.sub("svc-casweep@CORP.EXAMPLE", ACCOUNT, self.input_in_readme("addent -password"))),
            (f"Password for {ACCOUNT}", PASSWORD), ("ktutil:", self.input_in_readme("write_kt")), ("ktutil:", "quit")])
        self.run_command(in_readme("sudo install -m 600 corp.keytab /etc/casweep/corp.keytab"))
        self.answered(in_readme("sudo casweep init"), "root",
                      [("DNS name", "corp.example"), ("[corp]: ", ""), ("Account", ACCOUNT), ("Keytab", "/etc/casweep/corp.keytab")])
        self.assertIn("Forest corp: valid", self.run_command("casweep config check"))
        self.run_command(in_readme("sudo casweep doctor --forest corp"), code=UNKNOWN)

        self.run_command(in_readme("sudo systemctl enable --now casweep-scan@corp.timer"))
        self.assertEqual(self.shown(self.TIMER, "ActiveState"), "active")
        self.assertNotEqual(self.shown(self.TIMER, "NextElapseUSecRealtime"), "")
        self.assertEqual(self.scans(), [], "the timer alone does not scan yet")

        # The folder for metrics is the administrator's; the unit says how to let the service write there.
        self.run_command(f"mkdir -p {Path(self.METRICS).parent} && chown casweep: {Path(self.METRICS).parent}")
        self.run_command("sed -i '/^\\[forest corp\\]/a export = prometheus=" + self.METRICS.replace("corp", "%f") + "' /etc/casweep/casweep.conf")
        self.run_command(f"mkdir -p /etc/systemd/system/{self.UNIT}.d && printf '[Service]\\nReadWritePaths=/var/lib/prometheus/node-exporter\\n' "
                         f">/etc/systemd/system/{self.UNIT}.d/metrics.conf && systemctl daemon-reload")

        self.run_command(in_readme("sudo systemctl start casweep-scan@corp.service"))
        self.assertEqual(self.shown(self.UNIT, "Result"), "success")
        self.assertEqual(self.shown(self.UNIT, "ExecMainStatus"), str(BOTH))
        self.assertEqual(self.scans(), ["complete"])
        self.run_command("casweep export csv --forest corp -o /root/corp.csv")
        self.assert_verdicts(self.run_command("cat /root/corp.csv"))
        self.run_command(in_readme("sudo casweep status --forest corp"))

        history = "/var/lib/casweep/corp/history.db"
        self.assert_mode("casweep 600", history)
        self.assert_mode("casweep 700", "/var/lib/casweep/corp")
        self.assert_mode("casweep 644", self.METRICS)
        metrics = self.run_command(words("cat", self.METRICS))
        not_enforced = sum(case["expect"]["user"]["verdict"] == "not-enforced" for case in cases())
        self.assertRegex(metrics, rf'(?m)^adcs_esc11_cas{{.*verdict="not-enforced".*}} {not_enforced}$')

        # systemd's confinement of the service takes away neither casweep's own of its workers, nor the state of the clock.
        page = self.run_command("casweep report --forest corp -o /root/corp.html && cat /root/corp.html")
        facts = {name: re.sub("<[^>]*>", "", value) for name, value in re.findall("<dt>([^<]*)</dt><dd>(.*?)</dd>", page)}
        self.assertEqual(facts["Workers confined by"], "limits, descriptors, not-dumpable, no-new-privs, landlock, seccomp")
        self.assertIn("synchronized", facts["Clock of this machine"])
        journal = self.run_command(f"journalctl --no-pager --unit {self.UNIT}")
        self.assertNotIn(PASSWORD, journal)
        self.assertNotRegex(journal, "(?i)denied|not permitted|seccomp|landlock")

        # After a first scan by root, the service can still write the history.
        self.run_command("rm -r /var/lib/casweep/corp")
        self.run_command("casweep scan --forest corp --quiet", code=BOTH)
        self.assert_mode("root 600", history)
        self.run_command(words("systemctl", "start", self.UNIT))
        self.assertEqual(self.scans(), ["complete"] * 2)
        self.assert_mode("casweep 600", history)

    def scans(self) -> list[str]:
        listed = MACHINE.run("casweep scans --forest corp --format json")
        return [scan["state"] for scan in json.loads(listed.stdout)["scans"]] if listed.returncode == COMPLIANT else []

    def input_in_readme(self, begin: str) -> str:
        """What the README tells to type into a program, from its beginning."""
        return next(line.strip() for line in README.splitlines() if line.strip().startswith(begin))


if __name__ == "__main__":
    unittest.main()
