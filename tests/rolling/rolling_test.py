#!/usr/bin/env python3
"""Two pods behind haproxy are replaced under load, one after the other, by a program with another version of the schema, and back again.

No request fails, nobody loses a place in the queue, no sale is lost, both programs' audits are clean.

rolling_test.py BUILD-DIRECTORY SERVICES-DIRECTORY [OLD-PROGRAM NEW-PROGRAM]     starts its own services in the second, from empty data

The two programs are frontrow and frontrow_next. With a program that is older than the rules of docs/operations/releases.md, the way back
is left out: --forward as the last word.
"""

import select
import subprocess
import sys
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "failover"))

import checks  # noqa: E402
import people  # noqa: E402
from balancer import Balancer  # noqa: E402
from followers import Follower, KeptConnection  # noqa: E402
from people import PRICE, Crowd, Line, Person, SampledDocument  # noqa: E402
from pods import Cluster, wait_until  # noqa: E402

IS_FORWARD_ONLY = sys.argv[-1] == "--forward" and bool(sys.argv.pop())
BUILD, SERVICES = (Path(word).resolve() for word in sys.argv[1:3])
OLD, NEW = (Path(word).resolve() for word in sys.argv[3:5]) if len(sys.argv) > 3 else (BUILD / "frontrow", BUILD / "frontrow_next")
del sys.argv[1:]
PODS = ["frontrow-1", "frontrow-2"]
IN_FRONT = 200   # people whose places are checked; they are never let in
NOTICE = "3"     # seconds; haproxy finds out within two
TAKEN_UP = 200   # requests that a new pod answers before the next one is replaced
people.CLIENT_TIMEOUT = 20  # a slow machine is no failed request
HANDLER_TIMEOUT = "15000"  # milliseconds, for the same reason
NO_QUEUE = {"enabled": False, "maxActive": 1, "admissionsPerSecond": 1}


class Browser(Line):
    """Sees that the balancer has ended an idle connection, and makes another."""

    def raw(self, *words, **more):
        if self.connection and self.connection.sock and select.select([self.connection.sock], [], [], 0)[0]:
            self.close()
        return super().raw(*words, **more)


class Buyers(Crowd):
    """People who know one address only. Keeps every request that failed: not answered, or with a server's error."""

    line = Browser

    def __init__(self, document, port):
        super().__init__(document, [port], threads=16)
        self.failed = []

    def ask(self, pod, what, **request):
        begun = time.monotonic()
        answer = super().ask(pod, what, **request)
        if answer is None or answer.status >= 500:
            self.failed.append(f"{what} at {time.strftime('%H:%M:%S')}, after {time.monotonic() - begun:.2f} s: "
                               + ("no answer" if answer is None else f"{answer.status} {answer.body[:200]}"))
        return answer

    def see(self, pod, sent, seats):
        """Two pods may differ for a moment, and the balancer takes either: a sold seat that is shown as free is only measured."""
        self._seen_sold.clear()
        return super().see(pod, sent, seats)


