"""An enriched release → what is written: where, under which id and version. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from communique.errors import PermanentError
from communique.events import EnrichedRelease
from search_indexer.copies import with_copies
from search_indexer.families import RELEASES, REVISIONS, index_name
from search_indexer.stored import erased, ingested_at, stored

GENERATIONS = 1_000_000
MAX_REVISION = 10_000
MAX_ID_BYTES = 512
MAX_INDEX_VERSION = 2**63 - 1
FIRST_YEAR = 1990


class UnindexableError(PermanentError):
    """A release whose id, version, revision or year no index of ours can take."""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """One document and where it belongs; older versions never win (`external_gte`)."""

    index: str
    id: str
    version: int
    document: Mapping[str, Any]


def documents(event: EnrichedRelease) -> tuple[BulkAction, ...]:
    """
    Return what `event` writes: the newest state of the release, then its revision.

    An erased release empties *every* revision up to its own, whether it was written
    or not: otherwise its texts would stay, or return with a replay.

    Raises UnindexableError if the release has no place in Elasticsearch.
    """
    version = index_version(event)
    moment = _in_years_of_ours(event)
    if event.revision > MAX_REVISION:
        raise UnindexableError(f"revision {event.revision} is above {MAX_REVISION}")
    if event.change == "erased":
        newest = erased(event, event.revision)
        revisions = {
            revision: erased(event, revision)
            for revision in range(event.revision, 0, -1)
        }
    else:
        newest = stored(event)
        revisions = {event.revision: newest}
    return (
        _action(
            index_name(RELEASES, moment),
            event.release_id,
            version,
            refilled(RELEASES, newest),
        ),
        *(
            _action(
                index_name(REVISIONS, moment),
                f"{event.release_id}:{revision}",
                version,
                refilled(REVISIONS, document),
            )
            for revision, document in revisions.items()
        ),
    )


def refilled(alias: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a document of `alias` with all the copies that its mapping has."""
    if alias in (RELEASES, REVISIONS):
        return with_copies(document, completed=alias == RELEASES)
    return document


def index_version(event: EnrichedRelease) -> int:
    """
    Return version × 1,000,000 + generation: what decides which document stays.

    Raises UnindexableError if it does not fit into 64 bits.
    """
    version = event.version * GENERATIONS + event.generation
    if version > MAX_INDEX_VERSION:
        raise UnindexableError(f"version {event.version} is no time in milliseconds")
    return version


def _action(
    index: str, name: str, version: int, document: Mapping[str, Any]
) -> BulkAction:
    # One id that is too long makes Elasticsearch refuse the whole bulk request.
    if len(name.encode()) > MAX_ID_BYTES:
        raise UnindexableError(f"an id of more than {MAX_ID_BYTES} bytes")
    return BulkAction(index, name, version, document)


def _in_years_of_ours(event: EnrichedRelease) -> datetime:
    year = event.first_seen_at.year
    last = ingested_at(event).year + 1
    if not FIRST_YEAR <= year <= last:
        raise UnindexableError(
            f"first seen in {year}, which is not within {FIRST_YEAR}..{last}"
        )
    return event.first_seen_at
