#!/usr/bin/env python3
"""The package's systemd unit is right, and its exposure low, as systemd itself says offline. `make check-package` asks the same of the
unit in the package."""

import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

UNIT = Path(__file__).resolve().parents[2] / "deploy" / "package" / "frontrow.service"
EXPOSURE_LIMIT = 20  # tenths


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not here")
class Unit(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.units = self.root / "usr/lib/systemd/system"
        self.units.mkdir(parents=True)
        for target in Path("/usr/lib/systemd/system").glob("*.target"):
            shutil.copy(target, self.units, follow_symlinks=True)
        for program in ("usr/bin/frontrow", "bin/kill"):
            (self.root / program).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(shutil.which("kill"), self.root / program)

    def analyze(self, text):
        """What `verify` says about the unit, and its exposure in tenths."""
        (self.units / UNIT.name).write_text(text)
        verified = subprocess.run(["systemd-analyze", f"--root={self.root}", "verify", self.units / UNIT.name], capture_output=True, text=True, timeout=60)
        told = [line for line in (verified.stdout + verified.stderr).splitlines() if "frontrow" in line]
        rated = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--root={self.root}", f"--threshold={EXPOSURE_LIMIT}",
                                "--json=short", UNIT.name], capture_output=True, text=True, timeout=60)
        json.loads(rated.stdout)
        return told, rated.returncode == 0

    def test_it_is_right_and_hardened(self):
        self.assertEqual(self.analyze(UNIT.read_text()), ([], True))

    def test_a_unit_that_is_neither_is_found(self):
        told, is_hardened = self.analyze("[Service]\nExecStart=/usr/bin/frontro serve\nProtectSystm=strict\n")
        self.assertTrue(told)
        self.assertFalse(is_hardened)


if __name__ == "__main__":
    unittest.main()
