"""What a text says of itself, read with no statistical model."""

from datetime import UTC, datetime

from communique.events import EnrichedRelease
from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import raw

PUBLISHED = datetime(2026, 5, 12, 9, tzinfo=UTC)
"""A Tuesday, and the same day everywhere from London to Tokyo."""


def read(
    vocabulary: Vocabulary,
    text: str,
    *,
    language: str = "en",
    country: str | None = None,
    title: str = "",
    **changes: object,
) -> EnrichedRelease:
    release = raw(
        text,
        title=title,
        language=language,
        country=country,
        **{"published_at": PUBLISHED, "published_zone": "stated", **changes},
    )
    return enrich(release, vocabulary, 0)
