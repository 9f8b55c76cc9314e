#!/usr/bin/env python3
"""Finds leftovers: a name that a header of src/ declares and that only tests use, or no code at all; and banners in comments.

A function counts as used when its name stands anywhere in the program besides its declarations and definitions; a member when it is
read anywhere and not only set. The check knows words, not types, so a name that two classes have is used when one of them is.
Run without arguments it exits 1 with one line for each leftover. `--mend` makes sentences of the banners. `--self-test` plants one of each kind in a throw-away tree and
fails if one is not found.
"""

import collections
import re
import sys
import tempfile
from pathlib import Path

# Declared in a header only for tests, each with its reason.
FOR_TESTS = {
}

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
STRING = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', re.S)
WORD = re.compile(r"\b[A-Za-z_]\w*")
NOT_A_TYPE = r"(?!(?:return|throw|else|case|co_\w+|new|delete|using|if|goto|typename)\b)"
TYPE = NOT_A_TYPE + r"[A-Za-z_][\w:]*(?:<[^;(){}]*>)?(?:::\w+)*(?:\s+const)?[\s*&]+"
FUNCTION = re.compile(
    r"^[ \t]*(?:\[\[\w+\]\]\s*)?(?:(?:virtual|static|inline|constexpr|explicit|friend|consteval|const)\s+)*"
    + TYPE + r"(?:\w+::)*([a-z]\w*)\s*\(", re.M)
MEMBER = re.compile(
    r"^[ \t]+(?:(?:mutable|const|static|constexpr)\s+)*" + TYPE + r"([a-z]\w*)\s*(?:=[^=][^;]*|\{[^;]*\})?;", re.M)
KIND = re.compile(r"^\s*(?:class|struct|enum class|enum|concept|using)\s+([A-Z]\w*)", re.M)
SET = re.compile(r"(?:\.|->)(\w+)\s*=(?!=)|[{,]\s*\.(\w+)\s*\{")
BANNER = re.compile(r"^\s*(?://|#|--)\s*[-=*~#]{3,}|[-=*~#]{12,}\s*$")
BANNER_FILES = (".cpp", ".hpp", ".py", ".ts", ".tsx", ".mjs", ".cmake", ".lua")


def is_test(path):
    return path.name.endswith("_test.cpp")


def without_text(text):
    return STRING.sub('""', COMMENT.sub("", text))


def unused_names(root):
    """(name, header) of each declaration in a header that the program does not use."""
    used, declared, members, kinds, only_set = (collections.Counter() for _ in range(5))
    home = {}
    for path in sorted((root / "src").rglob("*.[ch]pp")):
        if is_test(path):
            continue
        text = without_text(path.read_text())
        used.update(WORD.findall(text))
        only_set.update(one or other for one, other in SET.findall(text))
        declared.update(FUNCTION.findall(text))
        if path.suffix == ".hpp":
            members.update(MEMBER.findall(text))
            kinds.update(KIND.findall(text))
            for pattern in (FUNCTION, MEMBER, KIND):
                for name in pattern.findall(text):
                    home.setdefault(name, path.relative_to(root))
    for name, path in sorted(home.items()):
        functions, of_members, of_kinds = declared[name], members[name], kinds[name]
        if used[name] <= functions + of_members + of_kinds + (only_set[name] if of_members else 0) and name not in FOR_TESTS:
            yield name, path


def banners(root):
    for folder in ("src", "tests", "bench", "tools", "fuzz", "cmake", "web/pages/src", "web/pages/test", "web/pages/e2e"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in BANNER_FILES or "node_modules" in path.parts:
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if re.match(r"\s*(//|#|--)", line) and BANNER.search(line):
                    yield path.relative_to(root), number


def without_banner(line):
    """The line with its words as a sentence; None if it was only a banner."""
    indent, mark, words = re.fullmatch(r"(\s*)(//|#|--)\s*[-=*~#]*\s*(.*?)\s*[-=*~#]*\s*", line).groups()
    return f"{indent}{mark} {words[0].upper()}{words[1:]}{'' if words[-1] in '.:?!' else '.'}" if words else None


def mend(root):
    lines_of = collections.defaultdict(set)
    for path, number in banners(root):
        lines_of[path].add(number)
    for path, numbers in lines_of.items():
        lines = (root / path).read_text().splitlines()
        mended = [without_banner(line) if number in numbers else line for number, line in enumerate(lines, 1)]
        (root / path).write_text("\n".join(line for line in mended if line is not None) + "\n")


def check(root):
    problems = [f"{path}: {name} is declared here, and the program does not use it" for name, path in unused_names(root)]
    return problems + [f"{path}:{number}: a banner; say it in a sentence or not at all" for path, number in banners(root)]


PLANTED = {
    "function": ("src/a.hpp", "int left_over(int x);\n", "left_over"),
    "method with a body": ("src/a.hpp", "class A {\n  bool is_left() const { return true; }\n};\nA made();\n", "is_left"),
    "member that is set": ("src/a.hpp", "struct B {\n  bool was_there = true;\n};\n", "was_there"),
    "class": ("src/a.hpp", "class Forgotten {};\n", "Forgotten"),
    "banner": ("src/a.cpp", "// --- joining ----\n", "a banner"),
}


def self_test():
    missed = []
    for what, (name, text, wanted) in PLANTED.items():
        with tempfile.TemporaryDirectory() as home:
            root = Path(home)
            (root / "src").mkdir()
            (root / "src/use.cpp").write_text("int main() { A a = made(); B b; b.was_there = false; return kept(a); }\n")
            (root / "src/kept.hpp").write_text("int kept(A);\n")
            (root / "src/use_test.cpp").write_text("TEST(A, B) { left_over(1); is_left(); b.was_there; Forgotten f; }\n")
            (root / name).write_text(text)
            problems = check(root)
            if not any(wanted in problem for problem in problems):
                missed.append(f"self-test: a planted {what} goes unseen")
            if any(" kept " in problem or " made " in problem for problem in problems):
                missed.append(f"self-test: with a planted {what}, a used name is reported: {problems}")
    return missed


if __name__ == "__main__":
    if "--mend" in sys.argv[1:]:
        mend(Path(__file__).resolve().parent.parent)
    found = self_test() if "--self-test" in sys.argv[1:] else check(Path(__file__).resolve().parent.parent)
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)
