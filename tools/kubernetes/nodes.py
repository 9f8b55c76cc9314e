"""Plays the nodes of a cluster on this machine: registers them in zones and keeps them alive, and does for their pods what a kubelet does for
the API: some pods are real processes (container.py), started, probed, told to end with their preStop and their grace period; the
others are only said to be ready. Nothing of this machine is changed.

A pod's address 10.244.x.y is 127.244.x.y here.
"""

import itertools
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone

import container
from api import Answer

STRATEGIC = "application/strategic-merge-patch+json"
CAPACITY = {"cpu": "32", "memory": "64Gi", "pods": "110", "ephemeral-storage": "100Gi"}
HEARTBEAT = 10


def now(parts=False):
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ" if parts else "%Y-%m-%dT%H:%M:%SZ")


def loopback(address):
    """Where an address of the cluster is on this machine."""
    return "127." + address.partition(".")[2]


class Nodes:
    def __init__(self, api, folder, binary, zones=("a", "b", "c"), each=2, real=14):
        self.api, self.folder, self.binary, self.real = api, folder, binary, real
        self.names = {f"node-{zone}{number}": f"zone-{zone}" for zone in zones for number in range(1, each + 1)}
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.pods, self.services = {}, {}
        self._addresses = itertools.count(2)

    def start(self):
        for name, zone in self.names.items():
            self._register(name, zone)
        threading.Thread(target=self._stay_alive, daemon=True).start()
        for path, on_object in (("/api/v1/services", self._on_service), ("/api/v1/pods", self._on_pod)):
            threading.Thread(target=self.api.follow, args=(path, on_object, self.stopped), daemon=True).start()
        return self

    def stop(self):
        self.stopped.set()
        with self.lock:
            left = list(self.pods.values())
        for pod in left:
            pod.kill()

    def processes(self):
        with self.lock:
            return sum(pod.process is not None and pod.process.poll() is None for pod in self.pods.values())

    def is_real(self, address):
        with self.lock:
            return any(pod.address == address and pod.is_real for pod in self.pods.values())

    def _register(self, name, zone):
        labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "topology.kubernetes.io/zone": zone}
        self.api.post("/api/v1/nodes", {"metadata": {"name": name, "labels": labels}})
        ready = {"type": "Ready", "status": "True", "reason": "Played", "message": "", "lastHeartbeatTime": now(), "lastTransitionTime": now()}
        self.api.patch(f"/api/v1/nodes/{name}/status", {"status": {"capacity": CAPACITY, "allocatable": CAPACITY, "conditions": [ready]}})
        self.api.post("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", {
            "metadata": {"name": name}, "spec": {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": now(True)}})

    def _stay_alive(self):
        while not self.stopped.wait(HEARTBEAT):
            for name in self.names:
                try:
                    self.api.patch(f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}", {"spec": {"renewTime": now(True)}})
                except (OSError, Answer):
                    break

    def _on_service(self, change, one):
        if change in ("ADDED", "MODIFIED"):
            self.services[(one["metadata"]["namespace"], one["metadata"]["name"])] = one["spec"]
        elif change == "DELETED":
            self.services.pop((one["metadata"]["namespace"], one["metadata"]["name"]), None)

    def _on_pod(self, change, one):
        if change == "LIST" or one["spec"].get("nodeName") not in self.names:
            return
        uid = one["metadata"]["uid"]
        with self.lock:
            pod = self.pods.get(uid)
            if pod is None and change != "DELETED":
                is_real = sum(each.is_real and not each.is_over for each in self.pods.values()) < self.real
                number = next(self._addresses)
                pod = self.pods[uid] = Pod(self, one, f"10.244.{number // 250}.{number % 250}", is_real)
                pod.start()
        if pod and (change == "DELETED" or "deletionTimestamp" in one["metadata"]):
            pod.end()

    def forget(self, uid):
        with self.lock:
            self.pods.pop(uid, None)


class Pod(threading.Thread):
    def __init__(self, nodes, given, address, is_real):
        super().__init__(daemon=True)
        self.nodes, self.api, self.address, self.is_real = nodes, nodes.api, address, is_real
        self.name, self.namespace, self.uid = (given["metadata"][key] for key in ("name", "namespace", "uid"))
        self.spec, self.one = given["spec"], given["spec"]["containers"][0]
        self.is_asked_to_end, self.process, self.restarts, self.said = threading.Event(), None, 0, None
        self.is_over = False

    def end(self):
        self.is_asked_to_end.set()

    def kill(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def run(self):
        try:
            self._live()
        except (OSError, Answer, container.Unusable) as failure:
            if not self.nodes.stopped.is_set():
                print(f"nodes: {self.namespace}/{self.name}: {failure}", flush=True)
        finally:
            self.kill()
            if self.is_asked_to_end.is_set() and not self.nodes.stopped.is_set():
                self._gone()
            self.nodes.forget(self.uid)

    def _live(self):
        if not self.is_real:
            self.is_asked_to_end.wait(1)
            self._say(True)
            self.is_asked_to_end.wait()
            return self._before_stop()
        self._start()
        self._keep()
        while not self.is_asked_to_end.wait(0.5):
            code = self.process.poll()
            if code is None:
                self._say(self._is_ready())
            elif self.spec.get("restartPolicy") == "Never":
                self._say_ended(code)
                self.is_over = True
                self.is_asked_to_end.wait()
                return None
            else:
                self.restarts += 1
                self._say(False)
                self.is_asked_to_end.wait(2)
                self._start()
        return self._stop()

    def _before_stop(self):
        time.sleep(self.one.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0))

    def _stop(self):
        """As a kubelet: preStop, SIGTERM, and SIGKILL when the grace period is over."""
        until = time.monotonic() + self.spec["terminationGracePeriodSeconds"]
        self._before_stop()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(max(0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                print(f"nodes: {self.name} had to be killed", flush=True)

    def _keep(self):
        """Fewer pods: the real ones stay, as far as Kubernetes may choose."""
        self.api.patch(f"/api/v1/namespaces/{self.namespace}/pods/{self.name}", {"metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": "1000"}}})

    def _start(self):
        own = {variable: loopback(self.address) for variable in ("FRONTROW_HOST", "FRONTROW_ADMIN_HOST")
               if container.environment(self.one).get(variable) == "0.0.0.0"}
        read = lambda kind: lambda name: self.api.get(f"/api/v1/namespaces/{self.namespace}/{kind}/{name}")  # noqa: E731
        self.process = container.start(self.nodes.folder / "pods" / self.name, self.spec, self.one, self.nodes.binary, read("secrets"),
                                       read("configmaps"), self._links() | own, self._hosts())

    def _visible(self):
        return {name: spec for (namespace, name), spec in self.nodes.services.items()
                if namespace == self.namespace and spec.get("clusterIP", "None") != "None"}

    def _links(self):
        """What Kubernetes tells of each Service, unless a pod does not want it."""
        if self.spec.get("enableServiceLinks") is False:
            return {}
        links = {}
        for name, spec in self._visible().items():
            port = str(spec["ports"][0]["port"])
            name = name.upper().replace("-", "_")
            links |= {f"{name}_SERVICE_HOST": spec["clusterIP"], f"{name}_SERVICE_PORT": port, f"{name}_PORT": f"tcp://{spec['clusterIP']}:{port}"}
        return links

    def _hosts(self):
        """In place of the cluster's names."""
        return "127.0.0.1 localhost\n" + "".join(f"{loopback(spec['clusterIP'])} {name}\n" for name, spec in self._visible().items())

    def _is_ready(self):
        probe = self.one.get("readinessProbe")
        if not probe:
            return True
        port = next(each["containerPort"] for each in self.one["ports"] if each["name"] == probe["httpGet"]["port"])
        try:
            with urllib.request.urlopen(f"http://{loopback(self.address)}:{port}{probe['httpGet']['path']}", timeout=probe["timeoutSeconds"]) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def _say(self, is_ready):
        if self.said == (is_ready, self.restarts):
            return
        self.said = (is_ready, self.restarts)
        state = {"running": {"startedAt": now()}}
        self._patch("Running", is_ready, state)

    def _say_ended(self, code):
        state = {"terminated": {"exitCode": code, "reason": "Completed" if code == 0 else "Error", "finishedAt": now()}}
        self._patch("Succeeded" if code == 0 else "Failed", False, state)

    def _patch(self, phase, is_ready, state):
        word = str(is_ready)
        conditions = [{"type": kind, "status": word, "lastTransitionTime": now()} for kind in ("Ready", "ContainersReady")]
        conditions.append({"type": "Initialized", "status": "True"})
        status = {"phase": phase, "conditions": conditions, "podIP": self.address, "podIPs": [{"ip": self.address}], "hostIP": "192.0.2.10",
                  "hostIPs": [{"ip": "192.0.2.10"}], "startTime": now() if self.said in (None, (False, 0)) else None,
                  "containerStatuses": [{"name": self.one["name"], "image": self.one["image"], "imageID": "played", "ready": is_ready,
                                         "started": "running" in state, "restartCount": self.restarts, "state": state}]}
        if status["startTime"] is None:
            del status["startTime"]
        self.api.patch(f"/api/v1/namespaces/{self.namespace}/pods/{self.name}/status", {"status": status}, STRATEGIC)

    def _gone(self):
        try:
            self.api.delete(f"/api/v1/namespaces/{self.namespace}/pods/{self.name}", {"gracePeriodSeconds": 0, "preconditions": {"uid": self.uid}})
        except (OSError, Answer):
            pass
