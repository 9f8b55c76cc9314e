#!/usr/bin/env python3
"""The bill of materials names what the program is linked with and what is compiled into it, and the check of known faults finds one.

    sbom_test.py BUILD-DIRECTORY
"""

import json
import re
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Osv(BaseHTTPRequestHandler):
    """Knows faults by package."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        self.server.asked = asked
        known = self.server.known
        answer = {"results": [{"vulns": [{"id": each} for each in known[query["package"]["name"]]]} if query["package"]["name"] in known else {}
                              for query in asked]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())


class Sbom(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file, cls.notices = Path(cls.folder.name) / "bom.json", Path(cls.folder.name) / "notices"
        for _ in range(2):
            before = cls.file.read_bytes() if cls.file.exists() else None
            subprocess.run([sys.executable, ROOT / "tools" / "sbom.py", BUILD, "--out", cls.file, "--notices", cls.notices], check=True, timeout=300)
        cls.is_same_again = before == cls.file.read_bytes()
        cls.bom = json.loads(cls.file.read_text())
        cls.components = {each["name"]: each for each in cls.bom["components"]}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def used_as(self, name):
        return self.components[name]["properties"][0]["value"]

    def test_it_is_cyclonedx(self):
        self.assertEqual((self.bom["bomFormat"], self.bom["specVersion"]), ("CycloneDX", "1.5"))
        self.assertRegex(self.bom["serialNumber"], r"^urn:uuid:[0-9a-f-]{36}$")
        self.assertTrue(self.is_same_again, "the same build gives the same document")
        for each in self.bom["components"]:
            self.assertRegex(each["purl"], r"^pkg:(deb/debian|npm)/\S+@\S+$")
            self.assertTrue(each["version"] and each["licenses"], each["name"])
        self.assertEqual(len({each["bom-ref"] for each in self.bom["components"]}), len(self.bom["components"]))

    def test_it_names_what_is_linked_compiled_in_and_bundled(self):
        linked = {Path(found[1]).name for found in re.finditer(r"\(NEEDED\).*\[(.+)\]", subprocess.run(
            ["readelf", "-d", BUILD / "frontrow"], capture_output=True, text=True, check=True).stdout)}
        self.assertGreater(len(linked), 10)
        for library in linked:
            owner = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True).stdout
            self.assertTrue(any(line.partition(":")[0] in self.components for line in owner.splitlines()), library)
        self.assertEqual(self.used_as("libsqlite3-0"), "linked")
        for headers in ("libboost1.81-dev", "libcli11-dev", "libtomlplusplus-dev"):
            self.assertEqual(self.used_as(headers), "headers")
        for folder in ("pages", "swagger"):
            for name in json.loads((ROOT / "web" / folder / "package.json").read_text())["dependencies"]:
                self.assertIn("bundled", self.used_as(name))
        self.assertFalse({"vite", "typescript", "libgtest-dev", "cmake"} & self.components.keys(), "tools are not in the program")

    def test_notices_have_the_words_of_each(self):
        text = self.notices.read_text()
        for name, words in {"preact": "The MIT License", "zlib1g": "Jean-loup Gailly", "libcli11-dev": "BSD-3-clause", "swagger-ui-dist": "Apache"}.items():
            self.assertIn(words, text[text.index(f"{name} {self.components[name]['version']}"):])

    def check(self, known, accepted=""):
        server = HTTPServer(("127.0.0.1", 0), Osv)
        server.known = known
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            tool = Path(self.folder.name) / "tools" / "check_dependencies.py"
            tool.parent.mkdir(exist_ok=True)
            tool.write_bytes((ROOT / "tools" / "check_dependencies.py").read_bytes())
            (Path(self.folder.name) / "deploy").mkdir(exist_ok=True)
            (Path(self.folder.name) / "deploy" / "accepted-faults.txt").write_text(accepted)
            done = subprocess.run([sys.executable, tool, self.file, "--database", f"http://127.0.0.1:{server.server_port}"],
                                  capture_output=True, text=True, timeout=60)
            return done, server.asked
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def test_known_faults(self):
        done, asked = self.check({})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        packages = {(each["package"]["ecosystem"].partition(":")[0], each["package"]["name"]) for each in asked}
        self.assertLessEqual({("Debian", "openssl"), ("Debian", "sqlite3"), ("npm", "preact")}, packages)
        done, _ = self.check({"openssl": ["CVE-1"], "preact": ["GHSA-2"]}, "openssl CVE-1 # not used\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("GHSA-2", done.stdout)
        self.assertNotIn("CVE-1,", done.stdout)
        done, _ = self.check({}, "openssl CVE-1 # not used\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("take the line away", done.stdout)


if __name__ == "__main__":
    BUILD = Path(sys.argv[1]).resolve()
    unittest.main(argv=sys.argv[:1])
