#!/usr/bin/env python3
"""Divides the processor time of a request: samples the server with perf while frontrow-bench loads it, and prints a table for docs/PERFORMANCE.md.

    bench/profile.py SCENARIO [--build DIRECTORY] [--symbols N] [-- options of frontrow-bench]

A sample in the kernel counts for the system call it is in, one outside for the kind of function it is in (the innermost frame only: the
release build keeps no frame pointers). Microseconds are those of the server's processor time, user and system, per request.
"""

import argparse
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from programs import Program, Server, remove, run_bench, scratch_directory

ROOT = Path(__file__).resolve().parent.parent

SYSTEM_CALLS = [
    ("write to the socket", r"sys_(sendmsg|sendto|writev?)$"),
    ("read from the socket", r"sys_(recvmsg|recvfrom|readv?)$"),
    ("epoll_wait", r"sys_epoll_p?wait"),
    ("epoll_ctl", r"sys_epoll_ctl"),
    ("wake and wait between threads (futex, eventfd)", r"sys_futex"),
    ("fdatasync", r"sys_f(data)?sync"),
    ("write to the database's files", r"sys_pwrite"),
    ("read from the database's files", r"sys_pread"),
    ("timers", r"sys_timer"),
]
LIBRARIES = [
    ("SQLite", "libsqlite3"),
    ("tickets (HMAC)", "libcrypto"),
    ("metrics", "libprometheus"),
    ("HTTP: JSON", "libboost_json"),
    ("formatting (fmt)", "libfmt"),
]
FUNCTIONS = [
    ("malloc and free", r"^(_?_?libc_)?(malloc|free|cfree|realloc|calloc|_int_malloc|_int_free|operator new|operator delete|malloc_consolidate"
                        r"|unlink_chunk|sysmalloc|tcache)"),
    ("copying and comparing bytes", r"^(__)?(mem(cpy|move|set|cmp|chr)|str(len|cmp|chr))"),
    ("our store: rows to and from SQLite", r"frontrow::sqlite::"),
    ("HTTP: checking and parsing a request", r"check_head|basic_parser|MessageParser|message_parser|Framing|framing|Incoming"),
    ("HTTP: tracing context", r"TraceContext|trace"),
    ("HTTP: JSON", r"[Jj]son|FieldReader"),
    ("HTTP: connections, answers, routing", r"frontrow::http::|beast"),
    ("event loop (Asio)", r"boost::asio|asio::"),
    ("formatting (fmt)", r"fmt::"),
    ("tickets (HMAC)", r"sha256|SHA256|HMAC|EVP_|OPENSSL|CRYPTO_|mint|Mint|signer|Signer"),
    ("metrics", r"prometheus|Metrics|metrics"),
    ("the rules and their working set", r"frontrow::"),
    ("hash tables, vectors, strings", r"std::"),
    ("locks", r"pthread_mutex|pthread_rwlock|pthread_cond|lll_lock"),
    ("reading the clock", r"clock_gettime|read_tsc"),
]


def kind_of(frames, library):
    if "kernel" in library:
        for kind, pattern in SYSTEM_CALLS:
            if any(re.search(pattern, frame) for frame in frames):
                return kind
        return "kernel, other"
    for kind, name in LIBRARIES:
        if name in library:
            return kind
    for kind, pattern in FUNCTIONS:
        if re.search(pattern, frames[0]):
            return kind
    return "user, other"


def samples(path):
    """Functions from the inside out, and the library of the innermost."""
    text = subprocess.run(["perf", "script", "-i", str(path), "-F", "comm,ip,sym,dso"], capture_output=True, text=True, check=True).stdout
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip()]
        if len(lines) < 2:
            continue
        found = [re.match(r"\s*[0-9a-f]+\s+(.*)\s+\(([^)]*)\)$", line) for line in lines[1:]]
        frames = [frame.groups() for frame in found if frame]
        if frames:
            yield [name for name, _ in frames], frames[0][1]


def main():
    arguments = sys.argv[1:]
    at = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--symbols", type=int, default=0, help="print so many of the hottest functions, too")
    asked = parser.parse_args(arguments[:at])
    build = asked.build.resolve()
    directory = scratch_directory(build)
    with Server(build, directory / "data") as server:
        recorder = []

        def on_stage(stage):
            if stage == "running":
                recorder.append(Program(["perf", "record", "-o", directory / "perf", "-F", "1999", "-g", "-p", server.pid],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            else:
                recorder.pop().stop(signal.SIGINT)

        result = run_bench(build, server, asked.scenario, "--audit-command", "none", *arguments[at + 1:], on_stage=on_stage)
        spent = result["serverSeconds"]
    kinds, symbols = Counter(), Counter()
    for frames, library in samples(directory / "perf"):
        kinds[kind_of(frames, library)] += 1
        symbols[f"{frames[0][:100]} ({Path(library).name})"] += 1
    total = sum(kinds.values())
    requests = result["requests"]
    print(f"{asked.scenario}: {requests} requests, {result['requestsPerSecond']:.0f} a second; {spent / requests * 1e6:.1f} µs of processor time "
          f"each; {total} samples\n")
    print("| where | share | µs a request |\n|---|---:|---:|")
    for kind, count in kinds.most_common():
        if count / total >= 0.005:
            print(f"| {kind} | {count / total:.1%} | {count / total * spent / requests * 1e6:.2f} |")
    for name, count in symbols.most_common(asked.symbols):
        print(f"  {count / total:6.2%}  {name}")
    remove(directory)


if __name__ == "__main__":
    main()
