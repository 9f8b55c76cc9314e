#!/usr/bin/env python3
"""deploy/local/frontrow.toml starts a pod on the services of compose.yml, and `tools/services.py start --local` has the same ports.

    local_test.py BUILD-DIRECTORY         runs again in a network of its own, where the usual ports are free
"""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
import unittest
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import services  # noqa: E402
from cluster.process import wait_until  # noqa: E402

CONFIG = ROOT / "deploy" / "local" / "frontrow.toml"


def ports(text):
    """Loopback ports that a configuration names."""
    return {int(word.rpartition(":")[2]) for word in text if isinstance(word, str) and word.startswith("127.0.0.1:")}


class Local(unittest.TestCase):
    def test_all_name_the_same_ports(self):
        import yaml
        published = set()
        for service in yaml.safe_load((ROOT / "compose.yml").read_text())["services"].values():
            for mapping in service["ports"]:
                host, outside, inside = mapping.split(":")
                self.assertEqual((host, outside), ("127.0.0.1", inside), "the password is in the repository: loopback only")
                published.add(int(outside))
        named = ports(tomllib.loads(CONFIG.read_text()).values())
        self.assertEqual(published, named)
        self.assertEqual(set(services.LOCAL_PORTS.values()) - {services.LOCAL_PORTS["mysql-replica"]}, named)

    def test_a_pod_serves(self):
        with tempfile.TemporaryDirectory() as folder:
            keys = {}
            for name in ("admin_token", "ticket_key"):
                file = Path(folder) / name
                file.write_text(name * 4)
                keys[f"FRONTROW_{name.upper()}_FILE"] = str(file)
            tool = [sys.executable, ROOT / "tools" / "services.py", "--dir", Path(folder) / "services"]
            try:
                subprocess.run([*tool, "start", "--local"], check=True, timeout=240)
                self.serve(Path(folder), keys)
            finally:
                subprocess.run([*tool, "stop"], check=True, timeout=120)

    def serve(self, folder, keys):
        # The configuration's paths are relative to the repository; keys of the developer's own stay where they are.
        text = "".join(line for line in CONFIG.read_text().splitlines(keepends=True) if "deploy/secrets" not in line)
        (folder / "frontrow.toml").write_text(text)
        log = folder / "pod.log"
        with open(log, "wb") as output:
            pod = subprocess.Popen([BUILD / "frontrow", "serve", "--config", folder / "frontrow.toml", "--data-dir", folder / "data"],
                                   cwd=ROOT, env=clean_environment() | keys, stdout=output, stderr=output)
        try:
            wait_until(f"ready: {log}", lambda: pod.poll() is not None or health(), 60)
            self.assertIsNone(pod.poll(), log.read_text())
            self.assertEqual(health()["status"], "UP")
        finally:
            pod.terminate()
            self.assertEqual(pod.wait(timeout=40), 0, log.read_text())


def health():
    try:
        with urllib.request.urlopen("http://127.0.0.1:8080/actuator/health", timeout=2) as answer:
            return json.load(answer)
    except OSError:
        return None


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("FRONTROW_")}


if __name__ == "__main__":
    if "FRONTROW_OWN_NETWORK" not in os.environ:
        enter = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        os.execvpe(enter[0], [*enter, sys.executable, *sys.argv], os.environ | {"FRONTROW_OWN_NETWORK": "1"})
    BUILD = Path(sys.argv.pop(1)).resolve()
    unittest.main()
