#!/usr/bin/env python3
"""Checks that a release can be rolled out without downtime: the rule of docs/operations/releases.md for the files of db/sqlite and db/mysql.

A migration that has landed (db/landed.txt) never changes, and a new one has a higher number than all of them. A new one only expands the
schema, or says with `-- contract: unread since NNNN` which program is the oldest that works after it; what it takes away is no longer
named in the program. A MySQL step can be run again. The program names the columns that it inserts and reads.

check_migrations.py              exits 1 with one line for each fault
check_migrations.py --land       adds the new files to db/landed.txt, once they have no fault
check_migrations.py --self-test  plants one fault of each kind in a throw-away tree and fails if one is not found
"""

import hashlib
import re
import sys
import tempfile
from pathlib import Path

STORES = ("mysql", "sqlite")
SINCE = 400  # steps up to here are older than the rule
# Existing tables into which a step may insert: each program reads only the rows whose key it knows.
READ_BY_KEY = {"id_blocks", "chore_leases"}

QUOTED = r"'(?:[^']|'')*'"
NAME = r"[`\"]?(\w+)[`\"]?"
CONTRACT = re.compile(r"^-- contract: unread since (\d+)$", re.M)
HARMLESS = re.compile(r"(SET (SESSION|@)|PREPARE |EXECUTE |DEALLOCATE |DO |SELECT )", re.I)
WORDS_OF_SQL = set("and or not null is between in like case when then else end check true false unhex cast as char binary".split())


def masked(text, pattern):
    """The text with blanks instead of what matches, so that places in it stay the same."""
    return re.sub(pattern, lambda found: re.sub(r"[^\n]", " ", found[0]) if found[0].startswith("--") else found[0], text)


def statements(text):
    """Without comments. A trigger ends with END."""
    text = masked(text, rf"{QUOTED}|--[^\n]*")
    begin, is_quoted = 0, False
    for at, letter in enumerate(text):
        is_quoted ^= letter == "'"
        if letter != ";" or is_quoted:
            continue
        part = " ".join(text[begin:at].split())
        if re.match(r"CREATE TRIGGER", part, re.I) and re.search(r"\bBEGIN\b", part, re.I) and not re.search(r"\bEND$", part, re.I):
            continue
        begin = at + 1
        if part:
            yield part


def parts(text):
    """Split at the commas that are in no brackets and no quotes."""
    depth, begin, is_quoted = 0, 0, False
    for at, letter in enumerate(text):
        is_quoted ^= letter == "'"
        if is_quoted:
            continue
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield text[begin:at].strip()
            begin = at + 1
    yield text[begin:].strip()


