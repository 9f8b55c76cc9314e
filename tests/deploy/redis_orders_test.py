#!/usr/bin/env python3
"""Stops and starts Redis nodes and sentinels in every order, with deploy/redis/*.sh themselves, after a failover.

    redis_orders_test.py [FOLDER OF THE SCRIPTS]

After each round all sentinels name one primary, it has two replicas, and every write that both replicas had is there.
"""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
NODES, SENTINELS = ("n1", "n2", "n3"), ("s1", "s2", "s3")
ALL = NODES + SENTINELS


def free_ports(count):
    """Ports below the range for clients, so that a stopped server finds its own free."""
    found = []
    for port in range(21000 + os.getpid() % 5000, 32000):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no free ports")


class Cluster:
    def __init__(self, directory, scripts):
        self.directory, self.scripts, self.running, self.written = directory, scripts, {}, 0
        self.ports = dict(zip(ALL, free_ports(len(ALL))))
        (directory / "password").write_text("a-password")
        (directory / "sentinel-password").write_text("another-password")
        for name in ALL:
            (directory / name).mkdir()

    def addresses(self, names):
        return " ".join(f"{HOST}:{self.ports[name]}" for name in names)

    def start(self, name):
        node = name in NODES
        settings = {
            "REDIS_DATA": str(self.directory / name), "REDIS_PASSWORD_FILE": str(self.directory / "password"),
            "SENTINEL_PASSWORD_FILE": str(self.directory / "sentinel-password"),
            "REDIS_SENTINELS": self.addresses(SENTINELS), "REDIS_NODES": self.addresses(NODES),
            "REDIS_PORT" if node else "SENTINEL_PORT": str(self.ports[name]),
        }
        command = ["sh", str(self.scripts / ("node.sh" if node else "sentinel.sh")), HOST]
        if name in NODES[1:]:
            command.append(f"{HOST}:{self.ports[NODES[0]]}")
        with open(self.directory / f"{name}.log", "ab") as log:
            # A session of its own: a container that is killed loses all of its processes.
            self.running[name] = subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=log, start_new_session=True)
        until(lambda: self.ask(name, "ping") == ["PONG"], f"{name} answers")

    def stop(self, name, how=signal.SIGTERM):
        process = self.running.pop(name)
        if how == signal.SIGKILL:
            return kill(process)
        process.send_signal(how)
        try:
            # Docker ends a container after a while; deploy/compose.yml gives it this long.
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            kill(process)
            raise AssertionError(f"{name} did not stop: {self.log(name)[-4:]}") from None

    def log(self, name):
        return (self.directory / f"{name}.log").read_text().splitlines()

    def ask(self, name, *words):
        environment = os.environ | {"REDISCLI_AUTH": "a-password" if name in NODES else "another-password"}
        command = ["redis-cli", "-h", HOST, "-p", str(self.ports[name]), *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=10).stdout.split()

    def strangers_are_refused(self):
        for name in ALL:
            command = ["redis-cli", "-h", HOST, "-p", str(self.ports[name]), "info"]
            answer = subprocess.run(command, env=os.environ | {"REDISCLI_AUTH": ""}, capture_output=True, text=True, timeout=10).stdout
            assert "NOAUTH" in answer, f"{name} answers without a password: {answer}"

    def primary(self):
        """The node that all sentinels name, if it is a primary with two replicas that are in step; else None."""
        named = {tuple(self.ask(name, "sentinel", "get-master-addr-by-name", "frontrow")) for name in SENTINELS}
        names = [name for name in NODES if named == {(HOST, str(self.ports[name]))}]
        if not names:
            return None
        role = self.ask(names[0], "role")
        return names[0] if role[:1] == ["master"] and self.ask(names[0], "wait", "2", "500") == ["2"] else None

    def settled(self):
        found = []
        until(lambda: found.append(self.primary()) or found[-1], "the sentinels agree and both replicas follow", self.state)
        return found[-1]

    def state(self):
        return {name: self.ask(name, "role")[:3] if name in NODES else
                self.ask(name, "sentinel", "get-master-addr-by-name", "frontrow") for name in self.running}

    def write(self, primary):
        self.written += 1
        assert self.ask(primary, "set", f"key:{self.written}", "x") == ["OK"], "the primary takes no write"
        assert self.ask(primary, "wait", "2", "5000") == ["2"], "the replicas did not take the write"

    def check(self, what):
        primary = self.settled()
        stored = int(self.ask(primary, "dbsize")[0])
        assert stored == self.written, f"{what}: {self.written} writes were acknowledged, {primary} has {stored}"
        self.write(primary)
        print(f"ok: {what}; the primary is {primary}", flush=True)
        return primary

    def fail_over(self):
        old = self.settled()
        self.stop(old, signal.SIGKILL)
        left = [name for name in NODES if name != old]
        until(lambda: any(self.ask(name, "role")[:1] == ["master"] for name in left), "a failover")
        return old


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(condition, what, state=lambda: ""):
    deadline = time.monotonic() + 45
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not in time: {what} {state()}")
        time.sleep(0.05)


