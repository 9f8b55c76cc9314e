#!/usr/bin/env python3
"""Years of past sales in a data directory of the embedded profile, and what they cost the server that opens it.

history.py BUILD-DIRECTORY DATA-DIRECTORY [--dates 2000] [--seats 2000] ...

Fills an empty data directory with everything that sold-out dates leave behind: seats, reservations (one in twenty lapsed),
payments, both lines of each charge and each purchase, events, people who were never called, and the last day's keys.
`frontrow audit` must find nothing wrong in it. --measure then sells in it and in an empty sale in turn, and starts the server after a
clean stop and after a kill.
"""

import argparse
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from filling import empty_sale, run
from programs import Server, remove, run_bench, scratch_directory

DAY_MS = 86_400_000
LAPSED_IN = 20  # one reservation in so many was not paid
HOLD_MS = 300_000
PAY_AFTER_MS = 60_000

# Each statement fills one date. Everything is a function of the seat's id, so two runs make the same history.
DATE = """
INSERT INTO schedules (id, concert_id, starts_at, first_seat_id, seat_count, version, available_seats, available_version)
  VALUES (:date, :concert, :sold_at + 30 * 86400000, :first, :seats, :seats * 2, (:seats + :lapsed_in - 1) / :lapsed_in, :seats * 2);
INSERT INTO sections (id, schedule_id, name) VALUES (:date, :date, 'A');
INSERT INTO reservations (id, user_id, concert_id, schedule_id, status, amount, created_at, expires_at, ended_at, ticket_number, last_seq)
  SELECT :first + i, 1 + (:first + i) * 7919 % :users, :concert, :date, iif(i % :lapsed_in = 0, 'EXPIRED', 'CONFIRMED'),
    50000 + i % 5 * 1000, :sold_at + i * 10, :sold_at + i * 10 + :hold, :sold_at + i * 10 + iif(i % :lapsed_in = 0, :hold, :pay_after),
    :ticket + i, 2 FROM numbers;
INSERT INTO seats (id, schedule_id, section_id, row, number, price, status, reservation_id)
  SELECT :first + i, :date, :date, 0, i + 1, 50000 + i % 5 * 1000, iif(i % :lapsed_in = 0, 'AVAILABLE', 'RESERVED'),
    iif(i % :lapsed_in = 0, NULL, :first + i) FROM numbers;
INSERT INTO reservation_seats (reservation_id, seat_id, number, price, live)
  SELECT :first + i, :first + i, i + 1, 50000 + i % 5 * 1000, i % :lapsed_in <> 0 FROM numbers;
INSERT INTO payments (reservation_id, id, user_id, amount, balance, paid_at)
  SELECT id, id, user_id, amount, 0, ended_at FROM reservations WHERE id >= :first AND id < :first + :seats AND status = 'CONFIRMED';
INSERT INTO events (id, type, reservation_id, seq, occurred_at, concert_id, ticket, user_id)
  SELECT :event + i * 3, 5, NULL, 0, created_at, concert_id, ticket_number, user_id
    FROM numbers JOIN reservations ON id = :first + i
  UNION ALL SELECT :event + i * 3 + 1, 1, id, 1, created_at, NULL, NULL, NULL FROM numbers JOIN reservations ON id = :first + i
  UNION ALL SELECT :event + i * 3 + 2, iif(status = 'EXPIRED', 2, 4), id, 2, ended_at, NULL, NULL, NULL
    FROM numbers JOIN reservations ON id = :first + i
  ORDER BY 1;
"""

# The keys of a date: its holds and payments. Only the newest dates still have theirs.
KEYS = """
INSERT INTO idempotency (owner, operation, key_hash, fingerprint, result, v1, v2, v3, created_at)
  SELECT user_id, operation, CAST(printf('%08d%08d', operation, id) AS BLOB), id, id, 0, 0, 0, created_at
  FROM reservations JOIN (SELECT 2 AS operation UNION ALL SELECT 3) ON operation = 2 OR status = 'CONFIRMED'
  WHERE id >= :first AND id < :first + :seats ORDER BY user_id, operation, 3;
"""

# The ledger's key begins with the account: in that order its pages are written once. Charges have odd entries.
MONEY = """
INSERT INTO ledger (account, entry_id, amount, reservation_id, at) SELECT -2, id * 2, amount, reservation_id, paid_at FROM payments ORDER BY id;
INSERT INTO ledger (account, entry_id, amount, reservation_id, at) SELECT -1, id * 2 - 1, -amount, NULL, paid_at FROM payments ORDER BY id;
INSERT INTO ledger (account, entry_id, amount, reservation_id, at)
  SELECT user_id, id * 2 - 1, amount, NULL, paid_at FROM payments
  UNION ALL SELECT user_id, id * 2, -amount, reservation_id, paid_at FROM payments ORDER BY 1, 2;
INSERT INTO accounts (user_id, balance) SELECT DISTINCT account, 0 FROM ledger WHERE account > 0 ORDER BY account;
"""

