#!/usr/bin/env python3
"""The chart starts as written: what helm renders for dev, staging and prod (command, variables, files, user, read-only root) is given to
processes of this machine, which migrate, become ready, and end in the time they are given. Only the addresses of the stores are
others, and the stores have no TLS.

    chart_test.py BUILD-DIRECTORY         runs again in a network of its own, where the usual ports are free
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tools" / "kubernetes")]

import chart  # noqa: E402
import container  # noqa: E402
import stores  # noqa: E402
from cluster.process import wait_until  # noqa: E402


def answer(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return None, ""


class Chart(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="frontrow-chart-")
        cls.addClassCleanup(directory.cleanup)
        cls.folder = Path(directory.name)
        cls.folder.chmod(0o755)  # pods have another user
        tool = [sys.executable, ROOT / "tools" / "services.py", "--dir", cls.folder / "services"]
        cls.addClassCleanup(lambda: subprocess.run([*tool, "stop"], check=True, timeout=120))
        subprocess.run([*tool, "start"], check=True, timeout=300)
        cls.services = stores.read(cls.folder / "services")
        # Pods cannot look into the services' folder, and do not have to. The program may stand where they cannot look either.
        cls.binary = cls.folder / "frontrow"
        cls.binary.write_bytes((BUILD / "frontrow").read_bytes())
        cls.binary.chmod(0o755)

    def start(self, name, pod):
        folder = self.folder / self.id().rpartition(".")[2] / name
        process = container.start(folder, pod, pod["containers"][0], self.binary, lambda _: stores.secret(self.services), lambda _: {"data": {}})
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))
        return process, folder / "log"

    def ends(self, process, pod, log):
        """SIGTERM comes after preStop, so the rest of the grace period is the program's."""
        stop = pod["containers"][0].get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        process.terminate()
        self.assertEqual(process.wait(timeout=pod["terminationGracePeriodSeconds"] - stop), 0, log.read_text()[-2000:])

    def play(self, environment):
        objects = chart.render(environment, stores.values(self.services))
        migration, log = self.start("migrate", chart.pod(objects, "Job", "frontrow-migrate"))
        self.assertEqual(migration.wait(timeout=120), 0, log.read_text()[-2000:])
        pod = chart.pod(objects, "Deployment", "frontrow")
        process, log = self.start("api", pod)
        startup = pod["containers"][0]["startupProbe"]
        within = startup["periodSeconds"] * startup["failureThreshold"]
        wait_until(f"ready: {log}", lambda: process.poll() is not None or self.probe(pod, "readinessProbe") == 200, within)
        self.assertIsNone(process.poll(), log.read_text()[-2000:])
        self.assertEqual(self.probe(pod, "livenessProbe"), 200)
        # A replica that is behind for a moment makes it DEGRADED.
        wait_until("all of it is up", lambda: (text := answer(8081, "/actuator/health")[1]) and json.loads(text)["status"] == "UP", 30)
        self.assertEqual(answer(8080, "/actuator/prometheus")[0], 421 if environment != "dev" else 404)
        self.assertIn("commit_queue_length", answer(8081, "/actuator/prometheus")[1])
        self.check_process(process.pid, pod)
        if environment != "dev":
            worker = chart.pod(objects, "Deployment", "frontrow-worker")
            working, worker_log = self.start("worker", worker)
            wait_until(f"works: {worker_log}", lambda: working.poll() is not None or '"working"' in worker_log.read_text(), 60)
            self.assertIsNone(working.poll(), worker_log.read_text()[-2000:])
            self.ends(working, worker, worker_log)
        self.ends(process, pod, log)
        self.assertNotIn('"log.level":"error"', log.read_text())

    def probe(self, pod, name):
        one = pod["containers"][0]
        ask = one[name]["httpGet"]
        port = next(each["containerPort"] for each in one["ports"] if each["name"] == ask["port"])
        return answer(port, ask["path"])[0]

    def check_process(self, pid, pod):
        """The user and the rights are those of the specification, and nothing can be written."""
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
        if os.geteuid() == 0:
            self.assertEqual(set(status["Uid"].split()), {"10001"})
            self.assertEqual(set(status["Gid"].split()), {"10001"})
            self.assertEqual(int(status["CapBnd"], 16), 0)
            self.assertEqual(status["NoNewPrivs"], "1")
        mounts = [line.split() for line in Path(f"/proc/{pid}/mounts").read_text().splitlines()]
        options = {mount[1]: mount[3].split(",") for mount in mounts}
        self.assertIn("ro", options["/"])
        self.assertIn("/run/secrets/frontrow", options)

    def test_dev(self):
        self.play("dev")

    def test_staging(self):
        self.play("staging")

    def test_prod(self):
        self.play("prod")

    def test_a_name_that_the_program_does_not_know_stops_it(self):
        """What Kubernetes would add for a Service named frontrow, if the chart let it."""
        objects = chart.render("prod", stores.values(self.services))
        pod = chart.pod(objects, "Deployment", "frontrow")
        self.assertIs(pod["enableServiceLinks"], False)
        pod["containers"][0]["env"].append({"name": "FRONTROW_SERVICE_HOST", "value": "10.96.0.1"})
        process, log = self.start("api", pod)
        self.assertEqual(process.wait(timeout=30), 2, log.read_text())
        self.assertIn("FRONTROW_SERVICE_HOST", log.read_text())


if __name__ == "__main__":
    if not chart.helm():
        print("helm is not here: tools/kubernetes/tools.sh helm builds it, where Go is installed")
        sys.exit(77)
    if "FRONTROW_OWN_NETWORK" not in os.environ:
        enter = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        os.execvpe(enter[0], [*enter, sys.executable, *sys.argv], os.environ | {"FRONTROW_OWN_NETWORK": "1"})
    BUILD = Path(sys.argv.pop(1)).resolve()
    unittest.main()
