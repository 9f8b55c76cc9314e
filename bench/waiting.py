#!/usr/bin/env python3
"""Millions of people waiting for one concert of the embedded profile: bytes each, time of a start, time of a poll.

waiting.py BUILD-DIRECTORY [--waiting 10000000] [--seconds 10] [--connections 32]

Fills a new data directory with the tickets (booking has not opened, so nobody is called), starts the server on it, lets some more people
join over HTTP, and has wrk poll with their tickets, which are the last in line.
"""

import argparse
import http.client
import json
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from programs import Server, remove, scratch_directory

TICKETS = """
INSERT INTO tickets (concert_id, number, user_id, state, issued_at)
  WITH RECURSIVE n (i) AS (SELECT :from UNION ALL SELECT i + 1 FROM n WHERE i < :to)
  SELECT 1, i, i * 7919, 0, :now + i FROM n;
"""
AT_ONCE = 1_000_000

LUA = """
local tokens = {%s}
local at = 0
request = function()
  at = at %% #tokens + 1
  return wrk.format("GET", "/api/v1/queue/status", {["X-Queue-Token"] = tokens[at]})
end
done = function(summary, latency)
  print(string.format("p50 %%.2f p99 %%.2f max %%.2f", latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
"""


def fill(database, waiting):
    now = int(time.time() * 1000) - waiting
    db = sqlite3.connect(database, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("""INSERT INTO concerts (id, title, artist, venue, booking_opens_at, queue_enabled, queue_max_active, queue_admissions_per_second,
                  deeds_since)
                  VALUES (1, 'Rush', '', '', ?, 1, 500, 100, 0)""", (now + waiting + 86_400_000,))
    db.execute("INSERT INTO queues (concert_id, tail, front) VALUES (1, ?, 0)", (waiting,))
    db.execute("UPDATE id_blocks SET next = 2 WHERE kind = 'concert'")
    for begin in range(1, waiting + 1, AT_ONCE):
        db.execute(TICKETS, {"from": begin, "to": min(begin + AT_ONCE - 1, waiting), "now": now})
    db.execute("UPDATE sale_time SET newest = ?", (now + waiting,))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def join(port, users):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    tokens = []
    for user in users:
        connection.request("POST", "/api/v1/queue/token", json.dumps({"userId": user, "concertId": 1}), {"Content-Type": "application/json"})
        answer = json.load(connection.getresponse())
        tokens.append(answer["token"])
    return tokens, answer["position"]


def poll(directory, port, tokens, options):
    script = directory / "poll.lua"
    script.write_text(LUA % ",".join(f'"{token}"' for token in tokens))
    command = ["wrk", "-t2", f"-c{options.connections}", f"-d{options.seconds}", "-s", script, f"http://127.0.0.1:{port}"]
    text = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return rate, re.search(r"p50 .*", text).group(0), int(bad.group(1)) if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--waiting", type=int, default=10_000_000)
    parser.add_argument("--polled", type=int, default=1_000, help="tickets that are polled with")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    build = options.build.resolve()
    directory = scratch_directory()
    data = directory / "data"
    with Server(build, data) as server:
        empty = server.resident_kib()
    fill(data / "frontrow.db", options.waiting)
    with Server(build, data, seconds=300) as server:
        each = (server.resident_kib() - empty) * 1024 / options.waiting
        print(f"{options.waiting:,} waiting: start {server.started_in:.1f} s, {server.resident_kib() / 1024:.0f} MiB, {each:.1f} bytes each", flush=True)
        tokens, position = join(server.port, range(1, options.polled + 1))
        print(f"the last to join is at position {position:,}", flush=True)
        rate, latency, bad = poll(directory, server.port, tokens, options)
        print(f"polls: {rate:,.0f}/s on {options.connections} connections, ms: {latency}; refused: {bad}", flush=True)
    remove(directory)


if __name__ == "__main__":
    sys.exit(main())
