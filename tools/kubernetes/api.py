"""A small client of the Kubernetes API: requests, and a watch that begins anew when it ends."""

import http.client
import json
import ssl
import threading
import time

PATCH = "application/merge-patch+json"


class Answer(Exception):
    """The API says no."""

    def __init__(self, status, text):
        super().__init__(f"{status}: {text[:500]}")
        self.status = status


class Api:
    def __init__(self, port, token, authority):
        self._where = ("127.0.0.1", port)
        self._token = token
        self._tls = ssl.create_default_context(cafile=str(authority))
        self._mine = threading.local()

    def _connection(self, timeout):
        return http.client.HTTPSConnection(*self._where, context=self._tls, timeout=timeout)

    def _headers(self, kind="application/json"):
        return {"Authorization": f"Bearer {self._token}", "Content-Type": kind, "Accept": "application/json"}

    def ask(self, method, path, body=None, kind="application/json"):
        for attempt in (1, 2):  # a kept connection may have been closed meanwhile
            connection = getattr(self._mine, "connection", None) or self._connection(30)
            self._mine.connection = connection
            try:
                connection.request(method, path, None if body is None else json.dumps(body), self._headers(kind))
                answer = connection.getresponse()
                text = answer.read().decode()
                break
            except (OSError, http.client.HTTPException):
                connection.close()
                self._mine.connection = None
                if attempt == 2:
                    raise
        if answer.status >= 300:
            raise Answer(answer.status, text)
        return json.loads(text) if text else None

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body):
        return self.ask("POST", path, body)

    def patch(self, path, body, kind=PATCH):
        return self.ask("PATCH", path, body, kind)

    def delete(self, path, body=None):
        return self.ask("DELETE", path, body)

    def follow(self, path, on_object, stopped):
        """Calls on_object(type, object) for everything that is there, and for every change, until `stopped` is set."""
        while not stopped.is_set():
            try:
                self._follow_once(path, on_object, stopped)
            except (OSError, http.client.HTTPException, ValueError, Answer):
                time.sleep(0.5)

    def _follow_once(self, path, on_object, stopped):
        there = self.get(path)
        on_object("LIST", there["items"])
        for item in there["items"]:
            on_object("ADDED", item)
        connection = self._connection(60)
        join = "&" if "?" in path else "?"
        try:
            connection.request("GET", f"{path}{join}watch=true&timeoutSeconds=45&resourceVersion={there['metadata']['resourceVersion']}",
                               headers=self._headers())
            answer = connection.getresponse()
            while not stopped.is_set() and (line := answer.readline()):
                change = json.loads(line)
                if change["type"] == "ERROR":
                    return
                on_object(change["type"], change["object"])
        finally:
            connection.close()
