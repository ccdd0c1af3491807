# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file or folder that a document names exists, and every link has a target."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: The commands of README.md that tests/command/hub_test.py runs.
ABOUT_A_HUB = r"casweep (hub |publish |fleet .*--hub )"
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - {"build"}


def named_paths(text: str) -> set[str]:
    """The paths in backticks that start with a folder of the project; `NAME` in capitals is a placeholder."""
    named = re.findall(r"`([a-z_]+/[\w./-]*)`", text)
    return {path for path in named if path.split("/")[0] in FOLDERS and not re.search(r"[A-Z]{4}_|NNNN", path)}


def links(text: str) -> set[str]:
    return {link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link} - {""}


def shell_commands(text: str) -> list[str]:
    """The lines of the examples for a shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


class Documents(unittest.TestCase):
    def test_every_path_that_a_document_names_is_there(self):
        for document in DOCUMENTS:
            missing = sorted(path for path in named_paths(document.read_text()) if not (ROOT / path).exists())
            self.assertEqual(missing, [], f"{document.relative_to(ROOT)} names what is not there")

    def test_every_link_leads_somewhere(self):
        for document in DOCUMENTS:
            broken = sorted(link for link in links(document.read_text()) if not (document.parent / link).exists())
            self.assertEqual(broken, [], f"{document.relative_to(ROOT)} has broken links")

    def test_a_path_that_is_not_there_is_found(self):
        self.assertEqual(named_paths("see `base/no_such_file.cpp` and `docs/adr`"), {"base/no_such_file.cpp", "docs/adr"})

    def test_the_readmes_commands_are_those_that_are_run(self):
        of_new_user = re.findall(r"""\bin_readme\((?:"(.+?)"|'(.+?)')\)""", (ROOT / "tests/packaging/new_user.py").read_text())
        # scripts/test-package does the first two in its own way. A completion is a matter of the shell.
        elsewhere = {"scripts/package", "sudo apt install ./build/package/casweep_*.deb", "scripts/demo", "scripts/test",
                     "source <(casweep completion bash)"}
        commands = set(shell_commands((ROOT / "README.md").read_text()))
        of_hub = {command for command in commands if re.match(ABOUT_A_HUB, command)}  # tests/command/hub_test.py runs them
        self.assertEqual(commands - of_hub, {double or single for double, single in of_new_user} | elsewhere)
        self.assertGreaterEqual(len(of_hub), 4)


if __name__ == "__main__":
    unittest.main()
