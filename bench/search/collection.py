"""Edge: the test collection as releases and as questions."""

import json
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from communique.codec import Message
from communique.events import EnrichedRelease, Issuer, RawRelease
from communique.identity import canonical_link, feed_id, fingerprint, release_id
from communique.query import Search
from enrichment_worker.enrich import enrich_all
from enrichment_worker.links.duplicates import is_correction, links
from enrichment_worker.links.signature_index import SignatureIndex
from enrichment_worker.links.sketches import signature
from enrichment_worker.vocabulary.load import load_vocabulary

HERE = Path(__file__).parent
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)

Half = Literal["develop", "test"]


@dataclass(frozen=True)
class Question:
    """What somebody types, and how good each release is as an answer (0 unlisted)."""

    id: str
    half: Half
    who: str
    text: str
    judged: Mapping[str, int]
    filters: Mapping[str, Any] = field(default_factory=dict)

    def search(self, now: datetime) -> Search:
        """Return it as a search on the day `now`."""
        filters = dict(self.filters)
        if since := filters.pop("since", None):
            filters["since"] = _moved(since, now)
        return Search(self.text, **filters)


def questions() -> list[Question]:
    lines = (HERE / "queries.jsonl").read_text("utf-8").splitlines()
    return [Question(**json.loads(line)) for line in lines]


def releases(now: datetime) -> dict[str, EnrichedRelease]:
    """Return the collection by name, enriched and linked, as it would be `now`."""
    named = sorted(_raw(now), key=lambda pair: pair[1].first_seen_at)
    enriched = enrich_all([raw for _, raw in named], load_vocabulary(), 0)
    linked = _linked(list(enriched))
    return dict(zip((name for name, _ in named), linked, strict=True))


def _raw(now: datetime) -> Iterator[tuple[str, RawRelease]]:
    ministries = tomllib.loads((HERE / "ministries.toml").read_text("utf-8"))
    for key, ministry in ministries.items():
        feed = f"https://{key}.example/feed.xml"
        issuer = Issuer(
            feed_id=feed_id(feed),
            feed_url=feed,
            title=ministry["name"],
            ministry=ministry["name"],
            country=ministry.get("country"),
            organisation=ministry.get("organisation"),
        )
        lines = (HERE / "collection" / f"{key}.jsonl").read_text("utf-8").splitlines()
        for one in map(json.loads, lines):
            link = canonical_link(f"https://{key}.example/{one['id']}") or ""
            at = _moved(one["at"], now)
            yield (
                one["id"],
                RawRelease(
                    release_id=release_id(link=link, feed=feed, guid=None, text=""),
                    revision=1,
                    version=int(at.timestamp() * 1000),
                    change="new",
                    fingerprint=fingerprint(one["title"], one["text"]),
                    title=one["title"],
                    text=one["text"],
                    text_from="page",
                    link=link,
                    issuers=(issuer,),
                    first_seen_at=at,
                    revision_seen_at=at,
                    published_at=at,
                    published_zone="stated",
                ),
            )


def _linked(enriched: Sequence[EnrichedRelease]) -> Iterator[EnrichedRelease]:
    """Yield each with what it has to do with earlier ones, as its worker would."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "signatures.sqlite"
        with SignatureIndex(path, cluster="bench") as index:
            for place, one in enumerate(enriched):
                if (signed := signature(one)) is None:
                    yield one
                    continue
                value = signed.model_dump_json().encode()
                index.add([Message("bench", 0, place, b"", value)])
                found = links(
                    *index.earlier(signed), correction=is_correction(one.title)
                )
                yield one.model_copy(
                    update={
                        "duplicate_of": found.duplicate_of,
                        "similarity": found.similarity,
                        "same_as": found.same_as,
                        "corrects": found.corrects,
                    }
                )


def _moved(day: str, now: datetime) -> datetime:
    """Return `day` of the collection, as far before `now` as it is before AS_OF."""
    at = datetime.fromisoformat(day).replace(tzinfo=UTC) + (now - AS_OF)
    return at.replace(microsecond=0) - timedelta(days=1)
