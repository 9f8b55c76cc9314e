#!/usr/bin/env python3
"""What helm renders for production, played without Kubernetes (tools/kubernetes/nodes.py and proxy.py, as in the rehearsal, and a few objects in
place of the API server): a migration, two pods behind both Services, `helm test`, and a pod that leaves while people ask. No request fails.

    chart_pods_test.py BUILD-DIRECTORY         runs again in a network of its own
"""

import copy
import os
import queue
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tools" / "kubernetes")]

import chart  # noqa: E402
import stores  # noqa: E402
from cluster.process import wait_until  # noqa: E402
from nodes import Nodes, loopback  # noqa: E402
from proxy import Proxy  # noqa: E402
from visitors import Visitors, ask  # noqa: E402

PORTS = {"frontrow": ("10.96.9.1", "buyers", 8080), "frontrow-operators": ("10.96.9.2", "operators", 8081)}


class Objects:
    """The part of the API that nodes use."""

    def __init__(self, secret):
        self.secret = secret
        self.kinds = {"pods": {}, "services": {}, "endpointslices": {}}
        self.followers = {kind: [] for kind in self.kinds}

    def get(self, path):
        return self.secret if "/secrets/" in path else {"data": {}}

    def post(self, path, body):
        pass

    def patch(self, path, body, kind=None):
        if found := re.search(r"/pods/([^/]+)/status", path):
            self.kinds["pods"][found[1]].setdefault("status", {}).update(body["status"])

    def delete(self, path, body=None):
        self.tell("pods", "DELETED", self.kinds["pods"].pop(path.rpartition("/")[2]))

    def put(self, kind, one, change="ADDED"):
        self.kinds[kind][one["metadata"]["name"]] = one
        self.tell(kind, change, one)
        return one

    def tell(self, kind, change, one):
        for each in self.followers[kind]:
            each.put((change, one))

    def follow(self, path, on_object, stopped):
        kind, mine = path.rpartition("/")[2], queue.Queue()
        self.followers[kind].append(mine)
        for one in list(self.kinds[kind].values()):
            on_object("ADDED", one)
        while not stopped.is_set():
            try:
                on_object(*mine.get(timeout=0.2))
            except queue.Empty:
                pass


def is_ready(pod):
    return any(each["type"] == "Ready" and each["status"] == "True" for each in pod.get("status", {}).get("conditions", []))


class Pods(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="frontrow-pods-")
        self.addCleanup(directory.cleanup)
        folder = Path(directory.name)
        folder.chmod(0o755)  # pods have another user
        tool = [sys.executable, ROOT / "tools" / "services.py", "--dir", folder / "services"]
        self.addCleanup(lambda: subprocess.run([*tool, "stop"], check=True, timeout=120))
        subprocess.run([*tool, "start"], check=True, timeout=300)
        services = stores.read(folder / "services")
        binary = folder / "frontrow"
        binary.write_bytes((BUILD / "frontrow").read_bytes())
        binary.chmod(0o755)
        self.keys, self.folder = stores.passwords(services), folder
        self.api = Objects(stores.secret(services))
        self.objects = chart.render("prod", stores.values(services) | {"preStopSeconds": 4})
        self.nodes = Nodes(self.api, folder, binary).start()
        self.addCleanup(self.nodes.stop)
        Proxy(self.api, self.nodes).start()
        for name, (address, _, _) in PORTS.items():
            service = copy.deepcopy(chart.find(self.objects, "Service", name))
            service["metadata"]["namespace"], service["spec"]["clusterIP"] = "shop", address
            self.api.put("services", service)

    def pod(self, name, spec):
        return self.api.put("pods", {"metadata": {"name": name, "namespace": "shop", "uid": name}, "spec": copy.deepcopy(spec) | {"nodeName": "node-a1"}})

    def tell_endpoints(self, pods):
        for name, (_, port, number) in PORTS.items():
            ends = [{"addresses": [each["status"]["podIP"]], "conditions": {"ready": "deletionTimestamp" not in each["metadata"]}} for each in pods]
            self.api.put("endpointslices", {"metadata": {"name": name, "namespace": "shop", "labels": {"kubernetes.io/service-name": name}},
                                            "ports": [{"name": port, "port": number}], "endpoints": ends})

    def log(self, name):
        return (self.folder / "pods" / name / "log").read_text()[-3000:]

    def runs_to_its_end(self, name, spec):
        pod = self.pod(name, spec)
        wait_until(f"{name} ends", lambda: pod.get("status", {}).get("phase") in ("Succeeded", "Failed"), 90)
        self.assertEqual(pod["status"]["phase"], "Succeeded", self.log(name))

    def ask(self, service, *words):
        return ask((loopback(PORTS[service][0]), 80), *words)

    def test_no_request_fails_while_a_pod_leaves(self):
        self.runs_to_its_end("migrate", chart.pod(self.objects, "Job", "frontrow-migrate"))
        pods = [self.pod(f"api-{number}", chart.pod(self.objects, "Deployment", "frontrow")) for number in (1, 2)]
        wait_until("two pods are ready", lambda: all(is_ready(each) for each in pods), 90)
        self.tell_endpoints(pods)
        body = {"title": "hall", "queue": {"enabled": True, "maxActive": 100_000, "admissionsPerSecond": 10_000},
                "schedules": [{"startsAt": "2099-01-01T10:00:00.000Z", "seats": {"count": 100, "price": 1000}}]}
        bearer = {"Authorization": f"Bearer {self.keys['admin-token']}"}
        made = wait_until("an operator is served", lambda: self.made(body, bearer), 20)
        wait_until("both pods know it", lambda: all(self.ask("frontrow", "GET", f"/api/v1/concerts/{made}")[0] == 200 for _ in range(30)), 30)
        self.runs_to_its_end("test", chart.find(self.objects, "Pod", "frontrow-test")["spec"])

        visitors = Visitors((loopback(PORTS["frontrow"][0]), 80), made, self.keys["jwt-key"])
        self.addCleanup(visitors.stop)
        wait_until("people ask", lambda: visitors.asked > 20, 120)
        pods[0]["metadata"]["deletionTimestamp"] = "now"
        self.api.put("pods", pods[0], "MODIFIED")
        self.tell_endpoints(pods)
        wait_until("it is gone", lambda: "api-1" not in self.api.kinds["pods"], 120)
        asked = visitors.asked
        wait_until("people ask on", lambda: visitors.asked > asked + 20, 120)
        self.assertEqual(visitors.failed, [])
        self.assertIn('"stopped"', self.log("api-1"), "it drained and was not killed")

    def made(self, body, bearer):
        try:
            status, answer = self.ask("frontrow-operators", "POST", "/api/v1/admin/concerts", body, bearer)
        except (OSError, ValueError):
            return None  # the Service does not listen yet
        return answer["id"] if status == 201 else None


if __name__ == "__main__":
    if not chart.helm():
        print("helm is not here: tools/kubernetes/tools.sh helm builds it, where Go is installed")
        sys.exit(77)
    if os.geteuid() != 0:
        print("needs root: pods have a user and mounts of their own")
        sys.exit(77)
    if "FRONTROW_OWN_NETWORK" not in os.environ:
        enter = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        os.execvpe(enter[0], [*enter, sys.executable, *sys.argv], os.environ | {"FRONTROW_OWN_NETWORK": "1"})
    BUILD = Path(sys.argv.pop(1)).resolve()
    unittest.main()
