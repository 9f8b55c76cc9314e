"""Processes that outlive the script which started them: recorded with their ids in DIR/processes.json, ended by id and never by name."""

import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path


class Failed(Exception):
    """One line about a failed start or stop."""


def program(name, package):
    """The path of a program; servers are in folders outside an ordinary user's PATH."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    if not found:
        raise Failed(f"{name} is not installed (package {package})")
    return found


def wait_until(what, condition, seconds, pause=0.05):
    """Repeats the condition until it is true and returns its value; raises Failed after the time."""
    deadline = time.monotonic() + seconds
    while True:
        if result := condition():
            return result
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(pause)


def _started_at(pid):
    """When a living process began, in ticks since boot: another process with the same pid has another time. None: not alive."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if after_name[0] in "ZX" else int(after_name[19])


def _is_free(port):
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections do not keep a port taken
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Processes:
    def __init__(self, directory, fixed_ports=None):
        """`fixed_ports`: the ports of new data, by process name; the others are free ones."""
        self._fixed_ports = fixed_ports or {}
        self.directory = Path(directory).resolve()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o700)
        self._file = self.directory / "processes.json"
        self._rows = json.loads(self._file.read_text()) if self._file.exists() else {}

    @contextlib.contextmanager
    def locked(self):
        """Only one start or stop at a time."""
        with open(self.directory / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._rows = json.loads(self._file.read_text()) if self._file.exists() else {}
            yield

    def names(self):
        return list(self._rows)

    def port(self, name):
        """The port of a process; it stays the same as long as its data live, so that clients find it after a restart."""
        row = self._rows.setdefault(name, {"pid": 0, "started_at": 0, "port": 0})
        row["port"] = row["port"] or self._fixed_port(name) or self._free_port()
        self._save()
        return row["port"]

    def pid(self, name):
        """None when it is not running."""
        row = self._rows.get(name)
        return row["pid"] if row and row["pid"] and _started_at(row["pid"]) == row["started_at"] else None

    def start(self, name, command, environment=None):
        """`command` in the background, its output appended to DIR/NAME.log. Does nothing when it runs already."""
        if self.pid(name):
            return False
        with open(self.directory / f"{name}.log", "ab") as log:
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       cwd=self.directory, start_new_session=True, env={**os.environ, **(environment or {})})
        self._rows.setdefault(name, {"port": 0}).update(pid=process.pid, started_at=_started_at(process.pid) or 0)
        self._save()
        return True

    def send(self, name, number):
        if pid := self.pid(name):
            os.kill(pid, number)

    def end(self, name, number=signal.SIGTERM, seconds=20):
        self.send(name, number)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # a child must not stay behind as a zombie
                pass
        try:
            wait_until(f"{name} ends", lambda: not self.pid(name), seconds)
        except Failed:
            self.send(name, signal.SIGKILL)
            wait_until(f"{name} ends", lambda: not self.pid(name), 5)

    def tail(self, name, lines=5):
        log = self.directory / f"{name}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""

    def remove(self):
        """Removes everything in DIR except the lock, because others may be waiting for it."""
        self._rows = {}
        for path in self.directory.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()

    def _fixed_port(self, name):
        port = self._fixed_ports.get(name)
        if port and not _is_free(port):
            raise Failed(f"port {port}, for {name}, is taken; `tools/services.py start` without --local takes free ports")
        return port

    def _free_port(self):
        """Below the range from which the system gives ports to clients: a server that is down for a moment must find its port free."""
        lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
        taken = {row["port"] for row in self._rows.values()}
        for _ in range(200):
            port = random.randrange(15_000, max(lowest, 16_000))
            if port not in taken and _is_free(port):
                return port
        raise Failed("no free port below the range for clients")

    def _save(self):
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(self._rows, indent=1))
        new.replace(self._file)
