"""The names in docs/reference/metrics.md, the metrics that a PromQL expression asks for, and files that name them."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference" / "metrics.md"
KINDS = ("counter", "gauge", "histogram")
WORDS = {"and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring", "group_left", "group_right", "inf", "nan"}


def read_yaml(file):
    return yaml.load(file.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def catalogue(reference=REFERENCE):
    """({name: kind} of our own metrics, the same of others')."""
    ours, others = {}, {}
    found = ours
    for line in reference.read_text().splitlines():
        if line.startswith("## Read with them"):
            found = others
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 3 and cells[2] in KINDS:
            found.update((name, cells[2]) for name in re.findall(r"`(\w+)`", cells[1]))
    return ours, others


def metrics_of(expression):
    """Names as they are asked for, with a histogram's `_bucket`."""
    text = re.sub(r'"(?:\\.|[^"\\])*"', "", expression)
    text = re.sub(r"\{[^{}]*\}|\[[^\]]*\]", " ", text)
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)", " ", text)
    names = re.findall(r"(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])", text)
    return {name for name in names if name.lower() not in WORDS}


def base_of(name, kinds):
    """A metric's name in the catalogue, or None."""
    if name in kinds:
        return name
    base = re.sub(r"_(bucket|sum|count)$", "", name)
    return base if kinds.get(base) == "histogram" else None
