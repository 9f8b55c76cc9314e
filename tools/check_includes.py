#!/usr/bin/env python3
"""Checks rules that a compiler does not know: allowed includes between layers, the places of each library, and the readers of the time.

Run without arguments it checks the repository and exits 1 with one line per violation. `--self-test` plants one violation
at a time in a throw-away tree and fails if one is not found, so that the check cannot rot unnoticed.
Only direct includes count: an app header may be visible through another, but a file that names it must be allowed to.
"""

import re
import sys
import tempfile
from pathlib import Path

# Folder of src/ -> the other folders that it may include from. The only adapter that others may include is adapters/sql.
LAYERS = {
    "base": set(),
    "domain": {"base"},
    "ports": {"domain", "base"},
    "metrics": {"base"},
    "app/commit": {"ports", "domain", "metrics", "base"},
    "app/queue": {"app/commit", "ports", "domain", "metrics", "base"},
    "app/live": {"app/queue", "app/commit", "ports", "domain", "metrics", "base"},
    "app/commands": {"app/queue", "app/commit", "ports", "domain", "metrics", "base"},
    "adapters/sql": {"ports", "domain", "base"},
    "adapters/sqlite": {"adapters/sql", "ports", "domain", "metrics", "base"},
    "adapters/mysql": {"adapters/sql", "ports", "domain", "metrics", "base"},
    "adapters/local": {"ports", "domain", "metrics", "base"},
    "adapters/redis": {"ports", "domain", "metrics", "base"},
    "adapters/kafka": {"ports", "domain", "metrics", "base"},
    "http": {"domain", "base"},
    "api": {"http", "app/live", "app/commands", "app/queue", "app/commit", "ports", "domain", "metrics", "base"},
    "workers": {"app/live", "app/commands", "app/queue", "app/commit", "ports", "domain", "metrics", "base"},
}
LAYERS["main"] = set(LAYERS)

# Library -> (its headers, the paths under src/ that may name it). A new row needs an ADR.
LIBRARIES = {
    "Boost": (r"boost/", ["http/", "api/", "workers/event_json.cpp", "app/commands/change_json.cpp"]),
    "OpenSSL": (r"openssl/", ["base/sha256.cpp", "api/", "adapters/local/", "adapters/redis/tls."]),
    "utf8proc": (r"utf8proc\.h$", ["http/name_text.cpp"]),
    "date": (r"date/", ["api/time_zone.cpp"]),
    "zlib": (r"zlib\.h$", ["http/", "api/"]),
    "SQLite": (r"sqlite3\.h$", ["adapters/sqlite/"]),
    "libmariadb": (r"(mysql|mariadb)(/|\.h$)", ["adapters/mysql/"]),
    "hiredis": (r"hiredis/", ["adapters/redis/"]),
    "librdkafka": (r"librdkafka/", ["adapters/kafka/"]),
    "spdlog": (r"spdlog/", ["base/log.cpp"]),
    "fmt": (r"fmt/", ["base/log.", "base/log_", "http/", "api/", "adapters/", "main/"]),
    "prometheus-cpp": (r"prometheus/", ["metrics/"]),
    "CLI11": (r"CLI/", ["main/"]),
    "toml++": (r"toml\+\+/", ["main/config_file.cpp"]),
    "POSIX": (
        r"(sys/|netinet/|arpa/|linux/)|(unistd|fcntl|pthread|signal|poll|errno|dirent|netdb|sched|stdlib|string|time)\.h$",
        ["base/", "metrics/", "http/", "api/", "adapters/", "main/"],
    ),
}
# Further names that a *_test.cpp may use; Boost.JSON because a test may parse our own output.
TEST_LIBRARIES = re.compile(r"(gtest|gmock|rapidcheck)/|rapidcheck\.h$|boost/json\.hpp$")

