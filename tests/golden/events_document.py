#!/usr/bin/env python3
"""docs/events.md against itself: each example must satisfy its schema, and an example without a required field must not.

workers/event_json_test.cpp checks that the program writes these examples.
"""

import copy
import json
import re
import sys
from pathlib import Path

import jsonschema

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "events.md"
BLOCK = re.compile(r"^```json (schema|example)(?: (\w+))?\n(.*?)^```$", re.M | re.S)


def main():
    blocks = BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
    schemas = {schema["$id"]: schema for schema in (json.loads(text) for kind, _, text in blocks if kind == "schema")}
    examples = [(name, json.loads(text)) for kind, name, text in blocks if kind == "example"]
    assert set(schemas) == {"envelope", "reservation", "payment", "queue", "concert", "schedule"}, set(schemas)
    assert len(examples) == 7 and len({example["type"] for _, example in examples}) == 7

    def check(name, value):
        resolver = jsonschema.RefResolver("", schemas[name], store=schemas)
        jsonschema.Draft7Validator(schemas[name], resolver=resolver).validate(value)

    for name, example in examples:
        check("envelope", example)
        check(name, example["data"])
        for field in example["data"]:
            poorer = copy.deepcopy(example["data"])
            del poorer[field]
            try:
                check(name, poorer)
            except jsonschema.ValidationError:
                continue
            print(f"{example['type']}: the schema does not miss {field}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
