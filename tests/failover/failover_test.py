#!/usr/bin/env python3
"""Two pods under steady load, and one part after another fails: nothing that was told is lost, nothing is told twice, and everything goes on.

failover_test.py BUILD-DIRECTORY SERVICES-DIRECTORY     starts services of its own in the second, anew
With FRONTROW_PROVE=1 Kafka is away for a minute and each failure comes three times.
"""

import signal
import sys
import time
import unittest
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import checks
import faults
from pods import PROVE, REPLICA, ROOT, Cluster, Failed, wait_until
from people import PRICE, Crowd, Line, Person, SampledDocument

BUILD, SERVICES = (Path(sys.argv.pop(1)).resolve() for _ in range(2))
ROUNDS = 3 if PROVE else 1
HOLD_SECONDS = "20"
# Long after the slowest of it is over; what is not well by then is ill.
WELL_WITHIN = 60
SIGNS_OF_LIFE = ["joinQueue", "queueStatus", "admission", "seatMap", "holdSeats", "pay", "cancelReservation", "charge"]


def make_concert(cluster, document, title, queue, schedules):
    boss = Line(SimpleNamespace(port=cluster.port(faults.PODS[0])), document)
    made = boss.ask("createConcert", headers={"Authorization": f"Bearer {cluster.admin_token}"}, body={
        "title": title, "queue": queue,
        "schedules": [{"startsAt": "2040-01-01T19:00:00Z", "seats": {"count": 400, "price": PRICE}}] * schedules}, expect=201)
    assert not boss.complaints, boss.complaints
    boss.close()
    for pod in faults.PODS:  # the others read the catalog once a second
        other = Line(SimpleNamespace(port=cluster.port(pod)), document)
        wait_until(f"{pod} knows of it", lambda other=other: other.ask("getConcert", path={"concertId": made["id"]}).status == 200, 20)
        other.close()
    return SimpleNamespace(id=made["id"], schedules=[each["id"] for each in made["schedules"]])


class Failover(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster = Cluster(BUILD, SERVICES, FRONTROW_HOLD_SECONDS=HOLD_SECONDS)
        cls.addClassCleanup(cluster.end)
        cluster.program("migrate")
        # The first one there has all shards of the relay.
        cluster.start_pod(faults.WORKER, verb="worker")
        wait_until("the worker has the shards", lambda: cluster.sql("SELECT COUNT(*) FROM relay_leases") == [["16"]], 30)
        for pod in faults.PODS:
            cluster.start_pod(pod)
        document = SampledDocument(ROOT / "docs" / "openapi.yml")
        moving = make_concert(cluster, document, "A queue that moves", {"enabled": True, "maxActive": 40, "admissionsPerSecond": 20}, 8 * ROUNDS)
        open_to_all = make_concert(cluster, document, "No queue", {"enabled": False, "maxActive": 1, "admissionsPerSecond": 1}, 8 * ROUNDS)
        cls.standing = make_concert(cluster, document, "A queue that stands", {"enabled": True, "maxActive": 1, "admissionsPerSecond": 1}, 1)
        cls.crowd = crowd = Crowd(document, [cluster.port(pod) for pod in faults.PODS])
        cls.addClassCleanup(crowd.end)
        crowd.send(cls.standing, 60, Person.wait, again=False)
        crowd.send(moving, 70)
        crowd.send(open_to_all, 50)

    def live_through(self, fault):
        for _ in range(ROUNDS):
            print(f"\n{fault.__doc__.strip()}", flush=True)
            self.crowd.go_on()
            self.wait_until_well(time.monotonic(), "before")
            self.crowd.silence.clear()
            before = self.crowd.count.copy()
            begin = time.monotonic()
            fault(self.cluster)
            mended = time.monotonic()
            self.wait_until_well(mended, "after")
            self.tell(begin, mended, self.crowd.count - before)
            self.crowd.settle()
            self.check()

    def wait_until_well(self, since, when):
        """Each pod has done everything since then."""
        def ill():
            return [(what, pod + 1) for what in SIGNS_OF_LIFE for pod in range(len(faults.PODS)) if self.crowd.last.get((what, pod), 0) <= since]
        until = time.monotonic() + WELL_WITHIN
        while ill() and time.monotonic() < until:
            time.sleep(0.1)
        self.assertEqual(ill(), [], f"not done {WELL_WITHIN} s {when}")

    def tell(self, begin, mended, count):
        late = checks.wait_for_delivery(self.cluster)
        print(f"    mended after {mended - begin:.1f} s, all well {max(self.crowd.last.values()) - mended:.1f} s later, "
              f"events delivered {time.monotonic() - mended:.1f} s later {late or ''}")
        print("    longest time without: " + ", ".join(f"{what} {self.crowd.silence[what]:.1f} s" for what in sorted(self.crowd.silence)))
        print("    answers: " + ", ".join(f"{what} {number}" for what, number in sorted(count.items())), flush=True)

    def check(self):
        for what, wrong in {
            "contract": checks.nothing_odd(self.crowd),
            "audit": checks.audit(self.cluster),
            "told is stored": checks.told_is_stored(self.crowd, self.cluster),
            "events": checks.events_are_delivered(self.cluster),
            "places": checks.places_are_kept(self.crowd),
        }.items():
            with self.subTest(what):
                self.assertEqual(wrong[:10], [], f"{what}: {len(wrong)} wrong")

    def test_1_relay_killed(self):
        self.live_through(faults.relay_killed)

    def test_2_redis_primary_killed(self):
        self.live_through(faults.redis_primary_killed)

    def test_3_pod_killed(self):
        self.live_through(faults.pod_killed)

    def test_4_replica_stopped(self):
        self.live_through(faults.replica_stopped)

    def test_5_redis_emptied(self):
        self.live_through(faults.redis_emptied)

    def test_6_kafka_stopped(self):
        self.live_through(faults.kafka_stopped)

    def test_7_locks_that_lie(self):
        self.live_through(faults.locks_that_lie)

    def test_8_mysql_primary_killed(self):
        self.live_through(faults.mysql_primary_killed)


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")  # a process that outlives its Popen is none
