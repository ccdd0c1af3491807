# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file or folder that a document names exists, and every link has a target."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - {"build"}


def named_paths(text: str) -> set[str]:
    """The paths in backticks that start with a folder of the project; `NAME` in capitals is a placeholder."""
    named = re.findall(r"`([a-z_]+/[\w./-]*)`", text)
    return {path for path in named if path.split("/")[0] in FOLDERS and not re.search(r"[A-Z]{4}_|NNNN", path)}


def links(text: str) -> set[str]:
    return {link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link} - {""}


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


if __name__ == "__main__":
    unittest.main()
