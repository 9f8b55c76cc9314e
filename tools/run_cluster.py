#!/usr/bin/env python3
"""Runs the cluster profile on this machine: the services, some pods of frontrow on them, and haproxy in front, until Ctrl-C. If nothing is
on sale yet, three demo concerts are made.

    tools/run_cluster.py [--pods 2] [--port 8080] [--admin-port 8081] [--build build/release] [--dir build/services] [-- options of `frontrow serve`]

The services and the sale's data stay when it ends (`make services-stop` ends the services).
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import services
from cluster.process import Failed, Processes, program, wait_until
from cluster.secrets_file import password

ROOT = Path(__file__).resolve().parent.parent
BALANCER = ROOT / "deploy" / "haproxy.cfg"


def settings(directory, where):
    """The pods' settings: the addresses of the services, and the shared keys."""
    keys = {"TICKET_KEY_FILE": directory / "ticket.key", "ADMIN_TOKEN_FILE": directory / "admin.token",
            "CHARGE_TOKEN_FILE": directory / "charge.token"}
    for file in keys.values():
        password(file)
    return {f"FRONTROW_{key}": str(value) for key, value in {**where, **keys, "PROFILE": "cluster", "HOST": "127.0.0.1"}.items()}


def service_settings(file):
    """The lines of services.env that are settings of frontrow's."""
    wanted = re.compile(r"(MYSQL_(PRIMARY|REPLICAS|USER|PASSWORD_FILE)|REDIS_(SENTINELS|MASTER|PASSWORD_FILE)|KAFKA_BROKERS)=(.*)")
    return {found[1]: found[4] for line in file.read_text().splitlines() if (found := wanted.fullmatch(line))}


def balancer_configuration(ports, listen, admin_ports=None, admin_listen=None):
    """The configuration of deploy/, with this machine's addresses instead of its names. Pods without ports for operators serve them
    together with buyers, and so does the balancer then."""
    text = BALANCER.read_text().replace("bind :8080", f"bind 127.0.0.1:{listen}")
    text = re.sub(r"^resolvers .*", "", text, flags=re.M | re.S).replace(" init-addr libc,none resolvers names", "")
    text = re.sub(r"^  server .*\n", "", text, flags=re.M)
    buyers, operators = text.split("\nbackend operators\n")
    if not admin_ports:
        buyers = re.sub(r"\n# For operators.*?\n\n", "\n", buyers, flags=re.S)
        buyers = re.sub(r"^  http-request deny .*\n", "", buyers, flags=re.M).replace("check port 8081 ", "check ")
        return buyers.rstrip() + servers(ports) + "\n"
    buyers = buyers.replace("bind :8081", f"bind 127.0.0.1:{admin_listen}").replace("check port 8081 ", "check ")
    checked = "".join(f"\n  server frontrow-{number} 127.0.0.1:{port} port {admin}"
                      for number, (port, admin) in enumerate(zip(ports, admin_ports), 1))
    return f"{buyers.rstrip()}{checked}\n\nbackend operators\n{operators.rstrip()}{servers(admin_ports)}\n"


def servers(ports):
    return "".join(f"\n  server frontrow-{number} 127.0.0.1:{port}" for number, port in enumerate(ports, 1))


def is_ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/actuator/health/readiness", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_ready(pods, name, port):
    def ready():
        if not pods.pid(name):
            raise Failed(f"{name} ended:\n{pods.tail(name)}")
        return is_ready(port)
    wait_until(f"{name} is ready ({pods.directory}/{name}.log)", ready, 60)


def fill_with_demo(pods, options, where):
    done = subprocess.run([options.build / "frontrow", "demo"], env={**os.environ, **settings(pods.directory, where)},
                          capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"no demo concerts: {done.stdout}{done.stderr}")


def start(pods, options, where):
    names = [f"frontrow-{number}" for number in range(1, options.pods + 1)]
    for name in names:
        own = {"FRONTROW_PORT": str(pods.port(name)), "FRONTROW_DATA_DIR": str(pods.directory / name),
               "FRONTROW_ADMIN_HOST": "127.0.0.1", "FRONTROW_ADMIN_PORT": str(pods.port(f"{name}-admin")),
               "FRONTROW_TRUSTED_PROXIES": "127.0.0.1"}
        pods.start(name, [options.build / "frontrow", "serve", *options.rest], settings(pods.directory, where) | own)
    for name in names:
        wait_ready(pods, name, pods.port(name))
    configuration = pods.directory / "haproxy.cfg"
    configuration.write_text(balancer_configuration([pods.port(name) for name in names], options.port,
                                                    [pods.port(f"{name}-admin") for name in names], options.admin_port))
    pods.start("haproxy", [program("haproxy", "haproxy"), "-f", configuration])
    wait_ready(pods, "haproxy", options.port)
    return [*names, "haproxy"]


def run(options):
    main_processes = Processes(options.dir)
    with main_processes.locked():
        services.start(main_processes, list(services.KINDS))
    pods = Processes(options.dir / "pods")
    # A broken-off run may have left some.
    for name in pods.names():
        pods.end(name, seconds=30)
    try:
        where = service_settings(options.dir / "services.env")
        fill_with_demo(pods, options, where)
        names = start(pods, options, where)
        print(f"http://127.0.0.1:{options.port}, operators http://127.0.0.1:{options.admin_port}/admin  (admin token in {pods.directory}/admin.token, logs beside it; Ctrl-C ends it)", flush=True)
        while all(pods.pid(name) for name in names):
            time.sleep(0.5)
        raise Failed("one of them ended; see the logs in " + str(pods.directory))
    finally:
        for name in reversed(pods.names()):
            pods.send(name, signal.SIGTERM)  # all pods drain at the same time
        for name in reversed(pods.names()):
            pods.end(name, seconds=30)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pods", type=int, default=2)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--admin-port", type=int, default=8081)
    parser.add_argument("--build", type=lambda text: Path(text).resolve(), default=ROOT / "build" / "release")
    parser.add_argument("--dir", type=lambda text: Path(text).resolve(), default=ROOT / "build" / "services")
    parser.add_argument("rest", nargs="*")
    for number in (signal.SIGTERM, signal.SIGHUP):  # the pods have no terminal that could signal them
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        run(parser.parse_args())
    except Failed as failure:
        print(f"run_cluster: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
