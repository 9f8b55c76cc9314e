"""The services of the cluster profile and some pods on them, to be killed and brought back by name."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

PROVE = "FRONTROW_PROVE" in os.environ
for _name in [name for name in os.environ if name.startswith("FRONTROW_")]:
    del os.environ[_name]  # they are the suite's own; a pod would take them for settings
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "http")]

import run_cluster  # noqa: E402
import services  # noqa: E402
from cluster.kafka import Kafka  # noqa: E402
from cluster.mariadb import MariaDb  # noqa: E402
from cluster.process import Processes, wait_until  # noqa: E402, F401
from cluster.redis import Redis  # noqa: E402
from sale_driver import UNLIMITED  # noqa: E402

PRIMARY, REPLICA = MariaDb.names
DATABASE = "frontrow_failover"


class Cluster:
    """Services below `directory`, new ones or those that are there, and the pods' data and logs as well. Pods end with this process; `end`
    ends the rest, or else `tools/services.py stop --dir`."""

    def __init__(self, build, directory, are_new=True, **settings):
        self.build = build
        self._services = Processes(directory)
        if are_new:
            services.stop(self._services, list(services.KINDS), remove=True)
            services.start(self._services, list(services.KINDS))
        self.mysql, self.redis, self.kafka = MariaDb(self._services), Redis(self._services), Kafka(self._services)
        self._pods = Processes(directory / "pods")
        self._changing = threading.Lock()  # two threads may not start and stop processes at the same time
        self.mysql.sql(PRIMARY, f"DROP DATABASE IF EXISTS {DATABASE}; CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")
        where = run_cluster.service_settings(directory / "services.env")
        self.environment = run_cluster.settings(self._pods.directory, where) | {"FRONTROW_MYSQL_DATABASE": DATABASE} | settings
        self.admin_token = Path(self.environment["FRONTROW_ADMIN_TOKEN_FILE"]).read_text().strip()

    def end(self):
        for name in self._pods.names():
            self.end_pod(name, signal.SIGKILL)
        services.stop(self._services, list(services.KINDS), remove=False)

    # Services.

    def kill(self, name):
        with self._changing:
            self._services.end(name, signal.SIGKILL)

    def revive(self, name):
        with self._changing:
            services.revive(self._services, name)

    def send(self, name, number):
        self._services.send(name, number)

    def processor_seconds(self, name):
        fields = Path(f"/proc/{self._services.pid(name)}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def sql(self, statement, server=PRIMARY, seconds=30):
        """Rows of texts."""
        text = self.mysql.sql(server, f"USE {DATABASE}; {statement}", seconds)
        return [line.split("\t") for line in text.splitlines()]

    def redis_is_whole(self):
        return all(self.redis.knows_all(name) for name in self.redis.names if name.startswith("sentinel"))

    def kafka_lines(self, *words):
        """The lines that kcat prints."""
        brokers = self.kafka.environment()["KAFKA_BROKERS"]
        done = subprocess.run(["kcat", "-b", brokers, *words], capture_output=True, text=True, timeout=120, check=True)
        return done.stdout.splitlines()

    def kafka_acl(self, *words):
        """Kafka's own tool for rights."""
        subprocess.run([*self.kafka._java("kafka.admin.AclCommand"), "--bootstrap-server", self.kafka.environment()["KAFKA_BROKERS"], *words],
                       capture_output=True, text=True, timeout=60, check=True)

    # Pods.

    def start_pod(self, name, *flags, verb="serve", program="frontrow"):
        own = UNLIMITED | {"FRONTROW_PORT": str(self.port(name)), "FRONTROW_DATA_DIR": str(self._pods.directory / name)}
        with self._changing:
            # setpriv: it dies with this process, even when this is killed.
            self._pods.start(name, ["setpriv", "--pdeathsig", "KILL", self.build / program, verb, *flags], self.environment | own)
        if verb == "serve":
            run_cluster.wait_ready(self._pods, name, self.port(name))

    def end_pod(self, name, number=signal.SIGTERM, seconds=30):
        with self._changing:
            self._pods.end(name, number, seconds)

    def send_pod(self, name, number):
        self._pods.send(name, number)

    def port(self, name):
        return self._pods.port(name)

    def log(self, name):
        return (self._pods.directory / f"{name}.log").read_text(errors="replace")

    def program(self, *words, program="frontrow", environment=None, seconds=60):
        """Runs it to its end: exit code, output, log."""
        done = subprocess.run([self.build / program, *words], env={**os.environ, **self.environment, **(environment or {})},
                              capture_output=True, text=True, timeout=seconds, check=False)
        return done.returncode, done.stdout, done.stderr
