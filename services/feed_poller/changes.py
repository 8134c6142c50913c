"""What is new in a feed since we last looked; pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from communique.events import Entry


def changes(entries: Sequence[Entry], known: Mapping[str, str]) -> Iterator[Entry]:
    """
    Yield the entries that are new or reworded since `known`, oldest first.

    `known` maps release id to fingerprint. Of entries that share an id, the newest
    counts.
    """
    for entry in newest(entries):
        if known.get(entry.release_id) != entry.fingerprint:
            yield entry


def newest(entries: Sequence[Entry]) -> list[Entry]:
    """
    Return every release of a document once, oldest first: as they were issued.

    Feeds list the newest first, so the order is reversed; a feed whose dates say that
    it runs the other way is taken as it is.
    """
    ordered = entries if _runs_forward(entries) else tuple(reversed(entries))
    return list({entry.release_id: entry for entry in ordered}.values())


def _runs_forward(entries: Sequence[Entry]) -> bool:
    dates = [entry.published_at for entry in entries if entry.published_at]
    rises = sum(one < two for one, two in pairwise(dates))
    falls = sum(one > two for one, two in pairwise(dates))
    return rises > falls
