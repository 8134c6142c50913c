"""What is remembered of a feed's entries: digests, and few of them; pure."""

from collections.abc import Mapping, Sequence

from communique.events import Entry
from communique.identity import fingerprint

MIN_KNOWN = 500
DIGITS = 16
"""Of ids and fingerprints; 64 bits keep a feed's memory small and unambiguous."""
TITLE_DIGITS = 8

Known = Mapping[str, str]
"""Release id to fingerprint of the text and of the title, shortened; oldest first."""


def knows_release(known: Known, entry: Entry) -> bool:
    """Return whether `entry` was seen, with whatever text."""
    return entry.release_id[:DIGITS] in known


def knows_text(known: Known, entry: Entry) -> bool:
    """Return whether `entry` was seen with this very text."""
    value = known.get(entry.release_id[:DIGITS], "")
    return value[:DIGITS] == entry.fingerprint[:DIGITS]


def with_entries(
    known: Known, entries: Sequence[Entry], *, at_least: int = MIN_KNOWN
) -> Known:
    """
    Return `known` with the entries of a document, without the oldest ones.

    The newest `at_least` are kept, and twice as many as the document holds.
    """
    kept = dict(known)
    for entry in entries:
        key = entry.release_id[:DIGITS]
        kept.pop(key, None)
        kept[key] = entry.fingerprint[:DIGITS] + title_digest(entry)
    limit = max(at_least, 2 * len(entries))
    return dict(list(kept.items())[-limit:])


def title_digest(entry: Entry) -> str:
    """Return the digest of a title alone; empty without a title."""
    return fingerprint(entry.title)[:TITLE_DIGITS] if entry.title else ""
