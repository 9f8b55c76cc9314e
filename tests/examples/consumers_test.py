#!/usr/bin/env python3
"""The two readers of docs/examples against a real Kafka, and what a pod says: consumers_test.py FRONTROW BUILD-DIRECTORY

MariaDB, Redis and Kafka of its own, because another suite's reservations have the same numbers in the same topics.
"""

import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import run_cluster  # noqa: E402
import services  # noqa: E402
from cluster.kafka import JARS  # noqa: E402
from cluster.process import Processes, wait_until  # noqa: E402

EXAMPLES = ROOT / "docs" / "examples"
BINARY, BUILD = (Path(word).resolve() for word in (sys.argv.pop(1), sys.argv.pop(1)))
WORK = BUILD / "consumers"
PEOPLE = 45  # the first demo concert has 50 seats
AGAIN = """
import sys
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
brokers, *topics = sys.argv[1:]
reader = KafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False)
parts = [TopicPartition(topic, number) for topic in topics for number in sorted(reader.partitions_for_topic(topic))]
reader.assign(parts)
reader.seek_to_beginning(*parts)
end, records = reader.end_offsets(parts), []
while any(reader.position(part) < end[part] for part in parts):
    records += [each for batch in reader.poll(timeout_ms=500).values() for each in batch]
writer = KafkaProducer(bootstrap_servers=brokers, acks="all")
for each in sorted(records, key=lambda each: b'"seq":1,' in each.value):  # later events first, then `created` once more
    writer.send(each.topic, key=each.key, value=each.value, partition=each.partition)
writer.flush()
print(len(records))
"""
COMMITTED = """
import sys
from kafka import KafkaConsumer, TopicPartition
brokers, group, *topics = sys.argv[1:]
reader = KafkaConsumer(bootstrap_servers=brokers, group_id=group, enable_auto_commit=False)
parts = [TopicPartition(topic, number) for topic in topics for number in sorted(reader.partitions_for_topic(topic))]
print(all((reader.committed(part) or 0) >= end for part, end in reader.end_offsets(parts).items()))
"""
TOPICS = ("reservation.created", "reservation.expired", "reservation.cancelled", "payment.completed")


def python_with_kafka():
    """Our example's interpreter, with what docs/examples/requirements.txt names."""
    home, wanted = WORK / "python", EXAMPLES / "requirements.txt"
    marker = home / "complete"
    if not marker.exists() or marker.read_text() != wanted.read_text():
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin" / "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", wanted], check=True, timeout=300)
        marker.write_text(wanted.read_text())
    return home / "bin" / "python"


class Sale:
    """One pod, and people who leave their holds, give them back, or pay."""

    def __init__(self, where):
        self.pods = Processes(WORK / "pods")
        self.port = self.pods.port("pod")
        environment = run_cluster.settings(self.pods.directory, where) | {
            "FRONTROW_PORT": str(self.port), "FRONTROW_DATA_DIR": str(self.pods.directory / "pod"), "FRONTROW_HOLD_SECONDS": "3600", "PATH": "/usr/bin:/bin"}
        subprocess.run([BINARY, "demo"], env=environment, check=True, timeout=60, capture_output=True)
        self.pods.start("pod", [BINARY, "serve"], environment)
        run_cluster.wait_ready(self.pods, "pod", self.port)

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, json.dumps(body) if body else None, headers | ({"Content-Type": "application/json"} if body else {}))
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 300:
            raise AssertionError(f"{method} {path}: {answer.status} {text}")
        return json.loads(text) if text else None

    def sell(self):
        """Reservation -> the state that the pod has answered, as the readers call it."""
        schedule = self.ask("GET", "/api/v1/concerts/1/schedules")["schedules"][0]["id"]
        seats, became = [], {}
        for user in range(1, PEOPLE + 1):
            ticket = self.ask("POST", "/api/v1/queue/token", {"userId": user, "concertId": 1})
            while ticket["status"] != "ACTIVE":
                time.sleep(ticket["pollAfterMs"] / 1000)
                ticket = self.ask("GET", "/api/v1/queue/status", X_Queue_Token=ticket["token"])
            token = {"X_Queue_Token": ticket["token"]}
            seats = seats or [seat["id"] for seat in self.ask("GET", f"/api/v1/concerts/1/schedules/{schedule}/seats", **token)["seats"]]
            hold = self.ask("POST", "/api/v1/concerts/1/reservations", {"scheduleId": schedule, "seatId": seats.pop()}, **token)
            became[hold["reservationId"]] = ("held", "cancelled", "sold")[user % 3]
            if user % 3 == 1:
                self.ask("DELETE", f"/api/v1/reservations/{hold['reservationId']}?userId={user}")
            elif user % 3 == 2:
                self.ask("POST", "/api/v1/points/charge", {"userId": user, "amount": 1_000_000})
                self.ask("POST", "/api/v1/payments", {"userId": user, "reservationId": hold["reservationId"]}, **token)
        return became


