"""Faults that are mended again. Each is a function that returns when its fault is mended; its first line of text is printed."""

import signal
import subprocess
import threading
import time

from pods import PRIMARY, PROVE, REPLICA, wait_until

PODS = ["frontrow-1", "frontrow-2"]
WORKER = "worker"
AWAY = 5
KAFKA_AWAY = 60 if PROVE else AWAY  # in addition to the seconds that it takes to start


def relay_killed(cluster):
    """The relay is killed in the middle of a batch: the published events are not acknowledged yet, so they are published again."""
    for name, verb in [(WORKER, "worker"), *((pod, "serve") for pod in PODS)]:  # the worker at first, later the pod that took over
        owners = relays(cluster)
        cluster.send("kafka", signal.SIGSTOP)
        wait_until("events wait for the relay", lambda: int(cluster.sql("SELECT COUNT(*) FROM outbox WHERE event_id < 9223372036854775807")[0][0]) > 20, 30)
        time.sleep(0.5)  # the batch is under way
        cluster.end_pod(name, signal.SIGKILL)
        cluster.send("kafka", signal.SIGCONT)
        until = time.monotonic() + 15  # a lease is for ten
        while relays(cluster) == owners and time.monotonic() < until:
            time.sleep(0.1)
        was_relay = relays(cluster) != owners
        cluster.start_pod(name, verb=verb)
        if was_relay:
            return
    raise AssertionError("none of them was the relay")


def relays(cluster):
    return cluster.sql("SELECT DISTINCT owner FROM relay_leases ORDER BY owner")


def redis_primary_killed(cluster):
    """The Redis primary is killed; Sentinel names another."""
    wait_until("the sentinels agree", cluster.redis_is_whole, 60)
    before = cluster.redis.primary()
    cluster.kill(before)
    wait_until("another primary", lambda: cluster.redis.primary() != before, 60)
    cluster.revive(before)


def pod_killed(cluster):
    """A pod is killed and started again."""
    cluster.end_pod(PODS[1], signal.SIGKILL)
    time.sleep(AWAY / 2)
    begin = time.monotonic()
    cluster.start_pod(PODS[1])
    print(f"    ready {time.monotonic() - begin:.2f} s after its start", flush=True)


def replica_stopped(cluster):
    """Replication stops for a while, then the whole replica."""
    cluster.sql("STOP SLAVE SQL_THREAD", REPLICA)
    time.sleep(AWAY)
    cluster.send(REPLICA, signal.SIGSTOP)
    time.sleep(AWAY)
    cluster.send(REPLICA, signal.SIGCONT)
    cluster.sql("START SLAVE", REPLICA)


def redis_emptied(cluster):
    """FLUSHALL on the Redis primary."""
    cluster.redis.ask(cluster.redis.primary(), "flushall")


def kafka_stopped(cluster):
    """Kafka is killed, and comes back later."""
    cluster.kill("kafka")
    time.sleep(KAFKA_AWAY)
    cluster.revive("kafka")


def locks_that_grant_everything(cluster):
    """Every seat lock is granted: one pod takes none, as if it had all; the other pod's locks are deleted at once."""
    cluster.end_pod(PODS[1])
    cluster.start_pod(PODS[1], "--seat-lock", "none")
    thief = Thief(cluster)
    time.sleep(2 * AWAY)
    taken = thief.stop()
    print(f"    {taken} locks were taken from their owners", flush=True)
    if not taken:
        raise AssertionError("no lock was taken away: this proves nothing")
    cluster.end_pod(PODS[1])
    cluster.start_pod(PODS[1])


def mysql_primary_killed(cluster):
    """The MariaDB primary is killed and started again."""
    cluster.kill(PRIMARY)
    time.sleep(AWAY / 2)
    begin = time.monotonic()
    cluster.revive(PRIMARY)
    print(f"    it answers {time.monotonic() - begin:.2f} s after its start", flush=True)


class Thief:
    """Deletes locks on the server itself, as often as one connection can ask for it."""

    STEAL = "local n = 0 for _, key in ipairs(redis.call('keys', 'lock:seat:*')) do n = n + redis.call('del', key) end return n"

    def __init__(self, cluster):
        port = cluster.redis.processes.port(cluster.redis.primary())
        environment = {"REDISCLI_AUTH": cluster.redis.password_file.read_text().strip()}
        self._redis = subprocess.Popen(["redis-cli", "-h", "127.0.0.1", "-p", str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       text=True, bufsize=1, env=environment)
        self._is_stopping, self._taken = threading.Event(), 0
        self._thread = threading.Thread(target=self._steal)
        self._thread.start()

    def _steal(self):
        while not self._is_stopping.is_set():
            self._redis.stdin.write(f'eval "{self.STEAL}" 0\n')
            self._taken += int(self._redis.stdout.readline())
            time.sleep(0.001)

    def stop(self):
        self._is_stopping.set()
        self._thread.join()
        self._redis.communicate()
        return self._taken
