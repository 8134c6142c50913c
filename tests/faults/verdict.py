"""What became of a wave of releases: counted in Elasticsearch, judged as a value."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import AsyncElasticsearch

from search_indexer.families import RELEASES, REVISIONS

CHUNK = 400
FIELDS = ["release_id", "revision", "text"]


@dataclass(frozen=True)
class Verdict:
    """Which releases are not as published; empty lists are what we want."""

    lost: list[str] = field(default_factory=list)
    """Ids without a document, with an old text as the newest, or a text missing."""
    twice: list[str] = field(default_factory=list)
    """Ids with more than one document, or with more revisions than texts."""

    def __bool__(self) -> bool:
        """Return whether everything is there, once."""
        return not self.lost and not self.twice


async def unsearchable(
    client: AsyncElasticsearch, expected: Mapping[str, Sequence[str]]
) -> int:
    """Return how many releases are not found yet in their newest revision; cheap."""
    await client.indices.refresh(index=RELEASES, ignore_unavailable=True)
    left = len(expected)
    for keys in _chunks(expected):
        answer = await client.search(
            index=RELEASES,
            ignore_unavailable=True,
            query={"terms": {"release_id": keys}},
            size=10_000,
            source=False,
            docvalue_fields=["release_id", "revision"],
        )
        for hit in answer["hits"]["hits"]:
            (key,), (revision,) = hit["fields"]["release_id"], hit["fields"]["revision"]
            left -= revision >= len(expected[key])
    return left


async def judge(
    client: AsyncElasticsearch, expected: Mapping[str, Sequence[str]]
) -> Verdict:
    """Compare what can be searched with the marks of each release's texts."""
    newest: dict[str, list[dict[str, Any]]] = {key: [] for key in expected}
    revisions: dict[str, dict[int, str]] = {key: {} for key in expected}
    async for found in _documents(client, RELEASES, expected):
        newest[found["release_id"]].append(found)
    async for found in _documents(client, REVISIONS, expected):
        revisions[found["release_id"]][found["revision"]] = found["text"]
    verdict = Verdict()
    for key, marks in expected.items():
        documents = newest[key]
        texts = revisions[key]
        is_whole = any(marks[-1] in document["text"] for document in documents) and all(
            marked in texts.get(number, "") for number, marked in enumerate(marks, 1)
        )
        if not is_whole:
            verdict.lost.append(key)
        if len(documents) > 1 or len(texts) > len(marks):
            verdict.twice.append(key)
    return verdict


async def _documents(
    client: AsyncElasticsearch, index: str, expected: Mapping[str, Sequence[str]]
) -> AsyncIterator[dict[str, Any]]:
    await client.indices.refresh(index=index, ignore_unavailable=True)
    for keys in _chunks(expected):
        answer = await client.search(
            index=index,
            ignore_unavailable=True,  # the first release makes the index
            query={"terms": {"release_id": keys}},
            size=10_000,
            source_includes=FIELDS,
        )
        for hit in answer["hits"]["hits"]:
            yield hit["_source"]


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    ids = sorted(keys)
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
