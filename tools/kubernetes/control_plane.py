"""Kubernetes' own API server, controller manager and scheduler, and etcd, as processes of this machine on free loopback ports. There is no
kubelet: tools/kubernetes/nodes.py plays the nodes."""

import json
import secrets
import subprocess
import urllib.error
import urllib.request
import ssl

from cluster.process import Failed, wait_until

import chart
from api import Api

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
USERS = {"admin": ("admin", "system:masters"), "controllers": ("system:kube-controller-manager", ""), "scheduler": ("system:kube-scheduler", "")}
SERVICES = "10.96.0.0/16"


class ControlPlane:
    def __init__(self, processes, autoscaler_every=5):
        self.processes, self.folder = processes, processes.directory
        self.port = processes.port("kube-apiserver")
        self._every = autoscaler_every

    def start(self):
        for name in (*PROGRAMS, "kubectl", "helm"):
            if not (chart.TOOLS / name).exists():
                raise Failed(f"{name} is not here: tools/kubernetes/tools.sh cluster")
        self._make_keys()
        self._start_etcd()
        self._start("kube-apiserver", self._api_server())
        wait_until("the API server is ready", self._is_ready, 120)
        self.write_access("admin")
        for program, user in (("kube-controller-manager", "controllers"), ("kube-scheduler", "scheduler")):
            self.write_access(user)
            self._start(program, [f"--kubeconfig={self.folder / user}.kubeconfig", "--leader-elect=false", "--bind-address=127.0.0.1",
                                  f"--secure-port={self.processes.port(program)}", f"--authentication-kubeconfig={self.folder / user}.kubeconfig",
                                  f"--authorization-kubeconfig={self.folder / user}.kubeconfig",
                                  *(self._controllers() if user == "controllers" else [])])
        return self

    def stop(self):
        for name in reversed(PROGRAMS):
            self.processes.end(name)

    def api(self):
        return Api(self.port, self._token("admin"), self._certificate)

    def kubectl(self, *words, text=None, check=True, timeout=300):
        return self._run("kubectl", words, text, check, timeout)

    def helm(self, *words, check=True, timeout=600):
        return self._run("helm", words, None, check, timeout)

    def _run(self, program, words, text, check, timeout):
        environment = {"KUBECONFIG": str(self.folder / "admin.kubeconfig"), "HOME": str(self.folder), "PATH": "/usr/bin:/bin"}
        done = subprocess.run([chart.TOOLS / program, *map(str, words)], input=text, capture_output=True, text=True, timeout=timeout, env=environment)
        if check and done.returncode:
            raise Failed(f"{program} {' '.join(map(str, words))}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
        return done

    @property
    def _certificate(self):
        return self.folder / "server.crt"

    def _token(self, user):
        return json.loads((self.folder / "tokens.json").read_text())[user]

    def _make_keys(self):
        if (self.folder / "tokens.csv").exists():
            return
        self.folder.chmod(0o755)  # pods have another user, and look at their own folders below this one
        tokens = {user: secrets.token_urlsafe(32) for user in USERS}
        for name, text in (("tokens.json", json.dumps(tokens)),
                           ("tokens.csv", "".join(f'{tokens[user]},{name},{name},"{group}"\n' for user, (name, group) in USERS.items()))):
            file = self.folder / name
            file.touch(0o600)
            file.write_text(text)
        run = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=self.folder)  # noqa: E731
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=kubernetes", "-days", "7",
            "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", "server.key", "-out", "server.crt")
        run("genrsa", "-out", "accounts.key", "2048")

    def _start(self, name, words):
        self.processes.start(name, ["nice", "-n", "5", chart.TOOLS / name, *words])

    def _start_etcd(self):
        clients, peers = self.processes.port("etcd"), self.processes.port("etcd-peers")
        self._start("etcd", ["--data-dir", self.folder / "etcd", "--listen-client-urls", f"http://127.0.0.1:{clients}",
                             "--advertise-client-urls", f"http://127.0.0.1:{clients}", "--listen-peer-urls", f"http://127.0.0.1:{peers}",
                             "--initial-advertise-peer-urls", f"http://127.0.0.1:{peers}", "--initial-cluster", f"default=http://127.0.0.1:{peers}",
                             "--unsafe-no-fsync", "--log-level", "warn"])

    def _api_server(self):
        folder = self.folder
        return [f"--etcd-servers=http://127.0.0.1:{self.processes.port('etcd')}", "--bind-address=127.0.0.1", f"--secure-port={self.port}",
                # Nobody asks for this address: it is of those that are kept for documentation.
                "--advertise-address=192.0.2.1", "--endpoint-reconciler-type=none",
                f"--tls-cert-file={folder}/server.crt", f"--tls-private-key-file={folder}/server.key", f"--token-auth-file={folder}/tokens.csv",
                "--authorization-mode=Node,RBAC", f"--service-cluster-ip-range={SERVICES}", "--service-account-issuer=https://kubernetes.default",
                f"--service-account-key-file={folder}/accounts.key", f"--service-account-signing-key-file={folder}/accounts.key"]

    def _controllers(self):
        return ["--use-service-account-credentials=true", f"--service-account-private-key-file={self.folder}/accounts.key",
                f"--root-ca-file={self._certificate}", f"--horizontal-pod-autoscaler-sync-period={self._every}s"]

    def _is_ready(self):
        if not self.processes.pid("kube-apiserver"):
            raise Failed(f"the API server ended:\n{self.processes.tail('kube-apiserver', 15)}")
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}/readyz", headers={"Authorization": f"Bearer {self._token('admin')}"})
        try:
            with urllib.request.urlopen(request, timeout=5, context=ssl.create_default_context(cafile=str(self._certificate))) as answer:
                return answer.status == 200
        except OSError:
            return False

    def write_access(self, user):
        config = {"apiVersion": "v1", "kind": "Config", "current-context": "here",
                  "clusters": [{"name": "here", "cluster": {"server": f"https://127.0.0.1:{self.port}", "certificate-authority": str(self._certificate)}}],
                  "users": [{"name": user, "user": {"token": self._token(user)}}],
                  "contexts": [{"name": "here", "context": {"cluster": "here", "user": user}}]}
        file = self.folder / f"{user}.kubeconfig"
        file.touch(0o600)
        file.write_text(json.dumps(config))
