"""
Edge: the index of `releases.signatures`, to find earlier releases that are like one.

A SQLite file: the topic is kept for 400 days, and a replay of an old release needs the
signatures of its time. Memory stays small, and a restart reads only what is new.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Self

from pydantic import ValidationError

from communique.codec import Message
from communique.events import Signature
from communique.worker.kept_database import (
    Form,
    empty_kept,
    next_offset,
    note_offset,
    open_kept,
)
from enrichment_worker.links.sketches import RULES, digest, digests

WINDOW = timedelta(days=30)
"""A release is compared with those seen so long before it, or after it."""
FEWEST_POSTED = 32
POSTED_BELOW = b"\x20"
"""
One digest in eight is posted, but no fewer than 32: the smallest of the sketch.

So a text of 200 words has some 25 postings in common with any longer one that has it.
"""
MOST_POSTINGS = 200
"""Read of one digest; what is in more releases is a phrase of the house."""
FEWEST_COMMON = 4
LEAST_SHARE = 4
"""One in so many of the postings of the one that has fewer must be in common."""

MANY = 1_000_000
"""More postings than any signature has."""

_SPAN_SECONDS = int(WINDOW.total_seconds())
_AT_ONCE = 64
"""Digests that are looked up by one statement, always as many: SQLite keeps it."""
_POSTED = (
    "SELECT position FROM (SELECT position FROM posting WHERE span IN (?1, ?2, ?3) "
    "AND position < ?4 AND seen BETWEEN ?5 AND ?6 AND digest = ?ONE LIMIT ?7)"
)
_POSTINGS = " UNION ALL ".join(
    _POSTED.replace("?ONE", f"?{8 + place}") for place in range(_AT_ONCE)
)
_FORM = Form(
    RULES,
    """
