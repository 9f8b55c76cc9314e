#!/usr/bin/env python3
"""Owner and mode of what a sale depends on: files are made for one user, and what others can change is refused.

    rights_test.py PROGRAM
"""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

NOBODY = 65534
SERVICE = 10001  # of deploy/Dockerfile
LONG = "a-token-of-the-operator-0123456789"


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


class Rights(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="frontrow-rights-"))
        self.addCleanup(shutil.rmtree, self.home)
        self.data = self.home / "data"
        os.chmod(self.home, 0o755)

    def folder(self, with_mode):
        self.data.mkdir()
        os.chmod(self.data, with_mode)

    def file(self, path, text, with_mode):
        path.write_text(text)
        os.chmod(path, with_mode)
        return path

    def serve(self, *flags, as_user=None, token=None, environment=None):
        """Starts and stops a server: its log and the status for the admin token, or None and the reason of a refusal."""
        words = [PROGRAM, "serve", "--port", "0", "--data-dir", str(self.data), *flags]
        if as_user:
            words = ["setpriv", f"--reuid={as_user}", f"--regid={as_user}", "--clear-groups", *words]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FRONTROW_")}
        log = self.home / "log"
        with open(log, "w") as errors:
            server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, text=True, env=clean | (environment or {}), umask=0)
            address = re.search(r"http://\S+", server.stdout.readline() or "")
            if not address:
                self.assertEqual(server.wait(timeout=30), 1)
                server.stdout.close()
                return None, log.read_text()
            status = self.status(address[0], token) if token else None
            server.terminate()
            server.communicate(timeout=40)
            self.assertEqual(server.returncode, 0, log.read_text())
        return status, log.read_text()

    def status(self, address, token):
        request = urllib.request.Request(f"{address}/api/v1/admin/events", headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def assert_refused(self, reason, *flags, **options):
        status, log = self.serve(*flags, **options)
        self.assertIsNone(status, log)
        self.assertIn("frontrow ends", log)
        self.assertRegex(log, reason)

    def test_everything_is_made_for_one_user_whatever_the_umask(self):
        self.serve()
        self.assertEqual(mode(self.data), 0o700)
        modes = {file.name: mode(file) for file in self.data.iterdir()}
        self.assertTrue({"frontrow.db", "admin.token", "ticket.key", "lock"} <= modes.keys())
        self.assertEqual(set(modes.values()), {0o600}, modes)

    def test_a_folder_that_others_can_change_is_refused_and_left_alone(self):
        for each in (0o777, 0o1777):
            self.folder(each)
            self.assert_refused("can be changed by every user of this machine: chmod o-w .*, or name a folder inside it")
            self.assertEqual(list(self.data.iterdir()), [])
            self.data.rmdir()
        for each in (0o700, 0o750, 0o755, 0o770):
            self.folder(each)
            self.assertEqual(self.serve(token="x" * 20)[0], 403)
            self.assertEqual(mode(self.data), each, "an operator's choice")
            shutil.rmtree(self.data)

    def test_a_link_in_the_folder_reaches_no_other_file(self):
        victim = self.home / "victim"
        for name in ("lock", "frontrow.db", "frontrow.db-wal", "frontrow.db-shm", "admin.token", "ticket.key", "admin.token.new", "ticket.key.new"):
            for text in ("precious\n" * 3, None):
                self.folder(0o700)
                if text:
                    self.file(victim, text, 0o644)
                os.symlink(victim, self.data / name)
                if name.endswith(".new"):
                    self.assertEqual(self.serve(token="x" * 20)[0], 403)
                else:
                    self.assert_refused("is a link")
                with self.subTest(f"{name}, to {'a file' if text else 'nothing'}"):
                    self.assertEqual(victim.exists() and victim.read_text(), text or False)
                    self.assertTrue(not text or mode(victim) == 0o644)
                shutil.rmtree(self.data)
                victim.unlink(missing_ok=True)

    def test_files_that_others_can_change_are_refused(self):
        for name in ("frontrow.db", "admin.token", "ticket.key", "lock"):
            self.serve()
            os.chmod(self.data / name, 0o666)
            with self.subTest(name):
                self.assert_refused("can be changed by every user of this machine: chmod o-w")
            shutil.rmtree(self.data)

    def test_files_of_an_older_version_are_closed(self):
        self.serve()
        for file in self.data.iterdir():
            os.chmod(file, 0o644)
        status, log = self.serve(token=(self.data / "admin.token").read_text().strip())
        self.assertEqual(status, 200)
        self.assertEqual({mode(file) & 0o007 for file in self.data.iterdir()}, {0})
        self.assertNotIn("could be read", log)  # the folder let nobody in
        os.chmod(self.data, 0o755)
        for file in self.data.iterdir():
            os.chmod(file, 0o644)
        log = self.serve()[1]
        self.assertRegex(log, "a file of the sale could be read by every user.*frontrow.db")
        self.assertRegex(log, "a secret could be read by every user of this machine: delete the file.*admin.token")

    def test_short_secrets_are_refused(self):
        self.folder(0o700)
        self.file(self.data / "admin.token", "x", 0o600)
        self.assert_refused("the admin token is too short: 16 bytes at least")
        shutil.rmtree(self.data)
        for name, short, enough in (("admin-token", "x" * 15, "x" * 16), ("ticket-key", "x" * 31, "x" * 32)):
            variable = "FRONTROW_" + name.upper().replace("-", "_")
            words = name.replace("-", " ")
            self.assert_refused(f"the {words} is too short", environment={variable: short})
            self.assert_refused(f"the {words} is too short", f"--{name}-file", str(self.file(self.home / "short", short, 0o600)))
            self.assertFalse(self.data.exists(), "a refused start leaves nothing")
            self.assertEqual(self.serve(environment={variable: enough}, token="y" * 20)[0], 403)
            shutil.rmtree(self.data)

    def test_a_named_secret(self):
        token = self.file(self.home / "token", LONG, 0o644)
        status, log = self.serve("--admin-token-file", str(token), token=LONG)
        self.assertEqual(status, 200)
        self.assertRegex(log, "a secret can be read by every user of this machine: chmod o-r.*token")
        os.symlink(token, self.home / "link")  # as Kubernetes mounts them
        os.chmod(token, 0o600)
        status, log = self.serve("--admin-token-file", str(self.home / "link"), token=LONG)
        self.assertEqual(status, 200)
        self.assertNotIn("can be read by every user", log)
        hidden = self.home / "hidden"
        hidden.mkdir(mode=0o700)  # as deploy/secrets.sh makes them
        log = self.serve("--admin-token-file", str(self.file(hidden / "token", LONG, 0o644)))[1]
        self.assertNotIn("can be read by every user", log)
        os.chmod(token, 0o666)
        refused = subprocess.run([PROGRAM, "serve", "--port", "0", "--data-dir", self.data, "--admin-token-file", token],
                                 capture_output=True, text=True, timeout=30)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("can be changed by every user of this machine: chmod o-w", refused.stderr)

    @unittest.skipIf(os.geteuid(), "only root has other users")
    def test_users(self):
        self.assertIn("frontrow runs as root", self.serve()[1])
        os.chown(self.data / "admin.token", NOBODY, NOBODY)
        self.assert_refused("admin.token belongs to another user .uid 65534.")
        shutil.rmtree(self.data)
        # The package's user; and a volume of Kubernetes with fsGroup.
        for owner, each in ((SERVICE, 0o700), (0, 0o2770)):
            self.folder(each)
            os.chown(self.data, owner, SERVICE)
            os.chmod(self.data, each)
            status, log = self.serve(as_user=SERVICE, token="x" * 20)
            self.assertEqual(status, 403, log)
            self.assertNotIn("runs as root", log)
            self.assertEqual({os.lstat(file).st_uid for file in self.data.iterdir()}, {SERVICE})
            if owner:
                self.assert_refused(f"belongs to another user .uid {SERVICE}.*run as that user")
            else:
                self.assert_refused(f"belongs to another user .uid {SERVICE}.")
            audit = subprocess.run([PROGRAM, "audit", "--data-dir", self.data], capture_output=True, text=True, timeout=30)
            self.assertIn("clean", audit.stdout, "root may look")
            shutil.rmtree(self.data)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv[1]).resolve())
    unittest.main(argv=sys.argv[:1])
