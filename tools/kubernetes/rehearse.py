#!/usr/bin/env python3
"""The chart on a real Kubernetes API server, controller manager and scheduler, on this machine: installed, tested, scaled from 5 pods to 50
and back, rolled, a zone drained, applied without helm, and taken away. The nodes are played (nodes.py): up to fourteen pods are real
processes of frontrow on real stores, the others are only said to be ready.

    tools/kubernetes/rehearse.py [--build build/release] [--dir build/kubernetes] [--slow] [--keep]

--slow lets the autoscaler go down as in production (half an hour); otherwise a minute is five seconds. --keep leaves everything up until
Ctrl-C. Needs tools/kubernetes/tools.sh cluster, root (pods have a user and mounts of their own), and tools/setup.sh cluster.
Everything listens on loopback addresses, and is ended by process id.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import chart  # noqa: E402
import metrics  # noqa: E402
import services as store_services  # noqa: E402
import stores  # noqa: E402
from cluster.process import Failed, Processes, wait_until  # noqa: E402
from control_plane import ControlPlane  # noqa: E402
from nodes import Nodes, loopback  # noqa: E402
from proxy import Proxy  # noqa: E402
from visitors import Visitors, ask  # noqa: E402

PROD, STAGING = "frontrow-prod", "frontrow-staging"
# What operators bring; here they are names without a program behind them.
CRDS = (("external-secrets.io", "v1", "externalsecrets", "ExternalSecret"), ("monitoring.coreos.com", "v1", "servicemonitors", "ServiceMonitor"),
        ("monitoring.coreos.com", "v1", "prometheusrules", "PrometheusRule"))
FASTER = {"down": {"stabilizationSeconds": 10, "percent": 10, "periodSeconds": 5}}


def definition(group, version, plural, kind):
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": f"{plural}.{group}"},
            "spec": {"group": group, "scope": "Namespaced", "names": {"plural": plural, "singular": kind.lower(), "kind": kind},
                     "versions": [{"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": anything}}]}}


class Rehearsal:
    def __init__(self, options):
        self.options, self.folder, self.lines = options, options.dir, []
        self.processes = Processes(self.folder)
        self.begun = time.monotonic()
        self.visitors = self.nodes = None

    def say(self, text):
        line = f"{time.monotonic() - self.begun:7.1f} s  {text}"
        self.lines.append(line)
        print(line, flush=True)

    # The cluster, and its end.

    def set_up(self):
        binary = self.folder / "frontrow"
        shutil.copy(self.options.build / "frontrow", binary)
        binary.chmod(0o755)
        stores_processes = Processes(self.folder / "services")
        with stores_processes.locked():
            store_services.start(stores_processes, list(store_services.KINDS))
        self.services = stores.read(self.folder / "services")
        self.plane = ControlPlane(self.processes).start()
        self.api = self.plane.api()
        version = self.api.get("/version")["gitVersion"]
        for name in ("kube-system", "kube-node-lease", "default"):
            wait_until("the namespaces are there", lambda name=name: self.exists(f"/api/v1/namespaces/{name}"), 60)
        self.nodes = Nodes(self.api, self.folder, binary).start()
        self.proxy = Proxy(self.api, self.nodes).start()
        self.load = metrics.Load(self.api)
        self.metrics = metrics.serve(self.load, self.folder / "server.crt", self.folder / "server.key")
        metrics.register(self.api, self.metrics.server_port)
        for each in CRDS:
            self.plane.kubectl("apply", "-f", "-", text=json.dumps(definition(*each)))
        self.plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        self.plane.kubectl("wait", "--for=condition=Available", "apiservice", "v1beta1.metrics.k8s.io", "v1beta2.custom.metrics.k8s.io", "--timeout=60s")
        self.say(f"Kubernetes {version} is up, with {len(self.nodes.names)} nodes in three zones")

    def exists(self, path):
        try:
            self.api.get(path)
            return True
        except Exception:
            return False

    def tear_down(self):
        if self.visitors:
            self.visitors.stop()
        if self.nodes:
            self.nodes.stop()
        for name in reversed(self.processes.names()):
            self.processes.end(name)
        stores_processes = Processes(self.folder / "services")
        with stores_processes.locked():
            store_services.stop(stores_processes, list(store_services.KINDS), remove=True)

    # What is looked at.

    def pods(self, namespace=PROD, component="api"):
        found = self.api.get(f"/api/v1/namespaces/{namespace}/pods?labelSelector=app.kubernetes.io/component={component}")["items"]
        return [each for each in found if "deletionTimestamp" not in each["metadata"]]

    def ready(self, namespace=PROD, component="api"):
        return [each for each in self.pods(namespace, component)
                if any(one["type"] == "Ready" and one["status"] == "True" for one in each.get("status", {}).get("conditions", []))]

    def zones(self, pods):
        counts = {}
        for each in pods:
            zone = self.nodes.names[each["spec"]["nodeName"]]
            counts[zone] = counts.get(zone, 0) + 1
        return dict(sorted(counts.items()))

    def expect(self, what, holds):
        if not holds:
            raise Failed(f"not so: {what}")

    def wait_for(self, what, count, seconds, namespace=PROD):
        wait_until(what, lambda: len(self.pods(namespace)) == len(self.ready(namespace)) == count, seconds, pause=0.5)

    def values(self, name, more):
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps(stores.values(self.services) | more))
        return file

    def served(self, mark, what):
        asked, failed = self.visitors.since(mark)
        self.say(f"{what}: {asked} requests meanwhile, {failed} failed")
        self.expect(f"{what}: no request fails: {self.visitors.failed[-5:]}", failed == 0)

    # The play, act by act.

    def install(self):
        self.plane.kubectl("apply", "-f", chart.HELM / "namespaces" / "prod.yaml")
        wait_until("the account is there", lambda: self.exists(f"/api/v1/namespaces/{PROD}/serviceaccounts/default"), 30)
        # In place of the External Secrets Operator.
        self.plane.kubectl("-n", PROD, "apply", "-f", "-", text=json.dumps(stores.secret(self.services)))
        scaling = {} if self.options.slow else {"autoscaling": FASTER}
        self.words = ["frontrow", chart.CHART, "--namespace", PROD, "--values", chart.HELM / "values-prod.yaml", "--values", self.values("prod", scaling)]
        self.plane.helm("install", *self.words, "--wait", "--timeout", "5m")
        self.wait_for("five pods", 5, 120)
        self.say(f"helm install: {self.zones(self.ready())} API, {len(self.ready(component='worker'))} workers, {self.nodes.processes()} real processes")
        job = self.api.get(f"/apis/batch/v1/namespaces/{PROD}/jobs/frontrow-migrate")
        self.expect("the migration has run", job["status"].get("succeeded") == 1)
        done = self.plane.helm("test", "frontrow", "--namespace", PROD, "--timeout", "2m")
        self.say("helm test: " + ("passed" if "Succeeded" in done.stdout else done.stdout))

    def refuse(self):
        """What the namespace does not let in."""
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "root"}, "spec": {"containers": [
            {"name": "a", "image": "a", "securityContext": {"privileged": True}, "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}}]}}
        done = self.plane.kubectl("-n", PROD, "apply", "-f", "-", text=json.dumps(pod), check=False)
        self.expect(f"a privileged pod is refused: {done.stderr}", done.returncode and "restricted" in done.stderr)
        self.say("a privileged pod is refused by the namespace: " + done.stderr.strip()[:160].replace("\n", " "))

    def open_the_sale(self):
        address = lambda name: (loopback(self.api.get(f"/api/v1/namespaces/{PROD}/services/{name}")["spec"]["clusterIP"]), 80)  # noqa: E731
        body = {"title": "rehearsal", "queue": {"enabled": True, "maxActive": 100_000, "admissionsPerSecond": 10_000},
                "schedules": [{"startsAt": "2099-01-01T10:00:00.000Z", "seats": {"count": 100, "price": 1000}}]}
        keys = stores.passwords(self.services)
        status, made = ask(address("frontrow-operators"), "POST", "/api/v1/admin/concerts", body, {"Authorization": f"Bearer {keys['admin-token']}"})
        self.expect(f"a concert is made: {status} {made}", status == 201)
        # Other pods learn of it within a second.
        wait_until("every pod knows it", lambda: all(ask(address("frontrow"), "GET", f"/api/v1/concerts/{made['id']}")[0] == 200 for _ in range(30)), 30)
        self.visitors = Visitors(address("frontrow"), made["id"], keys["jwt-key"])

    def scale(self):
        mark, begun = self.visitors.mark(), time.monotonic()
        self.load.cores = 40
        self.wait_for("fifty pods", 50, 300)
        self.say(f"40 cores of load: 5 pods -> 50 in {time.monotonic() - begun:.0f} s, {self.zones(self.ready())}")
        quota = self.api.get(f"/api/v1/namespaces/{PROD}/resourcequotas/frontrow")["status"]
        self.say(f"quota: {quota['used']['requests.cpu']} of {quota['hard']['requests.cpu']} cores, {quota['used']['pods']} of {quota['hard']['pods']} pods")
        begun = time.monotonic()
        self.load.cores = 1
        self.wait_for("five pods again", 5, 2400 if self.options.slow else 400)
        self.say(f"1 core of load: 50 pods -> 5 in {time.monotonic() - begun:.0f} s ({'as in production' if self.options.slow else 'a minute is 5 s'})")
        begun = time.monotonic()
        self.load.waiting = 5_000
        wait_until("commands make pods", lambda: len(self.ready()) >= 20, 120, pause=0.5)
        self.say(f"5,000 waiting commands: {len(self.ready())} pods after {time.monotonic() - begun:.0f} s")
        self.load.waiting = 0
        self.wait_for("five pods once more", 5, 2400 if self.options.slow else 400)
        self.served(mark, "scaled up and down")

    def roll(self):
        mark, before, begun = self.visitors.mark(), {each["metadata"]["name"] for each in self.pods()}, time.monotonic()
        self.plane.helm("upgrade", *self.words, "--set", "secrets.revision=2", "--wait", "--timeout", "8m")
        wait_until("new pods only", lambda: not before & {each["metadata"]["name"] for each in self.pods()} and len(self.ready()) == 5, 240, pause=0.5)
        self.say(f"helm upgrade: five new pods in {time.monotonic() - begun:.0f} s, {self.zones(self.ready())}")
        self.served(mark, "rolling update")

    def fail_to_roll(self):
        """A version that cannot start: the pods that serve stay."""
        mark, before = self.visitors.mark(), {each["metadata"]["name"] for each in self.ready()}
        done = self.plane.helm("upgrade", *self.words, "--set", "settings.mysql-user=nobody", "--wait", "--timeout", "20s", check=False)
        self.expect("helm reports it", done.returncode != 0)
        self.expect("the old pods stay", before <= {each["metadata"]["name"] for each in self.ready()})
        self.plane.helm("rollback", "frontrow", "--namespace", PROD, "--wait", "--timeout", "3m")
        self.say(f"an update with a wrong user of the database stops at the migration: {done.stderr.strip()[-150:]}")
        self.served(mark, "failed update and rollback")

    def drain(self):
        mark, begun = self.visitors.mark(), time.monotonic()
        names = [name for name, zone in self.nodes.names.items() if zone == "zone-a"]
        self.plane.kubectl("drain", *names, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=240s")
        self.wait_for("five pods in two zones", 5, 120)
        zones = self.zones(self.ready())
        self.expect(f"zone a is empty: {zones}", "zone-a" not in zones)
        self.say(f"kubectl drain of zone a: {zones} after {time.monotonic() - begun:.0f} s")
        self.served(mark, "drained zone")
        self.plane.kubectl("uncordon", *names)

    def apply_without_helm(self):
        self.plane.kubectl("apply", "-f", chart.HELM / "namespaces" / "staging.yaml")
        wait_until("the account is there", lambda: self.exists(f"/api/v1/namespaces/{STAGING}/serviceaccounts/default"), 30)
        self.plane.kubectl("-n", STAGING, "apply", "-f", "-", text=json.dumps(stores.secret(self.services)))
        text = self.plane.helm("template", "frontrow", chart.CHART, "--namespace", STAGING, "--no-hooks", "--values", chart.HELM / "values-staging.yaml",
                               "--values", self.values("staging", {})).stdout
        for _ in range(2):  # the second changes nothing
            done = self.plane.kubectl("-n", STAGING, "apply", "--server-side", "--force-conflicts=false", "-f", "-", text=text)
        self.wait_for("two pods", 2, 180, STAGING)
        self.say(f"helm template | kubectl apply --server-side: {len(done.stdout.splitlines())} objects, two pods ready")
        self.plane.kubectl("delete", "namespace", STAGING, "--timeout=120s")

    def leave(self):
        self.visitors.stop()
        self.plane.helm("uninstall", "frontrow", "--namespace", PROD, "--wait", "--timeout", "3m")
        wait_until("no pods", lambda: not self.api.get(f"/api/v1/namespaces/{PROD}/pods?labelSelector=app.kubernetes.io/component%20in%20(api,worker)")["items"], 120)
        where = self.services
        environment = {"FRONTROW_PROFILE": "cluster", "FRONTROW_MYSQL_PRIMARY": where["MYSQL_PRIMARY"], "FRONTROW_MYSQL_USER": where["MYSQL_USER"],
                       "FRONTROW_MYSQL_PASSWORD_FILE": where["MYSQL_PASSWORD_FILE"]}
        audit = subprocess.run([self.folder / "frontrow", "audit"], env=environment, capture_output=True, text=True, timeout=120)
        self.expect(f"the audit is clean: {audit.stdout}", audit.returncode == 0)
        self.say(f"helm uninstall; the audit is clean; {self.visitors.asked} requests in all, {len(self.visitors.failed)} failed")

    def play(self):
        self.set_up()
        for act in (self.install, self.refuse, self.open_the_sale, self.scale, self.roll, self.fail_to_roll, self.drain, self.apply_without_helm):
            act()
        if self.options.keep:
            print(f"KUBECONFIG={self.folder}/admin.kubeconfig {chart.TOOLS}/kubectl …  Ctrl-C ends it", flush=True)
            signal.pause()
        self.leave()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=lambda text: Path(text).resolve(), default=chart.ROOT / "build" / "release")
    parser.add_argument("--dir", type=lambda text: Path(text).resolve(), default=chart.ROOT / "build" / "kubernetes")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("rehearse: needs root: pods have a user and mounts of their own")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    shutil.rmtree(options.dir, ignore_errors=True)
    rehearsal = Rehearsal(options)
    try:
        rehearsal.play()
    except Failed as failure:
        print(f"rehearse: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    finally:
        rehearsal.tear_down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
