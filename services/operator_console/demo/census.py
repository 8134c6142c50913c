"""Counting what can be found: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from search_indexer.families import RELEASES


@dataclass(frozen=True, slots=True)
class Census:
    """How many of the published releases are found, by their ids."""

    published: int
    searchable: int
    revised: int
    lost: int
    duplicates: int


async def census(client: AsyncElasticsearch, published: Iterable[str]) -> Census:
    """Return what a search by id finds of `published`; nothing, if it cannot answer."""
    ids = sorted(set(published))
    try:
        answer = await client.search(
            index=RELEASES,
            query={"terms": {"release_id": ids}},
            size=10_000,
            source_includes=["release_id", "revision"],
        )
        found = [hit["_source"] for hit in answer["hits"]["hits"]]
    except (ApiError, TransportError):
        found = []  # no index before the first release
    documents = Counter(document["release_id"] for document in found)
    return Census(
        published=len(ids),
        searchable=len(documents),
        revised=len({doc["release_id"] for doc in found if doc["revision"] > 1}),
        lost=len(ids) - len(documents),
        duplicates=sum(count > 1 for count in documents.values()),
    )
