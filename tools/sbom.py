#!/usr/bin/env python3
"""What is in the program: a CycloneDX bill of materials, and the notices of third parties.

    sbom.py BUILD-DIRECTORY --out frontrow.cdx.json [--notices THIRD-PARTY-NOTICES.txt]

Read off the build, and not from a list that somebody keeps: shared libraries from the program itself, headers (Boost, CLI11, toml++ …) from
what the compiler says it has read, pages from the npm lock files without their development packages. Debian's package manager names the package,
the version and the licence of each file.
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("pages", "swagger")
# In a lock file, but in no page: it counts installations, and its script is never run (npm ci --ignore-scripts).
NOT_BUNDLED = {"@scarf/scarf"}


def run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True, timeout=300).stdout


def linked_files(program):
    return {found[1] for found in re.finditer(r"(/\S+) \(0x", run("ldd", program))}


def read_headers(build):
    """Headers of the system that went into the objects of the program, as ninja has them from the compiler."""
    files, is_ours = set(), False
    for line in run("ninja", "-C", build, "-t", "deps").splitlines():
        if not line.startswith(" "):
            is_ours = line.startswith("src/")
        elif is_ours and line.strip().startswith("/usr/"):
            files.add(line.strip())
    if not files:
        raise SystemExit(f"sbom: {build} has no record of a build")
    return files


def owners(files):
    """Debian's packages of these files. A file may be listed with or without /usr, as the folders were merged."""
    names = sorted({name for file in files for path in (Path(file), Path(file).resolve())
                    for name in (str(path), str(path).removeprefix("/usr"))})
    found = {}
    for begin in range(0, len(names), 500):
        told = subprocess.run(["dpkg", "-S", *names[begin:begin + 500]], capture_output=True, text=True, timeout=300).stdout
        for line in told.splitlines():
            packages, _, file = line.rpartition(": ")
            for package in packages.split(", "):
                if not package.startswith("diversion"):
                    found.setdefault(package.partition(":")[0], file)
    return found


def licence_of(package):
    file = Path("/usr/share/doc") / package / "copyright"
    text = file.read_text(errors="replace") if file.exists() else ""
    names = sorted(set(re.findall(r"^License: *(\S.*)$", text, re.M)))
    return names or ["see /usr/share/doc/" + package + "/copyright"], text


def debian_components(build):
    program = Path(build) / "frontrow"
    linked, headers = owners(linked_files(program)), owners(read_headers(build))
    packages = {}
    for line in run("dpkg-query", "-W", "-f", "${Package}\t${Version}\t${source:Package}\t${source:Version}\n").splitlines():
        name, *facts = line.split("\t")
        packages[name] = facts
    release = re.search(r'^VERSION_ID="?(\w+)', Path("/etc/os-release").read_text(), re.M)[1]
    architecture = run("dpkg", "--print-architecture").strip()
    for name in sorted(linked.keys() | headers.keys()):
        licences, text = licence_of(name)
        version, source, source_version = packages[name]
        yield {
            "type": "library", "name": name, "version": version,
            "purl": f"pkg:deb/debian/{name}@{version}?arch={architecture}&distro=debian-{release}",
            "licenses": [{"license": {"name": each}} for each in licences],
            "properties": [{"name": "frontrow:used-as", "value": "linked" if name in linked else "headers"},
                           {"name": "frontrow:source", "value": source}, {"name": "frontrow:source-version", "value": source_version}],
        }, text


def npm_components():
    for page in PAGES:
        folder = ROOT / "web" / page
        for path, each in json.loads((folder / "package-lock.json").read_text())["packages"].items():
            name = path.rpartition("node_modules/")[2]
            if not name or each.get("dev") or name in NOT_BUNDLED:
                continue
            algorithm, _, digest = each["integrity"].partition("-")
            text = next((file.read_text(errors="replace") for file in sorted((folder / path).glob("LICEN[CS]E*"))), "")
            yield {
                "type": "library", "name": name, "version": each["version"],
                "purl": f"pkg:npm/{name.replace('@', '%40')}@{each['version']}",
                "licenses": [{"license": {"id": each["license"]}}],
                "hashes": [{"alg": {"sha512": "SHA-512", "sha1": "SHA-1"}[algorithm], "content": base64.b64decode(digest).hex()}],
                "properties": [{"name": "frontrow:used-as", "value": f"bundled in web/{page}"}],
            }, text


def document(program, components):
    version = run(program, "--version").split()[-1]
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    for each in components:
        each["bom-ref"] = each["purl"]
    # The same build gives the same document: a name made from its digest, and no time.
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "metadata": {"component": {"type": "application", "bom-ref": "frontrow", "name": "frontrow", "version": version,
                                   "licenses": [{"license": {"id": "Apache-2.0"}}], "hashes": [{"alg": "SHA-256", "content": digest}]}},
        "components": components,
        "dependencies": [{"ref": "frontrow", "dependsOn": [each["purl"] for each in components]}],
    }


def notices(found):
    parts = ["Third-party notices of frontrow. Made by tools/sbom.py; the names of parts are followed by their own words.\n"]
    by_text = {}  # packages of one source have one text
    for component, text in found:
        by_text.setdefault(text.strip(), []).append(f"{component['name']} {component['version']} ({component['properties'][0]['value']})")
    for text, names in by_text.items():
        parts.append("\n".join(names) + f"\n\n{text or 'The package has no text of its licence.'}\n")
    return ("\n" + "_" * 100 + "\n\n").join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--notices", type=Path)
    options = parser.parse_args()
    found = [*debian_components(options.build), *npm_components()]
    options.out.write_text(json.dumps(document(options.build / "frontrow", [component for component, _ in found]), indent=1) + "\n")
    if options.notices:
        options.notices.write_text(notices(found))
    print(f"{len(found)} components")


if __name__ == "__main__":
    sys.exit(main())
