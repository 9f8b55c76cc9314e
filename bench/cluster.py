#!/usr/bin/env python3
"""Measures the cluster profile on this machine's own services, in one go, and writes bench/RESULTS-cluster.md.

    bench/cluster.py [--quick] [--rounds N] [--only joins holds on-sale idle pods] [--pods N] [--concerts N] [--idle-concerts N] [--build DIRECTORY]

Starts MariaDB with a replica, Redis with Sentinel and Kafka (tools/services.py) and one or two pods on them, and stops all of it again. Every run has
an empty database and an empty Redis, and ends with the generator's comparison and the audit. Figures that are compared are measured in
alternating rounds. `--quick` is one short round; it writes below the build directory instead.
`idle` is one pod beside ten thousand idle concerts (cluster_idle.py), which take 2 GiB of disk and some minutes to be written.
`pods` are twenty pods on two thousand concerts, which need 8 GiB of memory (cluster_pods.py).
"""

import argparse
import atexit
import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import cluster_idle
import cluster_pods
import results
from programs import Server, endpoint, remove, run_bench, run_json, scratch_directory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from run_cluster import service_settings, settings as pod_settings  # noqa: E402

CONNECTIONS = 256
DATABASE = "frontrow_measured"
REDIS_UPKEEP = {"ping", "info", "publish", "replconf", "role", "auth", "client", "hello", "subscribe", "psync", "config", "command", "select"}
TRANSACTIONS = "holds: one transaction each, {} connections, a second"
BEST = "holds: one transaction each at its best, a second"

# Number of pods, and whether there is a seat lock.
SETUPS = {"one pod": (1, True), "one pod, no lock": (1, False), "two pods": (2, True), "two pods, no lock": (2, False)}

TARGETS = [
    ("Joins of one concert through HTTP, a second, one pod", "joins: one pod, a second", None, ">=", 8_000),
    ("50,000 people who come within 8 s through two pods: join p99, ms", "joins: 50,000 in 8 s, two pods, p99 ms", None, "<=", 1_000),
    ("Durable holds through HTTP with the seat lock, one pod, against one transaction a hold straight on the database", "holds: one pod, a second", BEST,
     ">=", 1.0),
    ("On sale (80 % polls and seat maps): requests a second, one pod", "on-sale: one pod, requests a second", None, ">=", 10_000),
    ("A join beside idle concerts, against an empty sale", "idle: join, ratio of the p50", None, "<=", 1.1),
    ("A seat map beside idle concerts, against an empty sale", "idle: seats, ratio of the p50", None, "<=", 1.1),
    ("A hold beside idle concerts, against an empty sale", "idle: hold, ratio of the p50", None, "<=", 1.1),
    ("On sale: seat map p95, ms, one pod", "on-sale: one pod, seats p95 ms", None, "<=", 100),
    ("On sale: hold p99, ms, one pod", "on-sale: one pod, hold p99 ms", None, "<=", 300),
]
RATIOS = [
    ("Holds with the lock, against without, one pod", "holds: one pod, a second", "holds: one pod, no lock, a second"),
    ("Holds with the lock, against without, two pods", "holds: two pods, a second", "holds: two pods, no lock, a second"),
    ("Holds of two pods, against one", "holds: two pods, a second", "holds: one pod, a second"),
    ("One concert: holds of many pods, against one of them", "pods: one concert, all pods, holds a second",
     "pods: one concert, one pod of them, holds a second"),
    ("On sale: requests of two pods, against one", "on-sale: two pods, requests a second", "on-sale: one pod, requests a second"),
]


class Size:
    def __init__(self, quick, rounds, pods, concerts, idle_concerts):
        self.rounds = 1 if quick else rounds
        self.holds = 3_000 if quick else 30_000
        self.joins = 5_000 if quick else 50_000
        self.transactions = 1_000 if quick else 8_000
        self.threads = (16, 32) if quick else (8, 16, 32, 64)
        self.buyers = 1_500 if quick else 15_000
        self.seconds = 120
        self.pods = pods or (3 if quick else 20)
        self.concerts = concerts or (30 if quick else 2_000)
        self.idle_concerts = idle_concerts or (300 if quick else 10_000)
        self.pod_holds = 2_000 if quick else 20_000
        self.restart_rate = 20  # buyers a second, each with fifteen requests


