# SPDX-License-Identifier: GPL-3.0-or-later
"""Every JSON document that casweep writes has a schema_version, and a schema in schema/json that it follows."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from schemas import SCHEMAS, validator_of

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
MAKE_HISTORY = os.environ.get("CASWEEP_EXPORT_HISTORY", str(ROOT / "build/dev/tests/command/export_history"))

CA = "8b1e0c52-0000-4000-8000-000000000002"

# The schema of what a command writes with --format json, and its arguments.
OF_COMMANDS = {
    "accept": ("decisions", ["--list"]),
    "db check": ("check", []),
    "db info": ("info", []),
    "diff": ("diff", ["1", "2"]),
    "fleet changes": ("fleet-changes", ["--since", "2000-01-01"]),
    "fleet sites": ("fleet-sites", []),
    "fleet status": ("fleet-status", []),
    "fleet trend": ("fleet-trend", []),
    "history": ("history", [CA]),
    "scans": ("scans", []),
    "show": ("ca", [CA]),
    "status": ("status", []),
    "trend": ("trend", []),
}
# hub_test.py runs this with a hub.
OF_HUB = {"hub check": "hub-check"}
# These ask a directory: tests/report/CMakeLists.txt validates what they write as golden files.
OF_DIRECTORY = {"doctor": "doctor", "explain": "explain", "list": "list", "scan": "scan"}
OF_EXPORTS = {"json": "scan", "jsonl": "ca"}
# Formats with a schema of their own, or without JSON.
OTHER_EXPORTS = {"csv", "ocsf", "plan", "prometheus", "sarif"}
OF_BUNDLE = {"config.json": "evidence-config", "manifest.json": "evidence-manifest", "raw/": "evidence-raw",
             "results.jsonl": "ca"}
# Lines that are older than schemas (the ledger's entries, to which hashes are bound) or follow OCSF's.
OTHER_BUNDLE = {"ledger.jsonl", "results.ocsf.jsonl"}


class JsonSchemaTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="casweep-json-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.db = self.folder / "history.db"
        subprocess.run([MAKE_HISTORY, self.db, "--story"], check=True)

    def casweep(self, *arguments: str) -> str:
        done = subprocess.run([CASWEEP, *arguments], capture_output=True, text=True, timeout=120, check=True,
                              stdin=subprocess.DEVNULL, env={"HOME": str(self.folder)})
        return done.stdout

    def assert_follows(self, schema: str, text: str):
        document = json.loads(text)
        validator_of(schema).validate(document)
        self.assertEqual(next(iter(document)), "schema_version")

    def test_every_command_with_json_output_has_a_schema(self):
        listed = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", self.casweep("--help").split("Options:")[0], re.MULTILINE)
        self.assertIn("status", listed)
        with_json = {command for command in listed
                     if re.search(r"--format FORMAT +[a-z ,\n]*\bjson\b", self.casweep(*command.split(), "--help"))}
        self.assertEqual(with_json, OF_COMMANDS.keys() | OF_DIRECTORY.keys() | OF_HUB.keys())

    def test_every_command_follows_its_schema(self):
        for command, (schema, arguments) in OF_COMMANDS.items():
            with self.subTest(command):
                self.assert_follows(schema, self.casweep(*command.split(), *arguments, "--db", self.db,
                                                         "--format", "json"))

    def test_every_export_follows_its_schema(self):
        section = self.casweep("export", "--help").split("Formats for scans:")[1].split("Notes:")[0]
        formats = set(re.findall(r"^  ([a-z]+)  ", section, re.MULTILINE))
        self.assertEqual(formats, OF_EXPORTS.keys() | OTHER_EXPORTS)
        for word, schema in OF_EXPORTS.items():
            exported = self.casweep("export", word, "--db", self.db)
            for text in exported.splitlines() if word == "jsonl" else [exported]:
                self.assert_follows(schema, text)
        self.assert_follows("all-scans", self.casweep("export", "json", "--all", "--db", self.db))

    def test_every_file_of_a_bundle_follows_its_schema(self):
        bundle = self.folder / "bundle"
        self.casweep("evidence", "create", "--db", self.db, "-o", bundle)
        found = set()
        for file in bundle.rglob("*.json*"):
            name = str(file.relative_to(bundle))
            kind = "raw/" if name.startswith("raw/") else name
            found.add(kind)
            if kind in OTHER_BUNDLE:
                continue
            self.assertIn(kind, OF_BUNDLE)
            text = file.read_text()
            for part in text.splitlines() if name.endswith(".jsonl") else [text]:
                self.assert_follows(OF_BUNDLE[kind], part)
        self.assertEqual(found, OF_BUNDLE.keys() | OTHER_BUNDLE)

    def test_there_is_no_other_schema(self):
        known = {schema for schema, _ in OF_COMMANDS.values()} | {"all-scans"}
        for table in (OF_DIRECTORY, OF_EXPORTS, OF_BUNDLE, OF_HUB):
            known |= set(table.values())
        self.assertEqual({file.name.split(".")[0].removeprefix("casweep-") for file in SCHEMAS.iterdir()}, known)

    def test_every_schema_requires_its_version(self):
        for file in SCHEMAS.iterdir():
            schema = json.loads(file.read_text())
            self.assertIn("schema_version", schema["required"], file.name)
            self.assertFalse(schema["additionalProperties"], file.name)


if __name__ == "__main__":
    unittest.main()
