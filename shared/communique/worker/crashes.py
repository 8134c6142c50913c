"""Which errors are ours, and how often the others crashed us, kept on disk."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from communique.errors import NotReadyError, PermanentError
from communique.worker.kept_file import read_kept, write_kept

OURS = (NotReadyError, OSError, MemoryError, sqlite3.OperationalError)
"""Never the document's fault: not ready, and tried again for as long as it takes."""

ALONE_AFTER = 2
"""After so many crashes, the third time messages are run one by one."""


class CrashError(PermanentError):
    """A message or task whose handling crashed the process three times."""


class Crashes:
    """
    Counts crashes by the place where a batch begins, or by the id of a task.

    Only errors of a document's own handling are counted; being killed is not an error.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # No file yet, or one cut short: it only costs a restart.
        self._counts: dict[str, int] = read_kept(path)

    def count(self, *keys: str) -> int:
        """Return the highest count among `keys`."""
        return max((self._counts.get(key, 0) for key in keys), default=0)

    def add(self, key: str) -> None:
        """Count one more crash at `key`, on disk before this returns."""
        self._counts[key] = self._counts.get(key, 0) + 1
        write_kept(self._path, self._counts)

    def forget(self, *keys: str) -> None:
        """Drop `keys`: what stood there is settled."""
        known = [key for key in keys if self._counts.pop(key, None) is not None]
        if known:
            # On a full disk the older file stays: what it counts runs alone, no more.
            with suppress(OSError):
                write_kept(self._path, self._counts)
