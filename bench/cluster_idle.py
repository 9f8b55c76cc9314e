"""A join, a seat map and a hold beside a large catalogue to which nothing happens, against the same in an empty sale. Used by cluster.py.

Each has a database of its own on the same server, and a pod that is started for the round: the rounds alternate. The idle concerts are written by
SQL, as a sale would have made them."""

import time
from statistics import median

from programs import Server, endpoint, remove, run_bench, scratch_directory

DATES = 3
SEATS = 200           # of each date
ROWS_AT_ONCE = 200_000
FIRST_CONCERT = 1_000_000
FIRST_DATE = 1_000_000_000
FIRST_SEAT = 2_000_000_000
QUIET_SECONDS = 3     # after a start
SCENARIOS = {"join": ("--users", 4_000), "seats": ("--seconds", 4), "hold": ("--users", 4_000)}


def numbers(count, at_once=ROWS_AT_ONCE):
    """MariaDB's tables of numbers, each with a part of 0 … count - 1."""
    return [f"(SELECT seq - 1 AS n FROM seq_{first + 1}_to_{min(first + at_once, count)}) numbers" for first in range(0, count, at_once)]


def fill(services, database, concerts):
    opening = int(time.time() * 1000) + 30 * 86_400_000
    run = lambda sql: services.mysql(f"USE {database}; {sql}")  # noqa: E731
    for some in numbers(concerts):
        run(f"INSERT INTO concerts (id, title, artist, venue, queue_enabled, queue_max_active, queue_admissions_per_second)"
            f" SELECT {FIRST_CONCERT} + n, CONCAT('Idle ', n), 'Artist', 'Hall', 1, 500, 100 FROM {some}")
    for some in numbers(concerts * DATES):
        run(f"INSERT INTO schedules (id, concert_id, starts_at, first_seat_id, seat_count, version, available_seats, available_version, sales_version)"
            f" SELECT {FIRST_DATE} + n, {FIRST_CONCERT} + n DIV {DATES}, {opening} + n MOD {DATES} * 86400000, {FIRST_SEAT} + n * {SEATS}, {SEATS}, 0,"
            f" {SEATS}, 0, 0 FROM {some}")
        run(f"INSERT INTO sections (id, schedule_id, name) SELECT {FIRST_DATE} + n, {FIRST_DATE} + n, '' FROM {some}")
    for some in numbers(concerts * DATES * SEATS):
        run(f"INSERT INTO seats (id, schedule_id, section_id, `row`, number, price, status) SELECT {FIRST_SEAT} + n, {FIRST_DATE} + n DIV {SEATS},"
            f" {FIRST_DATE} + n DIV {SEATS}, 0, n MOD {SEATS} + 1, 1000, 'AVAILABLE' FROM {some}")
    for kind, last in (("concert", FIRST_CONCERT + concerts), ("schedule", FIRST_DATE + concerts * DATES), ("section", FIRST_DATE + concerts * DATES),
                       ("seat", FIRST_SEAT + concerts * DATES * SEATS)):
        run(f"UPDATE id_blocks SET next = {last} WHERE kind = '{kind}'")


class Sale:
    """A database, and a pod on it while it is measured."""

    def __init__(self, run, name, concerts):
        self.run = run
        self.database = name
        self.directory = scratch_directory()
        self.environment = run.services.pod_environment(self.directory) | {"FRONTROW_MYSQL_DATABASE": name}
        run.services.mysql(f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}")
        self.pod().stop()  # makes the tables
        began = time.monotonic()
        if concerts:
            fill(run.services, name, concerts)
            print(f"    {concerts} idle concerts written in {time.monotonic() - began:.0f} s", flush=True)
        self.times = {scenario: [] for scenario in SCENARIOS}
        self.starts, self.memory = [], []

    def pod(self):
        self.run.services.redis("FLUSHALL")
        return Server(self.run.build, self.directory, environment=self.environment, seconds=120)

    def measure(self):
        with self.pod() as pod:
            self.starts.append(pod.started_in)
            time.sleep(QUIET_SECONDS)
            self.memory.append(pod.resident_kib() / 1024)
            for scenario, size in SCENARIOS.items():
                options = ["--admin-token-file", self.directory / "admin.token"]
                result = run_bench(self.run.build, pod, scenario, *options, *size, "--connections", 16, "--audit-command", "none")
                one = endpoint(result, scenario)["ok"]
                self.times[scenario].append((one["p50"], result["serverSeconds"] / one["count"] * 1e6))

    def end(self):
        self.run.services.mysql(f"DROP DATABASE {self.database}")
        remove(self.directory)


def measure(run):
    count = run.size.idle_concerts
    alone, beside = Sale(run, "frontrow_alone", 0), Sale(run, "frontrow_idle", count)
    for round_number in range(run.size.rounds):
        for sale in (alone, beside) if round_number % 2 == 0 else (beside, alone):
            sale.measure()
    name = f"{count} idle concerts"
    run.note(f"idle: start of a pod beside {name}, seconds until ready", median(beside.starts))
    run.note(f"idle: MiB of a pod beside {name}", median(beside.memory))
    for scenario in SCENARIOS:
        (p50, spent), (p50_alone, spent_alone) = ([median(column) for column in zip(*sale.times[scenario])] for sale in (beside, alone))
        run.note(f"idle: {scenario} p50 ms", p50)
        run.note(f"idle: {scenario} p50 ms, empty sale", p50_alone)
        run.note(f"idle: {scenario}, ratio of the p50", p50 / p50_alone)
        run.note(f"idle: {scenario}, ratio of the pod's processor time", spent / spent_alone)
    for sale in (alone, beside):
        sale.end()