CREATE TABLE IF NOT EXISTS signature (
    position INTEGER PRIMARY KEY, release_id TEXT NOT NULL, revision INTEGER NOT NULL,
    first INTEGER NOT NULL, seen INTEGER NOT NULL, postings INTEGER NOT NULL,
    value BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS by_release ON signature (release_id, revision);
CREATE TABLE IF NOT EXISTS posting (
    span INTEGER, digest BLOB, position INTEGER, seen INTEGER NOT NULL,
    PRIMARY KEY (span, digest, position)
) WITHOUT ROWID;
""",
)


class SignatureIndex:
    """All signatures of the topic that are kept, for one thread after the other."""

    def __init__(self, path: Path, *, cluster: str) -> None:
        self._cluster = cluster
        # Who is cancelled closes it, while a thread may still be at work.
        self._lock = Lock()
        self._db = open_kept(path, _FORM, cluster=cluster, any_thread=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._db.close()

    @property
    def next_offset(self) -> int:
        """Return the offset from which the topic is to be read on."""
        return next_offset(self._db)

    def start_anew(self, offset: int) -> None:
        """Forget everything; the topic is to be read from `offset`."""
        with self._lock:
            empty_kept(self._db, _FORM, self._cluster, offset)

    def expire(self, first: int) -> None:
        """Forget what the topic does not keep any more: what stood below `first`."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM signature WHERE position < ?", (first,))
            (seen,) = self._db.execute("SELECT MIN(seen) FROM signature").fetchone()
            self._db.execute("DELETE FROM posting WHERE span < ?", (_span(seen or 0),))

    def add(self, messages: Sequence[Message]) -> None:
        """Take records of the topic in; of a revision, the first one counts."""
        if not messages:
            return
        with self._lock, self._db:
            for message in messages:
                try:
                    one = Signature.model_validate_json(message.value or b"")
                except ValidationError:
                    continue  # nobody's release: it is compared with nothing
                if one.rules == RULES:
                    self._put(one, message.offset, message.value or b"")
            note_offset(self._db, messages[-1].offset + 1)

    def __contains__(self, one: Signature) -> bool:
        return self._own(one) is not None

    def earlier(
        self, one: Signature, *, by_reference: bool = False
    ) -> tuple[Signature, list[Signature]]:
        """
        Return the first signature of this revision, and those before it to compare.

        They are in the order of the topic; `by_reference`: also those that name the
        same press release. Of releases that came after the first text of this one
        there are none: links never go round in a circle.

        Raises KeyError if the topic has no signature of this revision.
        """
        with self._lock:
            return self._earlier(one, by_reference=by_reference)

    def _earlier(
        self, one: Signature, *, by_reference: bool
    ) -> tuple[Signature, list[Signature]]:
        own = self._own(one)
        if own is None:
            raise KeyError((one.release_id, one.revision))
        position, first, value = own
        ours = Signature.model_validate_json(value)
        seen = int(ours.revision_seen_at.timestamp())
        posted = _posted(ours)
        common = Counter(self._postings(posted, seen, before=position))
        fewest = min(FEWEST_COMMON, len(posted))
        # How many postings the other may have, to be worth a closer look.
        likely = {
            found: MANY if LEAST_SHARE * count >= len(posted) else LEAST_SHARE * count
            for found, count in common.items()
            if count >= fewest
        }
        if by_reference:
            named = [_of(reference) for reference in ours.references]
            likely |= dict.fromkeys(self._postings(named, seen, before=position), MANY)
        return ours, list(self._read(likely, before=first))

    def _own(self, one: Signature) -> tuple[int, int, bytes] | None:
        found: tuple[int, int, bytes] | None = self._db.execute(
            "SELECT position, first, value FROM signature "
            "WHERE release_id = ? AND revision = ?",
            (one.release_id, one.revision),
        ).fetchone()
        return found

    def _put(self, one: Signature, position: int, value: bytes) -> None:
        seen = int(one.revision_seen_at.timestamp())
        (first,) = self._db.execute(
            "SELECT MIN(first) FROM signature WHERE release_id = ?", (one.release_id,)
        ).fetchone()
        posted = _posted(one)
        inserted = self._db.execute(
            "INSERT OR IGNORE INTO signature VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                position,
                one.release_id,
                one.revision,
                position if first is None else first,
                seen,
                len(posted),
                value,
            ),
        )
        if inserted.rowcount < 1:
            return  # written again, after a crash or by a process that lags
        self._db.executemany(
            "INSERT INTO posting VALUES (?, ?, ?, ?)",
            [
                (_span(seen), found, position, seen)
                for found in {*posted, *map(_of, one.references)}
            ],
        )

    def _postings(
        self, digests_: Sequence[bytes], seen: int, *, before: int
    ) -> Iterator[int]:
        """Yield, for each digest, the positions of up to 200 signatures with it."""
        span = _span(seen)
        between = (seen - _SPAN_SECONDS, seen + _SPAN_SECONDS)
        for start in range(0, len(digests_), _AT_ONCE):
            some: list[bytes | None] = [*digests_[start : start + _AT_ONCE]]
            some += [None] * (_AT_ONCE - len(some))
            rows = self._db.execute(
                _POSTINGS,
                (span - 1, span, span + 1, before, *between, MOST_POSTINGS, *some),
            )
            yield from (position for (position,) in rows)

    def _read(self, likely: Mapping[int, int], *, before: int) -> Iterator[Signature]:
        rows = self._db.execute(
            "SELECT position, postings, value FROM signature "
            "WHERE position IN (SELECT value FROM json_each(?)) AND first < ? "
            "ORDER BY position",
            (json.dumps(list(likely)), before),
        )
        for position, postings, value in rows:
            if postings <= likely[position]:
                yield Signature.model_validate_json(value)


def _posted(one: Signature) -> list[bytes]:
    """Return the digests by which a signature is found."""
    return [
        found
        for rank, found in enumerate(digests(one.sketch))
        if rank < FEWEST_POSTED or found < POSTED_BELOW
    ]


def _of(reference: str) -> bytes:
    return digest(f"reference {reference}")


def _span(seen: int) -> int:
    return seen // _SPAN_SECONDS