MARKS = """
UPDATE id_blocks SET next = max(next, 1 + CASE kind WHEN 'concert' THEN :concert WHEN 'ledger_entry' THEN :last * 2
  WHEN 'schedule' THEN :date WHEN 'section' THEN :date ELSE :last END);
UPDATE sale_time SET newest = max(newest, (SELECT max(ended_at) FROM reservations));
"""


def fill(database, options):
    with empty_sale(database, options.seats) as db:
        began = int(time.time() * 1000) - (options.dates + 1) * DAY_MS
        values = {"users": options.users, "lapsed_in": LAPSED_IN, "hold": HOLD_MS, "pay_after": PAY_AFTER_MS, "seats": options.seats}
        for date in range(1, options.dates + 1):
            concert, place = divmod(date - 1, options.dates_per_concert)
            values |= {"date": date, "concert": concert + 1, "first": (date - 1) * options.seats + 1, "sold_at": began + date * DAY_MS,
                       "ticket": place * options.seats + 1, "event": (date - 1) * options.seats * 3 + 1}
            if place == 0:
                add_concert(db, values, options)
            run(db, DATE, values)
            if date > options.dates - options.dates_with_keys:
                run(db, KEYS, values)
        run(db, MONEY, values)
        run(db, MARKS, values | {"last": options.dates * options.seats})


def add_concert(db, values, options):
    dates = min(options.dates_per_concert, options.dates - values["date"] + 1)
    called = dates * options.seats
    one = values | {"called": called, "tail": called + options.never_called}
    run(db, """
INSERT INTO concerts (id, title, artist, venue, queue_enabled, queue_max_active, queue_admissions_per_second, deeds_since)
  VALUES (:concert, 'Concert ' || :concert, 'Artist', 'Hall', 1, 500, 100, 0);
INSERT INTO queues (concert_id, tail, front) VALUES (:concert, :tail, :called);
""", one)
    db.executemany("INSERT INTO tickets (concert_id, number, user_id, state, issued_at) VALUES (?, ?, ?, 0, ?)",
                   ((one["concert"], called + n, options.users + n, one["sold_at"]) for n in range(1, options.never_called + 1)))


def holds_a_second(build, server):
    # The rules have been checked; an audit of everything after each round would only warm the page cache.
    result = run_bench(build, server, "hold", "--users", 10_000, "--connections", 128, "--timeout-ms", 30_000, "--audit-command", "none")
    return result["journeysPerSecond"]


def measure_start(build, data, after):
    with Server(build, data) as server:
        print(f"start after {after}: {server.started_in:.2f} s, {server.resident_kib() / 1024:.0f} MiB", flush=True)


def measure(build, data, rounds):
    """Starts and sales, with an empty sale in turn. Each kill comes right after a round of holds."""
    directory = scratch_directory()
    ratios = []
    for _ in range(rounds):
        rates = []
        for place in (data, directory / "empty"):
            with Server(build, place) as server:
                rates.append(holds_a_second(build, server))
                server.stop(signal.SIGKILL)
            if place == data:
                measure_start(build, data, "a kill")
                measure_start(build, data, "a clean stop")
        ratios.append(rates[0] / rates[1])
        print(f"holds: {rates[0]:.0f}/s, {rates[1]:.0f}/s in an empty sale, ratio {ratios[-1]:.2f}", flush=True)
    if ratios:
        print(f"median ratio {statistics.median(ratios):.2f}")
    remove(directory)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--dates", type=int, default=2000)
    parser.add_argument("--seats", type=int, default=2000, help="of each date")
    parser.add_argument("--dates-per-concert", type=int, default=20)
    parser.add_argument("--users", type=int, default=200_000)
    parser.add_argument("--dates-with-keys", type=int, default=1, help="the newest dates whose idempotency keys are still there")
    parser.add_argument("--never-called", type=int, default=100, help="people of each concert who still wait")
    parser.add_argument("--measure", type=int, default=0, metavar="ROUNDS")
    options = parser.parse_args()
    build = options.build.resolve()
    Server(build, options.data).stop()  # makes the tables
    began = time.monotonic()
    fill(options.data / "frontrow.db", options)
    print(f"{options.dates * options.seats} reservations in {time.monotonic() - began:.1f} s", flush=True)
    audit = subprocess.run([build / "frontrow", "audit", "--data-dir", options.data], check=False)
    measure(build, options.data, options.measure)
    return audit.returncode


if __name__ == "__main__":
    sys.exit(main())
