"""
An enriched release as Elasticsearch stores it: pure.

No clock of the indexer enters a document, so a replay writes the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from communique.corrections import AppliedCorrection
from communique.events import EnrichedRelease, Issuer
from communique.tags import Entity, Evidence, Theme
from search_indexer.said import said_of_itself

MAX_ENTITIES = 2_000


def stored(event: EnrichedRelease) -> dict[str, Any]:
    """Return the document of `event`, but for the copies that follow from it."""
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
                "ingested": _time(ingested_at(event)),
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


def erased(event: EnrichedRelease, revision: int) -> dict[str, Any]:
    """Return what stays of `revision` once `event` has erased the release."""
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
        "event": {"ingested": _time(ingested_at(event))},
    }


def ingested_at(event: EnrichedRelease) -> datetime:
    """Return when `event` was made: its version as a time."""
    return datetime.fromtimestamp(event.version / 1000, tz=UTC)


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
