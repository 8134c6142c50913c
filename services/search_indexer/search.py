"""
Finds releases in Elasticsearch: what a person's search and `show` need.

    asked = Search('"terror financing"', mentions_countries=["MV"])  # communique.query
    async with AsyncElasticsearch("http://localhost:9200") as client:
        found = await search(client, asked, facets=True)
    for hit in found.hits:
        print(hit.at, hit.title, hit.url)
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from elasticsearch import AsyncElasticsearch

from communique.errors import NotReadyError
from communique.query import COPIES, Search, highlights_query, releases_query
from search_indexer.ask import (
    TIMEOUT_SECONDS,
    ask,
    ask_all,
    in_words,
    lack,
)
from search_indexer.facets import Facets, facet_aggregations
from search_indexer.facets import facets as facets_of
from search_indexer.families import RELEASES, REVISIONS, index_name, write_alias
from search_indexer.hits import Hit, hit_of
from search_indexer.pages import pages
from search_indexer.special import (
    Special,
    background_query,
    candidate_aggregations,
    candidates,
    special,
)

MAX_REVISIONS = 1_000
IDS_A_PAGE = 1_000
HIGHLIGHTED_LENGTH = 50_000
"""
In characters of title and text; longer releases are found without highlights.

The embedded engine's highlighter takes time by the square of the length, and nothing
else is served meanwhile: 1.3 s for a release of 50,000 characters, 15 s for 200,000.
"""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """
    The first hits, and how many there are in all.

    `facets` are of all of them, None unless asked for.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Facets | None = None


class IncompleteError(NotReadyError):
    """Elasticsearch could read only a part; `partial` is what it found there."""

    def __init__(self, sentence: str, partial: SearchResult) -> None:
        super().__init__(sentence)
        self.partial = partial


