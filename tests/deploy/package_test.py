#!/usr/bin/env python3
"""The Debian package: its unit is verified offline, and it is installed, upgraded, removed and purged in a chroot of a clean Debian.

    package_test.py FOLDER-OF-THE-PACKAGE [SUITE]       as root; SUITE is the release it was built on: bookworm (12) or trixie (13)

The chroot is made by debootstrap, below build/chroot, and kept for the next time. systemd does not run in a chroot: the unit's command is
run by hand, as its user.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNIT = "usr/lib/systemd/system/frontrow.service"
EXPOSURE_LIMIT = 20  # tenths; systemd calls up to 2.0 "OK"
MIRROR = "http://deb.debian.org/debian"


def run(*words, check=True, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=900, **options)
    if check and done.returncode:
        raise AssertionError(f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


def with_version(package, version, folder):
    """The same package, as a later release would be."""
    run("dpkg-deb", "-R", package, folder / "unpacked")
    control = folder / "unpacked/DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.M))
    later = folder / f"frontrow_{version}.deb"
    run("dpkg-deb", "--root-owner-group", "-b", folder / "unpacked", later)
    return later


class Chroot:
    def __init__(self):
        self.base = ROOT / "build" / "chroot" / SUITE
        if not (self.base / "etc/apt").exists():
            self.base.parent.mkdir(parents=True, exist_ok=True)
            run("debootstrap", "--variant=minbase", SUITE, self.base, MIRROR)
        self.root = Path(tempfile.mkdtemp(prefix=f"{SUITE}-", dir=self.base.parent))
        run("cp", "-a", f"{self.base}/.", self.root)
        for name in ("proc", "dev/shm"):
            (self.root / name).mkdir(exist_ok=True)
        run("mount", "-t", "proc", "proc", self.root / "proc")
        for name in ("null", "zero", "random", "urandom"):
            if not (self.root / "dev" / name).exists():
                run("cp", "-a", f"/dev/{name}", self.root / "dev")
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        for file in Path("/etc/apt/apt.conf.d").glob("*proxy*"):
            shutil.copy(file, self.root / "etc/apt/apt.conf.d")
        self.run("apt-get", "update", "-q")

    def run(self, *words, **options):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LANG": "C.UTF-8"}
        environment |= {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        return run("chroot", self.root, *words, env=environment, **options)

    def install(self, package):
        shutil.copy(package, self.root / "tmp/frontrow.deb")
        return self.run("apt-get", "install", "-y", "-q", "--no-install-recommends", "/tmp/frontrow.deb")

    def path(self, name):
        return self.root / name.lstrip("/")

    def remove(self):
        run("umount", self.root / "proc", check=False)
        shutil.rmtree(self.root)


class Package(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="frontrow-package-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.version = run("dpkg-deb", "-f", PACKAGE, "Version").stdout.strip()

    def test_the_unit_is_right_and_hardened(self):
        root = self.folder / "root"
        run("dpkg-deb", "-x", PACKAGE, root)
        # In a root of its own, where its program and the targets are.
        (root / "bin").mkdir(exist_ok=True)
        shutil.copy(shutil.which("kill"), root / "bin/kill")
        for target in Path("/usr/lib/systemd/system").glob("*.target"):
            shutil.copy(target, root / "usr/lib/systemd/system", follow_symlinks=True)
        verified = run("systemd-analyze", f"--root={root}", "verify", root / UNIT, check=False)
        told = [line for line in (verified.stdout + verified.stderr).splitlines() if "frontrow" in line]
        self.assertEqual(told, [])
        report = json.loads(run("systemd-analyze", "security", "--offline=true", f"--root={root}", f"--threshold={EXPOSURE_LIMIT}",
                                "--json=short", "frontrow.service").stdout)
        print("left open:", [row["name"] for row in report if not row["set"] and row["exposure"]])

    def test_its_control_data(self):
        fields = run("dpkg-deb", "-f", PACKAGE).stdout
        for word in ("libsqlite3-0", "libmariadb3", "librdkafka1", "libssl3", "adduser", "tzdata"):
            self.assertIn(word, fields)
        files = run("dpkg-deb", "-c", PACKAGE).stdout
        for name in ("frontrow.cdx.json", "THIRD-PARTY-NOTICES.txt"):
            self.assertIn(name, files)
        self.assertNotRegex(files, r"^-..s|^-.....s")
        self.assertEqual([line for line in files.splitlines() if " root/root " not in line], [])

    def test_install_upgrade_remove_purge(self):
        chroot = Chroot()
        self.addCleanup(chroot.remove)
        chroot.install(PACKAGE)
        self.assertRegex(chroot.run("getent", "passwd", "frontrow").stdout, r"^frontrow:x:\d+:\d+:.*:/var/lib/frontrow:/usr/sbin/nologin")
        self.assertEqual(chroot.run("stat", "-c", "%U:%G %a", "/var/lib/frontrow", "/etc/frontrow").stdout.split("\n")[:2],
                         ["frontrow:frontrow 700", "root:frontrow 750"])
        self.assertTrue(chroot.path("/etc/systemd/system/multi-user.target.wants/frontrow.service").is_symlink(), "not enabled")
        self.assertIn(self.version, chroot.run("frontrow", "--version").stdout)
        self.sell(chroot)

        config = chroot.path("/etc/frontrow/frontrow.toml")
        config.write_text(config.read_text() + "hold-seconds = 299\n")
        chroot.install(with_version(PACKAGE, f"{self.version}+1", self.folder))
        self.assertIn("hold-seconds = 299", config.read_text(), "an operator's change is lost")
        self.assertIn("+1", chroot.run("dpkg-query", "-W", "-f", "${Version}", "frontrow").stdout)
        self.assertIn("clean", self.frontrow(chroot, "audit").stdout)

        chroot.run("apt-get", "remove", "-y", "-q", "frontrow")
        self.assertTrue(config.exists())
        self.assertFalse(chroot.path("/usr/bin/frontrow").exists())
        told = chroot.run("apt-get", "purge", "-y", "-q", "frontrow")
        self.assertIn("the sale stays in /var/lib/frontrow", told.stdout + told.stderr)
        self.assertFalse(config.parent.exists())
        self.assertFalse(chroot.path("/etc/systemd/system/multi-user.target.wants/frontrow.service").is_symlink())
        self.assertTrue(chroot.path("/var/lib/frontrow/frontrow.db").exists(), "a purge deleted the sale")

        # And back: the sale goes on. Without one, a purge leaves nothing.
        chroot.install(PACKAGE)
        self.assertIn("clean", self.frontrow(chroot, "audit").stdout)
        shutil.rmtree(chroot.path("/var/lib/frontrow"))
        chroot.path("/var/lib/frontrow").mkdir()
        chroot.run("apt-get", "purge", "-y", "-q", "frontrow")
        self.assertFalse(chroot.path("/var/lib/frontrow").exists())

    def frontrow(self, chroot, command, *words):
        return chroot.run("runuser", "-u", "frontrow", "--", "frontrow", command, "--config", "/etc/frontrow/frontrow.toml", *words)

    def sell(self, chroot):
        """The unit's command, as its user: it serves, says so, and its files are its own."""
        self.frontrow(chroot, "demo")
        command = re.search(r"^ExecStart=(.*)$", chroot.path(UNIT).read_text(), re.M)[1].split()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(["chroot", chroot.root, "runuser", "-u", "frontrow", "--", *command, "--port", str(port)],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/concerts", timeout=5) as answer:
                        self.assertEqual(len(json.load(answer)["concerts"]), 3)
                    break
                except OSError:
                    self.assertLess(time.monotonic(), deadline)
                    self.assertIsNone(server.poll())
                    time.sleep(0.1)
        finally:
            server.terminate()
            text = server.communicate(timeout=40)[0].decode()
        self.assertIn("is serving", text)
        self.assertIn("stopped", text)
        owners = chroot.run("find", "/var/lib/frontrow", "-type", "f", "-printf", "%U:%m\n").stdout.split()
        self.assertTrue(owners)
        self.assertEqual(len({each.partition(":")[0] for each in owners}), 1)


if __name__ == "__main__":
    if os.geteuid():
        sys.exit("package_test.py: a chroot needs root")
    PACKAGE = max(Path(sys.argv[1]).resolve().glob("frontrow_*.deb"), key=lambda file: file.stat().st_mtime)
    SUITE = sys.argv[2] if len(sys.argv) > 2 else re.search(r"VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text())[1]
    unittest.main(argv=sys.argv[:1])
