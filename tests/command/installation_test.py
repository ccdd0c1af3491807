# SPDX-License-Identifier: GPL-3.0-or-later
"""What `cmake --install` puts where."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from help_pages import CASWEEP, casweep, commands

BUILD = Path(CASWEEP).resolve().parents[1]


class Installation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="casweep-installation-")
        cls.addClassCleanup(folder.cleanup)
        cls.prefix = Path(folder.name)
        subprocess.run(["cmake", "--install", BUILD, "--prefix", cls.prefix], check=True, capture_output=True, timeout=300)

    def test_every_file_is_where_it_is_looked_for(self):
        pages = {"casweep.1"} | {f"casweep-{command.replace(' ', '-')}.1" for command in commands()}
        files = {str(file.relative_to(self.prefix)) for file in self.prefix.rglob("*") if file.is_file()}
        self.assertEqual(files, {
            "bin/casweep",
            "share/bash-completion/completions/casweep",
            "share/fish/vendor_completions.d/casweep.fish",
            "share/zsh/site-functions/_casweep",
            "share/man/man5/casweep.conf.5",
            *(f"share/man/man1/{page}" for page in pages),
        })

    def test_the_files_are_what_the_program_prints(self):
        self.assertEqual((self.prefix / "share/man/man1/casweep-db-check.1").read_text(), casweep("man", "db", "check"))
        self.assertEqual((self.prefix / "share/zsh/site-functions/_casweep").read_text(), casweep("completion", "zsh"))

    def test_man_shows_a_page(self):
        done = subprocess.run(["man", "-M", self.prefix / "share/man", "casweep-evidence-create"], capture_output=True,
                              text=True, timeout=60, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("create a signed bundle", done.stdout)

    def test_fish_finds_its_script(self):
        done = subprocess.run(["fish", "-c", "complete -C 'casweep trend --form'"], capture_output=True, text=True, timeout=60,
                              env={"PATH": f"{self.prefix / 'bin'}:{os.environ['PATH']}", "HOME": str(self.prefix),
                                   "LC_ALL": "C.UTF-8", "XDG_DATA_DIRS": f"{self.prefix / 'share'}:/usr/share"})
        self.assertEqual((done.stdout, done.stderr), ("--format\ttable, json or csv\n", ""))


if __name__ == "__main__":
    unittest.main()