@dataclass(frozen=True, slots=True)
class SpecialResult:
    """What is special of `total` releases that were found among `all_total`."""

    special: tuple[Special, ...]
    total: int
    all_total: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A release as stored: its newest state, and its revisions from the first on."""

    newest: Mapping[str, Any]
    revisions: tuple[Mapping[str, Any], ...]


async def search(
    client: AsyncElasticsearch,
    asked: Search,
    *,
    facets: bool = False,
    highlighted_length: int = HIGHLIGHTED_LENGTH,
) -> SearchResult:
    """
    Return the releases that are asked for, with `facets` counted over all of them.

    With facets each word must occur: what any one word finds is not worth counting.
    Those of up to `highlighted_length` characters say where the text matched;
    Elasticsearch itself manages 900,000.

    Raises NotReadyError if Elasticsearch is away or has no index of ours, or if there
    is no release `asked.like`; IncompleteError with a SearchResult if it could read
    only a part.
    """
    body = await _body(client, asked, counted=facets)
    if facets:
        body["aggs"] = facet_aggregations()
    answer = await ask(client, RELEASES, body)
    marked = await _highlights_of(client, asked, answer, highlighted_length)
    result = SearchResult(
        hits=tuple(
            hit_of(hit, marked.get(hit["_id"], {})) for hit in answer["hits"]["hits"]
        ),
        total=int(answer["hits"]["total"]["value"]),
        facets=facets_of(answer["aggregations"]) if facets else None,
    )
    if missing := lack(answer):
        raise IncompleteError(missing, result)
    return result


async def what_is_special(client: AsyncElasticsearch, asked: Search) -> SpecialResult:
    """
    Return what the releases that are asked for have more of than all releases.

    Raises NotReadyError if Elasticsearch is away, has no index of ours, or could read
    only a part.
    """
    body = await _body(client, asked, counted=True)
    wanted = {"size": 0, "aggs": candidate_aggregations()}
    answer = await ask_all(client, RELEASES, {**body, **wanted})
    found = candidates(answer["aggregations"])
    everything = await ask_all(client, RELEASES, background_query(found))
    total = int(answer["hits"]["total"]["value"])
    all_total = int(everything["hits"]["total"]["value"])
    return SpecialResult(
        special(found, total, everything.get("aggregations", {}), all_total),
        total,
        all_total,
    )


@asynccontextmanager
async def every_release(
    client: AsyncElasticsearch, asked: Search, *, size: int
) -> AsyncIterator[AsyncIterator[Sequence[Mapping[str, Any]]]]:
    """
    Hold the documents of all releases that are asked for open, the newest first.

    They come whole, in pages of up to `size`, of which one is in memory. The `sort` and
    `size` of `asked` do not matter.

    Raises NotReadyError, also between two pages, if not every one can be read.
    """
    body = await _body(client, asked, counted=True)
    async with pages(
        client, body["query"], size=size, source={"excludes": list(COPIES)}
    ) as hits:
        yield ([hit["_source"] for hit in page] async for page in hits)


async def check_not_empty(client: AsyncElasticsearch) -> None:
    """Raise NotReadyError if there is no release at all that could be found."""
    answer = await ask(client, RELEASES, {"size": 0, "track_total_hits": 1})
    if not answer["hits"]["total"]["value"]:
        raise NotReadyError(
            f"{RELEASES} is empty: no release has been indexed yet. See what waits "
            "with: communique status"
        )


async def show(client: AsyncElasticsearch, release_id: str) -> Shown | None:
    """
    Return all that is stored of a release, or None if there is no such release.

    Of more than 1,000 revisions, the newest.

    Raises NotReadyError if Elasticsearch is away, has no index of ours, or could not
    read all of it.
    """
    found = await _one(client, release_id)
    if found is None:
        return None
    newest = found["_source"]
    last = int(newest["revision"])
    first_seen = datetime.fromisoformat(newest["first_seen_at"])
    beside = write_alias(index_name(REVISIONS, first_seen))
    with in_words(beside):
        # By id and not by a search: it sees what is written, refreshed or not.
        revisions = await client.options(request_timeout=TIMEOUT_SECONDS).mget(
            index=beside,
            ids=[
                f"{release_id}:{revision}"
                for revision in range(max(1, last - MAX_REVISIONS + 1), last + 1)
            ],
        )
    for doc in revisions["docs"]:
        if error := doc.get("error"):
            raise NotReadyError(
                f"Elasticsearch cannot read the revisions of {release_id}: "
                f"{error.get('reason')}"
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

    Raises NotReadyError if Elasticsearch is away, has no index of ours, or could read
    only a part.
    """
    found: set[str] = set()
    async with pages(client, query, size=IDS_A_PAGE, source=False) as hits:
        async for page in hits:
            found.update(hit["_id"] for hit in page)
    return found


async def _body(
    client: AsyncElasticsearch, asked: Search, *, counted: bool
) -> dict[str, Any]:
    """Return the body of a search, after a look where the release it is like stands."""
    if asked.like is None:
        return releases_query(asked, counted=counted)
    like = await _one(client, asked.like, source=["erased"])
    if like is None:
        raise NotReadyError(f"There is no release {asked.like}.")
    if like["_source"].get("erased"):
        raise NotReadyError(f"The release {asked.like} is erased: nothing is like it.")
    place = {key: like[key] for key in ("_index", "_id")}
    return releases_query(asked, counted=counted, like=place)


async def _one(
    client: AsyncElasticsearch, release_id: str, source: bool | Sequence[str] = True
) -> Mapping[str, Any] | None:
    body = {
        "query": {"term": {"release_id": release_id}},
        "size": 1,
        "_source": source,
    }
    answer = await ask(client, RELEASES, body)
    for hit in answer["hits"]["hits"]:
        return cast("Mapping[str, Any]", hit)
    # It may stand where nobody could look.
    if missing := lack(answer):
        raise NotReadyError(missing)
    return None


async def _highlights_of(
    client: AsyncElasticsearch,
    asked: Search,
    answer: Mapping[str, Any],
    highlighted_length: int,
) -> Mapping[str, Mapping[str, Sequence[str]]]:
    short = [
        hit["_id"]
        for hit in answer["hits"]["hits"]
        if hit["_source"].get("length", 0) <= highlighted_length
    ]
    if not short or not asked.text.strip():
        return {}
    query = highlights_query(asked.text, short, languages=asked.languages)
    marked = await ask(client, RELEASES, query)
    return {hit["_id"]: hit.get("highlight", {}) for hit in marked["hits"]["hits"]}
