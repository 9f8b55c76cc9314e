#!/usr/bin/env python3
"""Runs Prometheus, Alertmanager and the exporters of this machine on free loopback ports, with the configuration of deploy/prometheus.

    tools/monitoring.py run [--pods HOST:PORT …] [--services build/services] [--certificates HOST:PORT …] [--dir build/monitoring]
    tools/monitoring.py start|stop|status [the same]     in the background; `stop --remove` takes the data away as well

`--pods` are the operators' addresses of pods. Without it: the pods of `make run-cluster`, else the server of `make run` (127.0.0.1:8080).
MySQL and Redis are watched if `--services` run. `--divide N` divides every time in the alerts by N, for trials. Everything is below DIR and
is ended by process id; `run` ends it with Ctrl-C.
"""

import argparse
import json
import os
import pwd
import re
import signal
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import yaml

from cluster.mariadb import MariaDb
from cluster.process import Failed, Processes, program, wait_until
from cluster.redis import NODES, Redis
from cluster.secrets_file import password

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "deploy" / "prometheus"
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
SHORTEST = 4.0  # seconds: a rate needs a few samples


def divided(rules, by):
    """The rules with every time divided; thresholds stay."""
    def shorter(text):
        return f"{round(max(SHORTEST, int(text[:-1]) * UNITS[text[-1]] / by) * 1000)}ms"
    for group in rules["groups"]:
        for rule in group["rules"]:
            rule["expr"] = re.sub(r"\[(\d+[dhms])\]", lambda found: f"[{shorter(found[1])}]", rule["expr"])
            if "for" in rule:
                rule["for"] = shorter(rule["for"])
    return rules


def pods_of(services):
    """The operators' addresses of the pods of `make run-cluster`."""
    if not (services / "pods" / "processes.json").exists():
        return []
    pods = Processes(services / "pods")
    return [f"127.0.0.1:{pods.port(f'{name}-admin')}" for name in pods.names() if re.fullmatch(r"frontrow-\d+", name) and pods.pid(name)]


