"""Redis: a primary, two replicas, and three sentinels that agree on which of them is the primary."""

import os
import subprocess

from .process import Failed, program, wait_until
from .secrets_file import password

MASTER = "frontrow"
NODES = ["redis-1", "redis-2", "redis-3"]
SENTINELS = ["sentinel-1", "sentinel-2", "sentinel-3"]


class Redis:
    names = NODES + SENTINELS

    def __init__(self, processes):
        self.processes = processes
        self.directory = processes.directory
        self.password_file = self.directory / "redis.password"

    def ask(self, name, *words):
        """The output of redis-cli; empty if there is no answer."""
        environment = {**os.environ, "REDISCLI_AUTH": "" if name in SENTINELS else password(self.password_file)}
        if name in SENTINELS:
            del environment["REDISCLI_AUTH"]
        done = subprocess.run(["redis-cli", "-h", "127.0.0.1", "-p", str(self.processes.port(name)), *words], env=environment,
                              capture_output=True, text=True, timeout=5, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    def start(self):
        for name in self.names:
            self.start_one(name)
        for name in SENTINELS:
            wait_until(f"{name} knows all of them", lambda name=name: self.knows_all(name), 30)

    def start_one(self, name):
        server = program("redis-sentinel", "redis-sentinel") if name in SENTINELS else program("redis-server", "redis-server")
        configuration = self.directory / f"{name}.conf"
        # An existing file is kept: sentinels write the present primary into it, in their own and the nodes' files.
        if not configuration.exists():
            configuration.touch(0o600)
            configuration.write_text(self._sentinel(name) if name in SENTINELS else self._node(name))
        if self.processes.start(name, [server, configuration]):
            wait_until(f"{name} answers ({self.directory}/{name}.log)", lambda: self._answers(name), 20)

    def primary(self):
        """The name of the node that the sentinels call primary."""
        for name in SENTINELS:
            if answer := self.ask(name, "sentinel", "get-master-addr-by-name", MASTER).split():
                return next(node for node in NODES if self.processes.port(node) == int(answer[1]))
        raise Failed("no sentinel answers")

    def environment(self):
        return {
            "REDIS_SENTINELS": ",".join(f"127.0.0.1:{self.processes.port(name)}" for name in SENTINELS),
            "REDIS_MASTER": MASTER,
            "REDIS_PASSWORD_FILE": self.password_file,
        }

    def _node(self, name):
        secret = password(self.password_file)
        folder = self.directory / name
        folder.mkdir(exist_ok=True)
        lines = [
            f"port {self.processes.port(name)}", "bind 127.0.0.1", f"dir {folder}", f"requirepass {secret}", f"masterauth {secret}",
            'save ""', "appendonly yes", "appendfsync everysec", "repl-diskless-sync-delay 0", "repl-timeout 10",
            "shutdown-on-sigterm force",  # else a replica refuses to stop while it writes its first file after a full copy
        ]
        if name != NODES[0]:
            lines.append(f"replicaof 127.0.0.1 {self.processes.port(NODES[0])}")
        return "\n".join(lines) + "\n"

    def _sentinel(self, name):
        folder = self.directory / name
        folder.mkdir(exist_ok=True)
        return "\n".join([
            f"port {self.processes.port(name)}", "bind 127.0.0.1", f"dir {folder}",
            f"sentinel monitor {MASTER} 127.0.0.1 {self.processes.port(NODES[0])} 2",
            f"sentinel auth-pass {MASTER} {password(self.password_file)}",
            f"sentinel down-after-milliseconds {MASTER} 1500",
            f"sentinel failover-timeout {MASTER} 5000",
            f"sentinel parallel-syncs {MASTER} 2",
        ]) + "\n"

    def _answers(self, name):
        if not self.processes.pid(name):
            raise Failed(f"{name} ended:\n{self.processes.tail(name)}")
        return self.ask(name, "ping") == "PONG"

    def knows_all(self, name):
        words = self.ask(name, "sentinel", "master", MASTER).split("\n")
        known = dict(zip(words[::2], words[1::2]))
        return (known.get("num-slaves"), known.get("num-other-sentinels"), known.get("flags")) == ("2", "2", "master") and all(
            "master_link_status:up" in self.ask(node, "info", "replication") for node in NODES if node != self.primary())
