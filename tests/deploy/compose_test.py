#!/usr/bin/env python3
"""The containers of compose.yml and deploy/compose.yml can do little: every rule is asked of every service, and a file without it is
refused. Docker Compose itself reads the files in tools/check_compose.sh; nothing here starts a container."""

import copy
import json
import re
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CLUSTER, LOCAL = ROOT / "deploy" / "compose.yml", ROOT / "compose.yml"
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
STORES = ("mysql", "redis", "sentinel", "kafka")


def text_of(value):
    return yaml.safe_dump(value)


def words_of(value):
    return " ".join(value) if isinstance(value, list) else value or ""


def complaints_about_service(name, service):
    """What a container may do that it should not."""
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    rules = {
        "its root is writable": service.get("read_only") is True,
        "it keeps capabilities": service.get("cap_drop") == ["ALL"] and not service.get("cap_add"),
        "it can gain rights": "no-new-privileges:true" in service.get("security_opt", []),
        "it has no limit of memory": "memory" in limits,
        "it has no limit of processes": "pids" in limits,
        "it has no health check": "test" in service.get("healthcheck", {}) or "build" in service and "HEALTHCHECK" in DOCKERFILE,
        "it is not started again": service.get("restart") == "unless-stopped",
        "it is privileged": not service.get("privileged") and not service.get("network_mode") and not service.get("pid"),
        "it has a socket of Docker": "docker.sock" not in text_of(service.get("volumes", [])),
        "its image has no exact tag": "build" in service or re.search(r":\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$", service["image"]),
        "a password is in its environment": not re.search(r"PASSWORD(?!_FILE)|TOKEN(?!_FILE)", text_of(list(service.get("environment", {})))),
        "it may run as root": "build" in service or "kafka" in service["image"] or re.fullmatch(r'[1-9]\d*:[1-9]\d*', str(service.get("user"))),
        "its ports are open to others": all(str(port).startswith("127.0.0.1:") for port in service.get("ports", [])),
    }
    return [f"{name}: {complaint}" for complaint, holds in rules.items() if not holds]


