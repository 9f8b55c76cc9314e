#!/usr/bin/env python3
"""A cluster's database is lost, and comes back from a dump and the binary log, up to a moment: with the commands of docs/operations/backup.md.

restore_test.py BUILD-DIRECTORY SERVICES-DIRECTORY     the services run already; their database of this test is dropped in the end
"""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from pods import DATABASE, PRIMARY, REPLICA, ROOT, Cluster, wait_until

BUILD, SERVICES = (Path(sys.argv.pop(1)).resolve() for _ in range(2))
PAGE = ROOT / "docs" / "operations" / "backup.md"
PRICE = 1000


def commands(title):
    """The shell commands below a heading of the page."""
    section = re.search(rf"^### {title}$(.*?)(?=^##|\Z)", PAGE.read_text(), re.M | re.S)[1]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", section, re.M | re.S))


class Restore(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.cluster = Cluster(BUILD, SERVICES, are_new=False)
        self.addCleanup(self.cluster.sql, f"DROP DATABASE IF EXISTS {DATABASE}")
        self.cluster.start_pod("pod-1")
        self.addCleanup(self.cluster.end_pod, "pod-1")

    def sh(self, title, **more):
        """Runs a section's commands as an operator would: with the places in variables, in one folder."""
        socket = self.cluster.mysql.socket(PRIMARY)
        places = {"SERVER": f"--no-defaults --socket={socket} --user={os.environ.get('USER', 'root')}", "DATABASE": DATABASE,
                  "BINLOGS": str(SERVICES / PRIMARY)} | more
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands(title)], cwd=self.folder, env=os.environ | places,
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, f"{title}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def ask(self, method, path, body=None, expect=None, **headers):
        line = http.client.HTTPConnection("127.0.0.1", self.cluster.port("pod-1"), timeout=30)
        line.request(method, f"/api/v1{path}", json.dumps(body) if body else None,
                     {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        text = answer.read()
        line.close()
        if expect:
            self.assertEqual(answer.status, expect, text)
        return answer.status, json.loads(text) if text else None

    def operate(self, method, path, body=None, expect=200):
        return self.ask(method, f"/admin{path}", body, expect, Authorization=f"Bearer {self.cluster.admin_token}")[1]

    def concert(self, is_queued):
        queue = {"enabled": is_queued, "maxActive": 1, "admissionsPerSecond": 1}
        made = self.operate("POST", "/concerts", {"title": "x", "queue": queue, "schedules": [
            {"startsAt": "2040-01-01T19:00:00Z", "seats": {"count": 200, "price": PRICE}}]}, 201)
        wait_until("the pod knows of it", lambda: self.ask("GET", f"/concerts/{made['id']}")[0] == 200, 20)
        return made

    def join(self, concert, user):
        return self.ask("POST", "/queue/token", {"userId": user, "concertId": concert["id"]}, 201)[1]

    def buy(self, concert, user):
        token = self.join(concert, user)["token"]
        self.ask("POST", "/points/charge", {"userId": user, "amount": PRICE}, 201)
        seat = concert["schedules"][0]["firstSeatId"] + self.sold
        self.sold += 1
        held = self.ask("POST", f"/concerts/{concert['id']}/reservations", {"scheduleId": concert["schedules"][0]["id"], "seatId": seat}, 201,
                        X_Queue_Token=token)[1]
        self.ask("POST", "/payments", {"reservationId": held["reservationId"]}, 201, X_Queue_Token=token)
        return user, held["reservationId"]

    def bought(self, purchase):
        user, reservation = purchase
        status, found = self.ask("GET", f"/reservations/{reservation}?userId={user}")
        return status == 200 and found["status"] == "CONFIRMED"

    def poll(self, ticket, expect=None):
        return self.ask("GET", "/queue/status", None, expect, X_Queue_Token=ticket["token"])

    def test_up_to_a_moment(self):
        self.sold = 0
        open_sale, queued = self.concert(False), self.concert(True)
        in_dump = [self.buy(open_sale, user) for user in range(1, 11)]
        line = [self.join(queued, 100 + user) for user in range(10)]
        self.sh("A dump")
        after_dump = [self.buy(open_sale, user) for user in range(11, 21)]
        line += [self.join(queued, 200 + user) for user in range(10)]
        places = [self.poll(ticket, 200)[1]["position"] for ticket in line]
        # The accident, and what was answered after the moment to which the database goes back: Redis has seen it, too.
        self.cluster.sql("CREATE TABLE the_accident (id INT)")
        lost_people = [self.join(queued, 300 + user) for user in range(10)]
        lost = self.buy(open_sale, 21)
        feed_before = self.operate("GET", "/events?after=0&limit=1000")["lastId"]
        self.cluster.sql("DROP TABLE payments")
        self.cluster.end_pod("pod-1")

        self.sh("Back to a moment", WRONG="CREATE TABLE the_accident")
        code, text, errors = self.cluster.program("audit")
        self.assertEqual(code, 0, text + errors)
        self.cluster.start_pod("pod-1")
        for purchase in in_dump + after_dump:
            self.assertTrue(self.bought(purchase), purchase)
        self.assertFalse(self.bought(lost), "it came after the moment; the check can fail")
        for ticket, place in zip(line, places):
            view = self.poll(ticket, 200)[1]
            self.assertIn(view["status"], ("WAITING", "ACTIVE"))
            self.assertLessEqual(view["position"], place, "moved back")
        # Genuine tickets without a row are no error, and the queue goes on behind them.
        for ticket in lost_people:
            self.assertIn(self.poll(ticket)[0], (200, 401, 503))
        self.assertEqual(self.poll(self.join(queued, 400), 200)[1]["status"], "WAITING")
        self.sold = 50  # seats that nobody has had
        next_id = self.cluster.sql("SELECT next FROM id_blocks WHERE kind = 'reservation'")[0][0]
        self.assertGreater(int(next_id), 10_000_000)
        self.assertTrue(self.bought(self.buy(open_sale, 500)))
        wait_until("the feed goes on", lambda: any(
            event["type"] == "payment.completed" and event["data"]["userId"] == 500
            for event in self.operate("GET", "/events?after=0&limit=1000")["events"]), 30)
        print("the feed was at", feed_before, "and is at", self.operate("GET", "/events?after=0&limit=1000")["lastId"])
        self.assertEqual(self.cluster.program("audit")[0], 0)
        wait_until("the replica has it all", lambda: self.cluster.sql("SELECT count(*) FROM payments", REPLICA) ==
                   self.cluster.sql("SELECT count(*) FROM payments"), 30)


if __name__ == "__main__":
    unittest.main()
