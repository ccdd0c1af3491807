# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks every #include of the product against the table in ARCHITECTURE.md."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Headers of a library that only one place may know, and that place (a folder, or one file).
HOME_OF_LIBRARY = {
    r"ldap(_schema|_utf8)?\.h|openldap\.h|lber\.h|sasl/sasl\.h": ("discovery",),
    r"SQLiteCpp/.*|sqlite3\.h": ("store",),
    r"libpq.*\.h|postgres_ext\.h": ("hub",),
    r"dcerpc\.h|credentials\.h|param\.h|gensec\.h": ("winreg/smb_rpc_channel.cpp",),
    r"krb5(/.*)?\.h|gssapi/.*": ("logon", "discovery/sasl_gssapi.cpp"),
    r"boost/.*": ("cli",),
}


def read_table() -> dict[str, set[str]]:
    """Each folder of the product and everything it may include, directly and indirectly."""
    direct: dict[str, set[str]] = {}
    for line in (ROOT / "ARCHITECTURE.md").read_text().splitlines():
        row = re.fullmatch(r"\| `(\w+)/` \|.*\|([^|]*)\|", line)
        if row:
            direct[row[1]] = set(re.findall(r"`(\w+)/`", row[2]))
            if row[2].strip() == "all":
                direct[row[1]] = {"*"}
    allowed: dict[str, set[str]] = {}
    for folder in direct:
        reached: set[str] = set()
        waiting = [folder]
        while waiting:
            for below in direct.get(waiting.pop(), set()):
                if below not in reached:
                    reached.add(below)
                    waiting.append(below)
        allowed[folder] = reached | {folder}
    for folder, reached in allowed.items():
        if "*" in reached:
            allowed[folder] = set(direct)
    return allowed


def includes_of(file: Path) -> list[tuple[str, bool]]:
    """The headers that `file` includes, each with whether it is one of casweep's own."""
    found = re.findall(r'^\s*#\s*include\s+(["<])([^">]+)[">]', file.read_text(), re.MULTILINE)
    return [(header, bracket == '"') for bracket, header in found]


def broken_rules(allowed: dict[str, set[str]]) -> set[tuple[str, str]]:
    broken = set()
    for folder, may_include in allowed.items():
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp"):
                continue
            name = str(file.relative_to(ROOT))
            for header, own in includes_of(file):
                if own and "/" in header:
                    if header.split("/")[0] not in may_include:
                        broken.add((name, header))
                    if header.endswith("_internal.h") and header.split("/")[0] != folder:
                        broken.add((name, header))
                if not own:
                    for pattern, homes in HOME_OF_LIBRARY.items():
                        if re.fullmatch(pattern, header) and not any(name == home or name.startswith(home + "/") for home in homes):
                            broken.add((name, header))
    return broken


class Includes(unittest.TestCase):
    def test_the_table_names_every_folder_with_sources(self):
        folders = {file.parts[0] for file in (path.relative_to(ROOT) for path in ROOT.glob("*/**/*.cpp"))}
        self.assertEqual(folders - {"build", "tests", "bench"} - set(read_table()), set())

    def test_the_table_has_no_circle(self):
        for folder, reached in read_table().items():
            for below in reached - {folder}:
                self.assertNotIn(folder, read_table()[below], f"{folder} and {below} include each other")

    def test_no_file_includes_what_its_folder_may_not(self):
        broken = broken_rules(read_table())
        self.assertEqual(sorted(broken), [], "these includes break the table in ARCHITECTURE.md")

    def test_an_include_that_breaks_the_table_is_found(self):
        table = read_table()
        table["base"] = {"base"} - {"base"}
        self.assertTrue(any(file.startswith("base/") for file, _ in broken_rules(table)))


if __name__ == "__main__":
    unittest.main()
