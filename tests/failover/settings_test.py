#!/usr/bin/env python3
"""A pod with a wrong setting says so in one line and ends: for MySQL, Redis and Kafka.

settings_test.py BUILD-DIRECTORY SERVICES-DIRECTORY     the services run already, and are left as they were
"""

import json
import os
import subprocess
import sys
import time
import unittest
from pathlib import Path

from pods import DATABASE, Cluster, wait_until

BUILD, SERVICES = (Path(sys.argv.pop(1)).resolve() for _ in range(2))
NOBODY = "127.0.0.1:1"  # no server listens there
NAMES = "reservation.created reservation.expired reservation.cancelled payment.completed queue.activated concert.changed schedule.changed frontrow.dead-letter".split()
TOPICS = [word for name in NAMES for word in ("--topic", name)]
GROUP = ["--group", "frontrow-expiry"]


class Settings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster = Cluster(BUILD, SERVICES, are_new=False)
        cls.addClassCleanup(cluster.sql, f"DROP DATABASE {DATABASE}")
        # With all settings right it starts, and makes the topics and tables for the other tests.
        cluster.start_pod("worker", verb="worker")
        wait_until("it works", lambda: "is working" in cluster.log("worker"), 30)
        cluster.end_pod("worker")
        cls.wrong = cls.file("wrong.password", "not-the-password")
        where = cls.cluster.kafka.environment()
        cls.guest = {"FRONTROW_KAFKA_BROKERS": where["KAFKA_SASL_BROKERS"], "FRONTROW_KAFKA_SECURITY": "sasl-plaintext",
                     "FRONTROW_KAFKA_SASL_MECHANISM": "plain", "FRONTROW_KAFKA_USER": "guest",
                     "FRONTROW_KAFKA_PASSWORD_FILE": str(where["KAFKA_GUEST_PASSWORD_FILE"])}

    @classmethod
    def file(cls, name, text):
        path = SERVICES / name
        path.write_text(text)
        path.chmod(0o600)
        cls.addClassCleanup(path.unlink)
        return str(path)

    def refused(self, *words, **environment):
        """The pod ends by itself, and gives the reason in one line that has all the words and no secret."""
        changed = {f"FRONTROW_{name}": value for name, value in environment.items()}
        begin = time.monotonic()
        try:
            code, text, errors = self.cluster.program("serve", "--port", "0", "--log-format", "json", environment=changed, seconds=20)
        except subprocess.TimeoutExpired as running:
            self.fail(f"it runs: {(running.stderr or b'').decode()[-500:]}")
        lines = [json.loads(line) for line in errors.splitlines()]  # a line that is no JSON is no log line
        wrong = [line for line in lines if line["log.level"] in ("warn", "error")]
        self.assertNotEqual(code, 0)
        self.assertEqual(text, "", "it said that it serves")
        self.assertEqual(len(wrong), 1, errors)
        for word in words:
            self.assertIn(word, wrong[0]["error.message"])
        self.assertNotIn("not-the-password", errors)
        print(f"{time.monotonic() - begin:5.2f} s  {wrong[0]['error.message']}", flush=True)

    # Commands that use a part of the settings only; the files of all other settings are missing.

    def test_commands_need_only_what_they_use(self):
        missing = {f"FRONTROW_{name}_FILE": "/nowhere" for name in ("TICKET_KEY", "ADMIN_TOKEN", "JWT_KEY")}
        elsewhere = missing | {"FRONTROW_REDIS_PASSWORD_FILE": "/nowhere", "FRONTROW_KAFKA_PASSWORD_FILE": "/nowhere",
                               "FRONTROW_REDIS_SENTINELS": NOBODY, "FRONTROW_KAFKA_BROKERS": NOBODY,
                               "FRONTROW_AUTH_MODE": "jwt", "FRONTROW_KAFKA_SECURITY": "sasl-tls"}
        for command in ("migrate", "audit"):
            code, text, errors = self.cluster.program(command, environment=elsewhere)
            self.assertEqual(code, 0, f"{command}: {text}{errors}")
        self.cluster.sql("CREATE DATABASE frontrow_demo")
        self.addCleanup(self.cluster.sql, "DROP DATABASE frontrow_demo")
        code, text, errors = self.cluster.program("demo", environment=elsewhere | {"FRONTROW_MYSQL_DATABASE": "frontrow_demo"})
        self.assertEqual(code, 0, text + errors)
        self.addCleanup(setattr, self.cluster, "environment", self.cluster.environment)
        self.cluster.environment = self.cluster.environment | missing
        self.cluster.start_pod("no-keys", verb="worker")
        self.addCleanup(self.cluster.end_pod, "no-keys")
        wait_until("it works", lambda: "is working" in self.cluster.log("no-keys"), 30)

    # MySQL.

    def test_mysql_wrong_password(self):
        self.refused("store", "Access denied", MYSQL_PASSWORD_FILE=self.wrong)

    def test_mysql_unreachable(self):
        self.refused("store", NOBODY, MYSQL_PRIMARY=NOBODY)

    def test_mysql_unknown_host(self):
        self.refused("store", "no-such-host.invalid", MYSQL_PRIMARY="no-such-host.invalid:3306")

    def test_mysql_no_such_database(self):
        self.refused("store", "frontrow_missing", MYSQL_DATABASE="frontrow_missing")

    def test_mysql_no_rights(self):
        self.refused("store", "Access denied", "elsewhere", MYSQL_DATABASE="elsewhere")

    def test_mysql_newer_schema(self):
        newest = int(self.cluster.sql("SELECT MAX(version) FROM schema_version")[0][0])
        self.assertGreater(newest, 0)
        self.cluster.sql(f"INSERT INTO schema_version (version, oldest_program) VALUES ({newest + 1000}, {newest + 1000})")
        self.addCleanup(self.cluster.sql, f"DELETE FROM schema_version WHERE version = {newest + 1000}")
        self.refused("newer", str(newest + 1000))

    def test_mysql_that_may_lose_commits(self):
        self.cluster.sql("SET GLOBAL sync_binlog = 0")
        self.addCleanup(self.cluster.sql, "SET GLOBAL sync_binlog = 1")
        self.refused("sync_binlog")

    def test_mysql_that_is_a_replica(self):
        self.refused("read-only", MYSQL_PRIMARY=self.cluster.environment["FRONTROW_MYSQL_REPLICAS"])

    # Redis.

    def test_redis_wrong_password(self):
        self.refused("redis", "WRONGPASS", REDIS_PASSWORD_FILE=self.wrong)

    def test_redis_no_password(self):
        self.refused("redis", "NOAUTH", REDIS_PASSWORD_FILE="")

    def test_sentinels_unreachable(self):
        self.refused("redis", "no sentinel", NOBODY, REDIS_SENTINELS=NOBODY)

    def test_sentinels_know_no_such_primary(self):
        self.refused("redis", "no primary named", "backrow", REDIS_MASTER="backrow")

    def test_sentinels_with_a_password_of_their_own(self):
        self.refused("redis", "no sentinel", "AUTH", REDIS_SENTINEL_PASSWORD_FILE=self.wrong)  # they have none

        def tell(password, *words):
            for address in self.cluster.environment["FRONTROW_REDIS_SENTINELS"].split(","):
                port = address.rpartition(":")[2]
                subprocess.run(["redis-cli", "-p", port, "acl", "setuser", "default", *words], env=os.environ | {"REDISCLI_AUTH": password},
                               capture_output=True, timeout=10, check=True)

        tell("", "resetpass", ">of-the-sentinels")
        self.addCleanup(tell, "of-the-sentinels", "nopass")
        self.refused("redis", "no sentinel", "NOAUTH")
        self.refused("redis", "no sentinel", "WRONGPASS", REDIS_SENTINEL_PASSWORD_FILE=self.wrong)
        self.addCleanup(setattr, self.cluster, "environment", self.cluster.environment)
        self.cluster.environment = self.cluster.environment | {"FRONTROW_REDIS_SENTINEL_PASSWORD": "of-the-sentinels"}
        self.cluster.start_pod("with-password", verb="worker")
        self.addCleanup(self.cluster.end_pod, "with-password")
        wait_until("it works", lambda: "is working" in self.cluster.log("with-password"), 30)

    def test_redis_unreachable(self):
        self.refused("redis", NOBODY, REDIS_SENTINELS="", REDIS_SERVER=NOBODY)

    def test_redis_that_is_a_replica(self):
        primary = self.cluster.redis.primary()
        other = next(name for name in ("redis-1", "redis-2") if name != primary)
        self.refused("redis", "no primary", REDIS_SENTINELS="", REDIS_SERVER=f"127.0.0.1:{self.cluster.redis.processes.port(other)}")

    def test_redis_that_speaks_no_tls(self):
        self.refused("redis", "no sentinel", "TLS: no handshake in time", REDIS_TLS="true")
        self.refused("redis", "TLS: no handshake in time", REDIS_TLS="true", REDIS_SENTINELS="", REDIS_SERVER=self.redis_primary())

    def test_redis_certificates_that_are_none(self):
        junk = self.file("junk.pem", "not-the-password")
        self.refused("redis: TLS: trusted certificates", junk, REDIS_TLS="true", REDIS_TLS_CA_FILE=junk)
        self.refused("redis: TLS: certificate", junk, REDIS_TLS="true", REDIS_TLS_CERT_FILE=junk, REDIS_TLS_KEY_FILE=junk)

    # Kafka.

    def test_kafka_unreachable(self):
        self.refused("kafka", NOBODY, KAFKA_BROKERS=NOBODY)

    def test_kafka_wrong_password(self):
        self.refused("kafka", "Invalid username or password", **self.named(self.guest | {"FRONTROW_KAFKA_PASSWORD_FILE": self.wrong}))

    def test_kafka_wrong_mechanism(self):
        self.refused("kafka", "mechanism", "PLAIN", **self.named(self.guest | {"FRONTROW_KAFKA_SASL_MECHANISM": "scram-sha-512"}))

    def test_kafka_topics_that_are_not_shown(self):
        self.refused("kafka", "may not create", "reservation.created", **self.named(self.guest))

    def test_kafka_topics_that_may_not_be_read(self):
        self.allow(TOPICS, "Write")
        self.allow(GROUP, "Read")
        self.refused("kafka", "may not read", "reservation.created", **self.named(self.guest))

    def test_kafka_topics_that_may_not_be_written(self):
        """One right after another is granted, and each start names the missing ones; with the last right it works, and nothing was written."""
        self.allow(TOPICS, "Describe")
        self.allow(["--topic", "reservation.created"], "Read")
        self.allow(GROUP, "Read")
        self.addCleanup(self.cluster.kafka_acl, "--remove", "--force", *self.guest_may(TOPICS, "Write"))
        ends = self.ends()
        for count in range(len(NAMES)):
            self.refused("kafka", f"may not write to {', '.join(NAMES[count:])} (", **self.named(self.guest))
            self.cluster.kafka_acl("--add", *self.guest_may(["--topic", NAMES[count]], "Write"))
        flags = [f"--{name.removeprefix('FRONTROW_').lower().replace('_', '-')}={value}" for name, value in self.guest.items()]
        self.cluster.start_pod("guest", *flags, verb="worker")
        self.addCleanup(self.cluster.end_pod, "guest")
        wait_until("it works", lambda: "is working" in self.cluster.log("guest"), 30)
        self.assertEqual(self.ends(), ends)

    def test_kafka_group_that_may_not_be_joined(self):
        self.allow(TOPICS, "Read", "Write")
        self.refused("kafka", "may not follow", "group", "frontrow-expiry", **self.named(self.guest))
        self.allow(GROUP, "Describe")
        self.refused("kafka", "may not follow", "group", "frontrow-expiry", **self.named(self.guest))

    def ends(self):
        """The offset of the next message in each topic's first partition."""
        return [self.cluster.kafka_lines("-Q", "-t", f"{name}:0:-1") for name in NAMES]

    def redis_primary(self):
        return f"127.0.0.1:{self.cluster.redis.processes.port(self.cluster.redis.primary())}"

    @staticmethod
    def named(environment):
        return {name.removeprefix("FRONTROW_"): value for name, value in environment.items()}

    @staticmethod
    def guest_may(what, *operations):
        return ["--allow-principal", "User:guest", *what, *(word for operation in operations for word in ("--operation", operation))]

    def allow(self, what, *operations):
        """Gives the guest this right until the test is over."""
        words = self.guest_may(what, *operations)
        self.cluster.kafka_acl("--add", *words)
        self.addCleanup(self.cluster.kafka_acl, "--remove", "--force", *words)


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")