TIME_AND_DICE = re.compile(
    r"\bsystem_clock\b|\bsteady_clock::now\b|\bhigh_resolution_clock\b|\bclock_gettime\b|\bgettimeofday\b|\bstd::time\s*\("
    r"|(?<![\w:.>])time\s*\(\s*(NULL|nullptr|0)\s*\)"
    r"|\brandom_device\b|\bs?rand\s*\(|\bmt19937|\bgetrandom\s*\(|\bgetentropy\s*\(|\barc4random|\bRAND_(priv_)?bytes\b"
)
TIME_AND_DICE_HOME = {"base/clock.hpp", "base/clock.cpp", "base/random.hpp", "base/random.cpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
LINES_MAX = 500
UNLISTED = "is not listed in the nearest CMakeLists.txt"
LOCK = re.compile(r"\bstd::(?:\w+_)?mutex\b|\bstd::(?:lock_guard|scoped_lock|unique_lock|shared_lock)\b")
LOCK_HOME = "base/mutex.hpp"


def layer_of(path):
    """'adapters/sqlite/store.hpp' -> 'adapters/sqlite'; None when the folder is not one of ours."""
    parts = path.split("/")
    name = "/".join(parts[:2]) if parts[0] in ("adapters", "app") else parts[0]
    return name if name in LAYERS else None


def without_comments(text):
    """Blanks comments, keeps strings and line numbers."""
    def keep(match):
        found = match.group(0)
        return found if found[0] == '"' else re.sub(r"[^\n]", " ", found)
    return COMMENT_OR_STRING.sub(keep, text)


def check_quoted(path, target):
    if path.endswith("_test.cpp") and target.startswith("support/"):
        return None
    mine, theirs = layer_of(path), layer_of(target)
    if path.endswith("_test.cpp") and mine == "app/live" and theirs == "app/commands":
        return None  # memory is tested together with the commands that change it
    if theirs is None:
        return f'"{target}" is not a path from src/'
    if theirs != mine and theirs not in LAYERS[mine]:
        return f"{mine} may not include {theirs} ({target})"
    return None


def check_angled(path, target):
    if path.endswith("_test.cpp") and TEST_LIBRARIES.match(target):
        return None
    for library, (headers, allowed) in LIBRARIES.items():
        if re.match(headers, target):
            ok = any(path.startswith(prefix) for prefix in allowed)
            return None if ok else f"{library} is known only in {', '.join(allowed)} (<{target}>)"
    if "." not in target and "/" not in target:
        return None  # the standard library
    return f"<{target}> belongs to no library in the table of {Path(__file__).name}"


def check_shape(path, text, has_header):
    """Rules for every source file, tests/ included. A .cpp beside its header needs no introduction of its own."""
    if path.endswith(".hpp") and not re.search(r"^#pragma once$", text, re.M):
        yield 1, "a header needs #pragma once"
    if not has_header and not text.startswith(("//", "/*")):
        yield 1, "a file opens with a comment that says what it is for"
    for match in INCLUDE.finditer(without_comments(text)):
        if "../" in match.group(2):
            yield text.count("\n", 0, match.start(2)) + 1, "includes start at the src root, never ../"


def is_listed(file):
    """Sources are listed by hand, so a forgotten test would pass by not running."""
    folder = next((folder for folder in file.parents if (folder / "CMakeLists.txt").exists()), None)
    if folder is None:
        return False
    name = re.escape(file.relative_to(folder).as_posix())
    return re.search(rf"(?<![\w./]){name}(?!\w)", (folder / "CMakeLists.txt").read_text(encoding="utf-8"))


def check_src(path, text):
    if layer_of(path) is None:
        yield 1, "this folder is no layer; add it to the table and to docs/ARCHITECTURE.md"
        return
    if (lines := text.count("\n")) > LINES_MAX:
        yield lines, f"{lines} lines, {LINES_MAX} is the most; split it"
    code = without_comments(text)
    for match in INCLUDE.finditer(code):
        kind, target = match.groups()
        if "../" in target:
            continue
        reason = check_quoted(path, target) if kind == '"' else check_angled(path, target)
        if reason:
            yield text.count("\n", 0, match.start(2)) + 1, reason
    if path not in TIME_AND_DICE_HOME:
        for match in TIME_AND_DICE.finditer(code):
            yield text.count("\n", 0, match.start()) + 1, f"time and dice come from base/clock and base/random ({match.group(0)})"
    if path != LOCK_HOME:
        for match in LOCK.finditer(code):
            yield text.count("\n", 0, match.start()) + 1, f"locks come from {LOCK_HOME}, where clang checks them ({match.group(0)})"


def check(root):
    violations = []
    for top in ("src", "tests", "bench", "fuzz"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".hpp", ".cpp", ".h", ".ipp"):
                continue
            text = file.read_text(encoding="utf-8")
            path = file.relative_to(root / top).as_posix()
            stem = re.sub(r"_test$", "", file.stem)
            has_header = file.suffix == ".cpp" and (file.parent / f"{stem}.hpp").exists()
            found = list(check_shape(path, text, has_header))
            if file.suffix == ".cpp" and not is_listed(file):
                found.append((1, UNLISTED))
            if top == "src":
                found += check_src(path, text)
            violations += [f"{top}/{path}:{line}: {reason}" for line, reason in sorted(found)]
    return violations


CLEAN = {
    "src/base/clock.cpp": "// Time.\n#include <sys/random.h>\nauto t = std::chrono::system_clock::now();\n",
    "src/base/log.cpp": "// Log.\n#include <spdlog/spdlog.h>\n#include <fmt/format.h>\n",
    "src/domain/seat.hpp": '// Seats. Not "system_clock".\n#pragma once\n#include <vector>\n\n#include "base/clock.hpp"\n',
    "src/domain/seat.cpp": '#include "domain/seat.hpp"\n',
    "src/domain/seat_test.cpp": '#include "domain/seat.hpp"\n#include <gtest/gtest.h>\n#include "support/clock.hpp"\n',
    "src/http/server.cpp": '// Server.\n#include <boost/asio.hpp>\n#include "domain/seat.hpp"\n',
    "src/api/hold.cpp": '// Holds over HTTP.\n#include <openssl/evp.h>\n#include "http/server.hpp"\n#include "app/commands/hold.hpp"\n',
    "src/adapters/sqlite/store.cpp": '// Store.\n#include <sqlite3.h>\n#include "ports/store.hpp"\n#include "adapters/sqlite/row.hpp"\n#include "adapters/sql/codes.hpp"\n',
    "src/adapters/mysql/store.cpp": '// Store.\n#include <mysql.h>\n#include "adapters/sql/codes.hpp"\n',
    "src/adapters/sql/codes.hpp": '// Codes.\n#pragma once\n#include "ports/store.hpp"\n',
    "src/base/mutex.hpp": "// Locks.\n#pragma once\n#include <mutex>\nstd::mutex one;\n",
    "src/main/main.cpp": '// Main.\n#include <CLI/CLI.hpp>\n#include "adapters/local/bus.hpp"\n#include "http/server.hpp"\n',
    "tests/race/hold_test.cpp": '// Race.\n#include <random>\n#include "adapters/sqlite/store.hpp"\n',
}

# path, text, part of the line that must be reported
PLANTED = [
    ("src/app/commands/a_test.cpp", "// A.\n", UNLISTED),
    ("tests/race/a.cpp", "// A.\n", UNLISTED),
    ("src/domain/a.cpp", '// A.\n#include "app/commands/hold.hpp"\n', "2: domain may not include app/commands"),
    ("src/domain/a.cpp", '// A.\n#include "ports/store.hpp"\n', "domain may not include ports"),
    ("src/base/a.cpp", '// A.\n#include "domain/seat.hpp"\n', "base may not include domain"),
    ("src/ports/a.hpp", '// A.\n#pragma once\n#include "metrics/all.hpp"\n', "ports may not include metrics"),
    ("src/app/commands/a.cpp", '// A.\n#include "adapters/sqlite/store.hpp"\n', "app/commands may not include adapters/sqlite"),
    ("src/app/commands/a.cpp", '// A.\n#include "http/server.hpp"\n', "app/commands may not include http"),
    ("src/adapters/local/a.cpp", '// A.\n#include "adapters/sqlite/store.hpp"\n', "adapters/local may not include adapters/sqlite"),
    ("src/adapters/sql/a.cpp", '// A.\n#include "adapters/sqlite/store.hpp"\n', "adapters/sql may not include adapters/sqlite"),
    ("src/adapters/sql/a.cpp", '// A.\n#include "metrics/all.hpp"\n', "adapters/sql may not include metrics"),
    ("src/adapters/sql/a.cpp", "// A.\n#include <sqlite3.h>\n", "SQLite is known only in"),
    ("src/adapters/mysql/a.cpp", '// A.\n#include "adapters/sqlite/store.hpp"\n', "adapters/mysql may not include adapters/sqlite"),
    ("src/adapters/redis/a.cpp", '// A.\n#include "adapters/sql/codes.hpp"\n', "adapters/redis may not include adapters/sql"),
    ("src/ports/a.hpp", '// A.\n#pragma once\n#include "adapters/sql/codes.hpp"\n', "ports may not include adapters/sql"),
    ("src/http/a.cpp", '// A.\n#include "ports/store.hpp"\n', "http may not include ports"),
    ("src/http/a.cpp", '// A.\n#include "app/commands/hold.hpp"\n', "http may not include app/commands"),
    ("src/http/a.cpp", '// A.\n#include "api/hold.hpp"\n', "http may not include api"),
    ("src/api/a.cpp", '// A.\n#include "workers/ticker.hpp"\n', "api may not include workers"),
    ("src/app/commit/a.cpp", '// A.\n#include "app/queue/b.hpp"\n', "app/commit may not include app/queue"),
    ("src/app/queue/a.cpp", '// A.\n#include "app/live/b.hpp"\n', "app/queue may not include app/live"),
    ("src/app/live/a.cpp", '// A.\n#include "app/commands/b.hpp"\n', "app/live may not include app/commands"),
    ("src/http/a.cpp", '// A.\n#include "adapters/local/bus.hpp"\n', "http may not include adapters/local"),
    ("src/workers/a.cpp", '// A.\n#include "http/server.hpp"\n', "workers may not include http"),
    ("src/metrics/a.cpp", '// A.\n#include "main/settings.hpp"\n', "metrics may not include main"),
    ("src/domain/a.cpp", '// A.\n#include "seat.hpp"\n', "not a path from src/"),
    ("src/app/live/a.cpp", "// A.\n#include <mutex>\nstd::mutex one;\n", "locks come from"),
    ("src/app/live/a.cpp", "// A.\n#include <mutex>\nstd::scoped_lock lock(one);\n", "locks come from"),
    ("src/domain/a.cpp", '// A.\n#include "../base/clock.hpp"\n', "never ../"),
    ("tests/sim/a.cpp", '// A.\n#include "../support/clock.hpp"\n', "never ../"),
    ("src/app/commands/a.cpp", "// A.\n#include <boost/json.hpp>\n", "Boost is known only in"),
    ("src/adapters/sqlite/a.cpp", "// A.\n#include <openssl/evp.h>\n", "OpenSSL is known only in"),
    ("src/http/a.cpp", "// A.\n#include <sqlite3.h>\n", "SQLite is known only in"),
    ("src/http/a.cpp", "// A.\n#include <spdlog/spdlog.h>\n", "spdlog is known only in"),
    ("src/base/log.hpp", "// A.\n#pragma once\n#include <spdlog/common.h>\n", "spdlog is known only in"),
    ("src/domain/a.cpp", "// A.\n#include <fmt/format.h>\n", "fmt is known only in"),
    ("src/app/commands/a.cpp", "// A.\n#include <prometheus/counter.h>\n", "prometheus-cpp is known only in"),
    ("src/http/a.cpp", "// A.\n#include <CLI/CLI.hpp>\n", "CLI11 is known only in"),
    ("src/domain/a.cpp", "// A.\n#include <unistd.h>\n", "POSIX is known only in"),
    ("src/http/a.cpp", "// A.\n#include <nlohmann/json.hpp>\n", "belongs to no library"),
    ("src/app/commands/a.cpp", "// A.\n#include <gtest/gtest.h>\n", "belongs to no library"),
    ("src/app/commands/a.hpp", "// A.\nint a();\n", "#pragma once"),
    ("tests/support/a.hpp", "// A.\nint a();\n", "#pragma once"),
    ("src/app/commands/a.cpp", "int a();\n", "opens with a comment"),
    ("src/app/commands/a.hpp", "#pragma once\n// A.\n", "opens with a comment"),
    ("src/app/commands/a.cpp", "// A.\n" * (LINES_MAX + 1), f"{LINES_MAX} is the most"),
    ("src/billing/a.cpp", "// A.\n", "no layer"),
    ("src/app/commands/a.cpp", "// A.\nauto t = std::chrono::system_clock::now();\n", "2: time and dice"),
    ("src/http/a.cpp", "// A.\nauto t = std::chrono::steady_clock::now();\n", "time and dice"),
    ("src/app/commands/a.cpp", "// A.\nint d = rand() % 6;\n", "time and dice"),
    ("src/app/commands/a.cpp", "// A.\nstd::random_device d;\n", "time and dice"),
    ("src/app/commands/a.cpp", "// A.\nauto t = std::time(nullptr);\n", "time and dice"),
    ("src/app/commands/a.cpp", "// A.\nauto t = time(nullptr);\n", "time and dice"),
    ("src/app/commands/a.cpp", "// A.\nstd::mt19937_64 dice{1};\n", "time and dice"),
    ("src/adapters/local/a.cpp", "// A.\nRAND_bytes(p, n);\n", "time and dice"),
    ("src/app/commands/clock.cpp", '// A.\nauto s = "// no comment"; std::chrono::system_clock c;\n', "time and dice"),
]


def write_tree(root, files, unlisted=""):
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if path != unlisted:
            with (file.parent / "CMakeLists.txt").open("a", encoding="utf-8") as lists:
                lists.write(f"  {file.name}\n")


def self_test():
    failures = []
    with tempfile.TemporaryDirectory() as scratch:
        clean = Path(scratch) / "clean"
        write_tree(clean, CLEAN)
        failures += [f"clean tree: {line}" for line in check(clean)]
        for number, (path, text, expected) in enumerate(PLANTED):
            root = Path(scratch) / str(number)
            write_tree(root, {**CLEAN, path: text}, unlisted=path if expected == UNLISTED else "")
            found = check(root)
            if not any(line.startswith(path + ":") and expected in line for line in found):
                failures.append(f"unseen in {path}: {expected!r}; found {found}")
    return failures


def main():
    problems = self_test() if "--self-test" in sys.argv[1:] else check(Path(__file__).resolve().parent.parent)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
