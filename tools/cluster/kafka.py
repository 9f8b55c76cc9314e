"""Kafka: one broker in KRaft mode, run from Apache Kafka's published Java artefacts.

A client without a password has every right; on a second listener the users `frontrow` (every right) and `guest` (none) log in.
"""

import base64
import hashlib
import re
import shutil
import socket
import subprocess
import uuid
from pathlib import Path

from .process import Failed, program, wait_until
from .secrets_file import password

HERE = Path(__file__).resolve().parent
POM = HERE / "kafka.pom.xml"
SUMS = HERE / "kafka.sha256"  # of each file, so that a repository cannot give another
JARS = HERE.parent.parent / "build" / "kafka"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
NAME = "kafka"
STARTED = "Kafka Server started"


def fetch_jars():
    """Copies the broker and its libraries into build/kafka, unless this version is there already."""
    marker = JARS / "complete"
    if marker.exists() and marker.read_text() == POM.read_text():
        return
    program("mvn", "maven")
    shutil.rmtree(JARS, ignore_errors=True)
    done = subprocess.run(["mvn", "-q", "-B", "-f", POM, COPY, "-DincludeScope=runtime", f"-DoutputDirectory={JARS}"],
                          capture_output=True, text=True, timeout=540, check=False)
    if done.returncode:
        raise Failed("mvn could not fetch Kafka: " + next(iter(re.findall(r"ERROR.*", done.stdout)), "no reason given"))
    check_jars(JARS)
    marker.write_text(POM.read_text())


def check_jars(folder):
    """Each file is the one that was first fetched, and there is no other."""
    known = {name: digest for digest, name in (line.split() for line in SUMS.read_text().splitlines())}
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in Path(folder).glob("*.jar")}
    wrong = sorted(name for name in known.keys() | found.keys() if known.get(name) != found.get(name))
    if wrong:
        raise Failed(f"kafka: not the files of {SUMS.name}: {', '.join(wrong[:5])}; after a change of kafka.pom.xml, "
                     f"look at them and run `cd {folder} && sha256sum *.jar >{SUMS}`")


class Kafka:
    names = [NAME]

    def __init__(self, processes):
        self.processes = processes
        self.directory = processes.directory
        self.properties = self.directory / "kafka.properties"
        self.password_file = self.directory / "kafka.password"
        self.guest_password_file = self.directory / "kafka-guest.password"

    def start(self):
        self.start_one(NAME)

    def start_one(self, name):
        if self.processes.pid(name):
            return
        program("java", "openjdk-17-jre-headless")
        fetch_jars()
        self.properties.touch(0o600)
        self.properties.write_text(self._properties())
        if not (self.directory / name / "meta.properties").exists():
            self._format()
        log = self.directory / f"{name}.log"
        log.touch()
        before = log.stat().st_size
        self.processes.start(name, self._java("-Xms96m", "-Xmx384m", "-XX:+UseSerialGC", f"-Dlog4j.configuration=file:{HERE / 'log4j.properties'}",
                                              "kafka.Kafka", self.properties))
        # The broker logs this once the controller has unfenced it, and only then it serves; its port is open earlier.
        wait_until(f"{name} has started ({log})", lambda: self._has_started(log, before), 90, pause=0.2)

    def environment(self):
        return {
            "KAFKA_BROKERS": f"127.0.0.1:{self.processes.port(NAME)}",
            "KAFKA_SASL_BROKERS": f"127.0.0.1:{self.processes.port('kafka-sasl')}",
            "KAFKA_USER": "frontrow",
            "KAFKA_PASSWORD_FILE": self.password_file,
            "KAFKA_GUEST_PASSWORD_FILE": self.guest_password_file,
        }

    def _java(self, *words):
        return ["java", "-cp", f"{JARS}/*", *words]

    def _properties(self):
        port, sasl, controller = (self.processes.port(name) for name in (NAME, "kafka-sasl", "kafka-controller"))
        return "\n".join([
            "process.roles=broker,controller", "node.id=1", f"controller.quorum.voters=1@127.0.0.1:{controller}",
            f"listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}",
            f"advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{sasl}",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.listener.names=CONTROLLER", "sasl.enabled.mechanisms=PLAIN",
            "listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
            f'user_frontrow="{password(self.password_file)}" user_guest="{password(self.guest_password_file)}";',
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:ANONYMOUS;User:frontrow",
            f"log.dirs={self.directory / NAME}", "auto.create.topics.enable=false",
            "offsets.topic.replication.factor=1", "offsets.topic.num.partitions=3",
            "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1", "transaction.state.log.num.partitions=3",
            "broker.heartbeat.interval.ms=500", "broker.session.timeout.ms=2000",  # a killed broker may come back soon
            "group.initial.rebalance.delay.ms=0", "group.min.session.timeout.ms=1000", "num.network.threads=2", "num.io.threads=4",
            "log.segment.bytes=67108864", "log.cleaner.dedupe.buffer.size=16777216",
        ]) + "\n"

    def _format(self):
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # In one word, because an id may begin with a dash.
        done = subprocess.run(self._java("kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(self.properties)),
                              capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise Failed(f"kafka: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")

    def _has_started(self, log, before):
        if not self.processes.pid(NAME):
            raise Failed(f"kafka ended:\n{self.processes.tail(NAME)}")
        with open(log, "rb") as file:
            file.seek(before)
            if STARTED.encode() not in file.read():
                return False
        with socket.create_connection(("127.0.0.1", self.processes.port(NAME)), 2):
            return True
