#!/usr/bin/env python3
"""The processor time that each GET route costs the server: GET, HEAD, and GET with the tag of the last answer where there is one.

    bench/route_costs.py [--build DIRECTORY] [--seats N] [--requests N] [--readers N]

Nothing is bought meanwhile, so each figure is that of an answer in which nothing has changed. User time is the program's own; system
time is the kernel's, most of it for sending. The last lines are the memory that clients cost which ask for a map and do not read it,
and what is left of it when they have gone. Times are printed, never asserted.
"""

import argparse
import datetime
import json
import os
import re
import socket
import time
from pathlib import Path

from programs import Server, scratch_directory

ROOT = Path(__file__).resolve().parent.parent


class Client:
    """One connection; keeps nothing of a body but its length."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.rest = b""

    def ask(self, method, path, headers=(), body=b""):
        lines = [f"{method} {path} HTTP/1.1", "Host: bench", *(f"{name}: {value}" for name, value in headers)]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return self.answer(method == "HEAD")

    def answer(self, is_head):
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        status = int(head[9:12])
        fields = {name.lower(): value for name, value in re.findall(r"\r\n([^:]+): ([^\r]*)", head.decode())}
        length = 0 if is_head or status in (204, 304) else int(fields["content-length"])
        begin = self.rest[:4096]
        left = length - len(self.rest)
        self.rest, body = self.rest[length:], self.rest[:length]
        while left > 0:
            piece = self.socket.recv(min(left, 1 << 20))
            if not piece:
                raise RuntimeError("the server closed the connection")
            left -= len(piece)
            if length < 1 << 16:
                body += piece
        return status, fields, body if length < 1 << 16 else begin, length

    def more(self):
        piece = self.socket.recv(1 << 16)
        if not piece:
            raise RuntimeError("the server closed the connection")
        self.rest += piece


def spent(pid):
    """Seconds in the program and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    tick = os.sysconf("SC_CLK_TCK")
    return int(fields[11]) / tick, int(fields[12]) / tick


def measure(server, client, method, path, headers, requests):
    for _ in range(3):
        status, fields, _, length = client.ask(method, path, headers)
    asked = 0
    began, before = time.monotonic(), spent(server.pid)
    while asked < requests and time.monotonic() - began < 3:
        client.ask(method, path, headers)
        asked += 1
    after = spent(server.pid)
    user, system = after[0] - before[0], after[1] - before[1]
    return status, fields, length, user / asked * 1e6, system / asked * 1e6


def line(what, path, status, length, user, system):
    print(f"| {what} | `{path}` | {status} | {length} | {user:.0f} | {system:.0f} | {user + system:.0f} |", flush=True)


def make_sale(server, client, seats):
    admin = [("Authorization", "Bearer " + (server.data_dir / "admin.token").read_text().strip())]
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def make(title, count):
        plan = {"title": title, "schedules": [{"startsAt": day, "seats": {"count": count, "price": 1000}}]}
        status, _, body, _ = client.ask("POST", "/api/v1/admin/concerts", admin, json.dumps(plan).encode())
        assert status == 201, body
        made = json.loads(body)
        return made["id"], made["schedules"][0]["id"]

    concert, date = make("the hall", seats)
    for number in range(99):
        make(f"another {number}", 10)
    _, _, body, _ = client.ask("POST", "/api/v1/queue/token", (), json.dumps({"userId": 1, "concertId": concert}).encode())
    ticket = [("X-Queue-Token", json.loads(body)["token"])]
    return admin, ticket, concert, date


def routes(admin, ticket, concert, date):
    seats = f"/api/v1/concerts/{concert}/schedules/{date}/seats"
    gzip = [("Accept-Encoding", "gzip")]
    for query in ("", "?status=AVAILABLE", "?status=RESERVED", "?since=0"):
        yield seats + query, ticket, ""
        if "since" not in query:
            yield seats + query, ticket + gzip, " gzip"
    yield seats.replace("/v1/", "/v1/admin/"), admin, ""
    yield "/api/v1/concerts", [], ""
    yield "/api/v1/concerts?limit=100", [], ""
    yield f"/api/v1/concerts/{concert}", [], ""
    yield f"/api/v1/concerts/{concert}/schedules", [], ""
    yield "/api/v1/queue/status", ticket, ""
    yield "/api/v1/points?userId=1", [], ""
    yield "/api/v1/points/history?userId=1", [], ""
    yield "/api/v1/reservations?userId=1", [], ""
    yield "/api/v1/info", [], ""
    yield "/api/v1/time", [], ""
    for part in ("health", "health/liveness", "health/readiness", "info", "prometheus"):
        yield f"/actuator/{part}", [], ""
    for page in ("/", "/admin", "/docs/openapi.yml", "/swagger-ui.html"):
        yield page, [], ""
        yield page, gzip, " gzip"
    yield "/api/v1/admin/concerts?limit=100", admin, ""
    yield f"/api/v1/admin/concerts/{concert}/sales", admin, ""
    yield "/api/v1/admin/events?after=0&limit=1000", admin, ""
    yield "/api/v1/admin/counters", admin, ""
    yield "/api/v1/admin/reservations?userId=1", admin, ""


def slow_readers(server, ticket, path, count):
    before = server.resident_kib()
    request = "\r\n".join([f"GET {path} HTTP/1.1", "Host: bench", *(f"{n}: {v}" for n, v in ticket), "", ""]).encode()
    clients = []
    for _ in range(count):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(("127.0.0.1", server.port))
        one.sendall(request)
        clients.append(one)
    time.sleep(3)
    most = server.resident_kib()
    for one in clients:
        one.close()
    time.sleep(15)
    print(f"{count} readers that do not read `{path}`: {before / 1024:.0f} MiB before, {most / 1024:.0f} MiB with them, "
          f"{server.resident_kib() / 1024:.0f} MiB 15 s after they have gone", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--seats", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=3_000)
    parser.add_argument("--readers", type=int, default=1_000)
    asked = parser.parse_args()
    build = asked.build.resolve()
    with Server(build, scratch_directory(build) / "data", "--max-connections", str(asked.readers + 100)) as server:
        client = Client(server.port)
        admin, ticket, concert, date = make_sale(server, client, asked.seats)
        print(f"{asked.seats} seats, 100 concerts; µs of processor time for a request, clock ticks of {1 / os.sysconf('SC_CLK_TCK'):.2f} s\n")
        print("| | path | status | bytes | user | system | both |\n|---|---|---:|---:|---:|---:|---:|")
        for path, headers, note in routes(admin, ticket, concert, date):
            shown = path.replace(f"schedules/{date}/", "schedules/{id}/").replace(f"concerts/{concert}", "concerts/{id}")
            for method in ("HEAD", "GET"):
                status, fields, length, user, system = measure(server, client, method, path, headers, asked.requests)
                line(method + note, shown, status, length, user, system)
            if tag := fields.get("etag"):
                status, _, length, user, system = measure(server, client, "GET", path, [*headers, ("If-None-Match", tag)], asked.requests)
                line("condition" + note, shown, status, length, user, system)
        print()
        for query in ("", "?status=AVAILABLE"):
            slow_readers(server, ticket, f"/api/v1/concerts/{concert}/schedules/{date}/seats{query}", asked.readers)


if __name__ == "__main__":
    main()
