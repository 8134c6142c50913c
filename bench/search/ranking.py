"""The test collection is indexed and asked: rankings, and how good they are."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Any

from elasticsearch import AsyncElasticsearch

from bench.search.collection import Half, Question
from bench.search.metrics import ndcg, reciprocal_rank
from communique.events import EnrichedRelease
from communique.query import releases_query
from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from search_indexer.bulk import BulkWriter
from search_indexer.documents import documents
from search_indexer.families import RELEASES
from search_indexer.install import install
from search_indexer.waiting import Waiting

HALVES: tuple[Half, Half] = ("develop", "test")
CUT = 10

Rankings = Mapping[str, Sequence[str]]
"""Question → names of releases, best first."""
Clause = Callable[[Question, Mapping[str, Any]], Mapping[str, Any]]
"""A question and the body that we ask → the body that is asked instead."""


@dataclass(frozen=True)
class Figures:
    """Means over the questions of a half."""

    ndcg: float
    mrr: float
    nothing: int
    """How many questions found no release at all."""
    count: int


def writer(client: AsyncElasticsearch) -> BulkWriter:
    """Return a writer as the indexer has it."""
    waiting = Waiting(Progress(), Metrics("search-indexer"))
    return BulkWriter(client, waiting=waiting, rng=random.Random(1))


async def index(
    client: AsyncElasticsearch,
    releases: Mapping[str, EnrichedRelease],
    *,
    language_analyzers: bool,
) -> None:
    """Install our templates and write `releases` as the indexer would."""
    await install(client, language_analyzers=language_analyzers)
    fates = await writer(client).write([documents(one) for one in releases.values()])
    assert set(fates) <= {"indexed"}, fates
    await client.indices.refresh(index=RELEASES)


async def rankings(
    client: AsyncElasticsearch,
    questions: Sequence[Question],
    names: Mapping[str, str],
    now: datetime,
    clause: Clause,
) -> Rankings:
    """Ask each question; `names` has the name of each release id."""
    found = {}
    for question in questions:
        body = clause(question, releases_query(question.search(now)))
        answer = await client.search(index=RELEASES, body={**body, "size": CUT})
        found[question.id] = [names[hit["_id"]] for hit in answer["hits"]["hits"]]
    return found


def ours(question: Question, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what `communique search` asks."""
    return body


def plain(question: Question, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the same filters, and a `multi_match` over title and text as ranking."""
    words = {"multi_match": {"query": question.text, "fields": ["title", "text"]}}
    query = {"bool": {**body["query"]["bool"], "must": [words]}}
    return {**body, "query": query}


def figures(questions: Sequence[Question], found: Rankings, half: Half) -> Figures:
    """Return how good `found` is on one half of the questions."""
    asked = [one for one in questions if one.half == half]
    return Figures(
        ndcg=fmean(ndcg(found[one.id], one.judged, CUT) for one in asked),
        mrr=fmean(reciprocal_rank(found[one.id], one.judged) for one in asked),
        nothing=sum(not found[one.id] for one in asked),
        count=len(asked),
    )


def table(
    questions: Sequence[Question], by_query: Mapping[str, Rankings]
) -> Iterator[str]:
    """Yield the figures of each query on each half, as rows of a table."""
    for name, found in by_query.items():
        for half in HALVES:
            one = figures(questions, found, half)
            yield (
                f"| {name} | {half} | {one.ndcg:.3f} | {one.mrr:.3f} | "
                f"{one.nothing} of {one.count} |"
            )


def worst(
    questions: Sequence[Question], found: Rankings, half: Half = "develop"
) -> Iterator[str]:
    """Yield what was found for each question of a half, the worst first."""
    asked = [one for one in questions if one.half == half]
    for one in sorted(asked, key=lambda one: ndcg(found[one.id], one.judged)):
        ranked = " ".join(f"{name}={one.judged.get(name, 0)}" for name in found[one.id])
        missed = " ".join(
            f"{name}={grade}"
            for name, grade in one.judged.items()
            if name not in found[one.id]
        )
        good = ndcg(found[one.id], one.judged)
        yield f"{good:.3f} {one.id} ({one.text}): {ranked} | missed {missed or '-'}"
