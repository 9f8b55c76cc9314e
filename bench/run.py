#!/usr/bin/env python3
"""Measures frontrow beside the limits of the machine, in one go, and writes bench/RESULTS.md.

    bench/run.py [--quick] [--only NAME …] [--build DIRECTORY] [--scratch DIRECTORY]

Figures that are compared are measured in alternating rounds (A B A B …), because a machine's speed changes with time; a ratio is that of
the medians. `--quick` is one short round, to see that everything works; it writes below the build directory instead.
"""

import argparse
import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

import results
from programs import Program, Server, endpoint, free_port, remove, run_bench, run_json, scratch_directory, wait_for_port

ROOT = Path(__file__).resolve().parent.parent


CROWD = 256  # connections for measuring commits: as many as can share one commit
HALL = 200  # seats in a buyer's map: as near to fifty as a concert's hundred dates allow


class Size:
    """Length of the runs and number of rounds."""

    def __init__(self, quick):
        self.quick = quick
        self.rounds = 1 if quick else 5
        self.wrk_seconds = 2 if quick else 5
        self.holds = 10_000 if quick else 60_000
        self.purchases = 3_000 if quick else 20_000
        self.raw_seconds = 2 if quick else 5
        self.single_holds = 1_000 if quick else 4_000
        self.open_loop_seconds = 3 if quick else 10
        self.poll = (5_000, 1_500, 20_000) if quick else (50_000, 15_000, 1_000_000)
        self.poll_seconds = 8 if quick else 40
        self.rush = (4_000, 1_000, 500) if quick else (50_000, 10_000, 2_000)
        self.stored = 50_000 if quick else 1_000_000


class Run:
    def __init__(self, build, scratch, size):
        self.build = build
        self.scratch = scratch
        self.size = size
        self.figures = {}  # name -> the figure of each round

    def note(self, name, value):
        self.figures.setdefault(name, []).append(value)
        print(f"    {name:<44} {value:>14,.2f}", flush=True)

    def middle(self, name):
        return median(self.figures[name]) if name in self.figures else None

    def directory(self):
        return scratch_directory(self.scratch)

    def server(self, *settings, data=None):
        return Server(self.build, data or self.directory() / "data", *settings)

    def bench(self, server, scenario, *options):
        result = run_bench(self.build, server, scenario, *options)
        self.check(result)
        return result

    def note_processor(self, name, result, count):
        """The server's processor time. A busy machine changes it less than the rate of requests."""
        self.note(f"{name}, µs of the server's processor time each", result["serverSeconds"] / count * 1e6)

    def check(self, result):
        """Shows and counts errors. A difference between an answer and the stored data has ended the run already."""
        if result["errors"] or result["unreadable"]:
            print(result["text"])
            self.note(f"{result['scenario']}: errors of a run", result["errors"] + result["unreadable"])


# Small requests to set things up.


def post(url, body, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


class Hall:
    """A concert without a queue and a user with a ticket, for wrk, which has one header for all of its requests."""

    def __init__(self, server, seats=50):
        self.url = f"http://127.0.0.1:{server.port}"
        token = (server.data_dir / "admin.token").read_text().strip()
        made = post(f"{self.url}/api/v1/admin/concerts",
                    {"title": "Bench", "queue": {"enabled": False, "maxActive": 1000, "admissionsPerSecond": 1000},
                     "schedules": [{"startsAt": "2099-01-01T19:00:00.000Z", "seats": {"count": seats, "price": 1000}}]},
                    Authorization=f"Bearer {token}")
        self.concert, schedule = made["id"], made["schedules"][0]
        self.schedule, self.seat = schedule["id"], schedule["firstSeatId"]
        self.seats_path = f"/api/v1/concerts/{self.concert}/schedules/{self.schedule}/seats"
        self.hold_path = f"/api/v1/concerts/{self.concert}/reservations"

    def ticket(self, user):
        return post(f"{self.url}/api/v1/queue/token", {"userId": user, "concertId": self.concert})["token"]

    def hold(self, ticket):
        return post(self.url + self.hold_path, {"scheduleId": self.schedule, "seatId": self.seat}, X_Queue_Token=ticket)

    def seat_map(self, ticket):
        request = urllib.request.Request(self.url + self.seats_path, headers={"X-Queue-Token": ticket})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()


def wrk(url, seconds, script=None, headers=()):
    command = ["wrk", "-t2", "-c64", f"-d{seconds}s", "--latency", *(["-s", str(script)] if script else [])]
    for header in headers:
        command += ["-H", header]
    done = subprocess.run([*command, url], capture_output=True, text=True, timeout=seconds + 30, check=True)
    return {"perSecond": float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1)),
            "refused": int((re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout) or [0, 0])[1])}


