"""The resource metrics and the custom metrics of pods, made up: what metrics-server and prometheus-adapter would say, so that the autoscaler
can be driven. The API server asks here, through two APIServices.

A load of processor time, in cores, and of waiting commands is shared by the pods that are ready.
"""

import json
import re
import ssl
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESOURCE, CUSTOM = "metrics.k8s.io/v1beta1", "custom.metrics.k8s.io/v1beta2"


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Load:
    def __init__(self, api):
        self.api, self.cores, self.waiting = api, 1.0, 0.0

    def pods(self, namespace, selector):
        found = self.api.get(f"/api/v1/namespaces/{namespace}/pods?labelSelector={selector}")["items"]
        return [each for each in found if any(one["type"] == "Ready" and one["status"] == "True" for one in each.get("status", {}).get("conditions", []))]


class Answers(BaseHTTPRequestHandler):
    load = None
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path, _, query = self.path.partition("?")
        body = self.discovery(path) or self.values(path, query)
        text = json.dumps(body or {"kind": "Status", "status": "Failure", "code": 404}).encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def discovery(self, path):
        resources = {f"/apis/{RESOURCE}": [{"name": "pods", "singularName": "pod", "namespaced": True, "kind": "PodMetrics", "verbs": ["get", "list"]}],
                     f"/apis/{CUSTOM}": [{"name": "pods/commit_queue_length", "singularName": "", "namespaced": True, "kind": "MetricValueList", "verbs": ["get"]}]}
        if path in resources:
            return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": path.removeprefix("/apis/"), "resources": resources[path]}
        return None

    def values(self, path, query):
        selector = (re.search(r"labelSelector=([^&]*)", query) or [None, ""])[1]
        if found := re.fullmatch(rf"/apis/{RESOURCE}/namespaces/([^/]+)/pods", path):
            pods = self.load.pods(found[1], selector)
            each = f"{int(self.load.cores / max(1, len(pods)) * 1e9)}n"
            return {"kind": "PodMetricsList", "apiVersion": RESOURCE, "metadata": {}, "items": [
                {"metadata": {"name": pod["metadata"]["name"], "namespace": found[1]}, "timestamp": now(), "window": "1s",
                 "containers": [{"name": one["name"], "usage": {"cpu": each, "memory": "64Mi"}} for one in pod["spec"]["containers"]]} for pod in pods]}
        if found := re.fullmatch(rf"/apis/{CUSTOM}/namespaces/([^/]+)/pods/\*/([a-z_]+)", path):
            pods = self.load.pods(found[1], selector)
            each = f"{int(self.load.waiting / max(1, len(pods)) * 1000)}m"
            return {"kind": "MetricValueList", "apiVersion": CUSTOM, "metadata": {}, "items": [
                {"describedObject": {"kind": "Pod", "namespace": found[1], "name": pod["metadata"]["name"], "apiVersion": "/v1"},
                 "metric": {"name": found[2]}, "timestamp": now(), "windowSeconds": 1, "value": each} for pod in pods]}
        return None


def serve(load, certificate, key):
    """The port it answers on, with TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Answers,), {"load": load}))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def register(api, port):
    """The API server finds it by a name, because it takes no loopback address for a Service."""
    api.post("/api/v1/namespaces/kube-system/services", {
        "metadata": {"name": "metrics"}, "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port, "protocol": "TCP"}]}})
    for name in (RESOURCE, CUSTOM):
        group, _, version = name.partition("/")
        api.post("/apis/apiregistration.k8s.io/v1/apiservices", {
            "metadata": {"name": f"{version}.{group}"},
            "spec": {"group": group, "version": version, "groupPriorityMinimum": 100, "versionPriority": 100, "insecureSkipTLSVerify": True,
                     "service": {"namespace": "kube-system", "name": "metrics", "port": port}}})
