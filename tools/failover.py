#!/usr/bin/env python3
"""Measures how long writes fail when the Redis primary is killed: from the kill until a primary named by the sentinels takes a write.

    tools/failover.py [--runs 3] [--dir DIR]     starts Redis with its sentinels in a folder of its own, and stops it
"""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from cluster.process import Processes, wait_until
from cluster.redis import SENTINELS, Redis


def writable(redis, before):
    primary = redis.primary()
    return primary if primary != before and redis.ask(primary, "set", "probe", "1") == "OK" else None


def measure(redis):
    before = redis.primary()
    begin = time.monotonic()
    redis.processes.end(before, signal.SIGKILL)
    after = wait_until("another primary", lambda: writable(redis, before), 60, pause=0.02)
    taken = time.monotonic() - begin
    redis.start_one(before)
    for sentinel in SENTINELS:
        wait_until(f"{sentinel} knows all of them", lambda sentinel=sentinel: redis.knows_all(sentinel), 60)
    return before, after, taken, time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dir", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="frontrow-failover-") as scratch:
        redis = Redis(Processes(options.dir or scratch))
        try:
            redis.start()
            for _ in range(options.runs):
                before, after, taken, whole = measure(redis)
                print(f"{before} killed, {after} takes writes after {taken:.2f} s; the killed one is a replica again after {whole:.1f} s", flush=True)
        finally:
            for name in reversed(redis.names):
                redis.processes.end(name)


if __name__ == "__main__":
    sys.exit(main())