class Nginx(Program):
    """nginx that `return`s the bytes. A word of its configuration is at most 4 KB, so the bytes are put together from several."""

    def __init__(self, directory, body):
        self.port = free_port()
        parts = [body[i:i + 3000] for i in range(0, len(body), 3000)]
        quoted = [part.replace("\\", "\\\\").replace('"', '\\"').replace("$", "${dollar}") for part in parts]
        sets = "".join(f'      set $part{i} "{part}";\n' for i, part in enumerate(quoted))
        config = directory / "nginx.conf"
        config.write_text(f"""daemon off; worker_processes 2; pid {directory}/nginx.pid; error_log {directory}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; default_type application/json;
  client_body_temp_path {directory}/a; proxy_temp_path {directory}/b; fastcgi_temp_path {directory}/c; uwsgi_temp_path {directory}/d;
  scgi_temp_path {directory}/e;
  server {{
    listen 127.0.0.1:{self.port} reuseport;
    location / {{
{sets}      return 200 "{''.join(f'$part{i}' for i in range(len(parts)))}";
    }}
  }}
}}
""")
        super().__init__(["nginx", "-e", directory / "error.log", "-c", config], stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)


class Bare(Program):
    def __init__(self, build, directory, status, content_type, body):
        self.port = free_port()
        (directory / "body").write_text(body)
        super().__init__([build / "bare_server", self.port, 2, status, content_type, directory / "body"])
        wait_for_port(self.port, self.process)


def raw(run, name, what, group, seats, stored=0):
    directory = run.directory()
    result = run_json([run.build / "raw_sqlite", directory / "raw", what, group, run.size.raw_seconds, seats, stored])
    remove(directory)
    run.note(f"{name}: raw SQLite, groups of {group}, a second", result["perSecond"])
    if group > 1:
        run.note(f"{name}: raw SQLite, groups of {group}, µs of processor time each", result["processorUs"])


# The measurements.


def measure_idle(run):
    """The time from start to ready, and the memory of an idle server."""
    for _ in range(run.size.rounds):
        with run.server() as server:
            run.note("idle: start to ready, ms", server.started_in * 1000)
            time.sleep(1)
            run.note("idle: memory, MiB", server.resident_kib() / 1024)


def measure_disk(run):
    for _ in range(run.size.rounds):
        directory = run.directory()
        for size in (4096, 65536):
            found = run_json([run.build / "fdatasync_loop", directory / "file", 1, size])
            run.note(f"disk: fdatasync of {size // 1024} KiB a second", found["perSecond"])
        remove(directory)


def measure_seats(run):
    """The seat map of 50 against nginx and a bare server with the same bytes; and by many users with a ticket each."""
    directory = run.directory()
    with run.server() as server:
        hall = Hall(server)
        ticket = hall.ticket(1)
        body = hall.seat_map(ticket)
        with Nginx(directory, body) as nginx, Bare(run.build, directory, 200, "application/json", body) as bare:
            path, headers = hall.seats_path, [f"X-Queue-Token: {ticket}"]
            for _ in range(run.size.rounds):
                for name, port in (("nginx", nginx.port), ("frontrow", server.port), ("bare Beast server", bare.port)):
                    found = wrk(f"http://127.0.0.1:{port}{path}", run.size.wrk_seconds, headers=headers)
                    if found["refused"]:
                        raise RuntimeError(f"{name} did not answer with 2xx")
                    run.note(f"seats: {name}, a second (wrk)", found["perSecond"])
                result = run.bench(server, "seats", "--seconds", run.size.wrk_seconds)
                run.note("seats: frontrow, many users, a second", result["requestsPerSecond"])
                run.note("seats: frontrow, many users, p99 ms", endpoint(result, "seats")["ok"]["p99"])
                run.note_processor("seats: frontrow", result, result["requests"])
    remove(directory)


