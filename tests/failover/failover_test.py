#!/usr/bin/env python3
"""Two pods under steady load, and one part after another fails: no answered change is lost or done twice, and the sale goes on.

failover_test.py BUILD-DIRECTORY SERVICES-DIRECTORY     starts its own services in the second, from empty data
With FRONTROW_PROVE=1 Kafka is away for a minute and each failure comes three times.
"""

import random
import signal
import sys
import threading
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

import checks
import false_answers
import faults
from pods import PRIMARY, PROVE, REPLICA, ROOT, Cluster, wait_until
from people import PRICE, Crowd, Line, Person, SampledDocument

BUILD, SERVICES = (Path(sys.argv.pop(1)).resolve() for _ in range(2))
ROUNDS = 3 if PROVE else 1
HOLD_SECONDS = "20"
# Far more than the slowest recovery takes: a part that is not well by then has failed.
WELL_WITHIN = 60
AFTERWARDS = 5  # seconds of load after the recovery
IN_FRONT = 200  # people whose places are checked; they are never let in
MANY_HOLDS = 50_000 if PROVE else 5_000
NO_QUEUE = {"enabled": False, "maxActive": 1, "admissionsPerSecond": 1}
SIGNS_OF_LIFE = ["joinQueue", "queueStatus", "admission", "seatMap", "holdSeats", "pay", "cancelReservation", "charge"]


def make_concert(cluster, document, title, queue, schedules, seats=400, **more):
    boss = Line(SimpleNamespace(port=cluster.port(faults.PODS[0])), document)
    made = boss.ask("createConcert", headers={"Authorization": f"Bearer {cluster.admin_token}"}, body={
        "title": title, "queue": queue, **more,
        "schedules": [{"startsAt": "2040-01-01T19:00:00Z", "seats": {"count": seats, "price": PRICE}}] * schedules}, expect=201)
    assert not boss.complaints, boss.complaints
    boss.close()
    for pod in faults.PODS:  # the others read the catalog once a second
        other = Line(SimpleNamespace(port=cluster.port(pod)), document)
        wait_until(f"{pod} knows of it", lambda other=other: other.ask("getConcert", path={"concertId": made["id"]}).status == 200, 20)
        other.close()
    return SimpleNamespace(id=made["id"], schedules=[each["id"] for each in made["schedules"]],
                           first_seats=[each["firstSeatId"] for each in made["schedules"]], each=seats, is_open="bookingOpensAt" not in more)


def finish(day):
    """Runs a person's generator to its end, with its pauses, and returns its value."""
    while True:
        try:
            time.sleep(next(day))
        except StopIteration as end:
            return end.value


class Taking:
    """People take seats whose holds are just over and give them back, one after the other: all succeed."""

    def __init__(self, takers, hall):
        self.waits, self._is_over = [], threading.Event()
        seats = [(schedule, first + number) for schedule, first in zip(hall.schedules, hall.first_seats) for number in range(hall.each)]
        random.shuffle(seats)
        self._threads = [threading.Thread(target=self._take, args=(taker, hall, seats[at::len(takers)])) for at, taker in enumerate(takers)]
        for thread in self._threads:
            thread.start()

    def _take(self, taker, hall, seats):
        for schedule, seat in seats:
            if self._is_over.is_set():
                return
            begin = time.monotonic()
            answer = finish(taker.insist("holdSeats", path={"concertId": hall.id}, body={"scheduleId": schedule, "seatId": seat}))
            self.waits.append(time.monotonic() - begin)
            if answer.status != 201:
                return taker.complain(f"a seat whose hold is over: {answer.status} {answer.body}")
            finish(taker.give_back(taker.remember(answer, schedule, [seat])))

    def stop(self):
        self._is_over.set()
        for thread in self._threads:
            thread.join()


