# SPDX-License-Identifier: GPL-3.0-or-later
"""Every C++ file is formatted according to .clang-format. Versions of clang-format differ in details, so one version decides."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DECIDING_VERSION = 14  #: of clang-format, as in Debian 12
SKIPPED = 77


def version() -> int:
    said = subprocess.run(["clang-format", "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"version (\d+)", said)[1])


def sources() -> list[Path]:
    found = [file for pattern in ("*.h", "*.cpp") for file in ROOT.rglob(pattern)]
    return [file for file in found if file.relative_to(ROOT).parts[0] != "build" and "node_modules" not in file.parts]


def unformatted(files: list[Path]) -> str:
    return subprocess.run(["clang-format", "--dry-run", "--Werror", *map(str, files)], capture_output=True, text=True).stderr


class Formatting(unittest.TestCase):
    def test_every_file_is_formatted(self):
        self.assertEqual(unformatted(sources()), "")

    def test_a_file_that_is_not_formatted_is_found(self):
        said = subprocess.run(["clang-format", "--dry-run", "--Werror", "--assume-filename", str(ROOT / "x.cpp")],
                              input="int  x ;\n", capture_output=True, text=True)
        self.assertNotEqual(said.returncode, 0)


if __name__ == "__main__":
    if version() != DECIDING_VERSION:
        print(f"skipped: this is clang-format {version()}, and {DECIDING_VERSION} decides how the files are formatted")
        sys.exit(SKIPPED)
    unittest.main()
