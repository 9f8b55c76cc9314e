#!/usr/bin/env python3
"""The workflows do what .ci/run does, name every action by its commit, and leave the work to make and scripts, which this runs: the release's
notes, the image's and the deployment's order, with stand-ins for docker, helm and the rest."""

import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import release_notes  # noqa: E402

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {file.name: file.read_text() for file in sorted(FOLDER.glob("*.yml"))}
DIGEST = "sha256:" + "ab" * 32


def jobs(name):
    return yaml.safe_load(WORKFLOWS[name])["jobs"]


def complaints_about(name, text):
    found = []
    file = yaml.safe_load(text)
    for used in re.finditer(r"uses: (\S+)( *# .*)?$", text, re.M):
        if not used[1].startswith("./") and not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used[1]):
            found.append(f"{used[1]} is not a commit")
        elif not used[1].startswith("./") and not re.fullmatch(r" +# v\d+\.\d+\.\d+", used[2] or ""):
            found.append(f"{used[1]} has no version beside it")
    if file.get("permissions") != {"contents": "read"}:
        found.append("it may do more than read")
    for job, content in file["jobs"].items():
        if "uses" not in content and "timeout-minutes" not in content:
            found.append(f"{job} has no time limit")
        for step in content.get("steps", []):
            if "\n" in step.get("run", "").strip():
                found.append(f"{job} has a script of several lines, which is none that can be run by hand")
            if "${{" in step.get("run", ""):
                found.append(f"{job} puts an expression into a script")
    return [f"{name}: {complaint}" for complaint in found]


class Workflows(unittest.TestCase):
    def test_nothing_to_complain_about(self):
        self.assertEqual([complaint for name, text in WORKFLOWS.items() for complaint in complaints_about(name, text)], [])

    def test_planted_faults_are_found(self):
        planted = {
            "is not a commit": (r"actions/checkout@[0-9a-f]{40}", "actions/checkout@v5"),
            "has no version": (r"  # v5\.0\.0", ""),
            "may do more": (r"^permissions: .*$", "permissions: write-all"),
            "no time limit": (r"^    timeout-minutes: .*\n", ""),
            "several lines": (r"- run: make (.*)$", r"- run: |\n          make \1\n          make more"),
            "an expression": (r'"\$SUITE"', '"${{ github.head_ref }}"'),
        }
        for complaint, (pattern, text) in planted.items():
            changed = re.sub(pattern, text, WORKFLOWS["ci.yml"], flags=re.M)
            self.assertIn(complaint, "".join(complaints_about("ci.yml", changed)), complaint)

    def test_ci_runs_what_ci_run_does(self):
        legs = set(re.findall(r"^make (\S+)$", (ROOT / ".ci" / "run").read_text(), re.M))
        self.assertEqual({each["suite"] for each in jobs("ci.yml")["suites"]["strategy"]["matrix"]["include"] if not each.get("may-fail")}, legs)

    def test_targets_of_make_exist(self):
        targets = set(re.findall(r"^([\w-]+(?: [\w-]+)*):", (ROOT / "Makefile").read_text(), re.M))
        targets = {word for line in targets for word in line.split()}
        matrix = jobs("ci.yml")
        asked = {*(each["suite"] for each in matrix["suites"]["strategy"]["matrix"]["include"]), *matrix["deploy"]["strategy"]["matrix"]["check"]}
        for text in WORKFLOWS.values():
            asked |= set(re.findall(r"run: make ([\w-]+)", text))
        self.assertEqual(asked - targets, set())

    def test_prod_comes_after_staging_and_staging_after_dev(self):
        order = jobs("deploy.yml")
        self.assertEqual([(name, job.get("needs"), job["with"]["environment"]) for name, job in order.items()],
                         [("dev", None, "dev"), ("staging", "dev", "staging"), ("prod", "staging", "prod")])


class Notes(unittest.TestCase):
    CMAKE = "project(frontrow VERSION 1.2.0 LANGUAGES CXX)\n"

    def test_section_of_the_version(self):
        text = "# Changelog\n\n## Unreleased\n\nnew\n\n## 1.2.0 (2026-12-01)\n\n### Features\n\n- this\n\n## 1.1.0\n\n- that\n"
        self.assertEqual(release_notes.notes("v1.2.0", text, self.CMAKE), "### Features\n\n- this")

    def test_refused(self):
        for tag, text in (("v1.1.0", "## 1.1.0\n\n- a\n"), ("v1.2.0", "## Unreleased\n\n- a\n"), ("v1.2.0", "## 1.2.0\n\n## 1.1.0\n\n- a\n")):
            with self.assertRaises(SystemExit):
                release_notes.notes(tag, text, self.CMAKE)


