#!/usr/bin/env python3
"""What a backup costs the buyers: holds with and without a backup beside them, in turn, on a store of 1 GiB.

    bench/backup.py BUILD-DIRECTORY [--mib 1024] [--pairs 5] [--users 20000]

Prints holds a second and p99 of each run, the ratio of each pair, how long a backup took and how large the write-ahead log became. Times are
printed, never asserted. Needs a quiet disk: the figures are as much the disk's as the program's.
"""

import argparse
import os
import sqlite3
import statistics
import subprocess
import threading
import time
from pathlib import Path

from programs import Server, endpoint, remove, run_bench, scratch_directory

PIECE = 1_000_000


def make_large(database, mib):
    """A table of noise beside the sale's own: the copy does not care whose pages they are."""
    db = sqlite3.connect(database)
    db.execute("CREATE TABLE noise (bytes BLOB)")
    for _ in range(mib * (1 << 20) // PIECE):
        db.execute("INSERT INTO noise VALUES (randomblob(?))", (PIECE,))
    db.commit()
    db.close()


class Backups:
    """Makes one backup after another until stopped."""

    def __init__(self, build, data):
        self.words, self.place = [build / "frontrow", "backup", "--data-dir", data], scratch_directory()
        self.wal, self.seconds, self.largest, self.is_over = data / "frontrow.db-wal", [], 0, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.is_over.is_set():
            began, to = time.monotonic(), self.place / str(len(self.seconds))
            backup = subprocess.Popen([*self.words, to], stdout=subprocess.DEVNULL)
            while backup.poll() is None:
                self.largest = max(self.largest, os.path.getsize(self.wal))
                time.sleep(0.02)
            if backup.returncode:
                raise SystemExit("the backup failed")
            self.seconds.append(time.monotonic() - began)
            subprocess.run(["rm", "-r", to], check=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()
        remove(self.place)


def holds(build, server, users):
    result = run_bench(build, server, "hold", "--users", users, "--connections", 64, "--audit-command", "none")
    one = endpoint(result, "hold")
    return one["perSecond"], one["ok"]["p99"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--users", type=int, default=20_000)
    options = parser.parse_args()
    build, data = options.build.resolve(), scratch_directory() / "data"
    Server(build, data).stop()  # makes the tables
    make_large(data / "frontrow.db", options.mib)
    rates, waits, seconds, largest = [], [], [], 0
    with Server(build, data) as server:
        for pair in range(options.pairs):
            alone = holds(build, server, options.users)
            with Backups(build, data) as backups:
                beside = holds(build, server, options.users)
            rates.append(beside[0] / alone[0])
            waits.append(beside[1] / alone[1])
            seconds += backups.seconds
            largest = max(largest, backups.largest)
            print(f"pair {pair + 1}: {alone[0]:.0f} holds/s, p99 {alone[1]:.1f} ms; beside backups {beside[0]:.0f}, {beside[1]:.1f}"
                  f" ({len(backups.seconds)} of them)", flush=True)
    print(f"{options.mib} MiB: holds {statistics.median(rates):.2f} of before, p99 {statistics.median(waits):.2f} times; "
          f"a backup took {statistics.median(seconds):.1f} s, the log {largest >> 20} MiB at most")


if __name__ == "__main__":
    main()