class Monitoring:
    def __init__(self, directory, pods, services=None, certificates=(), divide=1, node_targets=()):
        """`node_targets`: node exporters that run already."""
        self.processes = Processes(directory)
        self.directory = self.processes.directory
        self.textfiles = self.directory / "textfiles"
        self._pods, self._certificates, self._divide, self._nodes = list(pods), list(certificates), divide, list(node_targets)
        self._services = Processes(services) if services and (Path(services) / "processes.json").exists() else None

    def address(self, name):
        return f"127.0.0.1:{self.processes.port(name)}"

    def url(self, name):
        return f"http://{self.address(name)}"

    def ask(self, path, name="prometheus", **query):
        with urllib.request.urlopen(f"{self.url(name)}{path}?{urllib.parse.urlencode(query, doseq=True)}", timeout=10) as answer:
            return json.load(answer)

    def start(self):
        self.textfiles.mkdir(exist_ok=True)
        for name, package, words, environment in self._exporters():
            self.processes.start(name, [program(package, package), *words], environment)
        self._start_alertmanager()
        self._start_prometheus()

    def end(self, remove=False):
        for name in reversed(self.processes.names()):
            self.processes.end(name)
        if remove:
            self.processes.remove()

    def _exporters(self):
        """(process, package, arguments, environment); the arguments name its address."""
        def listen(name):
            return f"--web.listen-address={self.address(name)}"
        yield "node", "prometheus-node-exporter", [listen("node"), f"--collector.textfile.directory={self.textfiles}"], {}
        if self._certificates:
            yield "certificate", "prometheus-blackbox-exporter", [listen("certificate"), f"--config.file={CONFIG / 'blackbox.yml'}"], {}
        if not self._services:
            return
        mysql, redis = MariaDb(self._services), Redis(self._services)
        for server in MariaDb.names:
            if self._services.pid(server):
                source = f"{pwd.getpwuid(os.geteuid()).pw_name}@unix({mysql.socket(server)})/"
                yield server, "prometheus-mysqld-exporter", [listen(server)], {"DATA_SOURCE_NAME": source}
        if self._services.pid(NODES[0]):
            yield "redis", "prometheus-redis-exporter", [listen("redis")], {"REDIS_PASSWORD": password(redis.password_file)}

    def _targets(self):
        services = self._services
        return {
            "frontrow": self._pods,
            "node": [self.address("node"), *self._nodes],
            "mysql": [self.address(name) for name in MariaDb.names if services and self.processes.pid(name)],
            "redis": [f"127.0.0.1:{services.port(name)}" for name in NODES] if services and self.processes.pid("redis") else [],
            "certificate": self._certificates,
        }

    def _configuration(self):
        """The configuration of deploy/, with this machine's addresses instead of its names."""
        text = yaml.safe_load((CONFIG / "prometheus.yml").read_text())
        targets = self._targets()
        text["scrape_configs"] = [job for job in text["scrape_configs"] if targets[job["job_name"]]]
        for job in text["scrape_configs"]:
            job["static_configs"] = [{"targets": targets[job["job_name"]]}]
            if self._divide > 1:
                job.pop("scrape_interval", None)
            for relabel in job.get("relabel_configs", []):
                if relabel["target_label"] == "__address__":
                    relabel["replacement"] = self.address(job["job_name"])
        text["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [self.address("alertmanager")]}]}]
        if self._divide > 1:
            text["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        return text

    def _start_alertmanager(self):
        configuration = self.directory / "alertmanager.yml"
        text = yaml.safe_load((CONFIG / "alertmanager.yml").read_text())
        if self._divide > 1:
            text["route"] |= {"group_wait": "100ms", "group_interval": "1s"}
        configuration.write_text(yaml.safe_dump(text))
        self.processes.start("alertmanager", [
            program("prometheus-alertmanager", "prometheus-alertmanager"), f"--config.file={configuration}", "--cluster.listen-address=",
            f"--storage.path={self.directory / 'alertmanager'}", f"--web.listen-address={self.address('alertmanager')}"])
        self._wait_for("alertmanager")

    def _start_prometheus(self):
        rules = yaml.safe_load((CONFIG / "rules.yml").read_text())
        (self.directory / "rules.yml").write_text(yaml.safe_dump(divided(rules, self._divide) if self._divide > 1 else rules, width=1000))
        (self.directory / "prometheus.yml").write_text(yaml.safe_dump(self._configuration()))
        self.processes.start("prometheus", [
            program("prometheus", "prometheus"), f"--config.file={self.directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.directory / 'prometheus'}", f"--web.listen-address={self.address('prometheus')}"])
        self._wait_for("prometheus")

    def _wait_for(self, name):
        def is_ready():
            if not self.processes.pid(name):
                raise Failed(f"{name} ended:\n{self.processes.tail(name)}")
            try:
                with urllib.request.urlopen(f"{self.url(name)}/-/ready", timeout=2) as answer:
                    return answer.status == 200
            except OSError:
                return False
        wait_until(f"{name} is ready ({self.directory}/{name}.log)", is_ready, 60)


def run(monitoring):
    """Until Ctrl-C, or until a part ends."""
    try:
        monitoring.start()
        say(monitoring)
        while all(monitoring.processes.pid(name) for name in monitoring.processes.names()):
            time.sleep(0.5)
        raise Failed("one of them ended; see the logs in " + str(monitoring.directory))
    finally:
        monitoring.end()


def say(monitoring):
    print(f"Prometheus {monitoring.url('prometheus')}/alerts, Alertmanager {monitoring.url('alertmanager')}\n"
          f"  textfile.sh writes into {monitoring.textfiles}", flush=True)


def status(monitoring):
    for name in monitoring.processes.names():
        pid = monitoring.processes.pid(name)
        print(f"{name:<14} {f'pid {pid}, {monitoring.url(name)}' if pid else 'not running'}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["run", "start", "stop", "status"])
    parser.add_argument("--dir", default=ROOT / "build" / "monitoring", type=Path)
    parser.add_argument("--pods", nargs="+")
    parser.add_argument("--services", default=ROOT / "build" / "services", type=Path)
    parser.add_argument("--certificates", nargs="+", default=[])
    parser.add_argument("--divide", type=float, default=1)
    parser.add_argument("--remove", action="store_true")
    return parser.parse_args()


def main():
    options = parse()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        pods = options.pods or pods_of(options.services) or ["127.0.0.1:8080"]
        monitoring = Monitoring(options.dir, pods, options.services, options.certificates, options.divide)
        match options.verb:
            case "run": run(monitoring)
            case "start": monitoring.start(), say(monitoring)
            case "stop": monitoring.end(options.remove)
            case "status": status(monitoring)
    except Failed as failure:
        print(f"monitoring: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
