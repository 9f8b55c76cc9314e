"""Many pods on one MySQL, Redis and Kafka: what each costs while nothing happens, how long starts take, a restart of all of them one after
another under load behind haproxy, and one concert that all of them sell. Used by cluster.py."""

import csv
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from programs import Program, Server, endpoint, free_port, remove, run_bench, scratch_directory, wait_for_port

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from run_cluster import balancer_configuration  # noqa: E402

START_SECONDS = 300   # a start among twenty others, at most
SEEN_SECONDS = 60     # until haproxy, which asks once a second, has found a pod
QUIET_SECONDS = 20    # until the loops have found out that there is nothing to do
MEASURED_SECONDS = 20
TRIES = 50


def at_once(work, numbers):
    """work(number) for all of them at the same moment. Returns the results in order. An end of the program does not wait for it."""
    results, failures = {}, []

    def one(number):
        try:
            results[number] = work(number)
        except Exception as failure:  # noqa: BLE001  raised below, on the caller's thread
            failures.append(failure)
    threads = [threading.Thread(target=one, args=(number,), daemon=True) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [results[number] for number in numbers]


class Fleet:
    """The pods, each on a port that it keeps, and haproxy in front of them. To the generator they look like one server."""

    def __init__(self, build, services, count):
        services.fresh()
        self.build = build
        self.services = services
        self.directory = scratch_directory()
        self.environment = services.pod_environment(self.directory)
        self.ports = [free_port() for _ in range(count)]
        self.pods = {}
        self.balancer = None
        self.balancer_port = free_port()

    def start(self, numbers):
        """Starts these at the same moment. Returns the seconds until each was ready."""
        def start_one(number):
            file = self.directory / f"pod-{number}.log"
            with open(file, "a", encoding="utf-8") as log:
                try:
                    self.pods[number] = Server(self.build, self.directory / f"pod-{number}", port=self.ports[number],
                                               environment=self.environment, seconds=START_SECONDS, log=log)
                except RuntimeError as failure:
                    raise RuntimeError(f"{failure}; its log ends with\n{file.read_text()[-2_000:]}") from None
            return self.pods[number].started_in
        return at_once(start_one, numbers)

    def stop(self, numbers):
        """Ends these at the same moment. Returns the seconds until each was gone."""
        def stop_one(number):
            began = time.monotonic()
            if code := self.pods.pop(number).stop(seconds=60):
                raise RuntimeError(f"a pod ended with {code}")
            return time.monotonic() - began
        return at_once(stop_one, numbers)

    def start_balancer(self):
        file = self.directory / "haproxy.cfg"
        asked_at = f"\nglobal\n  stats socket {self.directory}/haproxy.sock mode 600\n"
        file.write_text(balancer_configuration(self.ports, self.balancer_port).replace("\nglobal\n", asked_at, 1))
        self.balancer = Program(["haproxy", "-f", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.balancer_port, self.balancer.process)
        for number in self.pods:
            self.wait_until_balanced(number)

    def balanced(self):
        """haproxy's table of the pods: a row of its words for each number."""
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(10)
            asking.connect(str(self.directory / "haproxy.sock"))
            asking.sendall(b"show stat\n")
            text = b"".join(iter(lambda: asking.recv(65_536), b"")).decode()
        rows = csv.DictReader(text.lstrip("# ").splitlines())
        return {int(row["svname"].rsplit("-", 1)[1]) - 1: row for row in rows if row["svname"].startswith("frontrow-")}

    def wait_until_balanced(self, number):
        """Until haproxy sends requests to the pod. A pod that is stopped earlier leaves fewer than all others to buyers."""
        deadline = time.monotonic() + SEEN_SECONDS
        while (state := self.balanced()[number]["status"]) != "UP":
            if time.monotonic() > deadline:
                raise RuntimeError(f"haproxy says of pod {number}: {state}")
            time.sleep(0.1)

    def repeated(self):
        """How often haproxy had to try again, and at another pod."""
        rows = self.balanced().values()
        return sum(int(row["wretr"] or 0) for row in rows), sum(int(row["wredis"] or 0) for row in rows)

    def bench_options(self, ports):
        given = " ".join(f"{name}='{value}'" for name, value in self.environment.items() if name.startswith("FRONTROW_"))
        more = ["--more-ports", ",".join(str(port) for port in ports[1:])] if len(ports) > 1 else []
        return ["--port", ports[0], *more, "--admin-token-file", self.directory / "admin.token", "--audit-command",
                f"env {given} '{self.build / 'frontrow'}' audit"]

    def processor_seconds(self):
        return {number: pod.processor_seconds() for number, pod in list(self.pods.items())}

    def metrics(self, name):
        """The sum of a metric over all pods and labels."""
        total = 0.0
        for number in self.pods:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[number]}/actuator/prometheus", timeout=10) as answer:
                total += sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", answer.read().decode(), re.M))
        return total

    def create_concerts(self, count, dates, seats):
        """On four connections. A busy row is asked for again."""
        token = (self.directory / "admin.token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = {"queue": {"enabled": True, "maxActive": 500, "admissionsPerSecond": 100},
                "schedules": [{"startsAt": f"2035-01-{day:02d}T10:00:00Z", "seats": {"count": seats, "price": 1000}} for day in range(1, dates + 1)]}

        def create(thread):
            server = HTTPConnection("127.0.0.1", self.ports[0], timeout=60)
            for number in range(thread, count, 4):
                for _ in range(TRIES):
                    server.request("POST", "/api/v1/admin/concerts", json.dumps({"title": f"Concert {number}", **body}), headers)
                    answer = server.getresponse()
                    text = answer.read()
                    if answer.status not in (409, 503):
                        break
                    time.sleep(0.2)
                if answer.status != 201:
                    raise RuntimeError(f"a concert is refused: {answer.status} {text[:200]}")
        at_once(create, range(4))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.balancer:
            self.balancer.stop()
        if self.pods:
            self.stop(list(self.pods))
        remove(self.directory)


class Entry:
    """What the generator speaks to: some of the pods, or haproxy."""

    def __init__(self, fleet, ports):
        self.fleet = fleet
        self.ports = ports

    def bench_options(self):
        return self.fleet.bench_options(self.ports)

    def processor_seconds(self):
        return sum(self.fleet.processor_seconds().values())


def spread(run, name, values):
    """Notes the median and the largest."""
    run.note(f"pods: {name}, median", median(values))
    run.note(f"pods: {name}, most", max(values))


class Counters:
    """What the services and the pods have been asked and have spent so far."""

    def __init__(self, fleet):
        services = fleet.services
        self.at = time.monotonic()
        asked = services.mysql_status("Queries", "Handler_read_key", "Handler_read_next", "Handler_read_prev", "Handler_read_rnd_next")
        self.statements = asked.pop("Queries")
        self.rows = sum(asked.values())
        self.redis = services.redis_commands()
        self.pods = fleet.processor_seconds()
        self.database = services.database_processor_seconds()


def measure_starts(run, fleet):
    everybody = range(len(fleet.ports))
    spread(run, "start of all at once on an empty database, seconds until ready", fleet.start(everybody))
    spread(run, "stop of all at once, seconds", fleet.stop(everybody))
    fleet.start([0])
    began = time.monotonic()
    fleet.create_concerts(run.size.concerts, 3, 200)
    run.note("pods: concerts of 600 seats made by one pod, a second", run.size.concerts / (time.monotonic() - began))
    fleet.stop([0])
    spread(run, f"start of one after another with {run.size.concerts} concerts, seconds until ready", [fleet.start([number])[0] for number in everybody])
    fleet.stop(everybody[1:])
    spread(run, "start of all others at once with the catalogue, seconds until ready", fleet.start(everybody[1:]))


def measure_idle(run, fleet):
    time.sleep(QUIET_SECONDS)
    before = Counters(fleet)
    time.sleep(MEASURED_SECONDS)
    after = Counters(fleet)
    seconds = after.at - before.at
    count = len(fleet.pods)
    run.note("pods: idle, Redis commands a second and pod", (after.redis - before.redis) / seconds / count)
    run.note("pods: idle, MySQL statements a second and pod", (after.statements - before.statements) / seconds / count)
    run.note("pods: idle, MySQL rows a second and pod", (after.rows - before.rows) / seconds / count)
    spread(run, "idle, % of a core", [(after.pods[number] - before.pods[number]) / seconds * 100 for number in fleet.pods])
    run.note("pods: idle, MySQL's % of a core", (after.database - before.database) / seconds * 100)
    spread(run, "idle, MiB of a pod", [pod.resident_kib() / 1024 for pod in fleet.pods.values()])
    run.note("pods: idle, connections to MySQL's primary, all pods", fleet.services.mysql_connections())
    run.note("pods: idle, connections to Redis's primary, all clients", fleet.services.redis_connections())


def restart_one_after_another(fleet, started, stopped):
    for number in range(len(fleet.ports)):
        stopped += fleet.stop([number])
        started += fleet.start([number])
        fleet.wait_until_balanced(number)


def measure_rolling_restart(run, fleet):
    """A buyer's requests go through haproxy, which may repeat only what it could not deliver. The load goes on until all have restarted."""
    fleet.start_balancer()
    started, stopped, failures, threads, generators = [], [], [], [], []

    def restart():
        try:
            restart_one_after_another(fleet, started, stopped)
        except Exception as failure:  # noqa: BLE001  shown below, on the main thread
            failures.append(failure)
        if generators[0].process.poll() is None:
            generators[0].process.send_signal(signal.SIGINT)  # then it checks every answer

    def on_stage(stage):
        if stage == "running":
            threads.append(threading.Thread(target=restart, daemon=True))
            threads[0].start()

    entry = Entry(fleet, [fleet.balancer_port])
    result = run_bench(fleet.build, entry, "on-sale", "--rate", run.size.restart_rate, "--users", run.size.restart_rate * 1_200,
                       "--seconds", 1_200, "--connections", 256, "--timeout-ms", 10_000, seconds_at_most=1_500, on_stage=on_stage, on_begin=generators.append)
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    run.note("pods: rolling restart, seconds until all had restarted", result["seconds"])
    spread(run, "rolling restart, seconds until a pod was gone", stopped)
    spread(run, "rolling restart, seconds until a pod was ready again", started)
    print(f"    seconds until each was ready again: {', '.join(f'{seconds:.2f}' for seconds in started)}", flush=True)
    again, elsewhere = fleet.repeated()
    run.note("pods: rolling restart, connections that haproxy tried again", again)
    run.note("pods: rolling restart, requests that haproxy gave to another pod", elsewhere)
    run.note("pods: rolling restart, requests", result["requests"])
    run.note("pods: rolling restart, failed requests", result["errors"] + result["unreadable"])
    if result["errors"]:
        print(result["text"])
    for step in ("seats", "hold", "pay"):
        run.note(f"pods: rolling restart, {step} p99 ms", endpoint(result, step)["ok"]["p99"])


def sell_one_concert(run, fleet, name, ports):
    """Distinct seats of one date: all pods meet at one row, and there is no reason to refuse anybody."""
    services = fleet.services
    services.mysql("FLUSH STATUS")
    marks = {}

    def mark(stage):
        marks[stage] = (services.database_processor_seconds(), fleet.metrics("commit_batch_size_sum"), fleet.metrics("commit_batches_total"))

    holds = run.size.pod_holds
    result = run_bench(fleet.build, Entry(fleet, ports), "hold", "--users", holds, "--seats-per-schedule", holds, "--connections", 256,
                       "--timeout-ms", 30_000, on_stage=mark)
    database, commands, batches = (after - before for before, after in zip(marks["running"], marks["checking"]))
    hold = endpoint(result, "hold")
    run.note(f"pods: one concert, {name}, holds a second", hold["ok"]["perSecond"])
    run.note(f"pods: one concert, {name}, hold p99 ms", hold["ok"]["p99"])
    run.note(f"pods: one concert, {name}, refused", hold["refused"]["count"])
    run.note(f"pods: one concert, {name}, errors", result["errors"] + result["unreadable"])
    run.note(f"pods: one concert, {name}, commands in a batch", commands / max(1, batches))
    run.note(f"pods: one concert, {name}, µs of the database's processor time a hold", database / holds * 1e6)
    run.note(f"pods: one concert, {name}, µs of the pods' processor time a hold", result["serverSeconds"] / holds * 1e6)
    run.note(f"pods: one concert, {name}, connections to MySQL's primary at most", services.mysql_status("Max_used_connections")["Max_used_connections"])
    if result["errors"]:
        print(result["text"])


def measure_one_concert(run, fleet):
    for round_number in range(run.size.rounds):
        entries = [("all pods", fleet.ports), ("one pod of them", fleet.ports[:1])]
        for name, ports in entries if round_number % 2 == 0 else reversed(entries):
            sell_one_concert(run, fleet, name, ports)


def measure_few_seats(run, fleet):
    """Everybody wants the same fifty seats, at any pod: each refusal has to be one of the contract's."""
    result = run_bench(fleet.build, Entry(fleet, fleet.ports), "hot-seat", "--users", 5_000, "--seats", 50, "--seconds", 10, "--connections", 256,
                       "--timeout-ms", 30_000)
    hold = endpoint(result, "hold")
    run.note("pods: fifty seats, all pods, refusals a second", hold["refused"]["perSecond"])
    run.note("pods: fifty seats, all pods, refusal p99 ms", hold["refused"]["p99"])
    run.note("pods: fifty seats, all pods, errors", result["errors"] + result["unreadable"])
    if result["errors"]:
        print(result["text"])


def measure(run):
    with Fleet(run.build, run.services, run.size.pods) as fleet:
        for part in (measure_starts, measure_idle, measure_one_concert, measure_few_seats, measure_rolling_restart):
            print(f"    {part.__name__.removeprefix('measure_').replace('_', ' ')}", flush=True)
            part(run, fleet)
