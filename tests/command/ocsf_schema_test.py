# SPDX-License-Identifier: GPL-3.0-or-later
"""The output of `casweep export ocsf` follows the JSON Schema from OCSF's schema server for its class."""

import json
import os
import unittest
from pathlib import Path

import jsonschema
from export_test import ExportTest


class PublishedSchema(ExportTest):
    def test_every_finding_follows_it(self):
        validator = jsonschema.Draft7Validator(json.loads(Path(os.environ["CASWEEP_OCSF_SCHEMA"]).read_text()))
        findings = [json.loads(line) for line in self.export("ocsf", "--all").split("\n")[:-1]]
        for finding in findings:
            validator.validate(finding)

        del findings[0]["class_uid"]
        self.assertFalse(validator.is_valid(findings[0]))


if __name__ == "__main__":
    unittest.main()
