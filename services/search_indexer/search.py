"""Asks Elasticsearch for releases: what a person's search and `show` need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elasticsearch import AsyncElasticsearch, NotFoundError, TransportError

from communique.errors import NotReadyError
from communique.query import (
    MARK_END,
    MARK_START,
    Search,
    highlights_query,
    releases_query,
)
from search_indexer.families import RELEASES, REVISIONS, index_name, write_alias

MAX_REVISIONS = 1_000
PAGE = 1_000
TIMEOUT_SECONDS = 30.0
HIGHLIGHTED_LENGTH = 50_000
"""
In characters of title and text; longer releases are found without highlights.

The embedded engine's highlighter takes time by the square of the length, and nothing
else is served meanwhile: 1.3 s for a release of 50,000 characters, 15 s for 200,000.
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a highlight; `matched` if the search found it."""

    text: str
    matched: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """
    A release that was found; its text is foreign, show it through `safe_text`.

    `highlights` are fragments of title and text, the title's first. `document` is what
    Elasticsearch stores, without the text and the places of mentions in it.
    """

    release_id: str
    revision: int
    title: str
    url: str | None
    at: datetime
    language: str | None
    ministries: tuple[str, ...]
    countries: tuple[str, ...]
    themes: tuple[str, ...]
    withdrawn: bool
    duplicate_of: str | None
    score: float | None
    highlights: tuple[tuple[Piece, ...], ...]
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The first hits, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A release as stored: its newest state, and its revisions from the first on."""

    newest: Mapping[str, Any]
    revisions: tuple[Mapping[str, Any], ...]


async def search(
    client: AsyncElasticsearch,
    asked: Search,
    *,
    highlighted_length: int = HIGHLIGHTED_LENGTH,
) -> SearchResult:
    """
    Return the releases that are asked for.

    Those of up to `highlighted_length` characters say where the text matched;
    Elasticsearch itself manages 900,000.

    Raises NotReadyError if Elasticsearch is away or has no index of ours.
    """
    found = await _search(client, RELEASES, releases_query(asked))
    short = [
        hit["_id"]
        for hit in found["hits"]
        if hit["_source"].get("length", 0) <= highlighted_length
    ]
    marked: dict[str, Any] = {"hits": ()}
    if short and asked.text.strip():
        query = highlights_query(asked.text, short, languages=asked.languages)
        marked = await _search(client, RELEASES, query)
    highlights = {hit["_id"]: hit.get("highlight", {}) for hit in marked["hits"]}
    return SearchResult(
        hits=tuple(_hit(hit, highlights.get(hit["_id"], {})) for hit in found["hits"]),
        total=int(found["total"]["value"]),
    )


async def show(client: AsyncElasticsearch, release_id: str) -> Shown | None:
    """
    Return all that is stored of a release, or None if there is no such release.

    Of more than 1,000 revisions, the newest.

    Raises NotReadyError if Elasticsearch is away or has no index of ours.
    """
    query = {"term": {"release_id": release_id}}
    found = await _search(client, RELEASES, {"query": query, "size": 1})
    if not found["hits"]:
        return None
    newest = found["hits"][0]["_source"]
    last = int(newest["revision"])
    first_seen = datetime.fromisoformat(newest["first_seen_at"])
    # By id and not by a search: it sees what is written, refreshed or not.
    revisions = await client.options(request_timeout=TIMEOUT_SECONDS).mget(
        index=write_alias(index_name(REVISIONS, first_seen)),
        ids=[
            f"{release_id}:{revision}"
            for revision in range(max(1, last - MAX_REVISIONS + 1), last + 1)
        ],
    )
    return Shown(
        newest=newest,
        revisions=tuple(
            doc["_source"] for doc in revisions["docs"] if doc.get("found")
        ),
    )


async def release_ids(client: AsyncElasticsearch, query: dict[str, Any]) -> set[str]:
    """
    Return the ids of all releases that `query` finds.

    Raises NotReadyError if Elasticsearch is away or has no index of ours.
    """
    found: set[str] = set()
    body: dict[str, Any] = {
        "query": query,
        "size": PAGE,
        "sort": [{"release_id": "asc"}],
        "_source": False,
    }
    while hits := (await _search(client, RELEASES, body))["hits"]:
        found.update(hit["_id"] for hit in hits)
        body["search_after"] = hits[-1]["sort"]
    return found


async def _search(
    client: AsyncElasticsearch, index: str, body: dict[str, Any]
) -> dict[str, Any]:
    try:
        answer = await client.options(
            max_retries=0, request_timeout=TIMEOUT_SECONDS
        ).search(index=index, body=body)
    except NotFoundError as error:
        if error.error != "index_not_found_exception":
            raise
        raise NotReadyError(
            f"Elasticsearch has no index {index} yet: it comes with the first release "
            "that the search indexer writes"
        ) from None
    except TransportError as error:
        raise NotReadyError(f"Elasticsearch does not answer: {error.message}") from None
    hits: dict[str, Any] = answer.body["hits"]
    return hits


def _hit(hit: Mapping[str, Any], highlight: Mapping[str, Sequence[str]]) -> Hit:
    document = hit["_source"]
    return Hit(
        release_id=document["release_id"],
        revision=document["revision"],
        title=document.get("title", ""),
        url=document.get("url", {}).get("full"),
        at=datetime.fromisoformat(document["@timestamp"]),
        language=document.get("language"),
        ministries=tuple(document.get("ministries", ())),
        countries=tuple(document.get("countries", ())),
        themes=tuple(document.get("theme", ())),
        withdrawn=document.get("withdrawn", False),
        duplicate_of=document.get("duplicate_of"),
        score=hit.get("_score"),
        highlights=_highlights(highlight),
        document=document,
    )


def _highlights(found: Mapping[str, Sequence[str]]) -> tuple[tuple[Piece, ...], ...]:
    """Return the fragments of title and text, each of the field that matched most."""
    fragments: list[str] = []
    for field in ("title", "text"):
        candidates = [
            texts
            for name, texts in found.items()
            if name == field or name.startswith(f"{field}.")
        ]
        if candidates:
            fragments += max(candidates, key=_matches)
    return tuple(_pieces(fragment) for fragment in fragments)


def _matches(fragments: Iterable[str]) -> int:
    return sum(fragment.count(MARK_START) for fragment in fragments)


def _pieces(fragment: str) -> tuple[Piece, ...]:
    first, *rest = fragment.split(MARK_START)
    pieces = [Piece(first, matched=False)]
    for part in rest:
        matched, _, after = part.partition(MARK_END)
        pieces += [Piece(matched, matched=True), Piece(after, matched=False)]
    return tuple(piece for piece in pieces if piece.text)
