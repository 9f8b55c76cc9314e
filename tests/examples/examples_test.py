#!/usr/bin/env python3
"""The programs of docs/examples, played against a real server: examples_test.py FRONTROW"""

import hashlib
import hmac
import http.client
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "http"))
from sale_driver import Server  # noqa: E402

EXAMPLES = ROOT / "docs" / "examples"
BINARY = sys.argv.pop(1)


class Example:
    """A program of docs/examples that listens."""

    def __init__(self, name, **environment):
        self.process = subprocess.Popen([sys.executable, EXAMPLES / name, "0"], stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **environment})
        self.port = int(re.search(r"\d+$", self.process.stdout.readline().strip())[0])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


def ask(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, dict):
        body, headers = json.dumps(body).encode(), headers | {"Content-Type": "application/json"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


class ChargeWebhook(unittest.TestCase):
    SECRET = "a secret that the provider and the webhook share"

    def deliver(self, port, event, secret=SECRET):
        body = json.dumps(event).encode()
        return ask(port, "POST", "/", body, X_Signature=hmac.new(secret.encode(), body, hashlib.sha256).hexdigest())[0]

    def test_an_event_charges_once_however_often_it_is_delivered(self):
        event = {"id": "evt_1", "type": "payment.succeeded", "userId": 42, "points": 50_000}
        with Server(BINARY, "--charge-by", "service") as sale:
            token = Path(sale.directory.name, "data", "charge.token")
            with Example("charge_webhook.py", SALE=f"http://127.0.0.1:{sale.port}", CHARGE_TOKEN_FILE=str(token),
                         WEBHOOK_SECRET=self.SECRET) as webhook:
                def balance():
                    return ask(sale.port, "GET", "/api/v1/points?userId=42")[1]["balance"]
                self.assertEqual(self.deliver(webhook.port, event, secret="another"), 401)
                self.assertEqual(balance(), 0)
                self.assertEqual(self.deliver(webhook.port, event), 200)
                self.assertEqual(self.deliver(webhook.port, event), 200)
                self.assertEqual(balance(), 50_000)
                self.assertEqual(self.deliver(webhook.port, event | {"points": 60_000}), 500, "one id, two amounts")
                self.assertEqual(self.deliver(webhook.port, event | {"id": "evt_2", "type": "payment.failed"}), 200)
                self.assertEqual(balance(), 50_000)
                self.assertEqual(ask(sale.port, "POST", "/api/v1/points/charge", {"userId": 42, "amount": 5})[0], 401)
            with Example("charge_webhook.py", SALE="http://127.0.0.1:1", CHARGE_TOKEN_FILE=str(token),
                         WEBHOOK_SECRET=self.SECRET) as webhook:
                self.assertEqual(self.deliver(webhook.port, event), 500, "the provider delivers again")


class Verifier(http.server.BaseHTTPRequestHandler):
    """What a CAPTCHA's provider answers: a person says "human"."""

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        body = json.dumps({"success": form["secret"] == ["shared"] and form["response"] == ["human"]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class PassGateway(unittest.TestCase):
    def test_a_person_gets_a_pass_that_is_good_for_one_place(self):
        provider = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Verifier)
        threading.Thread(target=provider.serve_forever, daemon=True).start()
        self.addCleanup(provider.server_close)
        self.addCleanup(provider.shutdown)
        with tempfile.TemporaryDirectory() as folder:
            key = Path(folder, "join-pass.key")
            key.write_text("a key of more than thirty-two bytes for passes\n")
            with Server(BINARY, "--join-pass", "always", "--join-pass-key-file", str(key)) as sale, \
                    Example("pass_gateway.py", PASS_KEY_FILE=str(key), VERIFY_SECRET="shared",
                            VERIFY_URL=f"http://127.0.0.1:{provider.server_port}/") as gateway:
                def ask_for_pass(user, response):
                    return ask(gateway.port, "POST", "/", {"userId": user, "concertId": 1, "response": response})

                def join(user, pass_=None):
                    headers = {"X_Join_Pass": pass_} if pass_ else {}
                    status, answer = ask(sale.port, "POST", "/api/v1/queue/token", {"userId": user, "concertId": 1}, **headers)
                    return answer["code"] if status >= 400 else status

                self.assertEqual(ask_for_pass(7, "robot")[0], 403)
                self.assertEqual(join(7), "JOIN_PASS_REQUIRED")
                mine = ask_for_pass(7, "human")[1]["pass"]
                self.assertEqual(join(8, mine), "JOIN_PASS_INVALID", "it names its user")
                self.assertEqual(join(7, mine), 201)
                self.assertEqual(join(7), 200)
                self.assertEqual(join(8, ask_for_pass(8, "human")[1]["pass"]), 201)


if __name__ == "__main__":
    unittest.main()