def up_to(text, pattern):
    """The text before the pattern, outside brackets."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and re.match(pattern, text[at:], re.I):
            return text[:at]
    return text


class Step:
    """One file. `faults`: why it is no step that only expands; `broken`: why it is wrong in any case; `gone`: what it takes away."""

    def __init__(self, store, text):
        self.store, self.made, self.added = store, set(), set()
        self.faults, self.broken, self.gone = [], [], set()
        for statement in statements(text):
            self._judge(statement, is_asked_first=False)

    def _judge(self, text, is_asked_first):
        if re.match(r"SET @", text, re.I):
            for quoted in re.findall(QUOTED, text):
                inner = " ".join(quoted[1:-1].replace("''", "'").split())
                if re.match(r"(ALTER|CREATE|DROP|INSERT|UPDATE|DELETE|RENAME|TRUNCATE)\b", inner, re.I):
                    self._judge(inner, is_asked_first=True)
            return
        if HARMLESS.match(text):
            return
        for pattern, judge in self.KINDS:
            if found := re.match(pattern, text, re.I):
                judge(self, text, found, is_asked_first)
                return
        self._fault(text, "is not known as a statement that only adds")

    def _fault(self, text, why):
        self.faults.append(f"`{text[:60]}` {why}")

    def _again(self, text, is_asked_first):
        if self.store == "mysql" and not is_asked_first and not re.search(r"IF (NOT )?EXISTS", text, re.I):
            self.broken.append(f"`{text[:60]}` cannot be run again: MySQL commits it by itself, so ask first whether it is done")

    def _create_table(self, text, found, is_asked_first):
        self.made.add(found[1])
        self._again(text, is_asked_first)

    def _create_index(self, text, found, is_asked_first):
        self._again(text, is_asked_first)
        if found[1] and found[2] not in self.made:
            self._fault(text, "may refuse what an older program writes")

    def _create_trigger(self, text, found, is_asked_first):
        self._again(text, is_asked_first)
        if found[1] not in self.made:
            self._fault(text, "changes what an older program's statement does")

    def _alter_table(self, text, found, is_asked_first):
        table, clauses = found[1], list(parts(text[found.end():]))
        if any(not re.match(r"ALTER (COLUMN )?\w+ SET DEFAULT", clause, re.I) for clause in clauses):
            self._again(text, is_asked_first)
        if table not in self.made:
            for clause in clauses:
                self._alter(table, clause)

    def _alter(self, table, clause):
        if re.match(r"ADD (INDEX|KEY)\b|ALGORITHM\b|LOCK\b", clause, re.I):
            return
        if found := re.match(r"ALTER (?:COLUMN )?(\w+) SET DEFAULT", clause, re.I):
            if found[1] not in self.added:
                self._fault(clause, f"changes what an older program's insert into {table} writes")
        elif re.match(r"ADD (CONSTRAINT|CHECK)\b", clause, re.I):
            self._constraint(clause, clause)
        elif re.match(r"ADD (UNIQUE|FULLTEXT|SPATIAL|PRIMARY|FOREIGN|PARTITION)\b", clause, re.I):
            self._fault(clause, f"may refuse what an older program writes into {table}")
        elif found := re.match(rf"ADD (?:COLUMN )?{NAME}", clause, re.I):
            self.added.add(found[1])
            is_filled = re.search(r"\bDEFAULT\b|\bGENERATED\b|\bAS \(", clause, re.I)
            if re.search(r"\bNOT NULL\b", clause, re.I) and not is_filled:
                self._fault(clause, f"is a column of {table} that an older program's insert does not fill: give it a default")
            if re.search(r"\bUNIQUE\b", clause, re.I):
                self._fault(clause, f"may refuse what an older program writes into {table}")
            self._constraint(clause, clause)
        else:
            if found := re.match(rf"DROP (?:COLUMN )?(?!INDEX|KEY|CONSTRAINT|PRIMARY|FOREIGN|CHECK){NAME}", clause, re.I):
                self.gone.add(found[1])
            self._fault(clause, f"is no addition to {table}")

    def _constraint(self, text, clause):
        """A CHECK may only speak of columns that an older program leaves at their default."""
        for check in re.findall(r"\bCHECK (\(.*)", clause, re.I):
            words = re.findall(r"\b[a-z_]\w*\b(?!\s*\()", re.sub(QUOTED, "", check), re.I)
            if others := sorted({word for word in words if word.lower() not in WORDS_OF_SQL} - self.added):
                self._fault(text, f"may refuse what an older program writes into {', '.join(others)}")

    def _insert(self, text, found, _):
        if found[1] not in self.made | READ_BY_KEY:
            self._fault(text, f"puts rows into {found[1]} that an older program may not understand")

    def _update(self, text, found, _):
        if found[1] in self.made:
            return
        values = up_to(text.split(" SET ", 1)[1], r"\s(WHERE|FROM|ORDER|LIMIT)\b")
        if others := sorted({part.split("=")[0].strip().split(".")[-1].strip("`") for part in parts(values)} - self.added):
            self._fault(text, f"changes {', '.join(others)}, which an older program uses")

    def _delete(self, text, found, _):
        if found[1] not in self.made:
            self._fault(text, f"takes rows away from {found[1]}")

    def _drop_table(self, text, found, is_asked_first):
        if found[1] in self.made:
            return
        self._again(text, is_asked_first)
        self.gone.add(found[1])
        self._fault(text, f"takes {found[1]} away")

    KINDS = [(rf"CREATE TABLE (?:IF NOT EXISTS )?{NAME}", _create_table),
             (rf"CREATE (UNIQUE )?INDEX (?:IF NOT EXISTS )?\w+ ON {NAME}", _create_index),
             (rf"CREATE TRIGGER .*? ON {NAME}", _create_trigger),
             (rf"ALTER TABLE {NAME} ", _alter_table),
             (rf"INSERT INTO {NAME} \(", _insert),
             (rf"UPDATE {NAME}.*? SET ", _update),
             (rf"DELETE FROM {NAME}", _delete),
             (rf"DROP TABLE (?:IF EXISTS )?{NAME}", _drop_table)]


def files_of(root, store):
    return sorted((root / "db" / store).glob("*.sql"))


def number_of(file):
    return int(file.name.split("_")[0])


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def landed(root):
    """By path: the digest."""
    lines = [line.split() for line in (root / "db" / "landed.txt").read_text().splitlines() if not line.startswith("#")]
    return {path: value for value, path in lines}


def check_landed(root, store):
    known = {path: value for path, value in landed(root).items() if path.startswith(f"db/{store}/")}
    highest = max((number_of(Path(path)) for path in known), default=0)
    for path, value in known.items():
        if not (root / path).exists() or digest(root / path) != value:
            yield f"{path}: has landed, so databases have taken it: never change it, add a step"
    for file in files_of(root, store):
        if f"db/{store}/{file.name}" not in known and number_of(file) <= highest:
            yield f"db/{store}/{file.name}: a database of version {highest} would pass over it: give it a number above {highest}"


def check_step(root, store, file):
    text, path = file.read_text(), f"db/{store}/{file.name}"
    step, contract = Step(store, text), CONTRACT.search(text)
    yield from (f"{path}: {fault}" for fault in step.broken)
    if not contract:
        yield from (f"{path}: {fault}. It does not only expand the schema: do so in a later release, with a line "
                    "`-- contract: unread since NNNN`" for fault in step.faults)
        return
    oldest = int(contract[1])
    if oldest not in {number_of(each) for each in files_of(root, store)} or oldest > number_of(file):
        yield f"{path}: unread since {oldest}, which is no version up to its own"
    for name in sorted(step.gone):
        for source in sorted((root / "src" / "adapters").rglob("*.[ch]pp")):
            if source.parent.name in (store, "sql") and re.search(rf"\b{name}\b", source.read_text()):
                yield f"{path}: takes {name} away, and {source.relative_to(root)} names it"


def check_sources(root):
    """An older program meets columns that it does not know."""
    for source in sorted((root / "src" / "adapters").rglob("*.[ch]pp")):
        if source.name.endswith("_test.cpp"):
            continue
        for number, line in enumerate(source.read_text().splitlines(), 1):
            code = line.split("//")[0]
            if re.search(r"\bINSERT INTO \w+ (VALUES|SELECT)\b|\bREPLACE INTO \w+ (VALUES|SELECT)\b", code):
                yield f"{source.relative_to(root)}:{number}: name the columns; the next release may add one"
            if re.search(r"(?<!\()\bSELECT (\w+\.)?\*", code):  # around one in brackets, the columns are named
                yield f"{source.relative_to(root)}:{number}: name the columns; the next release may add one in between"


def check(root):
    problems = []
    for store in STORES:
        problems += check_landed(root, store)
        for file in files_of(root, store):
            if number_of(file) > SINCE:
                problems += check_step(root, store, file)
    return problems + list(check_sources(root))


def land(root):
    """Yields the new ones."""
    known, file = landed(root), root / "db" / "landed.txt"
    with open(file, "a") as out:
        for store in STORES:
            for each in files_of(root, store):
                if (path := f"db/{store}/{each.name}") not in known:
                    out.write(f"{digest(each)} {path}\n")
                    yield path


ASKED = "SET @step = (SELECT IF(count(*) = 0, '{}', 'DO 0') FROM information_schema.columns);\nPREPARE step FROM @step;\n"
NUMBER = SINCE + 2
# What is planted: the file, its text, and words of the line that finds it; None: no fault.
PLANTED = {
    "a landed file that is changed": ("db/mysql/0400_old.sql", "CREATE TABLE IF NOT EXISTS old (x INT, y INT);", "has landed"),
    "a number that a database passes over": ("db/mysql/0399_late.sql", "CREATE TABLE IF NOT EXISTS late (x INT);", "would pass over it"),
    "a table that goes": (f"db/mysql/{NUMBER}_a.sql", "DROP TABLE IF EXISTS old;", "takes old away"),
    "a column that goes": (f"db/sqlite/{NUMBER}_a.sql", "ALTER TABLE old DROP COLUMN x;", "is no addition"),
    "a column that goes, asked first": (f"db/mysql/{NUMBER}_a.sql", ASKED.format("ALTER TABLE old DROP COLUMN x"), "is no addition"),
    "a column with another type": (f"db/mysql/{NUMBER}_a.sql", ASKED.format("ALTER TABLE old MODIFY x BIGINT"), "is no addition"),
    "a new name": (f"db/sqlite/{NUMBER}_a.sql", "ALTER TABLE old RENAME TO older;", "is no addition"),
    "a column that nobody fills": (f"db/mysql/{NUMBER}_a.sql", ASKED.format("ALTER TABLE old ADD COLUMN y INT NOT NULL"), "give it a default"),
    "a check of an old column": (f"db/sqlite/{NUMBER}_a.sql", "ALTER TABLE old ADD COLUMN y INTEGER CHECK (y IS NULL OR x = 1);", "writes into x"),
    "a constraint of an old column": (f"db/mysql/{NUMBER}_a.sql", ASKED.format("ALTER TABLE old ADD CONSTRAINT c CHECK (x > 0)"), "writes into x"),
    "a unique index": (f"db/sqlite/{NUMBER}_a.sql", "CREATE UNIQUE INDEX i ON old (x);", "may refuse"),
    "a trigger": (f"db/sqlite/{NUMBER}_a.sql", "CREATE TRIGGER t BEFORE UPDATE ON old BEGIN SELECT RAISE(ABORT, 'no'); END;", "changes what an older"),
    "other values": (f"db/sqlite/{NUMBER}_a.sql", "UPDATE old SET x = 1;", "changes x"),
    "rows that go": (f"db/sqlite/{NUMBER}_a.sql", "DELETE FROM old;", "takes rows away"),
    "rows that come": (f"db/sqlite/{NUMBER}_a.sql", "INSERT INTO old (x) VALUES (1);", "may not understand"),
    "a statement of another kind": (f"db/mysql/{NUMBER}_a.sql", "RENAME TABLE old TO older;", "is not known"),
    "a step that cannot be run again": (f"db/mysql/{NUMBER}_a.sql", "ALTER TABLE old ADD COLUMN y INT;", "cannot be run again"),
    "a contract without a version": (f"db/mysql/{NUMBER}_a.sql", "-- contract: unread since 0401\nDROP TABLE IF EXISTS old;", "is no version"),
    "a contract of what is used": (f"db/mysql/{NUMBER}_a.sql", "-- contract: unread since 0400\nDROP TABLE IF EXISTS old;", "rows.cpp names it"),
    "an insert without columns": ("src/adapters/sqlite/more.cpp", 'run("INSERT INTO old VALUES (1)");', "name the columns"),
    "all columns": ("src/adapters/sqlite/more.cpp", 'run("SELECT * FROM old");', "name the columns"),
    "a contract": (f"db/sqlite/{NUMBER}_a.sql", "-- contract: unread since 0400\nALTER TABLE old DROP COLUMN unused;", None),
    "an expansion": (f"db/sqlite/{NUMBER}_a.sql",
                     "-- It says; what; 'it likes\nCREATE TABLE new (x INTEGER, s TEXT DEFAULT 'a;b');\nINSERT INTO new (x) VALUES (1);\n"
                     "CREATE UNIQUE INDEX i ON new (x);\nCREATE TRIGGER t BEFORE UPDATE ON new BEGIN SELECT RAISE(ABORT, 'no'); SELECT 1; END;\n"
                     "ALTER TABLE old ADD COLUMN y INTEGER NOT NULL DEFAULT 0 CHECK (y = 0 OR y = 1);\nUPDATE old SET y = x WHERE x = 1;\n"
                     "CREATE INDEX j ON old (y);", None),
    "an expansion, asked first": (f"db/mysql/{NUMBER}_a.sql",
                                  ASKED.format("ALTER TABLE old ADD COLUMN y INT, ADD COLUMN z VARCHAR(9) NOT NULL DEFAULT ''a'', "
                                               "ADD CONSTRAINT c CHECK (y BETWEEN 0 AND 1 OR z = ''b''), ADD INDEX j (y), ALGORITHM=INSTANT")
                                  + "UPDATE old JOIN other ON old.x = other.x SET y = other.x, z = 'b' WHERE old.x = 1;\n"
                                  "ALTER TABLE old ALTER COLUMN y SET DEFAULT -1;", None),
}


def self_test():
    wrong = []
    for what, (name, text, wanted) in PLANTED.items():
        with tempfile.TemporaryDirectory() as home:
            root = Path(home)
            for store in STORES:
                (root / "db" / store).mkdir(parents=True)
                (root / "src" / "adapters" / store).mkdir(parents=True)
                (root / "db" / store / "0400_old.sql").write_text("CREATE TABLE IF NOT EXISTS old (x INT);\n")
            (root / "src/adapters/mysql/rows.cpp").write_text('run("SELECT x FROM old");\n')
            (root / "db" / "landed.txt").write_text("# digests\n")
            list(land(root))
            (root / name).write_text(text + "\n")
            problems = check(root)
            if bool(problems) != bool(wanted) or wanted and not any(wanted in problem for problem in problems):
                wrong.append(f"{what}: found {problems or 'nothing'}")
    return wrong


def main():
    root = Path(__file__).resolve().parent.parent
    problems = self_test() if "--self-test" in sys.argv else check(root)
    print("\n".join(problems) or "no fault")
    if problems:
        return 1
    if "--land" in sys.argv:
        print(*land(root), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
