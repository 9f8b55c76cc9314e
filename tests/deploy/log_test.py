#!/usr/bin/env python3
"""Every line of a JSON log is accepted by deploy/logs/index-template.json, as an index with a strict mapping would accept it.

    log_test.py BUILD-DIRECTORY                       the embedded profile
    log_test.py BUILD-DIRECTORY SERVICES-DIRECTORY    the cluster profile, on services that run already

Whole sessions are read: start, requests, errors, keys read again, migration, audit, refused starts, stop. Nothing may be on standard
output, because collectors read both streams.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAPPING = json.loads((ROOT / "deploy/logs/index-template.json").read_text())["template"]["mappings"]
ALWAYS = {"@timestamp", "log.level", "message", "ecs.version", "service.name", "service.version"}
JSON = ["--log-format", "json", "--log-level", "debug"]


def is_time(value):
    return isinstance(value, str) and value.endswith("Z") and datetime.fromisoformat(value) is not None


ACCEPTS = {
    "date": is_time,
    "text": lambda value: isinstance(value, str),
    "keyword": lambda value: isinstance(value, str),
    "long": lambda value: isinstance(value, int) and not isinstance(value, bool) and -2**63 <= value < 2**63,
    "boolean": lambda value: isinstance(value, bool),
}


def unique(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name twice")
    return dict(pairs)


def read(line):
    """The entry of a line; raises ValueError for one that the index would refuse."""
    entry = json.loads(line, object_pairs_hook=unique)
    if not isinstance(entry, dict):
        raise ValueError("no object")
    for name, value in entry.items():
        if name not in MAPPING["properties"]:
            raise ValueError(f"{name} is not in the mapping")
        if not ACCEPTS[MAPPING["properties"][name]["type"]](value):
            raise ValueError(f"{name} is no {MAPPING['properties'][name]['type']}: {value!r}")
    if missing := ALWAYS - entry.keys():
        raise ValueError(f"{missing} are missing")
    return entry


class Sessions(unittest.TestCase):
    """What both profiles do; a profile's class has `environment` and `data`."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="frontrow-log-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("FRONTROW_")} | self.settings()
        self.entries = []

    def frontrow(self, *words, environment=None, code=0):
        """Runs it to its end."""
        done = subprocess.run([BUILD / "frontrow", *words], env=self.environment | (environment or {}), capture_output=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        return self.accept(done.stdout, done.stderr)

    def accept(self, output, log):
        self.assertEqual(output, b"", "two streams")
        found = []
        for line in log.decode().splitlines():
            try:
                found.append(read(line))
            except ValueError as why:
                self.fail(f"{why}: {line}")
        self.entries += found
        return found

    def start(self, *words):
        log = open(self.folder / "serve.log", "w+b")
        self.addCleanup(log.close)
        server = subprocess.Popen([BUILD / "frontrow", *words, *JSON, "--port", "0"], env=self.environment, start_new_session=True,
                                  stdout=subprocess.PIPE, stderr=log)
        self.addCleanup(server.stdout.close)
        self.addCleanup(lambda: server.poll() is None and server.kill())
        deadline = time.monotonic() + 60
        while b'"frontrow.data"' not in (text := (self.folder / "serve.log").read_bytes()):
            self.assertIsNone(server.poll(), text)
            self.assertLess(time.monotonic(), deadline, text)
            time.sleep(0.02)
        entries = [read(line) for line in text.decode().splitlines()]
        address = next((entry["frontrow.address"] for entry in entries if "frontrow.address" in entry), ":0")
        return server, int(address.rpartition(":")[2])

    def end(self, server):
        server.send_signal(signal.SIGTERM)
        output, _ = server.communicate(timeout=60)
        self.assertEqual(server.returncode, 0, (self.folder / "serve.log").read_text()[-2000:])
        return self.accept(output, (self.folder / "serve.log").read_bytes())

    def said(self, message, **fields):
        found = [entry for entry in self.entries if entry["message"] == message]
        self.assertTrue(found, f"{message!r} was not logged")
        for name, value in fields.items():
            self.assertEqual(found[-1][name.replace("__", ".")], value)

    def requests(self, port):
        """Good and bad ones, also such that are no HTTP."""
        for method, path, body in [
            ("GET", "/api/v1/concerts", None), ("GET", "/api/v1/concerts/999999", None), ("GET", "/no/such\tthing", None),
            ("POST", "/api/v1/queue/token", "{broken"), ("POST", "/api/v1/queue/token", json.dumps({"userId": 1, "concertId": 1})),
            ("POST", "/api/v1/points/charge", json.dumps({"userId": 1, "amount": 1000})), ("DELETE", "/api/v1/points", None),
            ("GET", "/actuator/health", None), ("GET", "/actuator/prometheus", None), ("GET", "/api/v1/admin/events", None),
            ("POST", "/api/v1/points/charge", json.dumps({"userId": 1, "amount": 1000, "좌석\u0007": "\"\\\n"})), ("HEAD", "/", None),
        ]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection._validate_path = lambda _: None  # ours is a server's test
            connection.request(method, path.replace("\t", "%09"), body, {"Content-Type": "application/json"})
            connection.getresponse().read()
            connection.close()
        for raw in (b"\x16\x03\x01\x02\x00nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", port), 5) as client:
                client.sendall(raw)
                client.recv(4096)

    def whole_session(self):
        self.frontrow("migrate", *JSON)
        self.frontrow("demo", *JSON)
        self.frontrow("demo", *JSON)
        self.said("there are concerts already: nothing was changed")
        server, port = self.start("serve")
        threads = [threading.Thread(target=self.requests, args=(port,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        server.send_signal(signal.SIGHUP)
        self.disturb()
        self.end(server)
        self.said("serving", service__name="frontrow")
        self.said("stopping", frontrow__signal=signal.SIGTERM)
        self.said("stopped")
        self.said("answered")
        answered = [entry for entry in self.entries if entry["message"] == "answered"]
        self.assertTrue({404, 400, 201, 200} <= {entry["http.response.status_code"] for entry in answered})
        self.assertTrue(any(entry["message"].startswith("SIGHUP") for entry in self.entries))
        self.frontrow("audit", *JSON)
        self.said("the audit is clean")

    def disturb(self):
        pass

    def refused_starts(self):
        """Refusals from before the log is set up, whichever way JSON is asked for."""
        config = self.folder / "json.toml"
        config.write_text('log-format = "json"\nport = "wrong"\n')
        for words, environment in [
            (["serve", "--log-format", "json", "--port", "99999999"], {}), (["serve", "--log-format=json", "--no-such-flag"], {}),
            (["--log-format", "json"], {}), (["serve"], {"FRONTROW_LOG_FORMAT": "json", "FRONTROW_HOLD_SECONDS": "-1"}),
            (["serve", "--config", str(config)], {}), (["serve"], {"FRONTROW_CONFIG": str(config)}),
        ]:
            self.frontrow(*words, environment=environment, code=2)
            self.said("frontrow does not start", log__level="error")


class Embedded(Sessions):
    def settings(self):
        return {"FRONTROW_DATA_DIR": str(self.folder / "data")}

    def disturb(self):
        self.frontrow("serve", *JSON, "--port", "0", code=1)  # a second one on the same data
        self.said("frontrow ends")

    def test_a_whole_session(self):
        self.whole_session()

    def test_refused_starts(self):
        self.refused_starts()

    def test_a_broken_rule_and_a_migration(self):
        self.frontrow("demo", *JSON)
        with sqlite3.connect(self.folder / "data" / "frontrow.db") as database:
            database.execute("UPDATE accounts SET balance = balance + 1") if database.execute("SELECT count(*) FROM accounts").fetchone()[0] else \
                database.execute("INSERT INTO accounts (user_id, balance) VALUES (1, 5)")
        database.close()
        self.frontrow("audit", *JSON, code=1)
        self.said("the audit is NOT clean", log__level="error")
        # The copy has the broken rule, too, and both commands say so.
        backup = str(self.folder / "backup")
        key = {"FRONTROW_ADMIN_TOKEN": "the-operator-of-this-session"}
        for words, done in ((("backup", backup), "the backup is complete"),
                            (("restore", backup, "--data-dir", str(self.folder / "restored")), "the sale is restored")):
            self.entries.clear()
            self.frontrow(*words, *JSON, code=1, environment=key)
            self.said(done)
            self.said("a rule is broken", log__level="error")
            self.said("a key that is not in the backup")
        self.frontrow("backup", backup, *JSON, code=1)
        self.said("frontrow ends", log__level="error")
        self.said("a rule is broken", log__level="error")


class Cluster(Sessions):
    def settings(self):
        sys.path[:0] = [str(ROOT / "tools")]
        import run_cluster
        import services
        from cluster.process import Processes
        self.mysql = services.MariaDb(Processes(SERVICES))
        self.redis = services.Redis(Processes(SERVICES))
        self.mysql.sql("mysql-primary", "DROP DATABASE IF EXISTS frontrow_log; CREATE DATABASE frontrow_log CHARACTER SET utf8mb4")
        self.addCleanup(self.mysql.sql, "mysql-primary", "DROP DATABASE frontrow_log")
        return run_cluster.settings(self.folder, run_cluster.service_settings(SERVICES / "services.env")) | {
            "FRONTROW_MYSQL_DATABASE": "frontrow_log", "FRONTROW_DATA_DIR": str(self.folder / "data")}

    def disturb(self):
        """All connections are cut: what the adapters say of that is logged, too."""
        ids = self.mysql.sql("mysql-primary", "SELECT id FROM information_schema.processlist WHERE db = 'frontrow_log'").split()
        for each in ids:
            try:
                self.mysql.sql("mysql-primary", f"KILL {each}")
            except Exception:  # it has ended by itself
                pass
        self.redis.ask(self.redis.primary(), "client", "kill", "type", "normal")

    def test_a_whole_session(self):
        self.whole_session()

    def test_a_worker(self):
        server, _ = self.start("worker")
        self.end(server)
        self.said("working")

    def test_refused_starts(self):
        self.refused_starts()
        for wrong in ({"FRONTROW_MYSQL_PRIMARY": "127.0.0.1:1"}, {"FRONTROW_KAFKA_BROKERS": "127.0.0.1:1"},
                      {"FRONTROW_REDIS_SENTINELS": "127.0.0.1:1"}):
            self.frontrow("serve", *JSON, "--port", "0", environment=wrong, code=1)
            self.said("frontrow ends", log__level="error")


class Mapping(unittest.TestCase):
    def test_refuses_everything_else(self):
        good = {"@timestamp": "2026-01-01T00:00:00.000Z", "log.level": "info", "message": "m", "ecs.version": "8.11.0",
                "service.name": "frontrow", "service.version": "1"}
        read(json.dumps(good))
        self.assertEqual(MAPPING["dynamic"], "strict")
        for wrong in ({"frontrow.port": 1}, {"frontrow.commands": "1"}, {"frontrow.commands": True}, {"trace.id": 1}, {"message": None},
                      {"@timestamp": "now"}, {"frontrow.outcome_unknown": 1}):
            with self.assertRaises(ValueError, msg=wrong):
                read(json.dumps(good | wrong))
        for line in ("  try it   http://127.0.0.1", "[]", '{"message":"a","message":"b"}', "{}", ""):
            with self.assertRaises(ValueError, msg=line):
                read(line)


if __name__ == "__main__":
    BUILD = Path(sys.argv[1]).resolve()
    SERVICES = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    if SERVICES is None:
        del Cluster
    else:
        del Embedded
    del Sessions  # it has no tests of its own
    unittest.main(argv=sys.argv[:1])
