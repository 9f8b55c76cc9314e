#!/usr/bin/env python3
"""The embedded profile goes to the next release and back on the same data; and a release has nothing of the test's own migrations.

embedded_test.py BUILD-DIRECTORY
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(sys.argv.pop(1)).resolve()
OLD, NEW = BUILD / "frontrow", BUILD / "frontrow_next"
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("FRONTROW_")}


class Server:
    def __init__(self, program, data):
        self._process = subprocess.Popen([program, "serve", "--port", "0", "--data-dir", data], stdout=subprocess.PIPE,
                                         stderr=subprocess.DEVNULL, text=True, env=CLEAN)
        first = self._process.stdout.readline()
        self._url = re.search(r"http://\S+", first)[0]
        self._admin = (data / "admin.token").read_text().strip()

    def ask(self, path, body=None, **headers):
        request = urllib.request.Request(self._url + path, data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json", **headers})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def make_concert(self):
        made = self.ask("/api/v1/admin/concerts", {
            "title": "Hall", "queue": {"enabled": False, "maxActive": 1, "admissionsPerSecond": 1},
            "schedules": [{"startsAt": "2040-01-01T19:00:00Z", "seats": {"count": 10, "price": 100}}]}, Authorization=f"Bearer {self._admin}")
        return made["id"], made["schedules"][0]["id"], made["schedules"][0]["firstSeatId"]

    def buy(self, user, concert, schedule, seat):
        self.ask("/api/v1/points/charge", {"userId": user, "amount": 100})
        ticket = {"X-Queue-Token": self.ask("/api/v1/queue/token", {"userId": user, "concertId": concert})["token"]}
        held = self.ask(f"/api/v1/concerts/{concert}/reservations", {"scheduleId": schedule, "seatId": seat}, **ticket)
        return self.ask("/api/v1/payments", {"reservationId": held["reservationId"]}, **ticket)["status"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(30)
        self._process.stdout.close()


def run(program, *words):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60, env=CLEAN)
    return done.returncode, done.stdout + done.stderr


class Embedded(unittest.TestCase):
    def test_there_and_back(self):
        with tempfile.TemporaryDirectory(prefix="frontrow-rolling-") as home:
            data = Path(home) / "data"
            with Server(OLD, data) as server:
                concert, schedule, seat = server.make_concert()
                self.assertEqual(server.buy(1, concert, schedule, seat), "COMPLETED")
            for user, program in ((2, NEW), (3, OLD), (4, NEW)):
                with Server(program, data) as server:
                    self.assertEqual(server.buy(user, concert, schedule, seat + user), "COMPLETED")
                code, text = run(program, "backup", f"{home}/backup-{user}", "--data-dir", data)
                self.assertEqual(code, 0, text)
                for audited_by in (OLD, NEW):
                    code, text = run(audited_by, "audit", "--data-dir", data)
                    self.assertEqual(code, 0, text)
            code, text = run(OLD, "restore", f"{home}/backup-4", "--data-dir", f"{home}/restored")
            self.assertEqual(code, 0, text)
            with Server(OLD, Path(home) / "restored") as server:
                self.assertEqual(server.buy(5, concert, schedule, seat + 5), "COMPLETED")

    def test_a_release_has_no_step_of_a_test(self):
        self.assertNotIn(b"rolling_notes", OLD.read_bytes())
        self.assertIn(b"rolling_notes", NEW.read_bytes(), "this proves nothing")

    def test_nothing_of_it_is_installed(self):
        with tempfile.TemporaryDirectory(prefix="frontrow-install-") as home:
            done = subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], capture_output=True, text=True, timeout=60,
                                  env={**os.environ, "DESTDIR": home})
            self.assertEqual(done.returncode, 0, done.stderr)
            programs = sorted(path.name for path in Path(home).rglob("*") if path.is_file() and os.access(path, os.X_OK))
            self.assertEqual(programs, ["frontrow"])
            self.assertEqual([path.name for path in Path(home).rglob("*rolling*")], [])


if __name__ == "__main__":
    unittest.main(verbosity=1)