def measure_hold(run):
    """Durable holds against the raw loop, and against one transaction a request through the same server."""
    size = run.size
    for _ in range(size.rounds):
        with run.server() as server:
            result = run.bench(server, "hold", "--users", size.holds, "--connections", CROWD)
            run.note("hold: frontrow, a second", endpoint(result, "hold")["ok"]["perSecond"])
            run.note_processor("hold: frontrow", result, result["requests"])
            run.note("hold: frontrow, p99 ms", endpoint(result, "hold")["ok"]["p99"])
            run.note("hold: write-ahead log, MiB", max((p.stat().st_size for p in server.data_dir.glob("*-wal")), default=0) / 2**20)
        raw(run, "hold", "hold", 128, size.holds)
        raw(run, "hold", "hold", 1, size.holds)
        with run.server("--commit-batch", "1") as server:
            result = run.bench(server, "hold", "--users", size.single_holds)
            run.note("hold: one transaction a request, a second", endpoint(result, "hold")["ok"]["perSecond"])
    half = run.middle("hold: frontrow, a second") / 2
    for _ in range(size.rounds):
        with run.server() as server:
            result = run.bench(server, "hold", "--rate", f"{half:.0f}", "--poisson", "--connections", CROWD, "--users", int(half * size.open_loop_seconds * 1.2),
                               "--seconds", size.open_loop_seconds)
            found = endpoint(result, "hold")["ok"]
            run.note("hold: at half of that rate, p50 ms", found["p50"])
            run.note("hold: at half of that rate, p99 ms", found["p99"])


