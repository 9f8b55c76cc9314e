"""The real program as a child process, and a client that checks every answer against the document."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import subprocess
import tempfile
import time
import urllib.parse

from openapi_document import Broken


# One user asks here what thousands would ask; the limits have tests of their own (limits_test.cpp).
UNLIMITED = {f"FRONTROW_LIMIT_{rule}_BY_USER": "off" for rule in ("JOINS", "POLLS", "LOOKS", "HOLDS", "PAYMENTS", "CHARGES")} | {
    "FRONTROW_UNPAID_HOLDS_PER_HOUR": "0", "FRONTROW_SEAT_COOL_DOWN_SECONDS": "0"}


class Server:
    def __init__(self, binary, *flags, environment=None):
        self.directory = tempfile.TemporaryDirectory(prefix="frontrow-conformance-")
        data = os.path.join(self.directory.name, "data")
        clean = {k: v for k, v in os.environ.items() if not k.startswith("FRONTROW_")}
        self.log = open(os.path.join(self.directory.name, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", "--demo", "--data-dir", data, *flags],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env=clean | UNLIMITED | (environment or {}))
        line = self.process.stdout.readline()
        found = re.search(r"http://[^ ]+:(\d+)", line)
        if not found:
            raise SystemExit(f"the server did not start: {line}{self.process.stdout.read()}")
        self.port = int(found.group(1))
        with open(os.path.join(data, "admin.token"), encoding="ascii") as file:
            self.admin = file.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "killed after 10 s"
        self.process.stdout.close()
        self.log.close()
        self.directory.cleanup()
        if code != 0 and _[0] is None:
            raise SystemExit(f"the server ended with {code}")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __getitem__(self, name):
        return self.json()[name]

    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json().get("code") if self.headers.get("Content-Type") == "application/problem+json" else None


class Driver:
    """Sends requests by operationId. Collects differences from the document instead of stopping."""

    def __init__(self, server, document):
        self.server, self.document = server, document
        self.connection = None
        self.asked = 0
        self.complaints = []

    def complain(self, what):
        self.complaints.append(what)

    def raw(self, method, target, headers=None, body=None):
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
            try:
                self.connection.putrequest(method, target, skip_accept_encoding=True)
                for name, value in (headers or {}).items():
                    self.connection.putheader(name, value)
                if body is not None or method in ("POST", "PUT", "PATCH"):
                    self.connection.putheader("Content-Length", str(len(body or b"")))
                self.connection.endheaders()
                try:
                    self.connection.send(body or b"")
                except (BrokenPipeError, ConnectionResetError):
                    pass  # refused before the body was read: the answer has arrived already
                response = self.connection.getresponse()
                answer = Answer(response.status, dict(response.getheaders()), response.read())
                if response.will_close:
                    self.close()
                return answer
            except (http.client.HTTPException, OSError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def ask(self, operation_id, path=None, query=None, headers=None, body=None, expect=None, raw_query=None, **more):
        """`body`: an object, or bytes as they are. `expect`: a status, or a code; `kind`: the Content-Type."""
        operation = self.document.operations[operation_id]
        target = operation.path
        for name, value in (path or {}).items():
            target = target.replace("{" + name + "}", urllib.parse.quote(str(value), safe="%"))
        if raw_query is not None:
            target += "?" + raw_query
        elif query:
            target += "?" + urllib.parse.urlencode(query)
        headers = dict(headers or {})
        if body is not None:
            headers.setdefault("Content-Type", more.get("kind", "application/json"))
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.raw(operation.method, target, {k: v for k, v in headers.items() if v is not None}, body)
        self.asked += 1
        shown = f"{operation.method} {target[:120]} {str(body)[:160]} → {answer.status} {answer.body[:300]!r}"
        try:
            self.document.check(operation, answer.status, answer.headers, answer.body)
        except (Broken, ValueError, KeyError) as broken:
            self.complain(f"{operation_id}: {broken}\n      {shown}")
        if expect is not None and expect not in (answer.status, answer.code):
            self.complain(f"{operation_id}: expected {expect}\n      {shown}")
        return answer

    def enter(self, user, concert=1, **headers):
        answer = self.ask("joinQueue", body={"userId": user, "concertId": concert}, headers=headers)
        until = time.monotonic() + 20
        token = answer["token"]
        while answer["status"] != "ACTIVE":
            if time.monotonic() > until:
                raise SystemExit("never admitted")
            time.sleep(0.02)
            answer = self.ask("queueStatus", headers=headers | {"X-Queue-Token": token})
        return {"X-Queue-Token": token}


def jwt(user, key, **claims):
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    payload = {"sub": str(user), "exp": int(time.time()) + 600} | claims
    signed = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(payload).encode())
    return (signed + b"." + part(hmac.new(key.encode(), signed, hashlib.sha256).digest())).decode()