class Consumers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kinds, cls.processes = list(services.KINDS), Processes(WORK / "services")
        cls.addClassCleanup(shutil.rmtree, WORK / "services", ignore_errors=True)
        cls.addClassCleanup(services.stop, cls.processes, kinds, remove=True)
        services.stop(cls.processes, kinds, remove=True)
        services.start(cls.processes, kinds)
        where = run_cluster.service_settings(WORK / "services" / "services.env")
        cls.brokers, cls.python = where["KAFKA_BROKERS"], python_with_kafka()
        shutil.rmtree(WORK / "pods", ignore_errors=True)
        cls.sale = Sale(where)
        cls.addClassCleanup(cls.sale.pods.end, "pod", seconds=30)
        cls.became = cls.sale.sell()
        cls.events = PEOPLE + sum(state != "held" for state in cls.became.values())

    def setUp(self):
        self.folder = WORK / "files" / self.id().rpartition(".")[2]
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def read(self, *flags, program=EXAMPLES / "consume_events.py"):
        done = subprocess.run([self.python, program, self.brokers, self.folder / "sales.db", "--until-caught-up", *flags],
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def stored(self):
        with sqlite3.connect(self.folder / "sales.db") as db:
            return dict(db.execute("SELECT id, state FROM reservations")) if db.execute("SELECT name FROM sqlite_master").fetchall() else {}

    def read_all_that_was_sold(self):
        """The relay publishes a moment after the sale; each round goes on where the one before has stopped."""
        total = 0

        def complete():
            nonlocal total
            total += self.read()["new"]
            return self.stored() == self.became
        wait_until("the reader has what the pod has answered", complete, 60)
        return total

    def test_1_python_has_what_the_pod_answered_and_drops_what_comes_again(self):
        self.assertLessEqual(self.read_all_that_was_sold(), self.events)
        self.assertEqual(self.read(), {"new": 0, "dropped": 0}, "it goes on where it stopped")
        self.assertEqual(self.read("--from-offset", "0"), {"new": 0, "dropped": self.events})
        self.assertEqual(self.stored(), self.became)

    def test_2_python_killed_in_the_middle_misses_nothing(self):
        running = subprocess.Popen([self.python, EXAMPLES / "consume_events.py", self.brokers, self.folder / "sales.db"])
        wait_until("the reader has begun", lambda: (self.folder / "sales.db").exists() and len(self.stored()) > 0, 60, pause=0.001)
        running.send_signal(signal.SIGKILL)
        running.wait(10)
        self.read_all_that_was_sold()
        self.assertEqual(self.stored(), self.became)

    def java(self, *more):
        with open(self.folder / "java.log", "ab") as log:
            return subprocess.Popen(["java", "-Xmx128m", "-cp", f"{JARS}/*", EXAMPLES / "ConsumeEvents.java", self.brokers, self.folder / "sales.log", *more],
                                    stdout=log, stderr=log)

    def lines(self):
        file = self.folder / "sales.log"
        return [line.split(" ") for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")] if file.exists() else []

    def java_states(self):
        return {int(words[0]): words[2] for words in self.lines()}

    def java_until(self, what, condition, *more, number=signal.SIGTERM, pause=0.2):
        running = self.java(*more)
        try:
            def met():
                self.assertIsNone(running.poll(), (self.folder / "java.log").read_text()[-2000:])
                return condition()
            wait_until(what, met, 90, pause=pause)
        finally:
            running.send_signal(number)
            running.wait(20)

    def has_committed_all(self):
        done = subprocess.run([self.python, "-c", COMMITTED, self.brokers, "example-sales", *TOPICS], capture_output=True, text=True, timeout=60, check=True)
        return done.stdout.strip() == "True"

    def test_3_java_killed_in_the_middle_and_begun_anew_has_what_the_pod_answered(self):
        self.java_until("the reader has begun", lambda: len(self.lines()) > 0, number=signal.SIGKILL, pause=0.001)
        with open(self.folder / "sales.log", "ab") as file:
            file.write(b"17 2 so")  # as a crash leaves it
        self.java_until("all is there", lambda: self.java_states() == self.became and self.has_committed_all())
        before = (self.folder / "sales.log").read_text()
        self.assertEqual(len({(words[0], words[1]) for words in self.lines()}), len(self.lines()), "no event has two lines")
        subprocess.run([self.python, "-c", AGAIN, self.brokers, *TOPICS], capture_output=True, timeout=60, check=True)
        self.assertFalse(self.has_committed_all(), "all was published once more")
        self.java_until("all has come again", self.has_committed_all, "2026-01-01T00:00:00Z")
        self.assertEqual((self.folder / "sales.log").read_text(), before)

    # After test_3 each event is there twice.

    def read_then_created_once_more(self, **program):
        """Reads all, then records of the first topic come again, later than all others."""
        self.read(**program)
        subprocess.run([self.python, "-c", AGAIN, self.brokers, TOPICS[0]], capture_output=True, timeout=60, check=True)
        return self.read(**program)

    def test_4_python_drops_what_comes_late(self):
        last = self.read_then_created_once_more()
        self.assertEqual(last["new"], 0)
        self.assertGreater(last["dropped"], PEOPLE)
        self.assertEqual(self.stored(), self.became)

    def test_5_without_the_rule_the_state_is_wrong(self):
        whole = (EXAMPLES / "consume_events.py").read_text()
        planted = whole.replace('"WHERE excluded.seq > seq"', '""')
        self.assertNotEqual(planted, whole)
        (self.folder / "planted.py").write_text(planted)
        self.read_then_created_once_more(program=self.folder / "planted.py")
        self.assertNotEqual(self.stored(), self.became)


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
