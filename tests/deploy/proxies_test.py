#!/usr/bin/env python3
"""A person buys a seat through nginx, haproxy and Caddy with TLS, with the examples of deploy/proxy themselves.

    proxies_test.py BUILD-DIRECTORY          runs again in a network of its own, where ports 80 and 443 are free

The certificate is of an authority made for the test; only the paths of the certificates are changed in the examples.
"""

import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "deploy" / "proxy"
NAME = "tickets.example.com"
INSIDE = ["/admin", "/admin/", "/api/v1/admin", "/api/v1/admin/events", "/actuator/prometheus", "/actuator/info", "/api/v1/%61dmin/events",
          "//api/v1/admin/events", "/api/v1//admin/events", "/x/../api/v1/admin/events", "/api/v1/./admin/events", "/api%2Fv1/admin/events",
          "/actuator/prometheus?x", "/%61ctuator/prometheus"]


def make_certificates(folder):
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"]
    openssl("req", "-x509", *key, "-subj", "/CN=frontrow test authority", "-out", "ca.crt", "-keyout", "ca.key")
    openssl("req", "-x509", *key, "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-CA", "ca.crt", "-CAkey", "ca.key",
            "-out", "site.crt", "-keyout", "site.key")
    (folder / "site.pem").write_text((folder / "site.crt").read_text() + (folder / "site.key").read_text())


def wait_for(port, process):
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"nothing listens on {port}") from None
            time.sleep(0.05)


class Proxies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="frontrow-proxies-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)  # a proxy's worker may be another user
        make_certificates(cls.folder)
        cls.server = cls.serve()
        cls.addClassCleanup(lambda: cls.end(cls.server))
        cls.user = 0

    @classmethod
    def serve(cls):
        server = cls.start("frontrow", [BUILD / "frontrow", "serve", "--demo", "--data-dir", cls.folder / "data"])
        wait_for(8080, server)
        return server

    @classmethod
    def start(cls, name, command):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("FRONTROW_")}
        environment |= {"XDG_DATA_HOME": str(cls.folder), "XDG_CONFIG_HOME": str(cls.folder), "HOME": str(cls.folder)}
        with open(cls.folder / f"{name}.log", "ab") as log:
            return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)], env=environment, stdout=log, stderr=log)

    @staticmethod
    def end(process):
        process.terminate()
        process.wait(timeout=40)

    def example(self, name):
        text = (EXAMPLES / name).read_text()
        for path, file in ((f"/etc/ssl/{NAME}.crt", "site.crt"), (f"/etc/ssl/private/{NAME}.key", "site.key"),
                           (f"/etc/haproxy/{NAME}.pem", "site.pem")):
            text = text.replace(path, str(self.folder / file))
        file = self.folder / name
        file.write_text(text)
        return file

    def through(self, name, command):
        proxy = self.start(name, command)
        try:
            wait_for(443, proxy)
            wait_for(80, proxy)
            self.redirected()
            self.kept_inside()
            self.buy()
            self.survives_a_restart()
        finally:
            print((self.folder / f"{name}.log").read_text()[-1500:] if proxy.poll() is not None else f"{name} ok", flush=True)
            self.end(proxy)

    def test_nginx(self):
        main = self.folder / "main.conf"
        main.write_text(f"daemon off; pid {self.folder}/nginx.pid; error_log stderr; events {{}} http {{ access_log off; "
                        f"include {self.example('nginx.conf')}; }}")
        self.through("nginx", ["/usr/sbin/nginx", "-c", main])

    def test_haproxy(self):
        self.through("haproxy", ["/usr/sbin/haproxy", "-db", "-f", self.example("haproxy.cfg")])

    def test_caddy(self):
        self.through("caddy", ["caddy", "run", "--adapter", "caddyfile", "--config", self.example("Caddyfile")])

    def ask(self, method, path, body=None, **headers):
        context = ssl.create_default_context(cafile=self.folder / "ca.crt")
        connection = http.client.HTTPConnection(NAME, 443, timeout=20)
        connection.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", 443), 20), server_hostname=NAME)
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | {"Connection": "close"}
        with contextlib.suppress(ConnectionError, ssl.SSLEOFError):  # a body that is too large is answered before all of it is sent
            connection.request(method, path, None if body is None else json.dumps(body),
                               sent | ({"Content-Type": "application/json"} if body is not None else {}))
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer, json.loads(text) if text and "json" in answer.headers.get("Content-Type", "") else text

    def redirected(self):
        connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=10)
        connection.request("GET", "/somewhere?a=1", headers={"Host": NAME})
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers["Location"]), (308, f"https://{NAME}/somewhere?a=1"))
        connection.close()

    def kept_inside(self):
        for path in INSIDE:
            answer, body = self.ask("GET", path, Authorization="Bearer nobody")
            self.assertIn(answer.status, (400, 404), f"{path}: {body}")
        self.assertEqual(self.ask("GET", "/actuator/health")[0].status, 200)

    def buy(self):
        type(self).user += 1
        user = self.user
        answer, body = self.ask("GET", "/api/v1/concerts")
        self.assertEqual(answer.status, 200)
        self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
        concert = body["concerts"][0]["id"]
        for _ in range(2):  # a repeated charge has one effect
            answer, body = self.ask("POST", "/api/v1/points/charge", {"userId": user, "amount": 1_000_000}, Idempotency_Key=f"key-{user}")
            self.assertEqual((answer.status, body["balance"]), (201, 1_000_000))
        token = self.ask("POST", "/api/v1/queue/token", {"userId": user, "concertId": concert})[1]["token"]
        date = self.ask("GET", f"/api/v1/concerts/{concert}/schedules")[1]["schedules"][0]["id"]
        seats = f"/api/v1/concerts/{concert}/schedules/{date}/seats"
        answer, body = self.ask("GET", seats, X_Queue_Token=token)
        self.assertEqual(answer.status, 200, body)
        self.assertEqual(self.ask("GET", seats, X_Queue_Token=token, If_None_Match=answer.headers["ETag"])[0].status, 304)
        seat = next(each["id"] for each in body["seats"] if each["status"] == "AVAILABLE")
        answer, body = self.ask("POST", f"/api/v1/concerts/{concert}/reservations", {"scheduleId": date, "seatId": seat}, X_Queue_Token=token)
        self.assertEqual(answer.status, 201, body)
        answer, body = self.ask("POST", "/api/v1/payments", {"reservationId": body["reservationId"]}, X_Queue_Token=token)
        self.assertEqual(answer.status, 201, body)
        answer, body = self.ask("POST", "/api/v1/points/charge", {"userId": user, "x": "y" * 100_000, "amount": 1})
        self.assertEqual((answer.status, body["code"]), (413, "PAYLOAD_TOO_LARGE"), "frontrow's own words")

    def survives_a_restart(self):
        self.end(self.server)
        self.assertIn(self.ask("GET", "/api/v1/concerts")[0].status, (502, 503, 504))
        type(self).server = self.serve()
        deadline = time.monotonic() + 20
        while self.ask("GET", "/api/v1/concerts")[0].status != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)


if __name__ == "__main__":
    if "FRONTROW_OWN_NETWORK" not in os.environ:
        enter = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        os.execvpe(enter[0], [*enter, sys.executable, *sys.argv], os.environ | {"FRONTROW_OWN_NETWORK": "1"})
    BUILD = Path(sys.argv.pop(1)).resolve()
    unittest.main()