def complaints_about_cluster(file):
    services, networks = file["services"], file["networks"]
    found = []

    def rule(complaint, holds):
        if not holds:
            found.append(complaint)

    of = lambda name: set(services[name].get("networks", ["default"]))  # noqa: E731
    rule("haproxy reaches more than the pods", of("haproxy") == {"front"})
    stores = [name for name in services if name.startswith(STORES)]
    rule("there are no stores", len(stores) >= 9)
    for name in stores:
        rule(f"{name} is not on the stores' network alone", of(name) == {"back"})
        rule(f"{name} is published", "ports" not in services[name])
    rule("the stores have a way out", networks["back"].get("internal") is True)
    for name in (name for name in services if name.startswith("frontrow")):
        environment = services[name]["environment"]
        rule(f"{name} sends sentinels no password", "FRONTROW_REDIS_SENTINEL_PASSWORD_FILE" in environment)
        rule(f"{name} does not log in at Kafka", environment.get("FRONTROW_KAFKA_SECURITY", "").startswith("sasl") and
             "FRONTROW_KAFKA_PASSWORD_FILE" in environment)
        mounted = {f"/run/secrets/{secret}" for secret in services[name]["secrets"]}
        wanted = {value for key, value in environment.items() if key.endswith("_FILE")}
        rule(f"{name} has secrets that it does not use, or lacks some", mounted == wanted)
        rule(f"{name} has root's password", "mysql_root" not in services[name]["secrets"])
    listeners = dict(each.split("://") for each in services["kafka"]["environment"]["KAFKA_LISTENERS"].split(","))
    protocols = dict(each.split(":") for each in services["kafka"]["environment"]["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    for name, address in listeners.items():
        rule(f"Kafka's {name} can be used without a login", address.startswith("127.0.0.1:") or protocols[name].startswith("SASL_"))
    for name in services:
        if name.startswith("sentinel"):
            rule(f"{name} asks for no password", "sentinel" in services[name]["secrets"])
    return found


def complaints_about_mysql(file):
    return [f"{name}: root may log in from elsewhere" for name, service in file["services"].items()
            if "mysql:" in service.get("image", "") and service["environment"].get("MYSQL_ROOT_HOST") != "localhost"]


def complaints(path, file):
    found = [each for name, service in file["services"].items() for each in complaints_about_service(name, service)]
    return found + complaints_about_mysql(file) + (complaints_about_cluster(file) if path == CLUSTER else [])


class Compose(unittest.TestCase):
    def test_both_files(self):
        for path in (CLUSTER, LOCAL):
            self.assertEqual(complaints(path, yaml.safe_load(path.read_text())), [], path)

    def test_a_rule_that_is_broken_is_found(self):
        whole = yaml.safe_load(CLUSTER.read_text())
        planted = {
            "root is writable": lambda s: s["redis-2"].pop("read_only"),
            "keeps capabilities": lambda s: s["kafka"].update(cap_add=["NET_ADMIN"]),
            "can gain rights": lambda s: s["haproxy"].update(security_opt=[]),
            "no limit of memory": lambda s: s["frontrow-1"].pop("deploy"),
            "no health check": lambda s: s["sentinel-3"].pop("healthcheck"),
            "no exact tag": lambda s: s["mysql-replica"].update(image="mysql:8.4"),
            "password is in its environment": lambda s: s["mysql-primary"]["environment"].update(MYSQL_ROOT_PASSWORD="x"),
            "may run as root": lambda s: s["redis-1"].pop("user"),
            "open to others": lambda s: s["haproxy"].update(ports=["8080:8080"]),
            "reaches more than the pods": lambda s: s["haproxy"]["networks"].update(back=None),
            "not on the stores' network": lambda s: s["kafka"].update(networks=["front", "back"]),
            "without a login": lambda s: s["kafka"]["environment"].update(KAFKA_LISTENERS="CLIENTS://:9092,CONTROLLER://:9093,LOCAL://:9094"),
            "root may log in": lambda s: s["mysql-replica"]["environment"].pop("MYSQL_ROOT_HOST"),
        }
        for complaint, plant in planted.items():
            broken = copy.deepcopy(whole)
            plant(broken["services"])
            with self.subTest(complaint):
                self.assertIn(complaint, "\n".join(complaints(CLUSTER, broken)))

    def test_every_secret_is_made_and_every_mounted_file_is_there(self):
        file = yaml.safe_load(CLUSTER.read_text())
        for service in file["services"].values():
            for volume in service.get("volumes", []):
                if volume.startswith("."):
                    self.assertTrue((CLUSTER.parent / volume.split(":")[0]).exists(), volume)
            self.assertLessEqual(set(service.get("secrets", [])), set(file["secrets"]))
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "secrets.sh"
            script.write_bytes((CLUSTER.parent / "secrets.sh").read_bytes())
            for _ in range(2):
                subprocess.run(["bash", script], check=True, timeout=30)
            made = {each.name: each.read_text() for each in (Path(folder) / "secrets").iterdir()}
            self.assertEqual(set(made), set(file["secrets"]))
            self.assertIn(f'user_frontrow="{made["kafka"]}"', made["kafka_users"])
            self.assertTrue(all(len(text) >= 43 for text in made.values()), "256 bits")
            self.assertEqual(len(set(made.values())), len(made))
            self.assertEqual((Path(folder) / "secrets").stat().st_mode & 0o777, 0o700)


class Downloads(unittest.TestCase):
    def test_a_jar_that_is_another_or_too_many_is_refused(self):
        sys.path.insert(0, str(ROOT / "tools"))
        from cluster import kafka, process
        known = dict(reversed(line.split()) for line in kafka.SUMS.read_text().splitlines())
        self.assertGreater(len(known), 10)
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as sums:
            (Path(folder) / "a.jar").write_bytes(b"")
            kafka.SUMS = Path(sums) / "kafka.sha256"
            nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            kafka.SUMS.write_text(f"{nothing}  a.jar\n")
            kafka.check_jars(folder)
            for name in ("a.jar", "b.jar"):
                (Path(folder) / name).write_bytes(b"other")
                with self.assertRaisesRegex(process.Failed, name):
                    kafka.check_jars(folder)

    def test_npm_packages_have_their_digests(self):
        for lock in ROOT.glob("web/*/package-lock.json"):
            packages = json.loads(lock.read_text())["packages"]
            self.assertEqual([name for name, each in packages.items() if name and "integrity" not in each and not each.get("link")], [], lock)


class Registry(BaseHTTPRequestHandler):
    """Answers like a registry that wants a token for each repository."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"token": "for-' + self.path.partition("repository:")[2].partition(":")[0].encode() + b'"}')

    def do_HEAD(self):
        repository, tag = re.fullmatch(r"/v2/(.*)/manifests/(.*)", self.path).groups()
        here = f"http://127.0.0.1:{self.server.server_port}"
        if self.headers.get("Authorization") != f"Bearer for-{repository}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", f'Bearer realm="{here}/token",service="registry",scope="repository:{repository}:pull"')
        elif tag == "0.0.0":
            self.send_response(404)
        else:
            self.send_response(200)
            self.send_header("Docker-Content-Digest", "sha256:" + f"{repository}:{tag}".encode().hex().ljust(64, "0")[:64])
        self.end_headers()


class Pins(unittest.TestCase):
    def setUp(self):
        self.server = HTTPServer(("127.0.0.1", 0), Registry)
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(lambda: (self.server.shutdown(), thread.join(), self.server.server_close()))
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def pin(self, text):
        file = self.folder / "compose.yml"
        file.write_text(text)
        done = subprocess.run([sys.executable, ROOT / "tools" / "pin_images.py", "--registry", f"http://127.0.0.1:{self.server.server_port}", file],
                              capture_output=True, text=True, timeout=60)
        return done, file.read_text()

    def test_tags_get_the_registrys_digest(self):
        def digest(name):
            return "sha256:" + name.encode().hex().ljust(64, "0")[:64]
        done, text = self.pin(f"a:\n  image: redis:7.2.10  # why\nb:\n  image: apache/kafka:3.9.1@{digest('an old one')}\nc:\n  image: frontrow\n"
                              "FROM debian:12.11 AS build\nFROM debian:12.11-slim\nCOPY --from=build a b\n    container: debian:12.11  # why\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(text, f"a:\n  image: redis:7.2.10@{digest('library/redis:7.2.10')}  # why\n"
                               f"b:\n  image: apache/kafka:3.9.1@{digest('apache/kafka:3.9.1')}\nc:\n  image: frontrow\n"
                               f"FROM debian:12.11@{digest('library/debian:12.11')} AS build\nFROM debian:12.11-slim@{digest('library/debian:12.11-slim')}\n"
                               f"COPY --from=build a b\n    container: debian:12.11@{digest('library/debian:12.11')}  # why\n")

    def test_a_tag_that_is_missing_changes_nothing(self):
        before = "a:\n  image: redis:7.2.10\nb:\n  image: redis:0.0.0\n"
        done, text = self.pin(before)
        self.assertEqual(done.returncode, 1)
        self.assertIn("redis:0.0.0", done.stderr)
        self.assertEqual(text, before)

    def test_all_images_of_the_project_are_found(self):
        done = subprocess.run([sys.executable, ROOT / "tools" / "pin_images.py", "--list"], capture_output=True, text=True, timeout=60)
        for name in ("mysql:8.4", "redis:7.2", "apache/kafka:3.9", "haproxy:2.8", "debian:12", "debian:13"):
            self.assertIn(name, done.stdout)


if __name__ == "__main__":
    unittest.main()
