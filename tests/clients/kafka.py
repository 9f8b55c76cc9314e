#!/usr/bin/env python3
"""Kafka clients of other languages, without extra packages: each must read every record that a sale on the cluster profile publishes.

Usage: kafka.py BINARY     starts MariaDB, Redis, Kafka and one pod in build/clients/services, sells a few holds, ends them all
"""

import json
import shutil
import subprocess
import sys
import time
import urllib.request
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "clients"
HOLDS = 40  # in one go, so that records share a batch: a single record may be stored uncompressed
sys.path.insert(0, str(ROOT / "tools"))

import run_cluster  # noqa: E402
import services  # noqa: E402
from cluster.kafka import JARS  # noqa: E402
from cluster.process import Processes, wait_until  # noqa: E402


def ask(port, method, path, body=None, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"} | headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def hold_some(port):
    """Holds seats and returns the reservations' ids."""
    schedule = ask(port, "GET", "/api/v1/concerts/1/schedules")["schedules"][0]["id"]
    made, seats = [], []
    for user in range(1, HOLDS + 1):
        ticket = ask(port, "POST", "/api/v1/queue/token", {"userId": user, "concertId": 1})
        while ticket["status"] != "ACTIVE":
            time.sleep(ticket["pollAfterMs"] / 1000)
            ticket = ask(port, "GET", "/api/v1/queue/status", **{"X-Queue-Token": ticket["token"]})
        token = {"X-Queue-Token": ticket["token"]}
        seats = seats or [seat["id"] for seat in ask(port, "GET", f"/api/v1/concerts/1/schedules/{schedule}/seats", **token)["seats"]]
        made.append(ask(port, "POST", "/api/v1/concerts/1/reservations", {"scheduleId": schedule, "seatId": seats.pop()}, **token)["reservationId"])
    return made


def python_reader():
    home = WORK / "kafka-venv"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "kafka-python==3.0.12", "aiokafka==0.14.0"], check=True, timeout=300)
    # The clients must read the records without a codec package, so none may be installed.
    for codec in ("lz4", "snappy", "zstandard", "cramjam"):
        if subprocess.run([python, "-c", f"import {codec}"], capture_output=True, check=False).returncode == 0:
            raise SystemExit(f"{codec} is installed in {home}")
    return python


def readers():
    python = python_reader()
    yield "kafka-python", [python, HERE / "python" / "read_kafka.py", "kafka-python"]
    yield "aiokafka", [python, HERE / "python" / "read_kafka.py", "aiokafka"]
    yield "Java", ["java", "-cp", f"{JARS}/*", HERE / "java" / "ReadKafka.java"]


def compare(broker, made):
    failed = 0
    for name, command in readers():
        done = subprocess.run([*map(str, command), broker, "reservation.created", str(len(made))], capture_output=True, text=True, timeout=180, check=False)
        read = sorted(int(line) for line in done.stdout.splitlines() if line.isdigit())
        is_good = done.returncode == 0 and read == sorted(made)
        failed += not is_good
        print("ok   " if is_good else "FAIL ", name, "" if is_good else f"read {len(read)} of {len(made)}: {(done.stdout + done.stderr)[-1500:]}", flush=True)
    return failed


def main():
    binary, directory = Path(sys.argv[1]).resolve(), WORK / "services"
    kinds, processes = list(services.KINDS), Processes(directory)
    services.stop(processes, kinds, remove=True)
    pods = Processes(directory / "pods")
    try:
        services.start(processes, kinds)
        where = run_cluster.service_settings(directory / "services.env")
        environment = run_cluster.settings(pods.directory, where) | {"FRONTROW_PORT": str(pods.port("pod")), "FRONTROW_DATA_DIR": str(pods.directory / "pod")}
        subprocess.run([binary, "demo"], env=environment | {"PATH": "/usr/bin:/bin"}, check=True, timeout=60, capture_output=True)
        pods.start("pod", [binary, "serve"], environment)
        wait_until("the pod is ready", lambda: run_cluster.is_ready(pods.port("pod")), 60)
        return 1 if compare(where["KAFKA_BROKERS"], hold_some(pods.port("pod"))) else 0
    finally:
        for name in pods.names():
            pods.end(name, seconds=30)
        services.stop(processes, kinds, remove=True)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
