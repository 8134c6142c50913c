"""
SQLite files that may be deleted at any time: the index of a topic, which is the truth.

Each knows the cluster that it was made from and the next offset to read. A file of
another cluster or form, or a broken one, is made anew.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

_BROKEN = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_IOERR_SHORT_READ,
)
_META = """
CREATE TABLE IF NOT EXISTS meta (cluster TEXT NOT NULL, next_offset INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Form:
    """The tables of a file; `version` is raised when they or their meaning change."""

    version: int
    tables: str
    """SQL that may run again: CREATE … IF NOT EXISTS."""


def open_kept(
    path: Path, form: Form, *, cluster: str, any_thread: bool = False
) -> sqlite3.Connection:
    """
    Return the file at `path`, open; it is empty if it was of no use.

    `any_thread`: its user sees to it that one thread uses it at a time. Raises
    sqlite3.OperationalError if the disk is full or the file is locked.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connect(path, form, cluster, any_thread)
    except sqlite3.DatabaseError as error:
        # Truncated, or no database at all. On a full disk the file is sound.
        if getattr(error, "sqlite_errorcode", _BROKEN[0]) not in _BROKEN:
            raise
        delete_kept(path)
        return _connect(path, form, cluster, any_thread)


def delete_kept(path: Path) -> None:
    """Delete the file, and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def empty_kept(db: sqlite3.Connection, form: Form, cluster: str, offset: int) -> None:
    """Empty all tables; the topic is to be read from `offset`."""
    names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    with db:
        for (name,) in names:
            db.execute(f"DELETE FROM {name}")  # noqa: S608 - names of our own tables
        db.execute("INSERT INTO meta VALUES (?, ?)", (cluster, offset))
        db.execute(f"PRAGMA user_version = {form.version}")  # takes no parameter


def next_offset(db: sqlite3.Connection) -> int:
    """Return the offset from which the topic is to be read on."""
    offset: int = db.execute("SELECT next_offset FROM meta").fetchone()[0]
    return offset


def note_offset(db: sqlite3.Connection, offset: int) -> None:
    """Note the next offset, in the transaction that holds what stood before it."""
    db.execute("UPDATE meta SET next_offset = ?", (offset,))


def _connect(
    path: Path, form: Form, cluster: str, any_thread: bool
) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=not any_thread)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")  # the topic is the truth
        db.executescript(_META + form.tables)
        row = db.execute("SELECT cluster FROM meta").fetchone()
        (made_as,) = db.execute("PRAGMA user_version").fetchone()
        if row is None or row[0] != cluster or made_as != form.version:
            empty_kept(db, form, cluster, 0)
        _check(db)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection) -> None:
    (sound,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if sound != "ok":
        raise sqlite3.DatabaseError(sound)