def restart(cluster, stop, start, what, how=signal.SIGTERM):
    for name in stop:
        cluster.stop(name, how)
    for name in start:
        cluster.start(name)
    return cluster.check(what)


def orders(cluster):
    """Each order of the nodes, before and after the sentinels; the stops go through the orders the other way."""
    nodes = list(itertools.permutations(NODES))
    for start, stop in zip(nodes, reversed(nodes)):
        restart(cluster, SENTINELS + stop, start + SENTINELS, f"sentinels stopped first, started last, nodes {start}")
        restart(cluster, stop + SENTINELS, SENTINELS + start, f"sentinels stopped last, started first, nodes {start}")


def stale_primary_first(cluster):
    """The old primary missed the failover; it starts first, when no sentinel can tell it."""
    old = cluster.fail_over()
    until(lambda: len({tuple(cluster.ask(s, "sentinel", "get-master-addr-by-name", "frontrow")) for s in SENTINELS}) == 1
          and str(cluster.ports[old]) not in cluster.ask("s1", "sentinel", "get-master-addr-by-name", "frontrow"), "agreement")
    new = next(name for name in NODES if str(cluster.ports[name]) in cluster.ask("s1", "sentinel", "get-master-addr-by-name", "frontrow"))
    other = next(name for name in NODES if name not in (old, new))
    until(lambda: cluster.ask(new, "wait", "1", "500") == ["1"], "the other replica follows")
    cluster.written += 1
    assert cluster.ask(new, "set", f"key:{cluster.written}", "x") == ["OK"]
    assert cluster.ask(new, "wait", "1", "5000") == ["1"]
    restart(cluster, (new, other) + SENTINELS, (old, new, other) + SENTINELS, "the old primary first, sentinels last", signal.SIGKILL)


def stopped_while_it_copies(cluster):
    """A replica writes its first file after a full copy, slowly; Redis refuses to stop meanwhile."""
    begun, refused = "Background append only file rewriting started", "Writing initial AOF, can't exit"
    name = next(name for name in NODES if name != cluster.settled())
    cluster.stop(name)
    conf = cluster.directory / name / "redis.conf"
    conf.write_text(conf.read_text() + "rdb-key-save-delay 40000\n")  # microseconds a key
    before = len(cluster.log(name))
    cluster.start(name)
    until(lambda: any(begun in line for line in cluster.log(name)[before:]), "the replica writes its file")
    cluster.stop(name)
    assert any(refused in line for line in cluster.log(name)[before:]), "it did not refuse: this test tests nothing"
    conf.write_text("".join(line + "\n" for line in conf.read_text().splitlines() if not line.startswith("rdb-key-save-delay")))
    cluster.start(name)
    cluster.check("a replica stopped while it copied its primary")


def lost_configurations(cluster):
    for lost in (SENTINELS[:1], SENTINELS):
        for name in SENTINELS:
            cluster.stop(name)
        for name in lost:
            (cluster.directory / name / "sentinel.conf").unlink()
        for name in reversed(SENTINELS):
            cluster.start(name)
        cluster.check(f"{len(lost)} sentinels without their configuration")


def main():
    scripts = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "deploy" / "redis"
    directory = Path(tempfile.mkdtemp(prefix="redis-orders-"))
    cluster = Cluster(directory, scripts)
    try:
        for name in ALL:
            cluster.start(name)
        assert cluster.check("the first start") == "n1"
        cluster.strangers_are_refused()
        old = cluster.fail_over()
        cluster.start(old)
        assert cluster.check("a failover") != "n1", "the failover chose no other node"
        restart(cluster, SENTINELS, SENTINELS, "all sentinels stopped and started")
        restart(cluster, NODES, NODES, "all nodes stopped and started")
        orders(cluster)
        stale_primary_first(cluster)
        stopped_while_it_copies(cluster)
        lost_configurations(cluster)
    finally:
        for process in cluster.running.values():
            kill(process)
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
