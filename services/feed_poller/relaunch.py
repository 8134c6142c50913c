"""What seems new in a feed and is not: renamed links or ids, a longer list; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from communique.events import Entry
from feed_poller.memory import DIGITS, Known, knows_release, title_digest

MIN_UNKNOWN = 3
"""Fewer entries at once are news, whatever they are called."""
MOST = 0.8
"""The share of a document that must be unknown at once."""
MARGIN = timedelta(days=1)


def unknown_releases(entries: Sequence[Entry], known: Known) -> list[Entry]:
    """Return the entries that were never seen under their id."""
    return [entry for entry in entries if not knows_release(known, entry)]


def is_relaunch(
    entries: Sequence[Entry], known: Known, *, last_read_at: datetime | None
) -> bool:
    """
    Return whether a document shows old entries under new ids.

    So it is when most of it is unknown at once, and at least half of that is old: its
    text or its title was seen under another id, or its date lies more than a day before
    `last_read_at`, when it was not listed. Titles that a document repeats ("Bulletin")
    count for nothing.
    """
    unknown = unknown_releases(entries, known)
    if len(unknown) < max(MIN_UNKNOWN, MOST * len(entries)):
        return False
    texts = {value[:DIGITS] for value in known.values()}
    titles = {value[DIGITS:] for value in known.values()} - {""}
    shown = [title_digest(entry) for entry in entries]
    old = 0
    for entry in unknown:
        title = title_digest(entry)
        old += (
            entry.fingerprint[:DIGITS] in texts
            or (title in titles and shown.count(title) == 1)
            or _is_older(entry, last_read_at)
        )
    return old * 2 >= len(unknown)


def behind_known(
    entries: Sequence[Entry], known: Known, *, last_read_at: datetime | None
) -> set[str]:
    """
    Return the releases that stand below all known ones and are old by their date.

    A ministry that lists 50 releases where it had 20, or that takes one out, so that an
    older one moves up, tells nothing new.
    """
    places = (at for at, entry in enumerate(entries) if knows_release(known, entry))
    lowest = max(places, default=len(entries))
    return {
        entry.release_id
        for entry in entries[lowest + 1 :]
        if _is_older(entry, last_read_at)
    }


def _is_older(entry: Entry, last_read_at: datetime | None) -> bool:
    at = entry.published_at
    return at is not None and last_read_at is not None and at < last_read_at - MARGIN
