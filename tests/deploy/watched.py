"""What the suite `alerts` watches: a cluster with two pods, an embedded shop on a small disk of its own, a proxy's certificate, and the
real Prometheus and Alertmanager; and people who buy."""

import contextlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "failover")]

from cluster.process import program, wait_until  # noqa: E402

TOKEN = "an-operator-s-token-0123456789-abcdef"
# A disk of its own in a mount namespace, with the exporter that sees it: it would read the mounts of process 1, so it gets a folder
# that has only its own. It ends with the shop's process.
ON_A_SMALL_DISK = """
mount -t tmpfs -o size=48m tmpfs "$1" || exit 1
setpriv --pdeathsig KILL "$2" --web.listen-address="$3" --path.procfs="$4" --collector.disable-defaults --collector.filesystem >/dev/null 2>&1 &
shift 4
exec "$@"
"""


def ask(port, method, target, body=None, **headers):
    """(status, object); (0, None) without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, target, json.dumps(body) if body is not None else None,
                           {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text.startswith(b"{") else None
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None
    finally:
        connection.close()


def operator(port, method, target, body, token):
    status, answer = ask(port, method, target, body, Authorization=f"Bearer {token}")
    assert status in (200, 201), (status, answer)
    return answer


class Shop:
    """The embedded profile on a disk of 48 MiB."""

    def __init__(self, binary, folder, port, exporter_port):
        self.port, self.exporter = port, f"127.0.0.1:{exporter_port}"
        self.disk = folder / "disk"
        self.disk.mkdir(parents=True)
        mounts = folder / "proc"
        mounts.mkdir()
        (mounts / "mounts").symlink_to("/proc/self/mounts")
        enter = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", ON_A_SMALL_DISK, "sh"]
        exporter = program("prometheus-node-exporter", "prometheus-node-exporter")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FRONTROW_")}
        self.log = open(folder / "shop.log", "w")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *enter, self.disk, exporter, self.exporter, mounts, binary, "serve", "--port", str(port),
             "--data-dir", self.disk / "data"], env=clean | {"FRONTROW_ADMIN_TOKEN": TOKEN, "FRONTROW_LIMIT_CHARGES_BY_USER": "1/second, burst 1"}, stdout=self.log, stderr=self.log)
        wait_until("the shop is ready", lambda: ask(port, "GET", "/actuator/health/readiness")[0] == 200, 60)

    def _filler(self):
        return Path(f"/proc/{self.process.pid}/root{self.disk}/filler")

    def fill(self):
        with contextlib.suppress(OSError), open(self._filler(), "wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                pass

    def make_room(self):
        self._filler().unlink()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Certificate:
    """A port with TLS whose certificate is good for so many days."""

    def __init__(self, folder):
        self._folder = folder
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.renew(3)
        threading.Thread(target=self._serve, daemon=True).start()

    def renew(self, days):
        key, certificate = self._folder / f"{days}.key", self._folder / f"{days}.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days),
                        "-subj", "/CN=tickets.example", "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=30)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._context = context

    def _serve(self):
        while True:
            with contextlib.suppress(OSError):
                connection, _ = self._listener.accept()
                connection.settimeout(2)
                with self._context.wrap_socket(connection, server_side=True) as one:
                    one.recv(1)


class People:
    """Threads that repeat something until `end`."""

    def __init__(self):
        self._is_over = threading.Event()
        self._threads = []

    def send(self, count, act, pause=0.05):
        def live(number):
            while not self._is_over.wait(pause):
                act(number)
        self._threads += [threading.Thread(target=live, args=(number,), daemon=True) for number in range(count)]
        for each in self._threads[-count:]:
            each.start()

    def end(self):
        self._is_over.set()
        for each in self._threads:
            each.join()


class Hall:
    """A concert on a server, and what people do there."""

    def __init__(self, port, token, seats=300, has_queue=False):
        made = operator(port, "POST", "/api/v1/admin/concerts", {
            "title": "Watched", "queue": {"enabled": has_queue, "maxActive": 1000, "admissionsPerSecond": 100},
            "schedules": [{"startsAt": "2040-01-01T19:00:00Z", "seats": {"count": seats, "price": 10}}]}, token)
        self.id, schedule = made["id"], made["schedules"][0]
        self.schedule, self.seats = schedule["id"], range(schedule["firstSeatId"], schedule["firstSeatId"] + seats)

    def enter(self, port, user):
        status, ticket = ask(port, "POST", "/api/v1/queue/token", {"userId": user, "concertId": self.id})
        return ticket["token"] if status in (200, 201) else ""

    def look(self, port, token):
        return ask(port, "GET", f"/api/v1/concerts/{self.id}/schedules/{self.schedule}/seats", X_Queue_Token=token)

    def hold(self, port, token, seat):
        return ask(port, "POST", f"/api/v1/concerts/{self.id}/reservations", {"scheduleId": self.schedule, "seatId": seat}, X_Queue_Token=token)

    def give_back(self, port, token, held):
        return ask(port, "DELETE", f"/api/v1/reservations/{held['reservationId']}", X_Queue_Token=token)

    def pay(self, port, token, held):
        return ask(port, "POST", "/api/v1/payments", {"reservationId": held["reservationId"]}, X_Queue_Token=token)


class Alarms:
    """What Alertmanager has, and since when."""

    def __init__(self, monitoring):
        self._monitoring = monitoring
        self.spans = {}

    def firing(self):
        """{(alert, instance)} without those that have ended."""
        return {(each["labels"]["alertname"], each["labels"].get("instance", "")) for each in
                self._monitoring.ask("/api/v2/alerts", "alertmanager", active="true", silenced="true", inhibited="true")}

    def is_on(self, alert, instance=None):
        return any(name == alert and instance in (None, where) for name, where in self.firing())

    def wait(self, wanted, are_on, seconds):
        """Waits until all of them fire, or until none does; {alert: seconds that it took}."""
        begin, took = time.monotonic(), {}

        def is_done():
            firing = self.firing()
            for alert, instance in wanted:
                if any(name == alert and instance in (None, where) for name, where in firing) == are_on:
                    took.setdefault(alert, time.monotonic() - begin)
                else:
                    took.pop(alert, None)
            return len(took) == len(wanted)
        try:
            wait_until(f"{'on' if are_on else 'over'}: {sorted(wanted, key=str)}", is_done, seconds, pause=0.2)
        except Exception as late:
            raise AssertionError(f"{late}; done: {took}; firing: {sorted(self.firing())}") from None
        return took
