#!/usr/bin/env python3
"""Writes the buyers' part of the API description: buyers_description.py docs/openapi.yml OUT.

Leaves out the operators' paths, and every component that only they name. It relies on the form that the head of
docs/openapi.yml promises: two spaces a level, paths at 2, names of components at 4.
"""

import re
import sys
from pathlib import Path

OPERATORS = re.compile(r"  /(api/v1/admin(/|:)|actuator/(info|prometheus):|admin:)")
OPERATORS_TAG = re.compile(r'  - \{"name": "admin",')
REFERENCE = re.compile(r"#/components/(\w+)/([\w.-]+)")


def blocks(lines, indent):
    """Cuts lines into blocks, each begun by a line that is indented by `indent` blanks and no more."""
    begins = re.compile(rf" {{{indent}}}\S")
    block = []
    for line in lines:
        if begins.match(line) and block:
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def sections(text):
    """Top-level key -> its lines, its own first."""
    return {block[0].split(":")[0]: block for block in blocks(text.splitlines(keepends=True), 0)}


def used(text):
    return set(REFERENCE.findall(text))


def pruned(components, text):
    """The components that `text` names, and those that these name in turn."""
    named = {}
    for kind in blocks(components[1:], 2):
        for block in blocks(kind[1:], 4):
            named[(kind[0].strip().rstrip(":"), block[0].strip().split(":")[0])] = "".join(block)
    wanted, new = set(), used(text)
    while new:
        wanted |= new
        new = {each for name in new if name in named for each in used(named[name])} - wanted
    out = [components[0]]
    for kind in blocks(components[1:], 2):
        name = kind[0].strip().rstrip(":")
        # Security schemes are named without a reference; only buyers' stay.
        kept = [
            "".join(block)
            for block in blocks(kind[1:], 4)
            if (name, block[0].strip().split(":")[0]) in wanted or (name == "securitySchemes" and "admin" not in block[0].lower())
        ]
        if kept:
            out += [kind[0], *kept]
    return out


def buyers_part(text):
    parts = sections(text)
    parts["paths"] = parts["paths"][:1] + [
        line for block in blocks(parts["paths"][1:], 2) if not OPERATORS.match(block[0]) for line in block
    ]
    parts["tags"] = [line for line in parts["tags"] if not OPERATORS_TAG.match(line)]
    outside = "".join("".join(lines) for name, lines in parts.items() if name != "components")
    parts["components"] = pruned(parts["components"], outside)
    return "".join("".join(lines) for lines in parts.values())


def main():
    Path(sys.argv[2]).write_text(buyers_part(Path(sys.argv[1]).read_text()))


if __name__ == "__main__":
    main()
