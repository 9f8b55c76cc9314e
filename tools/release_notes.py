#!/usr/bin/env python3
"""Prints what CHANGELOG.md says of a version: release_notes.py v0.1.0

The version must be CMakeLists.txt's, and have a section that says something: a release without one is refused.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def notes(tag, changelog, cmake):
    version = tag.removeprefix("v")
    built = re.search(r"^project\(frontrow VERSION (\S+)", cmake, re.M)[1]
    if version != built:
        raise SystemExit(f"release_notes: {tag} is not the version of CMakeLists.txt, {built}")
    section = re.search(rf"^## {re.escape(version)}\b[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.M | re.S)
    if not section or not section[1].strip():
        raise SystemExit(f"release_notes: CHANGELOG.md has no section {version}")
    return section[1].strip()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.splitlines()[0])
    print(notes(sys.argv[1], (ROOT / "CHANGELOG.md").read_text(), (ROOT / "CMakeLists.txt").read_text()))
