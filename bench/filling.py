"""Fills the database of an empty sale by SQL, in one transaction. Used by history.py and catalogue.py."""

import sqlite3
import sys
from contextlib import contextmanager


def run(db, script, values):
    """Statements that end with `;` and a line break, one after another, with the same named values."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement, values)


@contextmanager
def empty_sale(database, numbers):
    """A connection whose transaction is committed at the end. Without indexes meanwhile, and with a table `numbers` of 0, 1, … below `numbers`."""
    db = sqlite3.connect(database, isolation_level=None)
    if db.execute("SELECT count(*) FROM concerts").fetchone()[0]:
        sys.exit(f"{database} has concerts already; only an empty sale is filled")
    db.execute("PRAGMA cache_size = -262144")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("CREATE TEMP TABLE numbers (i INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO numbers VALUES (?)", ((i,) for i in range(numbers)))
    db.execute("BEGIN IMMEDIATE")
    indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    yield db
    for _, sql in indexes:
        db.execute(sql)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
