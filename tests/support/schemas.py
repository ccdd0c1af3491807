# SPDX-License-Identifier: GPL-3.0-or-later
"""The published schemas of casweep's JSON."""

import json
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).resolve().parents[2] / "schema" / "json"


def validator_of(name: str) -> jsonschema.Draft7Validator:
    """Of `schema/json/casweep-NAME.schema.json`, which may refer to another beside it."""
    file = SCHEMAS / f"casweep-{name}.schema.json"
    document = json.loads(file.read_text())
    return jsonschema.Draft7Validator(document, resolver=jsonschema.RefResolver(file.as_uri(), document))
