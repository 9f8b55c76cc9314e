#!/usr/bin/env python3
"""The program was built to refuse common memory errors: its ELF file says so. A program built without the flags fails each check.

    hardening_test.py PROGRAM C++-COMPILER
"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path


def readelf(*words):
    return subprocess.run(["readelf", "--wide", *words], capture_output=True, text=True, check=True, timeout=300).stdout


def producers(program):
    """What each of our own compile units was built with, as the compiler wrote it into the debug information."""
    found = set(re.findall(r"DW_AT_producer .*: (GNU C\+\+.*)$", readelf("--debug-dump=info", "--dwarf-depth=1", program), re.M))
    assert found, "no compile unit names its compiler"
    return found


def every_unit_has(flag):
    return lambda program: all(flag in words.split() for words in producers(program))


def symbols(program):
    return readelf("--dyn-syms", program)


CHECKS = {
    "position independent": lambda program: re.search(r"Type: +DYN", readelf("-h", program)) and "PIE" in readelf("-d", program),
    "relocations are read-only": lambda program: "GNU_RELRO" in readelf("-l", program),
    "all of them, from the start": lambda program: re.search(r"\(FLAGS(_1)?\).*NOW", readelf("-d", program)),
    "stack is not executable": lambda program: re.search(r"GNU_STACK.* RW ", readelf("-l", program)),
    "stack protector": lambda program: "__stack_chk_fail" in symbols(program) and every_unit_has("-fstack-protector-strong")(program),
    "stack clash protection": every_unit_has("-fstack-clash-protection"),
    "control flow protection": lambda program: "x86-64" not in readelf("-h", program) or any(
        all(flag in words.split() for words in producers(program)) for flag in ("-fcf-protection", "-fcf-protection=full")),
    "FORTIFY_SOURCE": lambda program: re.search(r" __\w+_chk@", symbols(program).replace("__stack_chk_fail@", "")),
    "assertions of the C++ library": lambda program: "__glibcxx_assert_fail" in symbols(program),
}

# Without the flags. It copies into a buffer of known size and indexes a vector, so that the flags would show.
PLAIN = """
#include <cstring>
#include <vector>
int main(int argc, char** argv) {
  char text[64];
  std::strcpy(text, argv[0]);
  std::vector<int> v(static_cast<unsigned>(argc));
  return text[argc] + v[static_cast<unsigned>(argc) - 1];
}
"""
OFF = ["-O2", "-g1", "-no-pie", "-fno-stack-protector", "-fno-stack-clash-protection", "-fcf-protection=none", "-U_FORTIFY_SOURCE",
       "-Wl,-z,norelro,-z,lazy,-z,execstack"]


class Hardening(unittest.TestCase):
    def test_the_program_has_it(self):
        for name, check in CHECKS.items():
            with self.subTest(name):
                self.assertTrue(check(PROGRAM), f"{PROGRAM} lacks: {name}")

    def test_a_program_without_it_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            source, plain = Path(folder) / "plain.cpp", Path(folder) / "plain"
            source.write_text(PLAIN)
            off = [flag for flag in OFF if "cf-protection" not in flag or "x86-64" in readelf("-h", PROGRAM)]
            subprocess.run([COMPILER, *off, source, "-o", plain], check=True, timeout=120)
            for name, check in CHECKS.items():
                with self.subTest(name):
                    if name == "control flow protection" and "x86-64" not in readelf("-h", plain):
                        continue
                    self.assertFalse(check(plain), f"not noticed: {name}")


if __name__ == "__main__":
    PROGRAM, COMPILER = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