class Services:
    """The services, and where they are. `fresh` deletes the sale's data in them."""

    def __init__(self, directory):
        self.directory = directory
        self.tool = [sys.executable, str(ROOT / "tools/services.py")]
        atexit.register(self.stop)
        subprocess.run([*self.tool, "start", "--fresh", "--dir", str(directory)], check=True, stdout=subprocess.DEVNULL, timeout=600)
        self.file = directory / "services.env"
        self.where = dict(line.split("=", 1) for line in self.file.read_text().splitlines())

    def stop(self):
        subprocess.run([*self.tool, "stop", "--remove", "--dir", str(self.directory)], stdout=subprocess.DEVNULL, timeout=300)

    def redis(self, *words, port=None, password=True):
        """Asks the primary, or another port."""
        if port is None:
            sentinel = self.where["REDIS_SENTINELS"].split(",")[0].rsplit(":", 1)[1]
            port = self.redis("SENTINEL", "get-master-addr-by-name", self.where["REDIS_MASTER"], port=sentinel, password=False).split()[1]
        environment = dict(os.environ)
        if password:
            environment["REDISCLI_AUTH"] = Path(self.where["REDIS_PASSWORD_FILE"]).read_text().strip()
        done = subprocess.run(["redis-cli", "-h", "127.0.0.1", "-p", port, *words], capture_output=True, text=True, check=True, timeout=30, env=environment)
        return done.stdout

    def mysql(self, sql):
        """The rows, tab separated, of statements at the primary."""
        done = subprocess.run(["mariadb", f"--socket={self.where['MYSQL_PRIMARY_SOCKET']}", f"--user={self.where['MYSQL_ROOT_USER']}", "-N", "-e", sql],
                              capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    def mysql_status(self, *names):
        rows = self.mysql(f"SHOW GLOBAL STATUS WHERE variable_name IN ({','.join(repr(name) for name in names)})")
        return {name: int(value) for name, value in (line.split("\t") for line in rows.splitlines())}

    def mysql_connections(self):
        return int(self.mysql(f"SELECT count(*) FROM information_schema.processlist WHERE user = '{self.where['MYSQL_USER']}'"))

    def redis_commands(self):
        """Without those of replicas, sentinels and watching clients."""
        calls = re.findall(r"^cmdstat_([a-z]+)\S*:calls=(\d+)", self.redis("INFO", "commandstats"), re.M)
        return sum(int(count) for name, count in calls if name not in REDIS_UPKEEP)

    def redis_connections(self):
        return int(re.search(r"connected_clients:(\d+)", self.redis("INFO", "clients"))[1])

    def database_processor_seconds(self):
        return processor_seconds(int(self.where["MYSQL_PRIMARY_PID"]))

    def fresh(self):
        self.mysql(f"DROP DATABASE IF EXISTS {DATABASE}; CREATE DATABASE {DATABASE}")
        self.redis("FLUSHALL")

    def pod_environment(self, directory):
        wanted = service_settings(self.file) | {"MYSQL_DATABASE": DATABASE}
        return {name: value for name, value in os.environ.items() if not name.startswith("FRONTROW_")} | pod_settings(directory, wanted)


class Pods:
    """Some pods of one sale. To the generator they look like one server on several ports."""

    def __init__(self, build, services, count, has_lock):
        services.fresh()
        self.build = build
        self.directory = scratch_directory()
        self.environment = services.pod_environment(self.directory)
        lock = "redis" if has_lock else "none"
        self.pods = [Server(build, self.directory / f"pod-{i}", "--seat-lock", lock, "--http-threads", "2", environment=self.environment)
                     for i in range(count)]

    def bench_options(self):
        given = " ".join(f"{name}='{value}'" for name, value in self.environment.items() if name.startswith("FRONTROW_"))
        more = ["--more-ports", ",".join(str(pod.port) for pod in self.pods[1:])] if len(self.pods) > 1 else []
        return ["--port", self.pods[0].port, *more, "--admin-token-file", self.directory / "admin.token", "--audit-command",
                f"env {given} '{self.build / 'frontrow'}' audit"]

    def processor_seconds(self):
        return sum(pod.processor_seconds() for pod in self.pods)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pod in self.pods:
            pod.stop()
        remove(self.directory)


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Run:
    def __init__(self, build, services, size):
        self.build = build
        self.services = services
        self.size = size
        self.figures = {}

    def note(self, name, value):
        self.figures.setdefault(name, []).append(value)
        print(f"    {name:<72} {value:>14,.2f}", flush=True)

    def bench(self, pods, scenario, *options):
        result = run_bench(self.build, pods, scenario, "--connections", CONNECTIONS, "--timeout-ms", 30_000, *options)
        if result["errors"] or result["unreadable"]:
            print(result["text"])
            self.note(f"{scenario}: errors of a run", result["errors"] + result["unreadable"])
        return result

    def transactions(self, threads):
        found = run_json(["env", f"FRONTROW_SERVICES={self.services.file}", self.build / "mysql_bench", "one-by-one", self.size.transactions, threads])
        self.note(TRANSACTIONS.format(threads), found["perSecond"])
        self.note(TRANSACTIONS.format(threads).replace("a second", "µs of the database's processor time each"), found["serverUs"])

    def holds(self, name, pods, has_lock):
        with Pods(self.build, self.services, pods, has_lock) as running:
            before = self.services.database_processor_seconds()
            # Eight dates, because the date decides the writer.
            result = self.bench(running, "hold", "--users", self.size.holds, "--seats-per-schedule", self.size.holds // 8)
            hold = endpoint(result, "hold")["ok"]
            self.note(f"holds: {name}, a second", hold["perSecond"])
            self.note(f"holds: {name}, p99 ms", hold["p99"])
            self.note(f"holds: {name}, µs of the pods' processor time each", result["serverSeconds"] / self.size.holds * 1e6)
            self.note(f"holds: {name}, µs of the database's processor time each, all of the run", (self.services.database_processor_seconds() - before) / self.size.holds * 1e6)

    def joins(self, name, pods, *options):
        with Pods(self.build, self.services, pods, True) as running:
            result = self.bench(running, "join", "--users", self.size.joins, *options)
            join = endpoint(result, "join")["ok"]
            self.note(f"joins: {name}, a second", join["perSecond"])
            self.note(f"joins: {name}, p99 ms", join["p99"])

    def on_sale(self, name, pods, has_lock):
        with Pods(self.build, self.services, pods, has_lock) as running:
            result = self.bench(running, "on-sale", "--users", self.size.buyers, "--seconds", self.size.seconds)
            self.note(f"on-sale: {name}, requests a second", result["requestsPerSecond"])
            self.note(f"on-sale: {name}, seats p95 ms", endpoint(result, "seats")["ok"]["p95"])
            for step in ("poll", "hold", "pay"):
                self.note(f"on-sale: {name}, {step} p99 ms", endpoint(result, step)["ok"]["p99"])
            self.note(f"on-sale: {name}, µs of the pods' processor time a request", result["serverSeconds"] / result["requests"] * 1e6)


def measure_holds(run):
    for round_number in range(run.size.rounds):
        for threads in run.size.threads:
            run.transactions(threads)
        for name in SETUPS if round_number % 2 == 0 else reversed(SETUPS):
            run.holds(name, *SETUPS[name])
    best = max(run.size.threads, key=lambda threads: median(run.figures[TRANSACTIONS.format(threads)]))
    run.figures[BEST] = run.figures[TRANSACTIONS.format(best)]


def measure_joins(run):
    for _ in range(run.size.rounds):
        run.joins("one pod", 1)
        run.joins("two pods", 2)
        run.joins("50,000 in 8 s, two pods", 2, "--rate", run.size.joins // 8)


def measure_on_sale(run):
    for _ in range(run.size.rounds):
        for name in ("one pod", "two pods"):
            run.on_sale(name, *SETUPS[name])


MEASURES = {"joins": measure_joins, "holds": measure_holds, "on-sale": measure_on_sale, "idle": cluster_idle.measure, "pods": cluster_pods.measure}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES))
    parser.add_argument("--pods", type=int)
    parser.add_argument("--concerts", type=int)
    parser.add_argument("--idle-concerts", type=int)
    parser.add_argument("--build", type=lambda text: Path(text).resolve(), default=ROOT / "build/release")
    asked = parser.parse_args()
    own = asked.build / "bench"
    own.mkdir(exist_ok=True)
    machine = results.describe_machine(ROOT, own)
    print("  services", flush=True)
    run = Run(asked.build, Services(own / "services"), Size(asked.quick, asked.rounds, asked.pods, asked.concerts, asked.idle_concerts))
    for name in asked.only:
        print(f"  {name}", flush=True)
        MEASURES[name](run)
    machine["Load when it ended"] = f"{os.getloadavg()[0]:.1f}"
    table = results.judge(run.figures, TARGETS, RATIOS)
    print("\n" + results.as_text(table))
    is_whole = not asked.quick and set(asked.only) == set(MEASURES)
    command = "make bench-cluster" + (" QUICK=1" if asked.quick else "") if set(asked.only) == set(MEASURES) else " ".join(sys.argv)
    file = (ROOT / "bench" if is_whole else own) / "RESULTS-cluster.md"
    file.write_text(results.heading(machine, command, run.size.rounds, table).replace("# Results", "# Results of the cluster profile", 1) +
                    results.every_figure(run.figures))
    print(f"written: {file}")


if __name__ == "__main__":
    main()