class Rolling(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster = Cluster(BUILD, SERVICES, FRONTROW_HOLD_SECONDS="20", FRONTROW_TRUSTED_PROXIES="127.0.0.1",
                                        FRONTROW_HANDLER_TIMEOUT_MS=HANDLER_TIMEOUT)
        cls.addClassCleanup(cluster.end)
        assert cluster.program("migrate", program=OLD)[0] == 0
        for pod in PODS:
            cls.start(pod, OLD)
        admin_ports = [cluster.port(f"{pod}-admin") for pod in PODS]
        cls.balancer = Balancer(SERVICES / "pods", [cluster.port(pod) for pod in PODS], cluster.port("buyers"), admin_ports, cluster.port("operators"))
        cls.addClassCleanup(cls.balancer.end)
        for number in (1, 2):
            wait_until(f"haproxy knows pod {number}", lambda number=number: cls.balancer.is_up(number), 20)
        cls.document = SampledDocument(ROOT / "docs" / "openapi.yml")
        cls.fill()

    @classmethod
    def fill(cls):
        moving = cls.make_concert("A queue that moves", {"enabled": True, "maxActive": 40, "admissionsPerSecond": 20}, 6)
        cls.open_to_all = cls.make_concert("No queue", NO_QUEUE, 6)
        cls.standing = cls.make_concert("A queue that stands", {"enabled": True, "maxActive": 300, "admissionsPerSecond": 300}, 1,
                                        bookingOpensAt="2039-01-01T00:00:00.000Z")
        cls.crowd = crowd = Buyers(cls.document, cls.balancer.port)
        cls.addClassCleanup(crowd.end)
        crowd.send(cls.standing, IN_FRONT, Person.queue_up, again=False)
        wait_until("many have queued up", lambda: len(crowd.numbers) == IN_FRONT, 60)
        crowd.send(cls.standing, 40, Person.wait, again=False)
        crowd.send(cls.open_to_all, 6, Person.look_on)
        crowd.send(moving, 60)
        crowd.send(cls.open_to_all, 40)
        cls.follower = Follower(cls.balancer.admin_port, cls.cluster.admin_token)
        cls.addClassCleanup(cls.follower.end)

    @classmethod
    def boss(cls):
        return Line(SimpleNamespace(port=cls.balancer.admin_port), cls.document)

    @classmethod
    def as_boss(cls, operation, expect, **request):
        line = cls.boss()
        answer = line.ask(operation, headers={"Authorization": f"Bearer {cls.cluster.admin_token}"}, expect=expect, **request)
        assert not line.complaints, line.complaints
        line.close()
        return answer

    @classmethod
    def make_concert(cls, title, queue, schedules, **more):
        made = cls.as_boss("createConcert", 201, body={
            "title": title, "queue": queue, **more,
            "schedules": [{"startsAt": "2040-01-01T19:00:00Z", "seats": {"count": 600, "price": PRICE}}] * schedules})
        for pod in PODS:  # the others read the catalog once a second
            other = Line(SimpleNamespace(port=cls.cluster.port(pod)), cls.document)
            wait_until(f"{pod} knows of it", lambda other=other: other.ask("getConcert", path={"concertId": made["id"]}).status == 200, 20)
            other.close()
        return SimpleNamespace(id=made["id"], schedules=[each["id"] for each in made["schedules"]], is_open="bookingOpensAt" not in more)

    @classmethod
    def start(cls, pod, program):
        flags = ["--admin-host", "127.0.0.1", "--admin-port", str(cls.cluster.port(f"{pod}-admin"))]
        usage = subprocess.run([program, "serve", "--help"], capture_output=True, text=True, check=True).stdout
        if "--drain-notice-seconds" in usage:
            flags += ["--drain-notice-seconds", NOTICE]
        cls.cluster.start_pod(pod, *flags, program=program)

    def replace(self, number, program):
        """Returns once the new pod sells."""
        pod, cluster, balancer = PODS[number - 1], self.cluster, self.balancer
        before, begin = balancer.counts(), time.monotonic()
        stops = cluster.log(pod).count("stopped")
        cluster.end_pod(pod, seconds=90 if IS_FORWARD_ONLY else 30)  # a program of before may have the fault of the relay
        self.assertEqual(cluster.log(pod).count("stopped"), stops + 1, f"{pod} did not end by itself: {cluster.log(pod)[-500:]}")
        stopped = time.monotonic()
        self.start(pod, program)
        ready = time.monotonic()
        wait_until(f"haproxy knows {pod} again", lambda: balancer.is_up(number), 20)
        served = balancer.served(number)
        wait_until(f"{pod} sells", lambda: balancer.served(number) >= served + TAKEN_UP, 60)
        after = balancer.counts()
        print(f"{pod} is {program.name} now, schema {self.version()}: gone after {stopped - begin:.1f} s, ready {ready - stopped:.1f} s later; "
              f"{after.requests - before.requests} requests, {after.tried_again - before.tried_again} connections tried again, "
              f"{after.elsewhere - before.elsewhere} at the other pod, {after.errors - before.errors} errors", flush=True)

    def version(self):
        return int(self.cluster.sql("SELECT MAX(version) FROM schema_version")[0][0])

    def check(self, *programs):
        """For a settled crowd."""
        for what, wrong in {
            "failed requests": self.crowd.failed,
            "contract": checks.nothing_odd(self.crowd),
            **{f"audit by {program.name}": checks.audit(self.cluster, program) for program in programs},
            "told is stored": checks.told_is_stored(self.crowd, self.cluster),
            "events": checks.events_are_delivered(self.cluster),
            "places": checks.places_are_kept(self.crowd),
        }.items():
            with self.subTest(what):
                self.assertEqual(wrong[:10], [], f"{what}: {len(wrong)} wrong")

    def roll(self, program):
        """Both pods in turn; then everything is looked at while nobody buys."""
        before = self.crowd.count.copy()
        self.crowd.go_on()
        kept = KeptConnection(self.balancer.port)
        for number in (1, 2):
            self.replace(number, program)
        kept.end()
        self.crowd.settle()
        answers = self.crowd.count - before
        print("    answers: " + ", ".join(f"{what} {number}" for what, number in sorted(answers.items())))
        print("    longest time without: " + ", ".join(f"{what} {self.crowd.silence[what]:.1f} s" for what in sorted(self.crowd.silence)), flush=True)
        self.assertEqual(kept.wrong, [], "one kept connection")
        self.assertGreater(kept.answers, 5)
        for what in ("holdSeats 201", "pay 201", "joinQueue 201", "charge 201", "cancelReservation 204"):
            self.assertGreater(answers[what], 0, f"{what}: this proves nothing")

    def test_1_the_next_release_and_back(self):
        old_version = self.version()
        self.roll(NEW)
        self.assertGreater(self.version(), old_version, "both programs have the same schema: this proves nothing")
        self.check(NEW)
        if IS_FORWARD_ONLY:
            return
        self.roll(OLD)
        self.check(OLD, NEW)
        self.assertGreater(self.version(), old_version)
        self.assertEqual(self.follower.missed(self.cluster), [])
        print(f"the event feed was followed through {self.follower.streams} streams, {len(self.follower.ids)} events", flush=True)

    def test_2_the_door_opens_at_last(self):
        """Every person who has stood in the line through all releases comes in."""
        self.as_boss("changeConcert", 200, path={"concertId": self.standing.id}, body={"bookingOpensAt": None})
        line = [person for person in self.crowd.people if person.concert is self.standing and person.status in ("WAITING", "ACTIVE")]
        self.assertGreater(len(line), 30)
        self.crowd.may_grow_by = len(line)  # people who have not polled for long may come back behind people that poll first

        def poll():
            for person in line:
                for pause in person.poll():
                    time.sleep(pause)
            return all(person.status == "ACTIVE" for person in line)
        wait_until("all are in", poll, 60)
        self.assertEqual(checks.nothing_odd(self.crowd), [])

    def test_3_a_pod_that_is_too_old_does_not_start(self):
        version = self.version()
        self.cluster.sql(f"INSERT INTO schema_version (version, oldest_program) VALUES ({version + 1}, {version + 1})")
        self.addCleanup(self.cluster.sql, f"DELETE FROM schema_version WHERE version = {version + 1}")
        code, text, errors = self.cluster.program("serve", "--port", "0", program=OLD)
        self.assertNotEqual(code, 0, text)
        self.assertIn(f"is of version {version + 1}", errors)
        self.assertIn("use a newer frontrow", errors)


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")  # a process that outlives its Popen is none
