#!/usr/bin/env python3
"""deploy/haproxy.cfg in front of a real server: 2,000 addresses buy at once, one address that floods is stopped whatever it writes about
itself, and nothing of the operators is on the buyers' port.

Usage: balancer_test.py path/to/frontrow
"""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import run_cluster  # noqa: E402
from cluster.process import program  # noqa: E402

FRONTROW = sys.argv.pop(1)
PEOPLE = 2_000
AT_ONCE = 500  # connections; haproxy needs two files for each


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def get(port, path, headers=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


class Person:
    """One connection from an address of its own."""

    def __init__(self, port, address):
        self.port, self.address = port, address

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))
        return self

    async def __aexit__(self, *_):
        self.writer.close()

    async def ask(self, method, path, body=None, **headers):
        text = "" if body is None else json.dumps(body)
        lines = [f"{method} {path} HTTP/1.1", "Host: shop", f"Content-Length: {len(text)}", "Content-Type: application/json"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n" + text).encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"(?i)content-length: (\d+)", head)[1])
        answer = json.loads(await self.reader.readexactly(length))
        return int(head.split()[1]), answer


class Balancer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="frontrow-balancer-")
        cls.port, cls.admin_port, pod, pod_admin = free_ports(4)
        data = Path(cls.directory.name) / "data"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FRONTROW_")}
        flags = ["--port", str(pod), "--admin-host", "127.0.0.1", "--admin-port", str(pod_admin), "--data-dir", str(data),
                 "--trusted-proxies", "127.0.0.1", "--queue-max-active", "100000", "--queue-admissions-per-second", "100000"]
        cls.log = open(Path(cls.directory.name) / "log", "w")
        cls.server = subprocess.Popen([FRONTROW, "serve", *flags], stdout=cls.log, stderr=cls.log, env=clean)
        configuration = Path(cls.directory.name) / "haproxy.cfg"
        configuration.write_text(run_cluster.balancer_configuration([pod], cls.port, [pod_admin], cls.admin_port))
        cls.balancer = subprocess.Popen([program("haproxy", "haproxy"), "-db", "-f", configuration], stdout=cls.log, stderr=cls.log)
        until = time.monotonic() + 30
        while not (cls.is_ready(cls.port) and cls.is_ready(cls.admin_port)):
            if time.monotonic() > until:
                raise SystemExit("never ready: " + (Path(cls.directory.name) / "log").read_text()[-2000:])
            time.sleep(0.05)
        cls.admin = (data / "admin.token").read_text().strip()

    @staticmethod
    def is_ready(port):
        try:
            return get(port, "/actuator/health/readiness")[0] == 200
        except OSError:
            return False

    @classmethod
    def tearDownClass(cls):
        for process in (cls.balancer, cls.server):
            process.terminate()
            process.wait(30)
        cls.log.close()
        cls.directory.cleanup()

    def concert(self, seats):
        body = json.dumps({"title": "hall", "queue": {"enabled": True, "maxActive": 100000, "admissionsPerSecond": 100000},
                           "schedules": [{"startsAt": "2099-01-01T10:00:00Z", "seats": {"count": seats, "price": 100}}]})
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin_port}/api/v1/admin/concerts", data=body.encode(),
                                         headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.admin}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            made = json.load(answer)
        return made["id"], made["schedules"][0]["id"]

    def first_seat(self, concert, schedule):
        path = f"/api/v1/admin/concerts/{concert}/schedules/{schedule}/seats"
        return json.loads(get(self.admin_port, path, {"Authorization": f"Bearer {self.admin}"})[1])["seats"][0]["id"]

    def test_two_thousand_addresses_buy_at_once(self):
        concert, schedule = self.concert(PEOPLE)
        first = self.first_seat(concert, schedule)
        turn = asyncio.Semaphore(AT_ONCE)

        async def buy(number):
            async with turn, Person(self.port, f"127.1.{number // 250}.{1 + number % 250}") as person:
                user = 1_000 + number
                status, ticket = await person.ask("POST", "/api/v1/queue/token", {"userId": user, "concertId": concert})
                token = {"X_Queue_Token": ticket.get("token", "")}
                while status < 300 and ticket["status"] == "WAITING":
                    await asyncio.sleep(ticket["pollAfterMs"] / 1000)
                    status, ticket = await person.ask("GET", "/api/v1/queue/status", **token)
                _, held = await person.ask("POST", f"/api/v1/concerts/{concert}/reservations",
                                           {"scheduleId": schedule, "seatId": first + number}, **token)
                await person.ask("POST", "/api/v1/points/charge", {"userId": user, "amount": 100})
                status, paid = await person.ask("POST", "/api/v1/payments", {"reservationId": held.get("reservationId", 1)}, **token)
                return status if status == 201 else (held, paid)

        async def all_of_them():
            return await asyncio.gather(*(buy(number) for number in range(PEOPLE)))

        self.assertEqual([result for result in asyncio.run(all_of_them()) if result != 201][:3], [])

    def test_a_flood_from_one_address_is_stopped_whatever_it_writes(self):
        concert, _ = self.concert(10)

        async def flood():
            joined = 0
            async with Person(self.port, "127.2.0.1") as person:
                for number in range(3_000):
                    lie = f"203.0.113.{number % 250}"
                    status, _ = await person.ask("POST", "/api/v1/queue/token", {"userId": 50_000 + number, "concertId": concert},
                                                 X_Forwarded_For=lie, Forwarded=f"for={lie}")
                    joined += status < 300
            async with Person(self.port, "127.2.0.2") as other:
                return joined, (await other.ask("POST", "/api/v1/queue/token", {"userId": 7, "concertId": concert}))[0]

        begun = time.monotonic()
        joined, other = asyncio.run(flood())
        self.assertGreaterEqual(joined, 2_000)
        self.assertLess(joined, 2_000 + 40 * (time.monotonic() - begun + 1))
        self.assertEqual(other, 201)

    def test_the_shipped_configurations_are_valid(self):
        directory = Path(self.directory.name)
        key, certificate = directory / "key.pem", directory / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=shop",
                        "-days", "2", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        certificate.write_text(certificate.read_text() + key.read_text())
        tls = (ROOT / "deploy/tls/haproxy.cfg").read_text().replace("/etc/haproxy/certs/", str(certificate))
        (directory / "tls.cfg").write_text(tls)
        haproxy = program("haproxy", "haproxy")
        shipped = ROOT / "deploy/haproxy.cfg"
        for files in ([shipped], [shipped, directory / "tls.cfg"]):
            checked = subprocess.run([haproxy, "-c", *(word for file in files for word in ("-f", file))], capture_output=True, text=True)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_operators_are_not_on_the_buyers_port(self):
        operator = {"Authorization": f"Bearer {self.admin}"}
        for path in ("/admin", "/ADMIN", "/api/v1/admin/concerts", "/api/v1/admin", "/actuator", "/actuator/info", "/actuator/prometheus",
                     "/actuator/health/..", "//admin", "/%61dmin", "/x/../admin"):
            self.assertEqual(get(self.port, path, operator)[0], 404, path)
        for path in ("/admin", "/api/v1/admin/concerts", "/actuator/info", "/actuator/prometheus"):
            self.assertEqual(get(self.admin_port, path, operator)[0], 200, path)
        self.assertEqual(json.loads(get(self.port, "/actuator/health")[1]), {"status": "UP"})


if __name__ == "__main__":
    unittest.main()
