"""
An enriched release as Elasticsearch stores it: pure.

No clock of the indexer enters a document, so a replay writes the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from communique.corrections import AppliedCorrection
from communique.errors import PermanentError
from communique.events import EnrichedRelease, Issuer
from communique.tags import Entity, Evidence, Theme
from search_indexer.families import RELEASES, REVISIONS, index_name
from search_indexer.said import said_of_itself

GENERATIONS = 1_000_000
MAX_ENTITIES = 2_000
MAX_REVISION = 10_000
MAX_ID_BYTES = 512
MAX_INDEX_VERSION = 2**63 - 1
FIRST_YEAR = 1990
TAGGED = 0.5


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
        newest = _stub(event, event.revision)
        revisions = {
            revision: _stub(event, revision)
            for revision in range(event.revision, 0, -1)
        }
    else:
        newest = _document(event)
        revisions = {event.revision: newest}
    return (
        _action(index_name(RELEASES, moment), event.release_id, version, newest),
        *(
            _action(
                index_name(REVISIONS, moment),
                f"{event.release_id}:{revision}",
                version,
                document,
            )
            for revision, document in revisions.items()
        ),
    )


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
    last = _ingested_at(event).year + 1
    if not FIRST_YEAR <= year <= last:
        raise UnindexableError(
            f"first seen in {year}, which is not within {FIRST_YEAR}..{last}"
        )
    return event.first_seen_at


def _ingested_at(event: EnrichedRelease) -> datetime:
    return datetime.fromtimestamp(event.version / 1000, tz=UTC)


def _stub(event: EnrichedRelease, revision: int) -> dict[str, Any]:
    return {
        "@timestamp": _time(event.first_seen_at),
        "release_id": event.release_id,
        "revision": revision,
        "version": event.version,
        "generation": event.generation,
        "change": event.change,
        "withdrawn": False,
        "erased": True,
        "first_seen_at": _time(event.first_seen_at),
        "event": {"ingested": _time(_ingested_at(event))},
    }


def _document(event: EnrichedRelease) -> dict[str, Any]:
    entities = event.entities[:MAX_ENTITIES]
    return _without_nothing(
        {
            "@timestamp": _time(_timestamp(event)),
            "release_id": event.release_id,
            "revision": event.revision,
            "version": event.version,
            "generation": event.generation,
            "change": event.change,
            "significance": event.significance,
            "withdrawn": event.change == "withdrawn",
            "erased": False,
            "backfill": event.backfill,
            "fingerprint": event.fingerprint,
            "title": event.title,
            "text": event.text,
            "text_from": event.text_from,
            "length": len(event.title) + len(event.text),
            "language": event.language,
            "author": event.author,
            "rights": event.rights,
            "categories": list(event.categories),
            "url": _url(event.link),
            "event": {
                "created": _time(event.revision_seen_at),
                "ingested": _time(_ingested_at(event)),
            },
            "issuers": [_issuer(issuer) for issuer in event.issuers],
            "ministries": _distinct(issuer.ministry for issuer in event.issuers),
            "issuer_countries": _distinct(issuer.country for issuer in event.issuers),
            "attachments": [
                _without_nothing(attachment.model_dump())
                for attachment in event.attachments
            ],
            "first_seen_at": _time(event.first_seen_at),
            "revision_seen_at": _time(event.revision_seen_at),
            "published_at": _time(event.published_at),
            "published_zone": event.published_zone,
            "published_flags": list(event.published_flags),
            "updated_at": _time(event.updated_at),
            "countries": list(event.countries),
            "persons": _names(event.entities, "person"),
            "organisations": _names(event.entities, "organisation"),
            "places": _names(event.entities, "place"),
            "place_locations": [
                entity.location.model_dump()
                for entity in entities
                if entity.type == "place" and entity.location is not None
            ],
            **said_of_itself(event),
            "hashtags": list(event.hashtags),
            "handles": list(event.handles),
            "theme": [t.slug for t in event.themes if t.score >= TAGGED],
            "themes": [_theme(theme) for theme in event.themes],
            "subthemes": [
                {"parent": subtheme.parent, **_theme(subtheme)}
                for subtheme in event.subthemes
            ],
            "entities": [_entity(entity) for entity in entities],
            "entities_truncated": len(event.entities) > MAX_ENTITIES,
            "models": dict(event.models),
            "corrections": [_correction(one) for one in event.corrections],
            "duplicate_of": event.duplicate_of,
            "similarity": event.similarity,
            "same_as": event.same_as,
            "corrects": event.corrects,
        }
    )


def _timestamp(event: EnrichedRelease) -> datetime:
    published = event.published_at
    if (
        published is not None
        and event.published_zone == "stated"
        and published <= event.first_seen_at
    ):
        return published
    return event.first_seen_at


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _url(link: str | None) -> dict[str, Any] | None:
    if link is None:
        return None
    try:
        domain = urlsplit(link).hostname
    except ValueError:
        domain = None
    return _without_nothing({"full": link, "domain": domain})


def _issuer(issuer: Issuer) -> dict[str, Any]:
    return _without_nothing(issuer.model_dump())


def _entity(entity: Entity) -> dict[str, Any]:
    return _without_nothing(
        {
            "name": entity.name,
            "type": entity.type,
            "id": entity.id,
            "id_source": entity.id_source,
            "wikidata": entity.wikidata,
            "country": entity.country,
            "location": entity.location.model_dump() if entity.location else None,
            "roles": list(entity.roles),
            "aliases": list(entity.aliases),
            "confidence": entity.confidence,
            "sources": list(entity.sources),
            "corrections": list(entity.corrections),
            "mentions": _evidence(entity.mentions),
        }
    )


def _correction(one: AppliedCorrection) -> dict[str, Any]:
    return _without_nothing(
        {
            "number": one.number,
            "action": one.action,
            "everywhere": one.release_id is None,
            "tag": one.tag.model_dump(exclude_none=True) if one.tag else None,
            "into": one.into.model_dump(exclude_none=True) if one.into else None,
            "by": one.by,
            "at": _time(one.at),
            "why": one.why or None,
        }
    )


def _theme(theme: Theme) -> dict[str, Any]:
    return _without_nothing(
        {
            "slug": theme.slug,
            "score": theme.score,
            "iptc": theme.iptc,
            "evidence": _evidence(theme.evidence),
            "corrections": list(theme.corrections),
        }
    )


def _evidence(places: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [place.model_dump() for place in places]


def _names(entities: Sequence[Entity], kind: str) -> list[str]:
    return _distinct(entity.name for entity in entities if entity.type == kind)


def _distinct(words: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))


def _without_nothing(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return `document` without what is absent or empty; `False` and 0 stay."""
    return {
        name: value
        for name, value in document.items()
        if value is not None and value != [] and value != {}
    }
