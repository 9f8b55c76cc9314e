"""People at a Service of the cluster: each request on a connection of its own, each join by somebody new, and every one that fails is counted."""

import base64
import hashlib
import hmac
import http.client
import json
import threading
import time


def token(key, user):
    """A bearer token, as an identity service would sign it."""
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")  # noqa: E731
    text = part({"alg": "HS256", "typ": "JWT"}) + b"." + part({"sub": str(user), "exp": int(time.time()) + 3600})
    return (text + b"." + base64.urlsafe_b64encode(hmac.digest(key.encode(), text, hashlib.sha256)).rstrip(b"=")).decode()


def ask(where, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(*where, timeout=60)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Host": "tickets.example.com", "Content-Type": "application/json"} | (headers or {}))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


class Visitors:
    """About 20 requests a second."""

    def __init__(self, where, concert, key):
        self.where, self.concert, self.key = where, concert, key
        self.asked, self.failed, self._stopped = 0, [], threading.Event()
        self._user = 1_000
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._stopped.wait(0.05):
            self._user += 1
            is_join = self._user % 2
            headers = {"Authorization": f"Bearer {token(self.key, self._user)}"}
            self.asked += 1
            try:
                if is_join:
                    status, _ = ask(self.where, "POST", "/api/v1/queue/token", {"userId": self._user, "concertId": self.concert}, headers)
                else:
                    status, _ = ask(self.where, "GET", "/api/v1/concerts")
                if status not in (200, 201):
                    self.failed.append((time.strftime("%H:%M:%S"), status))
            except (OSError, http.client.HTTPException, ValueError) as failure:
                self.failed.append((time.strftime("%H:%M:%S"), repr(failure)))

    def since(self, mark):
        """Asked and failed since a mark."""
        return self.asked - mark[0], len(self.failed) - mark[1]

    def mark(self):
        return self.asked, len(self.failed)

    def stop(self):
        self._stopped.set()
        self._thread.join()
