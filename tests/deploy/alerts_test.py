#!/usr/bin/env python3
"""Alerts of deploy/prometheus fire by real faults and end when these are mended: two pods on real services, an embedded shop on a small
disk, real Prometheus, Alertmanager and exporters. All times of the rules are divided by DIVIDE; thresholds are as they are.

    alerts_test.py BUILD-DIRECTORY SERVICES-DIRECTORY

Afterwards every expression of the dashboards is asked of that Prometheus.
"""

import contextlib
import itertools
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest
from pathlib import Path

import watched  # its search path has the next ones

import dashboards  # noqa: E402
from cluster.process import Failed, wait_until  # noqa: E402
from monitoring import Monitoring  # noqa: E402
from pods import PRIMARY, REPLICA, Cluster  # noqa: E402
from watched import ROOT, TOKEN, Alarms, Certificate, Hall, People, Shop, ask  # noqa: E402

BUILD, SERVICES = (Path(sys.argv.pop(1)).resolve() for _ in range(2))
PODS = ["frontrow-1", "frontrow-2"]
DIVIDE = 30
LONGEST = 90  # seconds for an alert to fire, or to end, on a busy machine
TEXTFILE = ROOT / "deploy" / "prometheus" / "textfile.sh"


class Alerts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = SERVICES / "watched"
        shutil.rmtree(cls.folder, ignore_errors=True)
        cls.cluster = Cluster(BUILD, SERVICES, FRONTROW_MYSQL_READERS="4", FRONTROW_READER_THREADS="4")
        cls.addClassCleanup(cls.cluster.end)
        cls.cluster.program("migrate")
        for pod in PODS:
            cls.cluster.start_pod(pod)
        cls.ports = [cls.cluster.port(pod) for pod in PODS]
        cls.shop = Shop(BUILD / "frontrow", cls.folder, cls.cluster.port("shop"), cls.cluster.port("shop-exporter"))
        cls.addClassCleanup(cls.shop.end)
        cls.certificate = Certificate(cls.folder)
        cls.monitoring = Monitoring(cls.folder / "monitoring", [f"127.0.0.1:{port}" for port in [*cls.ports, cls.shop.port]], SERVICES,
                                    [cls.certificate.address], DIVIDE, [cls.shop.exporter])
        cls.monitoring.end(remove=True)
        cls.addClassCleanup(cls.monitoring.end)
        cls.monitoring.start()
        cls.alarms = Alarms(cls.monitoring)
        cls.began = time.monotonic()
        cls.send_people()

    @classmethod
    def send_people(cls):
        cls.people = People()
        cls.addClassCleanup(cls.people.end)
        cls.hall = Hall(cls.ports[0], cls.cluster.admin_token)
        cls.contested = Hall(cls.ports[0], cls.cluster.admin_token, seats=4)
        cls.bazaar = Hall(cls.shop.port, TOKEN, has_queue=True)
        wait_until("both pods know of them", lambda: all(
            ask(port, "GET", f"/api/v1/concerts/{hall.id}")[0] == 200 for port in cls.ports for hall in (cls.hall, cls.contested)), 30)
        users = itertools.count(1)
        seats = itertools.cycle(cls.hall.seats)
        cls.people.send(2, lambda number: cls.buy(cls.ports[number], next(users), next(seats)))
        cls.people.send(2, lambda number: cls.refused_at(cls.ports[number], number))
        cls.people.send(2, lambda number: cls.visit_the_shop(next(users)), pause=0.02)

    @classmethod
    def visit_the_shop(cls, user):
        ask(cls.shop.port, "POST", "/api/v1/points/charge", {"userId": user, "amount": 10})
        cls.bazaar.enter(cls.shop.port, user)

    @classmethod
    def buy(cls, port, user, seat):
        """One takes a seat and pays for it or gives it back."""
        token = cls.hall.enter(port, user)
        ask(port, "GET", "/api/v1/queue/status", X_Queue_Token=token)
        cls.hall.look(port, token)
        status, held = cls.hall.hold(port, token, seat)
        if status != 201:
            return
        if user % 20 == 0:
            ask(port, "POST", "/api/v1/points/charge", {"userId": user, "amount": 10})
            cls.hall.pay(port, token, held)
        else:
            cls.hall.give_back(port, token, held)

    @classmethod
    def refused_at(cls, port, number):
        """What is refused: a payment without points, a ticket that is none, a charge too many at the shop."""
        user = 5_000_000 + number
        token = cls.hall.enter(port, user)
        _, held = cls.hall.hold(port, token, cls.hall.seats[-1 - number])
        if held and "reservationId" in held:
            cls.hall.pay(port, token, held)
            cls.hall.give_back(port, token, held)
        cls.hall.look(port, "no-ticket")
        ask(cls.shop.port, "POST", "/api/v1/points/charge", {"userId": 1, "amount": 10})

    def live_through(self, what, wanted, fault, mend):
        """`wanted`: (alert, instance or None)."""
        fault()
        fired = self.alarms.wait(wanted, True, LONGEST)
        mend()
        ended = self.alarms.wait(wanted, False, LONGEST)
        print(f"\n{what}: " + ", ".join(f"{alert} after {fired[alert]:.1f} s, over after {ended[alert]:.1f} s" for alert in fired), flush=True)

    def textfile(self, kind, *words):
        subprocess.run([TEXTFILE, kind, self.monitoring.textfiles, BUILD / "frontrow", kind, *words], capture_output=True, timeout=60, check=False)

    # Faults that have nothing to do with each other, so that they happen at the same time.

    def test_1_many_faults_at_once(self):
        store = self.folder / "store"
        subprocess.run([BUILD / "frontrow", "demo", "--data-dir", store], check=True, capture_output=True, timeout=60)
        good = self.folder / "good"
        shutil.copytree(store, good)
        with sqlite3.connect(store / "frontrow.db") as database:
            database.execute("UPDATE seats SET status = 'RESERVED', reservation_id = 1 WHERE id = (SELECT min(id) FROM seats)")
        database.close()
        redis = self.cluster.redis.primary()
        port = self.cluster.redis.processes.port(redis)

        def fault():
            self.cluster.sql("STOP SLAVE SQL_THREAD", REPLICA)
            self.fill_redis(redis)
            self.shop.fill()
            self.textfile("audit", "--data-dir", store)

        def mend():
            self.cluster.sql("START SLAVE", REPLICA)
            self.cluster.redis.ask(redis, "del", "stranger")
            self.cluster.redis.ask(redis, "config", "set", "maxmemory", "0")
            self.shop.make_room()
            self.certificate.renew(90)
            self.textfile("audit", "--data-dir", good)
            self.textfile("backup", self.folder / "copy", "--data-dir", good)
        shop = f"127.0.0.1:{self.shop.port}"
        self.live_through("a stopped replica, a full Redis, a full disk, an old certificate, no backup, a broken rule", [
            ("ReplicaBehind", None), ("RedisMemoryFull", f"127.0.0.1:{port}"), ("DiskFull", self.shop.exporter), ("WritesFail", shop),
            ("ComponentAway", shop), ("ErrorRate", None), ("SloBurnFast", None), ("CertificateEnds", None), ("BackupTooOld", None),
            ("AuditFailed", None)], fault, mend)

    def fill_redis(self, node):
        """A stranger's key takes it to nine tenths of a memory that is made small."""
        size = 8 << 20
        memory = dict(line.split(":", 1) for line in self.cluster.redis.ask(node, "info", "memory").splitlines() if ":" in line)
        self.cluster.redis.ask(node, "config", "set", "maxmemory", str((int(memory["used_memory"]) + size) * 10 // 9))
        self.cluster.redis.ask(node, "eval", f"redis.call('set', 'stranger', string.rep('x', {size}))", "0")

    def test_2_rows_are_locked(self):
        locks = []

        def fault():
            seats = ", ".join(map(str, self.contested.seats))
            locks.append(self.root(f"BEGIN; SELECT id FROM seats WHERE id IN ({seats}) FOR UPDATE; SELECT 'locked';", "locked"))
            self.people.send(4, self.contest, pause=0.02)
        self.live_through("locked rows", [("RowsLocked", None)], fault, lambda: locks[0].communicate(timeout=20))

    def contest(self, number):
        """One wants a seat whose row another session has."""
        port, user = self.ports[number % 2], 6_000_000 + number
        token = self.contested.enter(port, user)
        _, held = self.contested.hold(port, token, self.contested.seats[number])
        if held and "reservationId" in held:
            self.contested.give_back(port, token, held)

    def root(self, statements, until):
        """A session of the database's administrator that stays open; returns when it has printed the word."""
        mysql = self.cluster.mysql
        session = subprocess.Popen(["mariadb", "--no-defaults", f"--socket={mysql.socket(PRIMARY)}", "--batch", "--unbuffered",
                                    "--skip-column-names", self.cluster.environment["FRONTROW_MYSQL_DATABASE"]],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(lambda: session.poll() is None and session.kill())
        session.stdin.write(statements + "\n")
        session.stdin.flush()
        for line in session.stdout:
            if line.strip() == until:
                return session
        raise AssertionError("the session has ended")

    def test_3_the_pool_is_used_up(self):
        locks, crowd = [], People()
        self.addCleanup(crowd.end)

        def fault():
            locks.append(self.root("LOCK TABLES ledger WRITE; SELECT 'locked';", "locked"))
            crowd.send(16, lambda number: ask(self.ports[0], "GET", f"/api/v1/points/history?userId={number + 1}"), pause=0.01)
        self.live_through("a locked table", [("PoolFull", f"127.0.0.1:{self.ports[0]}")], fault, lambda: locks[0].communicate(timeout=20))

    def test_4_kafka_is_killed(self):
        self.live_through("Kafka killed", [("EventsLate", None), ("ComponentAway", f"127.0.0.1:{self.ports[0]}")],
                          lambda: self.cluster.kill("kafka"), self.revive_kafka)

    def revive_kafka(self):
        with contextlib.suppress(Failed):  # on a busy machine it goes on starting
            self.cluster.revive("kafka")

    def test_5_the_relay_stops(self):
        """Paused as a whole: another pod takes over its shards."""
        before = self.owners()
        pod = next(pod for pod in PODS if self.pauses_the_relay(pod, before))
        where = f"127.0.0.1:{self.cluster.port(pod)}"
        self.live_through("the relay's pod paused", [("PodAway", where)], lambda: None, lambda: self.cluster.send_pod(pod, signal.SIGCONT))

    def owners(self):
        return self.cluster.sql("SELECT DISTINCT owner FROM relay_leases ORDER BY owner")

    def pauses_the_relay(self, pod, before):
        """Pauses the pod; it stays so if the relay's shards go to another."""
        self.cluster.send_pod(pod, signal.SIGSTOP)
        deadline = time.monotonic() + 25  # a lease is for ten
        while self.owners() == before and time.monotonic() < deadline:
            time.sleep(0.2)
        if self.owners() != before:
            return True
        self.cluster.send_pod(pod, signal.SIGCONT)
        return False

    def test_6_every_expression_of_the_dashboards_has_an_answer(self):
        minutes = (time.monotonic() - self.began) / 60
        self.assertEqual(list(dashboards.silent(self.monitoring.url("prometheus"), minutes)), [])

    def test_7_nothing_is_left(self):
        self.people.end()
        code, text, errors = self.cluster.program("audit")
        self.assertEqual(code, 0, text + errors)


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")  # a process that outlives its Popen is none
