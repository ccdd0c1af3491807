# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages, read by the programs that show them."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from help_pages import casweep, commands, help_of, options


def name_of(command: str) -> str:
    """"casweep-db-check" for "db check"; "" stands for the program."""
    return "-".join(["casweep", *command.split()])


def read(*program: str, page: str) -> str:
    done = subprocess.run(program, input=page, capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 0 and done.stderr == "", (program, done)
    return done.stdout


def shown_by_groff(page: str) -> str:
    return read("groff", "-man", "-Tascii", "-P-c", "-P-b", "-P-u", "-ww", "-rLL=80n", page=page)


def shown_by_mandoc(page: str) -> str:
    return re.sub(r".\x08", "", read("mandoc", "-T", "ascii", "-O", "width=80", page=page))


def in_one_line(text: str) -> str:
    return " ".join(text.split())


class ManualPages(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.pages = {command: casweep("man", *command.split()) for command in ["", *commands()]}

    def test_every_page_can_be_written_to_a_file(self):
        with tempfile.TemporaryDirectory(prefix="casweep-man-") as folder:
            (Path(folder) / "man1").mkdir()
            (Path(folder) / "man1/casweep-scan.1").write_text("an older page")
            self.assertEqual(casweep("man", "--into", folder), "")
            written = {file.name: file.read_text() for file in Path(folder).glob("man1/*")}
            config = (Path(folder) / "man5/casweep.conf.5").read_text()
        self.assertEqual(written, {name_of(command) + ".1": page for command, page in self.pages.items()})
        self.assert_is_about_config_files(config)

    def assert_is_about_config_files(self, page: str):
        shown = shown_by_groff(page)
        self.assertIn("[forest plant]\n", shown)
        self.assertIn("password-file = FILE", shown)
        self.assertNotIn("config = FILE", shown)

    def test_no_escape_is_divided(self):
        for command, page in self.pages.items():
            with self.subTest(page=name_of(command)):
                self.assertNotRegex(page, r"(?m)\\$")

    def test_groff_has_no_complaints(self):
        for command, page in self.pages.items():
            with self.subTest(page=name_of(command)):
                # The lines of an example are not wrapped.
                before, examples = shown_by_groff(page).split("\nEXAMPLES\n")
                wrapped = before.splitlines() + examples.split("\nEXIT STATUS\n")[1].splitlines()
                self.assertEqual([line for line in wrapped if len(line) > 80], [])

    def test_mandoc_has_no_complaints_but_the_missing_date(self):
        for command, page in self.pages.items():
            with self.subTest(page=name_of(command)):
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page, capture_output=True, text=True,
                                      timeout=60)
                complaints = [line for line in done.stdout.splitlines() if "missing date" not in line]
                self.assertEqual(complaints, [])

    def test_a_complaint_would_be_found(self):
        with self.assertRaises(AssertionError):
            shown_by_groff(self.pages["scan"] + ".nonsense\n\\*[nonsense]\n")

    def test_whatis_finds_the_name(self):
        for command, page in self.pages.items():
            with self.subTest(page=name_of(command)):
                summary = re.match(r"casweep(?: [a-z ]+)? - (.*)", in_one_line(help_of(command).split("\n\n")[0]))[1]
                with tempfile.NamedTemporaryFile("w", suffix=".1") as file:
                    file.write(page)
                    file.flush()
                    self.assertIn(f'"{name_of(command)} - {summary}"', read("lexgrog", file.name, page=""))

    def test_a_page_has_every_section(self):
        for command, page in self.pages.items():
            with self.subTest(page=name_of(command)):
                sections = re.findall(r"^([A-Z][A-Z ]+)$", shown_by_mandoc(page), re.MULTILINE)
                everywhere = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "FILES", "ENVIRONMENT",
                              "SEE ALSO"]
                self.assertEqual([section for section in sections if section in everywhere], everywhere)
                self.assertEqual("SECURITY" in sections, command == "" or "--password-file" in options(command))

    def test_a_page_has_every_option(self):
        for command, page in self.pages.items():
            with self.subTest(page=name_of(command)):
                if command == "":
                    continue
                for shown in (shown_by_groff(page), shown_by_mandoc(page)):
                    section = shown.split("\nOPTIONS\n")[1].split("\nEXAMPLES\n")[0]
                    found = re.findall(r"^       (?:(-\w), )?(--[a-z-]+)", section, re.MULTILINE)
                    self.assertEqual({spelling for spellings in found for spelling in spellings} - {""}, options(command))

    def test_a_page_says_what_the_help_says(self):
        for command, page in self.pages.items():
            with self.subTest(page=name_of(command)):
                # Without spaces: mandoc breaks lines at the hyphens of a file name.
                shown = {"".join(text.split()) for text in (shown_by_groff(page), shown_by_mandoc(page))}
                for text in re.split(r"\n\n|\n(?=  \S)|\n[A-Z][^\n]*:\n|  +(?=\S)", help_of(command)):
                    text = in_one_line(text)
                    # The page has its own form of these.
                    own = re.search(r"casweep (COMMAND|help)|^Usage:|^casweep (-|[a-z ]+ -) |^[A-Z][\w -]*:$", text)
                    if own or len(text.split()) < 4:
                        continue
                    for page_text in shown:
                        self.assertIn("".join(text.split()), page_text)

    def test_an_example_can_be_copied(self):
        for command, page in self.pages.items():
            with self.subTest(page=name_of(command)):
                examples = help_of(command).split("\nExamples:\n")[1].split("\n\n")[0]
                lines = [line.strip() for line in examples.splitlines() if line.startswith("    ")]
                for shown in (shown_by_groff(page), shown_by_mandoc(page)):
                    there = [line.strip() for line in shown.splitlines()]
                    self.assertEqual([line for line in lines if line not in there], [])

    def test_a_page_names_the_variables_of_the_options(self):
        scan = in_one_line(shown_by_groff(self.pages["scan"]).split("\nENVIRONMENT\n")[1])
        for variable in ("CASWEEP_DOMAIN", "CASWEEP_PASSWORD_FILE", "XDG_DATA_HOME", "KRB5CCNAME", "NO_COLOR"):
            self.assertIn(variable, scan)
        check = in_one_line(shown_by_groff(self.pages["db check"]).split("\nENVIRONMENT\n")[1])
        for variable in ("CASWEEP_DOMAIN", "CASWEEP_HEAD", "KRB5CCNAME"):
            self.assertNotIn(variable, check)

    def test_the_pages_refer_to_pages_that_there_are(self):
        names = {name_of(command) for command in self.pages}
        for command, page in self.pages.items():
            with self.subTest(page=name_of(command)):
                section = shown_by_groff(page).split("\nSEE ALSO\n")[1].rsplit("\n\n", 1)[0]
                references = set(re.findall(r"(casweep[a-z-]*)\(1\)", section))
                self.assertLessEqual(references, names - {name_of(command)})
                self.assertTrue(references == names - {"casweep"} if command == "" else "casweep" in references)
        self.assertIn("casweep-db-backup(1)", shown_by_groff(self.pages["db check"]))
        self.assertIn("casweep-accept(1)", shown_by_groff(self.pages["scan"]))


if __name__ == "__main__":
    unittest.main()
