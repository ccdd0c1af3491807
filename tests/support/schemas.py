# SPDX-License-Identifier: GPL-3.0-or-later
"""The schemas of casweep's JSON, and those that others publish for the formats it exports."""

import json
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schema" / "json"
PUBLISHED = ROOT / "tests" / "command" / "published_schemas"


def validator_of(name: str) -> jsonschema.Draft7Validator:
    """Of `schema/json/casweep-NAME.schema.json`, which may refer to another beside it."""
    file = SCHEMAS / f"casweep-{name}.schema.json"
    document = json.loads(file.read_text())
    return jsonschema.Draft7Validator(document, resolver=jsonschema.RefResolver(file.as_uri(), document))


def ocsf_validator() -> jsonschema.Draft7Validator:
    """Of the class Compliance Finding, from OCSF's schema server."""
    return jsonschema.Draft7Validator(json.loads((PUBLISHED / "ocsf-1.8.0-compliance_finding.schema.json").read_text()))


def sarif_validator() -> jsonschema.Draft4Validator:
    """Of SARIF 2.1.0. `scripts/dependencies` brings the schema, which is that of the standard but for its identifier and
    details of types."""
    file = PUBLISHED / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
    return jsonschema.Draft4Validator(json.loads(file.read_text()))
