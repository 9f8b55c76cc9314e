#!/usr/bin/env python3
"""A large catalogue in a data directory of the embedded profile, and what it costs while nobody looks at it.

catalogue.py BUILD-DIRECTORY DATA-DIRECTORY [--concerts 5000] [--dates 4] [--seats 1000] [--large 100000] [--measure 5]

Fills an empty data directory with concerts that are on sale, and makes one hall of --large seats through the API. Then it starts the server
after a clean stop and after a kill, says what it holds in memory when idle, and looks at halls for the first time. --measure joins, looks
and holds beside that catalogue and in an empty sale in turn.
"""

import argparse
import json
import signal
import statistics
import time
import urllib.request
from pathlib import Path

from filling import empty_sale, run
from programs import Server, endpoint, remove, run_bench, scratch_directory

DAY_MS = 86_400_000

DATE = """
INSERT INTO schedules (id, concert_id, starts_at, first_seat_id, seat_count, version, available_seats, available_version)
  VALUES (:date, :concert, :starts_at, :first, :seats, 0, :seats, 0);
INSERT INTO sections (id, schedule_id, name) VALUES (:date, :date, 'A');
INSERT INTO seats (id, schedule_id, section_id, row, number, price, status)
  SELECT :first + i, :date, :date, 1 + i / 50, 1 + i % 50, 1000, 'AVAILABLE' FROM numbers;
"""

CONCERT = """
INSERT INTO concerts (id, title, artist, venue, queue_enabled, queue_max_active, queue_admissions_per_second, deeds_since)
  VALUES (:concert, 'Concert ' || :concert, 'Artist', 'Hall', 1, 500, 100, 0);
"""

MARKS = """
UPDATE id_blocks SET next = max(next, 1 + :last) WHERE kind IN ('concert', 'schedule', 'section', 'seat');
"""


def fill(database, options):
    with empty_sale(database, options.seats) as db:
        opening = int(time.time() * 1000) + 30 * DAY_MS
        date = 0
        for concert in range(1, options.concerts + 1):
            run(db, CONCERT, {"concert": concert})
            for day in range(options.dates):
                first, date = date * options.seats + 1, date + 1
                run(db, DATE, {"date": date, "concert": concert, "first": first, "seats": options.seats, "starts_at": opening + day * DAY_MS})
        run(db, MARKS, {"last": date * options.seats})


class Operator:
    """The admin API of one server."""

    def __init__(self, server):
        self.base = f"http://127.0.0.1:{server.port}/api/v1/admin"
        self.token = (server.data_dir / "admin.token").read_text().strip()

    def ask(self, method, path, body=None):
        """The answer's body and the seconds that it took."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data=body and json.dumps(body).encode(), method=method, headers=headers)
        began = time.monotonic()
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return text, time.monotonic() - began


def make_large_hall(server, seats):
    hall = {"title": "Large", "schedules": [{"startsAt": "2040-01-01T10:00:00Z", "seats": {"count": seats, "price": 10}}]}
    text, seconds = Operator(server).ask("POST", "/concerts", hall)
    print(f"a hall of {seats} seats made in {seconds:.2f} s", flush=True)
    made = json.loads(text)
    return made["id"], made["schedules"][0]["id"]


def look(server, options, large):
    operator = Operator(server)
    halls = [(1 + options.concerts * part // 5, options.dates * (1 + options.concerts * part // 5)) for part in range(5)]
    seconds = [operator.ask("GET", f"/concerts/{concert}/schedules/{date}/seats")[1] for concert, date in halls]
    print(f"first look at a hall of {options.seats}: median {statistics.median(seconds) * 1000:.1f} ms, worst {max(seconds) * 1000:.1f}")
    path = f"/concerts/{large[0]}/schedules/{large[1]}/seats"
    print(f"first look at the hall of {options.large}: {operator.ask('GET', path)[1] * 1000:.0f} ms,"
          f" the next {operator.ask('GET', path)[1] * 1000:.0f} ms", flush=True)


def measure_starts(build, data, rounds):
    for after, how in (("a clean stop", signal.SIGTERM), ("a kill", signal.SIGKILL)):
        starts, memory = [], []
        for _ in range(rounds):
            with Server(build, data) as server:
                starts.append(server.started_in)
                time.sleep(1)  # what is given back after the start is given back
                memory.append(server.resident_kib() / 1024)
                server.stop(how)
        print(f"start after {after}: median {statistics.median(starts):.3f} s, worst {max(starts):.3f}; idle {statistics.median(memory):.0f} MiB",
              flush=True)


SCENARIOS = {"join": ("--users", 20_000), "seats": ("--seconds", 5), "hold": ("--users", 20_000)}


def measure(build, data, rounds):
    """One scenario after another beside the catalogue and in an empty sale, in turn: medians of their p50 and of the server's time."""
    directory = scratch_directory()
    for scenario, size in SCENARIOS.items():
        times = {data: [], directory / "empty": []}
        for place in list(times) * rounds:
            with Server(build, place) as server:
                result = run_bench(build, server, scenario, *size, "--connections", 64, "--audit-command", "none")
                one = endpoint(result, scenario)["ok"]
                times[place].append((one["p50"], result["serverSeconds"] / one["count"] * 1e6))
        beside, alone = ([statistics.median(column) for column in zip(*rows)] for rows in times.values())
        print(f"{scenario}: p50 {beside[0]:.2f} ms, {alone[0]:.2f} in an empty sale, ratio {beside[0] / alone[0]:.2f};"
              f" processor {beside[1]:.1f} us, {alone[1]:.1f}, ratio {beside[1] / alone[1]:.2f}", flush=True)
    remove(directory)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--concerts", type=int, default=5000)
    parser.add_argument("--dates", type=int, default=4, help="of each concert")
    parser.add_argument("--seats", type=int, default=1000, help="of each date")
    parser.add_argument("--large", type=int, default=100_000, metavar="SEATS", help="of one hall more, made through the API")
    parser.add_argument("--measure", type=int, default=0, metavar="ROUNDS")
    options = parser.parse_args()
    build = options.build.resolve()
    Server(build, options.data).stop()  # makes the tables
    began = time.monotonic()
    fill(options.data / "frontrow.db", options)
    print(f"{options.concerts * options.dates * options.seats} seats in {time.monotonic() - began:.1f} s", flush=True)
    with Server(build, options.data) as server:
        large = make_large_hall(server, options.large)
    measure_starts(build, options.data, 5)
    with Server(build, options.data) as server:
        look(server, options, large)
    if options.measure:
        measure(build, options.data, options.measure)


if __name__ == "__main__":
    main()
