"""Starts and stops the programs of the bench: each by its own process, each bounded in time, nothing left behind."""

import atexit
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

_running = []
_directories = []


def _end_all():
    for process in _running:
        if process.poll() is None:
            process.kill()
            process.wait()
    for directory in _directories:
        shutil.rmtree(directory, ignore_errors=True)


atexit.register(_end_all)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def scratch_directory(parent=None):
    directory = Path(tempfile.mkdtemp(prefix="frontrow-bench-", dir=parent))
    _directories.append(directory)
    return directory


def remove(directory):
    shutil.rmtree(directory, ignore_errors=True)
    if directory in _directories:
        _directories.remove(directory)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for_port(port, process, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"nothing listens on {port}")


class Program:
    """A process that runs until stop()."""

    def __init__(self, command, **kwargs):
        self.process = subprocess.Popen([str(part) for part in command], **kwargs)
        _running.append(self.process)

    @property
    def pid(self):
        return self.process.pid

    def stop(self, how=signal.SIGTERM, seconds=30):
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        if self.process in _running:
            _running.remove(self.process)
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


# A benchmark asks from one address, and wrk as one user, what thousands would ask. Limits by address are off; those of users are
# counted as ever, and never reached.
UNREACHED = {"FRONTROW_ADDRESS_LIMITS": "off"} | {
    f"FRONTROW_LIMIT_{rule}_BY_USER": "100000000/second, burst 100000000"
    for rule in ("JOINS", "POLLS", "LOOKS", "HOLDS", "PAYMENTS", "CHARGES")
}


class Server(Program):
    """frontrow serve, on a port of its own choice if none is given. `started_in` is the time from exec to readiness, in seconds."""

    def __init__(self, build, data_dir, *settings, port=0, environment=None, seconds=30, log=None):
        self.data_dir = Path(data_dir)
        begin = time.monotonic()
        super().__init__(
            [build / "frontrow", "serve", "--data-dir", data_dir, "--port", port, "--log-level", "warn", *settings],
            stdout=subprocess.PIPE, stderr=log or subprocess.DEVNULL, text=True, env=(environment or os.environ) | UNREACHED)
        while True:
            if not select.select([self.process.stdout], [], [], seconds)[0]:
                raise RuntimeError("the server does not say where it listens")
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("the server has ended at once")
            if found := re.search(r"serving http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found.group(1))
                break
        self.started_in = time.monotonic() - begin

    def bench_options(self):
        """The generator's options for it."""
        return ["--port", self.port, "--data-dir", self.data_dir]

    def processor_seconds(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_kib(self):
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


class MismatchError(RuntimeError):
    """An answer differs from the stored data, or the audit found a broken rule."""


def run_bench(build, server, scenario, *options, seconds_at_most=900, check=True, on_stage=lambda stage: None, on_begin=lambda bench: None):
    """Runs frontrow-bench and returns its JSON, with `text` (what it printed), `exitCode`, and `serverSeconds`: the processor time of the
    server while it was measured. Calls on_stage("running") and on_stage("checking"), and first on_begin with the
    generator: SIGINT ends its load, and it goes on to check."""
    directory = scratch_directory()
    command = [build / "frontrow-bench", scenario, *server.bench_options(), "--json", directory / "run.json", *options]
    spent = {"running": 0, "checking": 0}
    errors = []
    with open(directory / "text", "w+", encoding="utf-8") as output:
        with Program(command, stdout=output, stderr=subprocess.PIPE, text=True) as bench:
            alarm = threading.Timer(seconds_at_most, bench.process.kill)
            alarm.start()
            on_begin(bench)
            for line in bench.process.stderr:
                if (stage := line.strip()) in spent:
                    spent[stage] = server.processor_seconds()
                    on_stage(stage)
                elif not line.startswith(" "):
                    errors.append(line)
            bench.process.wait()
            alarm.cancel()
            code = bench.process.returncode
        output.seek(0)
        text = output.read() + "".join(errors)
    path = directory / "run.json"
    result = json.loads(path.read_text()) if path.exists() else {}
    remove(directory)
    result.update(exitCode=code, text=text, serverSeconds=spent["checking"] - spent["running"])
    if check and code != 0:
        kind = MismatchError if code == 1 else RuntimeError
        raise kind(f"frontrow-bench {scenario} ended with {code}\n{text}")
    return result


def endpoint(result, name):
    for one in result["endpoints"]:
        if one["name"] == name:
            return one
    return None


def run_json(command, seconds_at_most=900):
    """Runs a program that prints one JSON object."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=seconds_at_most)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)