class Site(http.server.BaseHTTPRequestHandler):
    """A site as smoke.py wants it, unless its version is broken."""

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()

    def answer(self):
        policy = {"Content-Security-Policy": "default-src 'none'"}
        forever = {"Cache-Control": "public, max-age=31536000, immutable"}
        pages = {"/": (200, b'<!doctype html><html><script src="/assets/a.js"></script></html>', policy), "/assets/a.js": (200, b"", forever),
                 "/api/v1/concerts": (200, b'{"concerts":[]}', {}), "/api/v1/time": (200, b"{}", {}),
                 "/actuator/health": (200, b'{"status":"UP"}', {}), "/api/v1/queue/token": (401, b"{}", {})}
        status, body, headers = pages.get(self.path, (404, b"", {}))
        if self.path == "/api/v1/concerts" and self.server.is_broken():
            status, body = 503, b"{}"
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


STAND_IN = """#!/usr/bin/env python3
import json, os, sys
from pathlib import Path
name, words, folder = Path(sys.argv[0]).name, sys.argv[1:], Path(os.environ["FOLDER"])
with open(folder / "said", "a") as file:
    file.write(" ".join([name, *words]) + "\\n")
if name == "docker" and "--metadata-file" in words:
    Path(words[words.index("--metadata-file") + 1]).write_text(json.dumps({"containerimage.digest": os.environ["DIGEST"]}))
if name == "helm" and words[0] == "list":
    print(os.environ["LISTED"])
if name == "helm" and words[0] == "rollback":
    (folder / "is-back").touch()
if name == "cosign" and words[0] == "verify" and os.environ.get("UNSIGNED"):
    sys.exit(1)
"""


class Scripts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in ("docker", "cosign", "helm", "kubectl", "aws"):
            (self.folder / name).write_text(STAND_IN)
            (self.folder / name).chmod(0o755)
        (self.folder / "values.json").write_text("{}")
        self.site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
        self.site.is_broken = lambda: False
        threading.Thread(target=self.site.serve_forever, daemon=True).start()
        self.addCleanup(self.site.server_close)
        self.addCleanup(self.site.shutdown)

    def run_script(self, script, *words, listed=(), **environment):
        done = subprocess.run([ROOT / "tools" / script, *words], capture_output=True, text=True, timeout=300, check=False, env={
            **{name: value for name, value in os.environ.items() if name != "CLUSTER"}, "PATH": f"{self.folder}:{os.environ['PATH']}", "FOLDER": str(self.folder), "DIGEST": DIGEST,
            "LISTED": json.dumps([{"revision": str(each)} for each in listed]), "VALUES": str(self.folder / "values.json"),
            "SITE": f"http://127.0.0.1:{self.site.server_port}", "SMOKE_SECONDS": "1", **environment})
        said = self.folder / "said"
        return done, [line.split(" ") for line in said.read_text().splitlines()] if said.exists() else []

    def test_image_is_signed_by_the_digest_that_was_pushed(self):
        done, _ = self.run_script("image.sh", "push", "registry.example/frontrow", "commit-1")
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1:]), (0, [f"registry.example/frontrow@{DIGEST}"]), done.stderr)
        done, said = self.run_script("image.sh", "sign")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([(words[1], words[-1]) for words in said if words[0] == "cosign"],
                         [(verb, f"registry.example/frontrow@{DIGEST}") for verb in ("sign", "attest")])

    def deploy(self, environment="prod", image=f"registry.example/frontrow@{DIGEST}", **more):
        return self.run_script("deploy.sh", environment, image, **{"SIGNER": "^me$", "TARGET_GROUP_ARN": "arn:aws:tg", **more})

    def test_deployment_verifies_the_signature_before_all_else(self):
        done, said = self.deploy(CLUSTER="frontrow-prod")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([words[:2] for words in said], [["cosign", "verify"], ["aws", "eks"], ["kubectl", "apply"], ["helm", "list"], ["helm", "upgrade"]])
        self.assertIn(f"image.digest={DIGEST}", said[-1])
        self.assertIn("--atomic", said[-1])

    def test_refused_before_anything_is_changed(self):
        for words in ({"UNSIGNED": "1"}, {"SIGNER": ""}, {"environment": "production"}, {"image": "registry.example/frontrow:latest"},
                      {"VALUES": "/nowhere"}, {"SITE": "tickets"}):
            done, said = self.deploy(**words)
            self.assertNotEqual(done.returncode, 0, words)
            self.assertEqual([each for each in said if each[0] != "cosign"], [], words)

    def test_version_that_does_not_serve_is_taken_back(self):
        self.site.is_broken = lambda: not (self.folder / "is-back").exists()
        done, said = self.deploy(listed=[7])
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(said[-1][:4], ["helm", "rollback", "frontrow", "7"])
        self.assertIn("prod is back at revision 7", done.stderr)
        self.assertIn("the catalogue answers 503", done.stderr)

    def test_first_version_has_none_to_go_back_to(self):
        self.site.is_broken = lambda: True
        done, said = self.deploy()
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(said[-1][:2], ["helm", "upgrade"])
        self.assertIn("none to go back to", done.stderr)


if __name__ == "__main__":
    unittest.main()
