#!/usr/bin/env python3
"""A payment provider's webhook becomes a charge of points. docs/reference/charging.md explains it.

    CHARGE_TOKEN_FILE=data/charge.token WEBHOOK_SECRET=… SALE=http://127.0.0.1:8080 ./charge_webhook.py 9000

The provider posts {"id": "evt_1", "type": "payment.succeeded", "userId": 42, "points": 50000} and signs the bytes of the body
with HMAC-SHA256 in X-Signature. Replace these names by your provider's.
"""

import hashlib
import hmac
import http.server
import json
import os
import sys
import urllib.error
import urllib.request

SALE = os.environ["SALE"]
SECRET = os.environ["WEBHOOK_SECRET"].encode()
with open(os.environ["CHARGE_TOKEN_FILE"], encoding="ascii") as file:
    TOKEN = file.read().strip()


def charge(event):
    """The status to answer the provider with: 200 settles the event, 500 asks for another delivery."""
    body = json.dumps({"userId": event["userId"], "amount": event["points"]}).encode()
    request = urllib.request.Request(f"{SALE}/api/v1/points/charge", body, {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {TOKEN}",
        "Idempotency-Key": event["id"],  # the same event charges once, however often it is delivered
    })
    try:
        with urllib.request.urlopen(request, timeout=10):
            return 200
    except urllib.error.HTTPError as refused:
        # 503, 429 and 409 REQUEST_IN_PROGRESS pass. Everything else stays so: a person must look, and the money is with the provider.
        print(f"event {event['id']}: {refused.code} {refused.read().decode()}", file=sys.stderr, flush=True)
        return 500
    except OSError as lost:
        print(f"event {event['id']}: {lost}", file=sys.stderr, flush=True)
        return 500


class Webhook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65536))
        signature = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, self.headers.get("X-Signature", "")):
            status = 401
        else:
            event = json.loads(body)
            status = charge(event) if event["type"] == "payment.succeeded" else 200
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Webhook)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()
