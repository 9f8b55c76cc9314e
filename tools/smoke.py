#!/usr/bin/env python3
"""Asks a site whether it serves: smoke.py ADDRESS [--public] [--seconds 60]

Reads only, and buys nothing. With --public, what operators have must not be there, and a stranger must not get a place in a queue. Asks again
until all is well or the time is over, as a new version comes behind a balancer pod by pod. Exits with 1 and the reasons if it does not serve.
"""

import argparse
import json
import re
import sys
import time
import urllib.error
import urllib.request


def ask(address, path, method="GET", body=None):
    """Status, headers and body; a server that does not answer is an OSError."""
    request = urllib.request.Request(address + path, method=method, data=body, headers={"Content-Type": "application/json"} if body else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers, refused.read()


def complaints(address, is_public):
    found = []

    def expect(what, is_so):
        if not is_so:
            found.append(what)

    status, headers, body = ask(address, "/")
    expect(f"the page answers {status}", status == 200 and b"<html" in body.lower())
    expect("the page allows everything", "default-src 'none'" in headers.get("Content-Security-Policy", ""))
    files = re.findall(rb'(?:src|href)="(/assets/[^"]+)"', body)
    expect("the page names no files", files)
    for file in files:
        status, headers, _ = ask(address, file.decode())
        expect(f"{file.decode()} answers {status}", status == 200)
        expect(f"{file.decode()} is not kept", "immutable" in headers.get("Cache-Control", ""))
    status, _, body = ask(address, "/api/v1/concerts")
    expect(f"the catalogue answers {status}", status == 200 and isinstance(json.loads(body).get("concerts"), list))
    status, _, body = ask(address, "/api/v1/time")
    expect(f"the time answers {status}", status == 200)
    status, _, body = ask(address, "/actuator/health")
    expect(f"health answers {status}", status == 200 and json.loads(body)["status"] in ("UP", "DEGRADED"))
    if is_public:
        for path in ("/admin", "/api/v1/admin/concerts", "/actuator/prometheus"):
            status, _, _ = ask(address, path)
            expect(f"{path} answers {status} to everybody", status == 404)
        status, _, _ = ask(address, "/api/v1/queue/token", "POST", json.dumps({"userId": 1, "concertId": 1}).encode())
        expect(f"a stranger's place in a queue is {status}", status == 401)
        if address.startswith("https:"):
            expect("HTTPS is not promised for later", "Strict-Transport-Security" in ask(address, "/")[1])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("--public", action="store_true")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    while True:
        try:
            found = complaints(options.address.rstrip("/"), options.public)
        except (OSError, ValueError) as failure:
            found = [f"{options.address} does not answer: {failure}"]
        if not found:
            print(f"smoke: {options.address} serves")
            return 0
        if time.monotonic() > end:
            print("\n".join(f"smoke: {each}" for each in found), file=sys.stderr)
            return 1
        time.sleep(2)


if __name__ == "__main__":
    sys.exit(main())
