"""Compares every name in .tf files with the provider's: types of resources, their arguments and blocks at every depth, what references read of them,
and arguments that have to be there: names.py SCHEMA FOLDER…. Needs neither Terraform nor a provider; needs python-hcl2, which checkov brings."""

import json
import re
import sys
from pathlib import Path

import hcl2

META = {"count", "for_each", "depends_on", "provider", "lifecycle", "dynamic", "provisioner", "connection"}
REFERENCE = re.compile(r"(?<![\w.])(data\.|ephemeral\.)?(aws_\w+)\.(\w+)(?:\[[^\]\n]*\])*((?:\.\w+(?:\[[^\]\n]*\])*)*)")
GROUP = {"resource": "resources", "data": "data", "ephemeral": "data"}


def bodies(file, kind):
    for group in file.get(kind, []):
        for name, each in group.items():
            for label, body in each.items():
                yield name, label, body


def complaints_about_body(body, block, where):
    """The arguments and blocks of one body, and of those within it."""
    given = set()
    for name, value in body.items():
        if name.startswith("__") or name in META and name not in block["blocks"]:
            continue
        given.add(name)
        if name in block["blocks"]:
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict):
                    yield from complaints_about_body(each, block["blocks"][name]["block"], f"{where}.{name}")
        elif name not in block["attributes"]:
            yield f"{where} has no {name}"
        elif block["attributes"][name].get("required") is None and not block["attributes"][name].get("optional"):
            yield f"{where}.{name} is only found out"
    for dynamic in body.get("dynamic", []):
        for name, each in dynamic.items():
            given.add(name)
            if name not in block["blocks"]:
                yield f"{where} has no block {name}"
                continue
            for content in each.get("content", []):
                yield from complaints_about_body(content, block["blocks"][name]["block"], f"{where}.{name}")
    for name, each in block["attributes"].items():
        if each.get("required") and name not in given:
            yield f"{where} needs {name}"
    for name, each in block["blocks"].items():
        if each["min"] and name not in given:
            yield f"{where} needs a block {name}"


def read_of(schema, path):
    """Whether what a reference reads is there: `.vpc_config[0].subnet_ids` of a resource's block."""
    block = schema
    for name in re.findall(r"\.(\w+)", path):
        if name in block["blocks"]:
            block = block["blocks"][name]["block"]
        else:
            return name in block["attributes"]
    return True


def complaints(folder, schema):
    """Of one module."""
    texts = {file: file.read_text() for file in sorted(folder.glob("*.tf"))}
    files = {file: hcl2.loads(text) for file, text in texts.items()}
    there = {(kind, name, label) for file in files.values() for kind in GROUP for name, label, _ in bodies(file, kind)}
    for file, parsed in files.items():
        for kind, group in GROUP.items():
            for name, label, body in bodies(parsed, kind):
                if not name.startswith("aws_"):
                    continue
                if name not in schema[group]:
                    yield f"{file}: there is no {kind} {name}"
                else:
                    yield from (f"{file}: {each}" for each in complaints_about_body(body, schema[group][name], f"{name}.{label}"))
        for line in texts[file].splitlines():
            for prefix, name, label, path in REFERENCE.findall(line.split("# ")[0]):
                kind = prefix.rstrip(".") or "resource"
                if (kind, name, label) not in there:
                    yield f"{file}: nothing is {prefix}{name}.{label}"
                elif name in schema[GROUP[kind]] and not read_of(schema[GROUP[kind]][name], path):
                    yield f"{file}: {prefix}{name}.{label} has no {path.lstrip('.')}"


def main():
    schema = json.loads(Path(sys.argv[1]).read_text())
    found = [each for folder in sys.argv[2:] for each in complaints(Path(folder), schema)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