def measure_purchase(run):
    size = run.size
    for _ in range(size.rounds):
        with run.server() as server:
            result = run.bench(server, "purchase", "--users", size.purchases, "--connections", CROWD, "--seats-per-schedule", HALL)
            run.note("purchase: frontrow, a second", endpoint(result, "pay")["ok"]["perSecond"])
            run.note_processor("purchase: frontrow", result, result["journeys"])
            run.note("purchase: frontrow, pay p99 ms", endpoint(result, "pay")["ok"]["p99"])
        with run.server() as server:
            result = run.bench(server, "purchase", "--users", size.purchases, "--connections", CROWD)
            run.note("purchase: frontrow, each looks at 1,000 seats, a second", endpoint(result, "pay")["ok"]["perSecond"])
        raw(run, "purchase", "purchase", 128, size.purchases)
        raw(run, "purchase", "purchase", 1, size.purchases)
        with run.server("--commit-batch", "1") as server:
            result = run.bench(server, "purchase", "--users", size.single_holds // 2, "--seats-per-schedule", HALL)
            run.note("purchase: one transaction a request, a second", endpoint(result, "pay")["ok"]["perSecond"])


def measure_hot_seat(run):
    directory = run.directory()
    with run.server() as server:
        hall = Hall(server)
        hall.hold(hall.ticket(1))
        ticket = hall.ticket(2)
        script = directory / "hold.lua"
        script.write_text(f"""wrk.method = "POST"
wrk.body = '{{"scheduleId":{hall.schedule},"seatId":{hall.seat}}}'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-Queue-Token"] = "{ticket}"
""")
        problem = ('{"type":"urn:frontrow:problem:seat-already-reserved","title":"Seat already reserved","status":409,"detail":"Somebody '
                   'else has taken a seat you asked for.","code":"SEAT_ALREADY_RESERVED","traceId":"0af7651916cd43dd8448eb211c80319c",'
                   '"seatIds":[1]}')
        with Bare(run.build, directory, 409, "application/problem+json", problem) as bare:
            for _ in range(run.size.rounds):
                for name, port in (("frontrow", server.port), ("bare Beast server", bare.port)):
                    found = wrk(f"http://127.0.0.1:{port}{hall.hold_path}", run.size.wrk_seconds, script)
                    if not found["refused"]:
                        raise RuntimeError(f"{name} did not refuse")
                    run.note(f"hot-seat: {name}, refusals a second (wrk)", found["perSecond"])
                result = run.bench(server, "hot-seat", "--seconds", run.size.wrk_seconds)
                hold = endpoint(result, "hold")
                run.note("hot-seat: frontrow, many users, refusals a second", hold["refused"]["perSecond"])
                run.note("hot-seat: frontrow, a loser's p99 ms", hold["refused"]["p99"])
    remove(directory)


def measure_poll(run):
    """Memory of a connection: the same people over few and over many. Then with a long queue behind them. With a small page cache, because
    the usual one fills up to its 64 MiB with recent pages, which would count as the tickets' memory."""
    users, connections, waiting = run.size.poll
    common = ["--users", users, "--seconds", run.size.poll_seconds, "--max-active", 500, "--admissions", 200]
    peak = {}
    for name, options in (("few", ["--connections", 100]), ("many", ["--connections", connections]),
                          ("long", ["--connections", connections, "--waiting", waiting - users])):
        with run.server("--sqlite-cache-mib", "2") as server:
            result = run.bench(server, "poll", *common, *options)
            peak[name] = max(sample["serverMiB"] for sample in result["samples"]) * 2**20
            found = endpoint(result, "poll")["ok"]
            if name != "few":
                label = f"{users:,} users, {connections:,} connections" if name == "many" else f"{waiting:,} waiting"
                run.note(f"poll: {label}, a second", found["perSecond"])
                run.note(f"poll: {label}, p99 ms", found["p99"])
                run.note(f"poll: {label}, memory MiB", peak[name] / 2**20)
    run.note("poll: memory of a connection, bytes", (peak["many"] - peak["few"]) / (connections - 100))
    run.note("poll: memory of a waiting ticket, bytes", (peak["long"] - peak["many"]) / (waiting - users))


def measure_rush(run):
    users, seats, active = run.size.rush
    with run.server("--hold-seconds", "10") as server:
        page = run.build / "bench" / "rush.html"
        page.parent.mkdir(exist_ok=True)
        result = run.bench(server, "rush", "--users", users, "--seats", seats, "--max-active", active, "--admissions", active,
                           "--connections", 1000 + active, "--connections-inside", active, "--html", page, "--timeout-ms", 30000)
        run.rush = result
        run.note("rush: seconds until all have left", result["seconds"])
        run.note("rush: requests a second", result["requestsPerSecond"])
        run.note("rush: hold p99 ms", max(endpoint(result, "hold")[kind]["p99"] for kind in ("ok", "refused")))
        run.note("rush: pay p99 ms", endpoint(result, "pay")["ok"]["p99"])
        run.note("rush: payments told and stored", result["check"]["toldPayments"])
        run.note("rush: seats left", result["samples"][-1].get("seatsLeft", -1))
        run.note("rush: errors", result["errors"])


def measure_indexes(run):
    """The cost of an index, or of foreign keys, for a hold: the raw loop without it."""
    variants = {"as it is": "", "without idx_live_of_user": "DROP INDEX idx_live_of_user",
                "without idx_reservation_user_time": "DROP INDEX idx_reservation_user_time",
                "without idx_reservation_concert_status": "DROP INDEX idx_reservation_concert_status",
                "without idx_active_seat_reservation": "DROP INDEX idx_active_seat_reservation",
                "without foreign keys": "PRAGMA foreign_keys=OFF"}
    for _ in range(run.size.rounds):
        for name, sql in variants.items():
            directory = run.directory()
            found = run_json([run.build / "raw_sqlite", directory / "raw", "hold", 128, run.size.raw_seconds, run.size.holds, 0, sql])
            run.note(f"schema: a raw hold {name}, µs of processor time", found["processorUs"])
            remove(directory)


def measure_growth(run):
    """Holds with many reservations stored and 50,000 seats a schedule, against the raw loop on a store of that size."""
    size = run.size
    for _ in range(max(1, size.rounds // 2)):
        directory = run.directory()
        run_json([run.build / "raw_sqlite", directory / "data", "fill", 128, 0, 50_000, size.stored])
        with run.server(data=directory / "data") as server:
            run.note("growth: start to ready, ms", server.started_in * 1000)
            result = run.bench(server, "hold", "--users", size.holds, "--connections", CROWD)
            run.note("growth: frontrow, a second", endpoint(result, "hold")["ok"]["perSecond"])
        remove(directory)
        raw(run, "growth", "hold", 128, size.holds, size.stored)


MEASURES = {"idle": measure_idle, "disk": measure_disk, "seats": measure_seats, "hold": measure_hold, "purchase": measure_purchase,
            "hot-seat": measure_hot_seat, "poll": measure_poll, "rush": measure_rush, "growth": measure_growth,
            "schema": measure_indexes}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES))
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--scratch", type=Path, help="where the stores are; the disk that is measured [BUILD/bench]")
    asked = parser.parse_args()
    build = asked.build.resolve()
    scratch = asked.scratch or build / "bench"
    scratch.mkdir(parents=True, exist_ok=True)
    run = Run(build, scratch, Size(asked.quick))
    before = results.describe_machine(ROOT, scratch)
    for name in asked.only:
        print(f"  {name}", flush=True)
        MEASURES[name](run)
    table = results.judge(run.figures)
    print("\n" + results.as_text(table))
    is_whole = not asked.quick and set(asked.only) == set(MEASURES)
    folder = ROOT / "bench" if is_whole else build / "bench"
    command = "make bench" + (" QUICK=1" if asked.quick else "") if set(asked.only) == set(MEASURES) else " ".join(sys.argv)
    results.write(folder, before, command, run.size.rounds, table, run.figures, getattr(run, "rush", None))
    print(f"written: {folder / 'RESULTS.md'}")


if __name__ == "__main__":
    main()
