#!/usr/bin/env python3
"""Starts the cluster profile's real services on free loopback ports, without containers: MariaDB with a replica, Redis with Sentinel, Kafka.

    tools/services.py start|stop|status [--dir build/services] [--only mysql redis kafka]
    tools/services.py start --local             new data get the ports and the password of compose.yml, which deploy/local/frontrow.toml names
    tools/services.py kill NAME [--dir …]       ends one process at once (SIGKILL), as a crash would: mysql-primary, redis-2, sentinel-1, kafka …
    tools/services.py revive NAME [--dir …]     starts it again with its data and its port, and waits until it is ready
    tools/services.py pause|resume NAME         SIGSTOP and SIGCONT

Each start waits until the service is really ready; what runs already is left as it is. Data and passwords are below DIR. DIR/services.env says
where everything is, `KEY=value` a line. `stop` ends by process id what `start` began; `stop --remove` takes the data away as well;
`start --fresh` does both before it starts.
"""

import argparse
import signal
import sys
from pathlib import Path

from cluster.kafka import Kafka
from cluster.mariadb import MariaDb
from cluster.process import Failed, Processes
from cluster.redis import Redis

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / "deploy" / "local"
LOCAL_PORTS = {"mysql-primary": 3306, "mysql-replica": 3307, "redis-1": 6379, "kafka": 9092}
KINDS = {"mysql": MariaDb, "redis": Redis, "kafka": Kafka}


def write_environment(processes):
    """Writes the addresses of the running services, `KEY=value` in a line, and each process's id."""
    values = {}
    for kind in KINDS.values():
        if all(processes.pid(name) for name in kind.names):
            values |= kind(processes).environment()
        values |= {name.upper().replace("-", "_") + "_PID": pid for name in kind.names if (pid := processes.pid(name))}
    file = processes.directory / "services.env"
    new = file.with_suffix(".new")
    new.write_text("".join(f"{key}={value}\n" for key, value in values.items()))
    new.replace(file)


def start(processes, kinds):
    for kind in kinds:
        KINDS[kind](processes).start()
    write_environment(processes)
    print(processes.directory / "services.env")


def use_local_passwords(directory):
    """Before the first start: later the servers have their passwords."""
    for name in ("mysql.password", "redis.password"):
        file = directory / name
        if not file.exists():
            file.touch(0o600)
            file.write_text((LOCAL / "password").read_text().strip())


def warn_of_other_ports(processes):
    other = [name for name, port in LOCAL_PORTS.items() if processes.port(name) != port]
    if other:
        print(f"services: {', '.join(other)} keep the ports of their data, which are not those of deploy/local/frontrow.toml; "
              "`tools/services.py stop --remove` takes the data away", file=sys.stderr)


def stop(processes, kinds, remove):
    # Processes that watch others stop first; otherwise they would start a failover.
    for name in [name for kind in kinds for name in reversed(KINDS[kind].names)]:
        processes.send(name, signal.SIGCONT)
        processes.end(name)
    if remove:
        processes.remove()
    else:
        write_environment(processes)


def status(processes):
    for kind in KINDS.values():
        for name in kind.names:
            pid = processes.pid(name)
            print(f"{name:<14} {f'pid {pid}, port {processes.port(name)}' if pid else 'not running'}")


def revive(processes, name):
    kind = next(kind for kind in KINDS.values() if name in kind.names)
    kind(processes).start_one(name)
    write_environment(processes)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["start", "stop", "status", "kill", "revive", "pause", "resume"])
    parser.add_argument("name", nargs="?", choices=[name for kind in KINDS.values() for name in kind.names])
    parser.add_argument("--dir", default=ROOT / "build" / "services", type=Path)
    parser.add_argument("--only", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--remove", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--local", action="store_true")
    options = parser.parse_args()
    if (options.name is None) == (options.verb in ("kill", "revive", "pause", "resume")):
        parser.error(f"{options.verb} {'needs' if options.name is None else 'takes no'} NAME")
    if (options.remove or options.fresh) and set(options.only) != set(KINDS):
        parser.error("--remove and --fresh take everything away, so they do not go with --only")
    return options


def main():
    options = parse()
    try:
        processes = Processes(options.dir, LOCAL_PORTS if options.local else None)
        with processes.locked():
            match options.verb:
                case "start":
                    if options.fresh:
                        stop(processes, options.only, remove=True)
                    if options.local:
                        use_local_passwords(processes.directory)
                    start(processes, options.only)
                    if options.local:
                        warn_of_other_ports(processes)
                case "stop": stop(processes, options.only, options.remove)
                case "status": status(processes)
                case "kill": processes.end(options.name, signal.SIGKILL), write_environment(processes)
                case "revive": revive(processes, options.name)
                case "pause": processes.send(options.name, signal.SIGSTOP)
                case "resume": processes.send(options.name, signal.SIGCONT)
    except Failed as failure:
        print(f"services: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
