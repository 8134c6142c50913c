"""Raw releases for tests, and a vocabulary that knows nothing."""

from dataclasses import fields
from datetime import UTC, datetime

from communique.events import EnrichedRelease, Issuer, RawRelease
from communique.tags import Entity
from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.knowledge import (
    PlaceWords,
    Shapes,
    Taxonomy,
    Titles,
    Vocabulary,
)

FEED = "0e8e5b5c-5ba9-5f0a-9a5a-3a3a4f0c1d2e"
RELEASE = "7b0c8a44-9c61-5d55-8c07-6a7ffb1b7c11"
SEEN = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
VERSION = 1_714_979_289_123

EMPTY = Vocabulary(
    names=Gazetteer(()),
    towns={},
    countries={},
    taxonomy=Taxonomy((), {}, {one: Gazetteer(()) for one in ("en", "fr", "es")}),
    titles=Titles(*[frozenset()] * len(fields(Titles))),
    shapes=Shapes(*[frozenset()] * len(fields(Shapes))),
    places=PlaceWords({}, {}, {}, *[frozenset()] * (len(fields(PlaceWords)) - 3)),
    detect=lambda _: [("en", 1.0)],
    recognisers={},
    digest="empty",
    models={},
)
"""It knows nothing, and takes every text for English."""


def raw(
    text: str,
    *,
    title: str = "",
    language: str | None = None,
    country: str | None = None,
    **changes: object,
) -> RawRelease:
    fields: dict[str, object] = {
        "release_id": RELEASE,
        "revision": 1,
        "version": VERSION,
        "change": "new",
        "fingerprint": "0" * 32,
        "title": title,
        "text": text,
        "text_from": "page",
        "language": language,
        "issuers": (
            Issuer(
                feed_id=FEED,
                feed_url="https://ministry.example/feed.xml",
                title="A ministry",
                country=country,
            ),
        ),
        "first_seen_at": SEEN,
        "revision_seen_at": SEEN,
    }
    return RawRelease.model_validate({**fields, **changes})


def named(release: EnrichedRelease, kind: str) -> dict[str, Entity]:
    return {one.name: one for one in release.entities if one.type == kind}


def tagged(release: EnrichedRelease) -> set[str]:
    return {theme.slug for theme in release.themes if theme.score >= 0.5}
