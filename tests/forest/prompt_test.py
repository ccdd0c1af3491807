# SPDX-License-Identifier: GPL-3.0-or-later
"""The password prompt on a real terminal: one prompt, no echo, and the terminal's settings are restored."""

import signal
import unittest
from pathlib import Path

from forest import CASWEEP, CREDENTIALS, ForestTest
from terminal import Terminal

INTERRUPTED = 128 + signal.SIGINT


class PromptTest(ForestTest):
    def prompted(self, *arguments: str) -> Terminal:
        """A scan at the prompt, which waits for a person."""
        account = self.lab["LAB_AUDITOR"]
        command = self.inside(CASWEEP, "scan", "--domain", self.domain, "--user", account, "--db", str(self.db),
                              "--ca", "Contoso Issuing CA 01", *arguments, account=None)
        terminal = Terminal(command)
        terminal.wait_for(f"Password of {account}: ")
        return terminal

    def states(self) -> list[str]:
        return [row["state"] for row in self.history("SELECT state FROM scan ORDER BY id")]

    def password(self) -> str:
        return Path(self.lab["LAB_AUDITOR_PASSWORD_FILE"]).read_text().splitlines()[0]

    def test_what_is_typed_is_not_shown_and_works(self):
        with self.prompted() as terminal:
            self.assertFalse(terminal.echoes)
            terminal.type(self.password() + "\n")
            self.assertEqual(terminal.wait(), 0, terminal.shown)
            self.assertTrue(terminal.echoes)
        self.assertNotIn(self.password(), terminal.shown)
        self.assertEqual(terminal.shown.count("Password of"), 1)
        self.assertIn("enforced", terminal.shown)
        self.assertEqual(self.states(), ["partial"])

    def test_a_wrong_password_is_asked_for_once(self):
        with self.prompted() as terminal:
            terminal.type("not the password\n")
            self.assertEqual(terminal.wait(), CREDENTIALS, terminal.shown)
            self.assertTrue(terminal.echoes)
        self.assertNotIn("not the password", terminal.shown)
        self.assertEqual(terminal.shown.count("Password of"), 1)
        said = [line for line in terminal.shown.splitlines()
                if line.startswith("casweep: ") and "running as root" not in line]
        self.assertEqual(len(said), 1, terminal.shown)
        self.assertIn("refused the password of " + self.lab["LAB_AUDITOR"], said[0])
        self.assertEqual(self.states(), ["failed"])

    def test_ctrl_c_leaves_the_terminal_as_it_was(self):
        with self.prompted() as terminal:
            terminal.type("half a pass\x03")
            self.assertEqual(terminal.wait(), INTERRUPTED, terminal.shown)
            self.assertTrue(terminal.echoes)
        self.assertNotIn("half a pass", terminal.shown)
        self.assertIn("\ncasweep: Interrupted.", terminal.shown.replace("\r", ""))
        self.assertEqual(self.states(), ["interrupted"])

    def test_nothing_typed_is_no_password(self):
        with self.prompted() as terminal:
            terminal.type("\n")
            self.assertEqual(terminal.wait(), CREDENTIALS, terminal.shown)
        self.assertIn("No password was typed.", terminal.shown)
        self.assertEqual(self.states(), ["failed"])

    def test_no_other_scan_waits_for_a_person_at_the_prompt(self):
        with self.prompted() as terminal:
            self.assertEqual(self.scan("--ca", "Contoso Issuing CA 03", timeout=30).returncode, 1)
            terminal.type(self.password() + "\n")
            self.assertEqual(terminal.wait(), 0, terminal.shown)
        self.assertEqual(self.states(), ["partial", "partial"])


if __name__ == "__main__":
    unittest.main()
