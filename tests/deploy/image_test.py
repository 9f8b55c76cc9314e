#!/usr/bin/env python3
"""The image without Docker: its user is a number, and deploy/health.sh tells a ready pod from every other."""

import re
import socket
import subprocess
import threading
import unittest
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def answered(answer):
    """The exit code of health.sh, and what it asked, at a server that gives this answer; None closes without one."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve():
            connection, _ = server.accept()
            with connection:
                request = b""
                while b"\r\n\r\n" not in request and (part := connection.recv(4096)):  # bash sends a line at a time
                    request += part
                asked.append(request.decode())
                if answer:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        code = run(server.getsockname()[1])
        thread.join()
    return code, asked[0]


def run(port):
    return subprocess.run([DEPLOY / "health.sh", str(port)], capture_output=True, timeout=10).returncode


class Image(unittest.TestCase):
    def test_user_is_a_number_that_is_not_root(self):
        users = re.findall(r"^USER (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
        self.assertEqual(len(users), 1)
        self.assertRegex(users[0], r"^[1-9]\d*:[1-9]\d*$")

    def test_ready(self):
        code, asked = answered(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")
        self.assertEqual(code, 0)
        self.assertTrue(asked.startswith("GET /actuator/health/readiness HTTP/1.0\r\nHost: "), asked)

    def test_not_ready(self):
        for answer in (b"HTTP/1.0 503 Service Unavailable\r\n\r\n", b"HTTP/1.0 404 Not Found\r\n\r\n", b"200\r\n", None):
            self.assertNotEqual(answered(answer)[0], 0, answer)

    def test_nothing_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        self.assertNotEqual(run(port), 0)


if __name__ == "__main__":
    unittest.main()