class Failover(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster = Cluster(BUILD, SERVICES, FRONTROW_HOLD_SECONDS=HOLD_SECONDS)
        cls.addClassCleanup(cluster.end)
        cluster.program("migrate")
        # The first of the two has all shards of the relay.
        cluster.start_pod(faults.WORKER, verb="worker")
        wait_until("the worker has the shards", lambda: cluster.sql("SELECT COUNT(*) FROM relay_leases") == [["16"]], 30)
        for pod in faults.PODS:
            cluster.start_pod(pod)
        document = SampledDocument(ROOT / "docs" / "openapi.yml")
        moving = make_concert(cluster, document, "A queue that moves", {"enabled": True, "maxActive": 40, "admissionsPerSecond": 20}, 8 * ROUNDS)
        cls.open_to_all = make_concert(cluster, document, "No queue", NO_QUEUE, 8 * ROUNDS)
        cls.standing = make_concert(cluster, document, "A queue that stands", {"enabled": True, "maxActive": 100, "admissionsPerSecond": 10}, 1,
                                    bookingOpensAt="2039-01-01T00:00:00.000Z")
        cls.crowd = crowd = Crowd(document, [cluster.port(pod) for pod in faults.PODS])
        cls.addClassCleanup(crowd.end)
        crowd.send(cls.standing, IN_FRONT, Person.queue_up, again=False)
        wait_until("many have queued up", lambda: len(crowd.numbers) == IN_FRONT, 60)
        crowd.send(cls.standing, 60, Person.wait, again=False)
        crowd.send(cls.open_to_all, 6, Person.look_on)
        crowd.send(moving, 70)
        crowd.send(cls.open_to_all, 50)

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
            self.tell(begin, mended)
            time.sleep(AFTERWARDS)
            self.crowd.settle()
            answers = self.crowd.count - before
            print("    answers: " + ", ".join(f"{what} {number}" for what, number in sorted(answers.items())), flush=True)
            self.check()
        return answers

    def expect_no_refused_join(self, answers):
        joins = [what for what in answers if what.startswith("joinQueue")]
        self.assertEqual([what for what in joins if what not in ("joinQueue 200", "joinQueue 201")], [], "the waiting room needs no Redis")

    def wait_until_well(self, since, when):
        """Waits until every kind of request has succeeded at each pod since then."""
        def ill():
            return [(what, pod + 1) for what in SIGNS_OF_LIFE for pod in range(len(faults.PODS)) if self.crowd.last.get((what, pod), 0) <= since]
        until = time.monotonic() + WELL_WITHIN
        while ill() and time.monotonic() < until:
            time.sleep(0.1)
        self.assertEqual(ill(), [], f"not done {WELL_WITHIN} s {when}")

    def tell(self, begin, mended):
        late = checks.wait_for_delivery(self.cluster)
        print(f"    mended after {mended - begin:.1f} s, all well {max(self.crowd.last.values()) - mended:.1f} s later, "
              f"events delivered {time.monotonic() - mended:.1f} s later {late or ''}")
        print("    longest time without: " + ", ".join(f"{what} {self.crowd.silence[what]:.1f} s" for what in sorted(self.crowd.silence)))

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
        self.expect_no_refused_join(self.live_through(faults.redis_primary_killed))

    def test_3_pod_killed(self):
        self.live_through(faults.pod_killed)

    def test_4_replica_stopped(self):
        self.live_through(faults.replica_stopped)

    def test_5_redis_emptied(self):
        self.expect_no_refused_join(self.live_through(faults.redis_emptied))

    def test_6_kafka_stopped(self):
        self.live_through(faults.kafka_stopped)

    def test_7_locks_that_grant_everything(self):
        self.live_through(faults.locks_that_grant_everything)

    def test_8_mysql_primary_killed(self):
        self.live_through(faults.mysql_primary_killed)

    def test_9b_a_stopped_replica_shows_no_sold_seat_as_free(self):
        cluster, crowd = self.cluster, self.crowd
        buyer = Person(crowd, 9_000_000, self.open_to_all)
        crowd.people.append(buyer)
        finish(buyer.get_ready())
        held = None
        while held is None:  # the first dates may be sold out
            held = finish(buyer.hold())
        seat = held.seats[0]
        cluster.sql("STOP SLAVE SQL_THREAD", REPLICA)
        finish(buyer.pay(held))
        told = time.monotonic()
        cluster.redis.ask(cluster.redis.primary(), "flushall")
        self.assertEqual(held.status, "CONFIRMED")
        self.assertNotEqual(cluster.sql(f"SELECT status FROM seats WHERE id = {seat}", REPLICA), [["RESERVED"]], "the replica must not know")
        onlooker = Person(crowd, 9_000_001, self.open_to_all)
        finish(onlooker.take_ticket())

        def status(pod):
            answer = crowd.ask(pod, "seatMap", headers={"X-Queue-Token": onlooker.token},
                               path={"concertId": self.open_to_all.id, "scheduleId": held.schedule})
            sent = time.monotonic()
            if answer is None or answer.status != 200:
                return None
            crowd.see(pod, sent, answer["seats"])
            return next(each["status"] for each in answer["seats"] if each["id"] == seat)
        self.assertEqual(status(0) if buyer.pod == 0 else status(1), "RESERVED", "the pod that sold it")
        for pod in range(len(faults.PODS)):
            wait_until(f"pod {pod + 1} shows it as sold", lambda pod=pod: status(pod) == "RESERVED", WELL_WITHIN)
        print(f"\nReplication stopped, a seat sold, Redis emptied: both pods show it as sold {time.monotonic() - told:.2f} s later", flush=True)
        cluster.end_pod(faults.PODS[1], signal.SIGKILL)
        cluster.start_pod(faults.PODS[1])
        until = time.monotonic() + 4
        while time.monotonic() < until:
            self.assertIn(status(0), ("RESERVED", None))
            self.assertIn(status(1), ("RESERVED", None), "a pod that started meanwhile")
        cluster.sql("START SLAVE", REPLICA)
        self.assertEqual(checks.nothing_odd(crowd), [])

    def test_9a_many_holds_end_at_once(self):
        """All due in the same second: they are settled, their seats can be taken meanwhile, and no consumer is put out of its group."""
        cluster, crowd, schedules = self.cluster, self.crowd, 5
        each = MANY_HOLDS // schedules
        crowd.settle()
        hall = make_concert(cluster, crowd.document, "A hall full of holds", NO_QUEUE, schedules, seats=each)
        deadline = int(time.time() * 1000) + MANY_HOLDS // 2 + 5_000
        code, text, errors = cluster.program(str(deadline), str(hall.id), "10000000", str(each), *(
            f"{schedule}:{first}" for schedule, first in zip(hall.schedules, hall.first_seats)), program="make_holds", seconds=300)
        self.assertEqual((code, text.strip(), errors), (0, str(MANY_HOLDS), ""))
        self.assertLess(time.time() * 1000, deadline, "they took too long to make")
        takers = [Person(crowd, 9_100_000 + number, hall) for number in range(8)]
        crowd.people += takers
        for taker in takers:
            finish(taker.get_ready())
        first, last = (int(each) for each in cluster.sql(f"SELECT MIN(due_at), MAX(due_at) FROM reservations WHERE concert_id = {hall.id}")[0])
        self.assertLess(last - first, 1000, "not in the same second")
        time.sleep(max(0, last / 1000 - time.time() + 0.01))
        before = {pod: len(cluster.log(pod)) for pod in faults.PODS}
        taken = Taking(takers, hall)
        begin, processor = time.monotonic(), cluster.processor_seconds(PRIMARY)
        self.wait_until_settled(last)
        took, processor = time.monotonic() - begin, cluster.processor_seconds(PRIMARY) - processor
        taken.stop()
        print(f"\n{MANY_HOLDS} holds due within {last - first} ms: settled in {took:.1f} s, {MANY_HOLDS / took:.0f} a second, "
              f"{processor / MANY_HOLDS * 1e6:.0f} µs of the primary's processor for each; "
              f"{len(taken.waits)} seats taken meanwhile, after {sorted(taken.waits)[len(taken.waits) // 2] * 1000:.0f} ms (median), "
              f"{max(taken.waits) * 1000:.0f} ms at most", flush=True)
        self.assertGreater(len(taken.waits), 0)
        logs = "".join(cluster.log(pod)[before[pod]:] for pod in faults.PODS)
        self.assertNotIn("removed from the consumer group", logs)
        self.assertNotIn("taken=", logs, "partitions have moved")
        # Every hold must end, by its deadline or because another buyer took its seat.
        ended = cluster.sql(f"""SELECT COUNT(*) FROM events e JOIN reservations r ON r.id = e.reservation_id
                                WHERE r.concert_id = {hall.id} AND r.user_id >= 10000000 AND e.type = 2""")
        self.assertEqual(ended, [[str(MANY_HOLDS)]])
        self.check()

    def wait_until_settled(self, deadline):
        def is_left():
            return self.cluster.sql(f"SELECT 1 FROM reservations WHERE due_at <= {deadline} LIMIT 1")
        until = time.monotonic() + WELL_WITHIN
        while is_left() and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(is_left(), [], "holds that are over are not settled")

    def test_9c_every_check_finds_a_false_answer(self):
        self.crowd.settle()
        for plant in false_answers.ALL:
            for what, words, found in plant(self.crowd, self.cluster):
                with self.subTest(what):
                    self.assertIn(words, "\n".join(found))

    def test_9d_the_door_opens_at_last(self):
        """Every person who has stood in the line through all failures comes in."""
        crowd, concert = self.crowd, self.standing
        boss = Line(SimpleNamespace(port=self.cluster.port(faults.PODS[0])), crowd.document)
        boss.ask("changeConcert", path={"concertId": concert.id}, headers={"Authorization": f"Bearer {self.cluster.admin_token}"},
                 body={"bookingOpensAt": None}, expect=200)
        self.assertEqual(boss.complaints, [])
        boss.close()
        line = [person for person in crowd.people if person.concert is concert and person.status in ("WAITING", "ACTIVE")]
        crowd.may_grow_by = len(line)  # nobody has polled for long, so people in front may come back behind people that poll first
        until = time.monotonic() + WELL_WITHIN
        while any(person.status == "WAITING" for person in line) and time.monotonic() < until:
            for person in line:
                finish(person.poll())
        print(f"\n{sum(person.status == 'ACTIVE' for person in line)} of {len(line)} who stood in the line are in", flush=True)
        self.assertGreater(len(line), 50)
        self.assertEqual({person.status for person in line}, {"ACTIVE"})
        self.assertEqual(checks.nothing_odd(crowd), [])


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")  # a process that outlives its Popen is none
