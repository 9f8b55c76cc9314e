#!/usr/bin/env python3
"""Pins container images: each tag gets the digest that its registry has for it now, so that the same bytes are fetched ever after.

    pin_images.py [--registry URL] [--list] [FILE…]       without files: both compose files, the Dockerfile, the workflows

All or nothing: if a registry cannot be reached or does not know a tag, no file is changed. Run it again to move to newer digests.
"""

import argparse
import json
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = [ROOT / "compose.yml", ROOT / "deploy" / "compose.yml", ROOT / "deploy" / "Dockerfile",
         *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]
HUB = "https://registry-1.docker.io"
# `image: name:tag`, `container: name:tag` or `FROM name:tag`. Names without a tag are built here.
IMAGE = re.compile(r"^(\s*(?:image|container):\s+|FROM\s+)([a-z0-9][a-z0-9._/-]*:[\w.-]+)(@sha256:[0-9a-f]{64})?(?=\s|$)", re.M)
KINDS = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, " \
        "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"


def token(challenge):
    """The registry says where a token for reading is given out."""
    said = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    with urllib.request.urlopen(f"{said['realm']}?service={said['service']}&scope={said['scope']}", timeout=30) as answer:
        return json.load(answer)["token"]


def digest(registry, image):
    name, tag = image.rsplit(":", 1)
    repository = name if "/" in name else f"library/{name}"
    request = urllib.request.Request(f"{registry}/v2/{repository}/manifests/{tag}", method="HEAD", headers={"Accept": KINDS})
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as refused:
        if refused.code != 401:
            raise
        request.add_header("Authorization", f"Bearer {token(refused.headers['WWW-Authenticate'])}")
        answer = urllib.request.urlopen(request, timeout=30)
    found = answer.headers["Docker-Content-Digest"]
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", found or ""):
        raise ValueError("the registry names no digest")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--registry", default=HUB)
    parser.add_argument("--list", action="store_true", help="print the images, ask nothing")
    parser.add_argument("files", nargs="*", type=Path, default=FILES)
    options = parser.parse_args()
    texts = {file: file.read_text() for file in options.files}
    images = sorted({found[2] for text in texts.values() for found in IMAGE.finditer(text)})
    if options.list:
        print("\n".join(images))
        return 0
    pins = {}
    for image in images:
        try:
            pins[image] = digest(options.registry, image)
        except (OSError, ValueError, KeyError) as error:
            print(f"pin_images: {image}: {error}; nothing was changed", file=sys.stderr)
            return 1
    for file, text in texts.items():
        file.write_text(IMAGE.sub(lambda found: f"{found[1]}{found[2]}@{pins[found[2]]}", text))
    for image, pin in pins.items():
        print(f"{image} {pin}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
