"""Clients that stay: one connection to the balancer, and a follower of the event feed."""

import http.client
import threading
import time

from pods import wait_until


class KeptConnection:
    """Asks twice a second on one connection, which outlives the pods behind the balancer."""

    def __init__(self, port):
        self.answers, self.wrong, self._is_over = 0, [], threading.Event()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._connection.auto_open = 0  # no second one
        self._connection.connect()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self):
        while not self._is_over.wait(0.5):
            try:
                self._connection.request("GET", "/api/v1/info")
                answer = self._connection.getresponse()
                answer.read()
            except (http.client.HTTPException, OSError) as failure:
                self.wrong.append(f"{type(failure).__name__} {failure} after {self.answers} answers")
                return
            self.answers += 1
            if answer.status != 200:
                self.wrong.append(f"answer {self.answers}: {answer.status}")

    def end(self):
        self._is_over.set()
        self._thread.join(15)
        self._connection.close()


class Follower:
    """Reads the event feed as a stream. When one ends it goes on from the last id, as the document says."""

    def __init__(self, port, token):
        self.streams, self.ids, self.wrong = 0, [], []
        self._port, self._token, self._is_over = port, token, False
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self):
        while not self._is_over:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=70)
            try:
                self._read(connection)
            except (http.client.HTTPException, OSError) as failure:
                self.wrong.append(f"stream {self.streams} broke off: {type(failure).__name__} {failure}")
            connection.close()

    def _read(self, connection):
        after = self.ids[-1] if self.ids else 0
        connection.request("GET", f"/api/v1/admin/events?after={after}",
                           headers={"Accept": "text/event-stream", "Authorization": f"Bearer {self._token}"})
        answer = connection.getresponse()
        if answer.status != 200:
            self.wrong.append(f"stream {self.streams + 1}: {answer.status} {answer.read()[:200]}")
            return time.sleep(0.5)
        self.streams += 1
        while not self._is_over and (line := answer.readline()):
            if line.startswith(b"id: "):
                self.ids.append(int(line[4:]))
        return None

    def missed(self, cluster):
        """What is wrong, once all events so far have come."""
        last = int(cluster.sql("SELECT COALESCE(MAX(feed_id), 0) FROM events")[0][0])
        wait_until(f"event {last} comes", lambda: self.ids and self.ids[-1] >= last, 30)
        ids = list(self.ids)
        return self.wrong + [f"{one} comes after {before}" for before, one in zip([0, *ids], ids) if one != before + 1]

    def end(self):
        self._is_over = True
