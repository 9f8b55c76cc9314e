#!/usr/bin/env python3
"""Three times as many holds as the server can do, for a while. It does as many as it can, asks the others to come back, takes payments before
holds, and is as fast as before afterwards. Figures are compared within one run only.

overload_test.py BUILD-DIRECTORY
"""

import http.client
import json
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from programs import Server, endpoint, remove, run_bench, scratch_directory  # noqa: E402

BUILD = Path(sys.argv.pop(1) if len(sys.argv) > 1 else "build/release").resolve()
# One hold in a commit and a short queue: the limit is the disk's and not that of the processors, which the load
# generator shares. A quarter of the queue suffices for the people who take tickets while a run is prepared.
SETTINGS = ["--commit-batch", "1", "--commit-queue-capacity", "1200"]
SECONDS = 5
TIMES = 3
GOODPUT = 0.9
BUYERS = 60
USERS = 20_000


class Buyer:
    """A buyer with a connection of its own, like a browser."""

    def __init__(self, port, user):
        self.user, self.connection = user, http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.token = None

    def ask(self, method, path, body=None, **headers):
        if self.token:
            headers["X-Queue-Token"] = self.token
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, data, {"Content-Type": "application/json", **headers})
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, answer.headers, json.loads(text) if text else {}


def insist(buyer, *request):
    """Repeats the request after Retry-After until it succeeds: for the preparation of the test."""
    for _ in range(100):
        status, _, body = buyer.ask(*request)
        if status != 503:
            return status, body
    raise AssertionError("never let in")


class Overload(unittest.TestCase):
    def setUp(self):
        self.directory = scratch_directory()
        self.server = Server(BUILD, self.directory / "data", *SETTINGS)
        self.make_concert()

    def tearDown(self):
        self.server.stop()
        remove(self.directory)

    def make_concert(self):
        admin = (self.server.data_dir / "admin.token").read_text().strip()
        boss = Buyer(self.server.port, 0)
        plan = {"title": "Overload", "queue": {"enabled": False, "maxActive": 1, "admissionsPerSecond": 1},
                "schedules": [{"startsAt": "2040-01-01T19:00:00Z", "seats": {"count": 4 * BUYERS, "price": 10}}]}
        status, _, made = boss.ask("POST", "/api/v1/admin/concerts", plan, Authorization=f"Bearer {admin}")
        self.assertEqual(status, 201, made)
        self.concert, schedule = made["id"], made["schedules"][0]
        self.schedule, self.first_seat = schedule["id"], schedule["firstSeatId"]

    def hold(self, buyer, seat):
        return buyer.ask("POST", f"/api/v1/concerts/{self.concert}/reservations", {"scheduleId": self.schedule, "seatId": seat})

    def ready_to_pay(self, number):
        """A buyer with points and a hold."""
        buyer = Buyer(self.server.port, 900_000_000 + number)
        insist(buyer, "POST", "/api/v1/points/charge", {"userId": buyer.user, "amount": 10})
        buyer.token = insist(buyer, "POST", "/api/v1/queue/token", {"userId": buyer.user, "concertId": self.concert})[1]["token"]
        status, _, held = self.hold(buyer, self.first_seat + number)
        self.assertEqual(status, 201, held)
        return buyer, held["reservationId"]

    def bench(self, *options, **kwargs):
        return run_bench(BUILD, self.server, "hold", "--timeout-ms", "30000", *options, seconds_at_most=600, **kwargs)

    def peak(self, users):
        # As many people and seats as in the rush: a larger hall is a slower one.
        result = self.bench("--users", users, "--connections", 128, "--seconds", SECONDS)
        return endpoint(result, "hold")["ok"]["perSecond"]

    def watch(self, buyers, is_running, seen):
        """During the rush, buyers pay one after the other, each after a hold was refused with 503."""
        window = Buyer(self.server.port, 800_000_000)
        window.token = insist(window, "POST", "/api/v1/queue/token", {"userId": window.user, "concertId": self.concert})[1]["token"]
        waiting = list(buyers)
        while is_running.is_set():
            status, headers, body = self.hold(window, self.first_seat + 2 * BUYERS)
            seen["holds"] += 1
            if status != 503:
                continue
            seen["shed"] += 1
            if body.get("code") != "OVERLOADED" or not headers.get("Retry-After"):
                seen["wrong"].append((body, str(headers)))
            if waiting:
                buyer, reservation = waiting.pop()
                status, _, body = buyer.ask("POST", "/api/v1/payments", {"reservationId": reservation})
                seen["payments"].append((status, body.get("code")))

    def test_does_what_it_can_and_is_well_again(self):
        before = self.peak(USERS)
        buyers = [self.ready_to_pay(number) for number in range(BUYERS)]
        is_running, seen = threading.Event(), {"holds": 0, "shed": 0, "wrong": [], "payments": []}
        watcher = threading.Thread(target=self.watch, args=(buyers, is_running, seen))

        def on_stage(stage):
            if stage == "running":
                is_running.set()
                watcher.start()
            elif stage == "checking":
                is_running.clear()

        rate = TIMES * before
        rush = self.bench("--rate", rate, "--seconds", SECONDS, "--users", max(USERS, int(rate * SECONDS) + 1), "--connections", 2048, on_stage=on_stage)
        is_running.clear()
        watcher.join(60)
        after = self.peak(USERS)

        hold = endpoint(rush, "hold")
        goodput = hold["ok"]["perSecond"]
        print(f"peak {before:.0f} and {after:.0f}/s, asked {rate:.0f}/s, goodput {goodput:.0f}/s, outcomes {hold['outcomes']}, "
              f"shed at the window {seen['shed']} of {seen['holds']}, payments {len(seen['payments'])}", flush=True)
        self.assertTrue(rush["check"]["clean"], rush["text"])
        self.assertEqual(rush["check"]["audit"], "clean")
        self.assertGreater(hold["count"], 1.5 * hold["ok"]["count"], "this was no overload")
        self.assertGreaterEqual(goodput, GOODPUT * min(before, after))
        self.assertGreater(seen["shed"], 0)
        self.assertEqual(seen["wrong"], [])
        self.assertEqual({status for status, _ in seen["payments"]}, {201}, seen["payments"])
        self.assertGreaterEqual(after, GOODPUT * min(before, goodput))


if __name__ == "__main__":
    unittest.main(verbosity=1)
