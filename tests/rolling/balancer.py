"""haproxy as deploy/ sets it up, in front of the suite's pods; what it says about them."""

import csv
import io
import socket
import subprocess
from types import SimpleNamespace

import pods  # noqa: F401  its search path has the next two
import run_cluster
from cluster.process import program


class Balancer:
    def __init__(self, directory, pod_ports, port, admin_ports, admin_port):
        self.port, self.admin_port = port, admin_port
        self._socket = directory / "haproxy.sock"
        configuration = directory / "haproxy.cfg"
        text = run_cluster.balancer_configuration(pod_ports, port, admin_ports, admin_port)
        configuration.write_text(text.replace("global\n", f"global\n  stats socket {self._socket} mode 600\n", 1))
        with open(directory / "haproxy.log", "w") as log:
            self._process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", program("haproxy", "haproxy"), "-db", "-f", configuration],
                                             stdout=log, stderr=log)

    def end(self):
        self._process.terminate()
        self._process.wait(30)

    def _rows(self):
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(str(self._socket))
            asked.sendall(b"show stat\n")
            text = b"".join(iter(lambda: asked.recv(65_536), b"")).decode()
        return list(csv.DictReader(io.StringIO(text.removeprefix("# "))))

    def _row(self, proxy, name):
        return next(row for row in self._rows() if row["pxname"] == proxy and row["svname"] == name)

    def is_up(self, number):
        """The pod gets requests, of buyers and of operators."""
        try:
            rows = self._rows()
        except OSError:
            return False
        states = [row["status"] for row in rows if row["svname"] == f"frontrow-{number}"]
        return len(states) == 2 and all(state.startswith("UP") and "/" not in state for state in states)

    def served(self, number):
        return int(self._row("pods", f"frontrow-{number}")["hrsp_2xx"])

    def counts(self):
        """Of the buyers' side: requests, the connections that were tried again, and what went wrong."""
        front, back = self._row("buyers", "FRONTEND"), self._row("pods", "BACKEND")
        return SimpleNamespace(requests=int(front["req_tot"]), tried_again=int(back["wretr"]), elsewhere=int(back["wredis"]),
                               no_connection=int(back["econ"]), broken=int(back["eresp"]), errors=int(front["hrsp_5xx"]))
