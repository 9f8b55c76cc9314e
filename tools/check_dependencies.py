#!/usr/bin/env python3
"""Asks the OSV database about known faults of what is in the program: check_dependencies.py SBOM [--database URL]

Prints a line for each fault and exits with 1 if there is one. deploy/accepted-faults.txt names those that do not concern us, each
with the reason; a line there that is no longer needed is an error, too.
"""

import argparse
import json
import re
import sys
import urllib.request
from pathlib import Path

ACCEPTED = Path(__file__).resolve().parents[1] / "deploy" / "accepted-faults.txt"
DATABASE = "https://api.osv.dev"


def query(component):
    """Debian's faults are kept by source package and release, npm's by name."""
    facts = {each["name"]: each["value"] for each in component["properties"]}
    if component["purl"].startswith("pkg:deb/"):
        release = re.search(r"distro=debian-(\w+)", component["purl"])[1]
        return {"package": {"ecosystem": f"Debian:{release}", "name": facts["frontrow:source"]}, "version": facts["frontrow:source-version"]}
    return {"package": {"ecosystem": "npm", "name": component["name"]}, "version": component["version"]}


def faults(queries, database):
    """Package and version -> the ids of its known faults. The answers are in the order of the questions."""
    request = urllib.request.Request(f"{database}/v1/querybatch", json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        results = json.load(answer)["results"]
    if len(results) != len(queries):
        raise SystemExit("check_dependencies: the database has not answered every question")
    return {(each["package"]["name"], each["version"]): [fault["id"] for fault in result.get("vulns", [])]
            for each, result in zip(queries, results)}


def accepted():
    lines = [line.split("#")[0].split() for line in ACCEPTED.read_text().splitlines()]
    return {(words[0], words[1]) for words in lines if words}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sbom", type=Path)
    parser.add_argument("--database", default=DATABASE)
    options = parser.parse_args()
    queries = {json.dumps(query(each), sort_keys=True): query(each) for each in json.loads(options.sbom.read_text())["components"]}
    found = faults(list(queries.values()), options.database)
    known = accepted()
    open_faults = [(name, version, fault) for (name, version), ids in found.items() for fault in ids if (name, fault) not in known]
    needless = known - {(name, fault) for (name, _), ids in found.items() for fault in ids}
    for name, version, fault in open_faults:
        print(f"{name} {version}: {fault}, https://osv.dev/vulnerability/{fault}")
    for name, fault in sorted(needless):
        print(f"{ACCEPTED.name}: {name} {fault} is not known any more: take the line away")
    print(f"{len(found)} packages, {len(open_faults)} open faults")
    return 1 if open_faults or needless else 0


if __name__ == "__main__":
    sys.exit(main())
