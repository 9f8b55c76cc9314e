#!/usr/bin/env python3
"""Writes the table of suites in CONTRIBUTING.md: the command that runs each, and its time in the newest ctest runs of a build.

    tools/suite_times.py [--build build/release] [--note "two quiet cores"]

ctest keeps the mean of its runs in Testing/Temporary/CTestCostData.txt; a suite that never ran there has no time.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "CONTRIBUTING.md"
TABLE = re.compile(r"(<!-- suites -->\n).*?(<!-- /suites -->)", re.S)
SANITIZED = {"unit", "contract", "race", "tls"}


def suites(build):
    told = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True).stdout
    for test in json.loads(told)["tests"]:
        labels = next((each["value"] for each in test["properties"] if each["name"] == "LABELS"), [])
        if not test["name"].endswith(("_start", "_stop")):
            yield test["name"], set(labels)


def seconds(build):
    file = build / "Testing" / "Temporary" / "CTestCostData.txt"
    lines = file.read_text().splitlines() if file.exists() else []
    return {found[1]: float(found[2]) for line in lines if (found := re.fullmatch(r"(\S+) [1-9]\d* ([\d.]+)", line))}


def verbs(labels):
    if "prove" in labels:
        return "`make prove`"
    run = "`make test-all`" if "cluster" in labels else "`make test`"
    return run + (", sanitizers" if labels & SANITIZED else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release")
    parser.add_argument("--note", default="two quiet cores")
    options = parser.parse_args()
    times = seconds(options.build)
    rows = sorted(((name, verbs(labels), times.get(name)) for name, labels in suites(options.build)), key=lambda row: (row[1], -(row[2] or 0)))
    lines = [f"| suite | runs in | minutes ({options.note}) |", "|---|---|---|"]
    lines += [f"| `{name}` | {verb} | {'–' if time is None else f'{time / 60:.1f}'} |" for name, verb, time in rows]
    text, count = TABLE.subn(lambda found: found[1] + "\n".join(lines) + "\n" + found[2], DOCUMENT.read_text())
    if count != 1:
        print("suite_times: CONTRIBUTING.md has no place for the table", file=sys.stderr)
        return 1
    DOCUMENT.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
