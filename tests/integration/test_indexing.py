"""Releases go into Elasticsearch and are found there: on both engines."""

import asyncio
import json
import random
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from elasticsearch import AsyncElasticsearch

from communique.errors import NotReadyError
from communique.query import Search
from communique.tags import Entity, Theme
from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from search_indexer.bulk import BulkWriter
from search_indexer.documents import documents
from search_indexer.families import RELEASES, REVISIONS
from search_indexer.handle import handle
from search_indexer.install import install
from search_indexer.ready import check_mapping
from search_indexer.search import search, show
from search_indexer.templates import PRIORITY, SETTINGS, mapping_component, patterns
from search_indexer.waiting import Waiting
from tests.engines import Engines
from tests.engines.noida import NoidaServer
from tests.unit.search_indexer.examples import (
    DLQ,
    FIRST_SEEN,
    VERSION,
    message,
    release,
)

RELEASES_2025 = f"{RELEASES}-v1-2025"


@pytest.fixture
async def client(engines: Engines) -> AsyncIterator[AsyncElasticsearch]:
    async with AsyncElasticsearch(engines.elasticsearch) as client:
        await install(client, language_analyzers=engines.language_analyzers)
        yield client


@pytest.fixture
def writer(client: AsyncElasticsearch) -> BulkWriter:
    return new_writer(client)


def new_writer(client: AsyncElasticsearch) -> BulkWriter:
    waiting = Waiting(Progress(), Metrics("search-indexer"))
    return BulkWriter(client, waiting=waiting, rng=random.Random(1))


def fresh(**changes):
    """Return a release that no other test knows."""
    return release(release_id=str(uuid.uuid4()), **changes)


async def settle(client, writer, *events):
    settled = await handle([message(event) for event in events], writer, DLQ)
    await client.indices.refresh(index="communique-*")
    return [s.outcome for s in settled]


async def stored(client, release_id):
    """Return every document of a release: index, id, version, source."""
    found = await client.search(
        index=[RELEASES, REVISIONS],
        query={"term": {"release_id": release_id}},
        version=True,
        size=100,
    )
    hits = found["hits"]["hits"]
    return sorted((h["_index"], h["_id"], h["_version"], h["_source"]) for h in hits)


async def test_a_release_is_indexed_and_shown_with_its_revisions(client, writer):
    first = fresh()
    second = first.model_copy(
        update={"revision": 2, "version": VERSION + 1, "change": "revised"}
    )
    assert await settle(client, writer, first, second) == ["indexed", "indexed"]
    shown = await show(client, first.release_id)
    assert shown is not None
    assert shown.newest["change"] == "revised"
    assert [revision["revision"] for revision in shown.revisions] == [1, 2]
    assert await show(client, str(uuid.uuid4())) is None


async def test_the_stored_document_is_the_one_we_made(client, writer):
    event = fresh()
    await settle(client, writer, event)
    ours = [
        (action.index, action.id, action.version, action.document)
        for action in documents(event)
    ]
    assert await stored(client, event.release_id) == ours


async def test_what_is_older_is_superseded_and_replays_change_nothing(client, writer):
    first = fresh(generation=1)
    events = [
        first,
        first.model_copy(update={"generation": 2}),
        first.model_copy(update={"version": VERSION + 1, "revision": 2}),
    ]
    await settle(client, writer, *events)
    before = await stored(client, first.release_id)
    assert await settle(client, writer, *events) == [
        "superseded",
        "superseded",
        "indexed",
    ]
    assert await settle(client, writer, *reversed(events), *events) == [
        "indexed",
        "superseded",
        "superseded",
        "superseded",
        "superseded",
        "indexed",
    ]
    assert await stored(client, first.release_id) == before


async def test_an_erased_release_leaves_no_text_and_is_not_found(client, writer):
    word = f"word{uuid.uuid4().hex}"
    first = fresh(text=f"About {word}.")
    second = first.model_copy(update={"revision": 2, "version": VERSION + 1})
    erased = second.model_copy(update={"change": "erased", "version": VERSION + 2})
    await settle(client, writer, first, second)
    assert (await search(client, Search(word))).total == 1
    await settle(client, writer, erased, first, second)
    assert (await search(client, Search(word))).total == 0
    assert word not in json.dumps(await stored(client, first.release_id))


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")  # aiohttp
async def test_long_texts_are_taken_and_found(client, writer, engines):
    word = f"word{uuid.uuid4().hex}"
    # The embedded engine reads every text for each search: spare the tests after us.
    words = 400_000 if engines.name == "real" else 12_000
    long = fresh(
        title="x" * 40_000,
        text=f"{word} " + "text " * words,
        link=f"https://health.example/{'a' * 40_000}",
        categories=("y" * 40_000,),
        entities=tuple(
            Entity(name=f"Person {n}", type="person", mentions=(), confidence=1)
            for n in range(2_500)
        ),
    )
    assert await settle(client, writer, long) == ["indexed"]
    (hit,) = (await search(client, Search(word))).hits
    assert hit.document["entities_truncated"] is True
    assert hit.highlights == ()
    if engines.name == "real":
        (hit,) = (await search(client, Search(word), highlighted_length=10**7)).hits
        assert hit.highlights[0][0].text == word


async def test_a_new_year_gets_its_index_even_from_two_at_once(client):
    year = 1990 + random.Random().randrange(10)
    indices = {alias: f"{alias}-v1-{year}" for alias in (RELEASES, REVISIONS)}
    await delete(client, indices.values())
    event = fresh(first_seen_at=FIRST_SEEN.replace(year=year))
    writers = [new_writer(client) for _ in range(4)]
    fates = await asyncio.gather(*(w.write([documents(event)]) for w in writers))
    assert fates == [["indexed"]] * 4
    for alias, index in indices.items():
        assert index in await client.indices.get_alias(name=alias)
        mapping = await client.indices.get_mapping(index=index)
        assert mapping[index]["mappings"]["dynamic"] == "strict"
    await client.indices.refresh(index="communique-*")
    assert len(await stored(client, event.release_id)) == 2
    await delete(client, indices.values())


async def delete(client, indices):
    for index in indices:
        await client.indices.delete(index=index, ignore_unavailable=True)


async def test_releases_are_found_by_text_and_by_each_filter(client, writer):
    word = f"word{uuid.uuid4().hex}"
    event = fresh(text=f"The minister opened the campaign {word} in Nairobi.")
    noise = fresh(
        text=f"Other {word}.",
        entities=(),
        themes=(Theme(slug="trade", score=0.9, evidence=()),),
        countries=("FR",),
        language="fr",
        published_at=FIRST_SEEN - timedelta(days=300),
        issuers=(
            event.issuers[0].model_copy(
                update={"country": "FR", "ministry": "Ministère de la Santé"}
            ),
        ),
    )
    await settle(client, writer, event, noise)

    async def found(**asked):
        return [
            hit.release_id for hit in (await search(client, Search(word, **asked))).hits
        ]

    alone = [event.release_id]
    both = {event.release_id, noise.release_id}
    assert set(await found()) == both
    assert await found(themes=["health"]) == alone
    assert await found(themes=["education"]) == []  # a score below a half
    assert set(await found(themes=["health", "trade"])) == both
    assert await found(mentions_countries=["ke"]) == alone
    assert await found(issuer_countries=["KE"]) == alone
    assert await found(persons=["odhiambo"]) == alone
    assert await found(persons=["Amina Odhiambo"]) == alone
    assert await found(persons=["Nairobi"]) == []  # a place
    assert await found(organisations=["WHO"]) == alone
    assert await found(organisations=["Q7817"]) == alone
    assert await found(ministry="health") == alone
    assert await found(ministry="ministère santé") == [noise.release_id]
    assert await found(language="en") == alone
    assert await found(since=FIRST_SEEN - timedelta(days=1)) == alone
    assert await found(sort="newest") == [event.release_id, noise.release_id]
    assert await found(persons=["Odhiambo"], themes=["trade"]) == []


async def test_a_hit_shows_where_it_matched(client, writer):
    word = f"word{uuid.uuid4().hex}"
    event = fresh(title=f"On {word}", text=f"First. <em>A {word}</em> here.")
    await settle(client, writer, event)
    (hit,) = (await search(client, Search(word))).hits
    title, text = hit.highlights
    assert [(piece.text, piece.matched) for piece in title] == [
        ("On ", False),
        (word, True),
    ]
    assert [piece.text for piece in text if piece.matched] == [word]
    assert hit.title == event.title
    assert hit.url == event.link
    assert hit.themes == ("health",)
    assert hit.at == event.published_at
    assert "text" not in hit.document
    assert "mentions" not in hit.document["entities"][0]


@pytest.mark.parametrize("text", ['"', "a AND (", "*", "-", "title:[", "a\\", "~~~ ^9"])
async def test_no_text_is_wrong_syntax(client, writer, text):
    await settle(client, writer, fresh())
    assert (await search(client, Search(text))).total >= 0


async def test_words_are_found_in_their_other_forms(client, writer, engines):
    if not engines.language_analyzers:
        pytest.skip("this server has no stemmers")
    word = f"word{uuid.uuid4().hex}"
    event = fresh(text=f"{word}: ministers signed agreements")
    await settle(client, writer, event)
    asked = Search(f"{word} minister agreement", sort="newest")  # so: each word
    (hit,) = (await search(client, asked)).hits
    marked = [piece.text for piece in hit.highlights[-1] if piece.matched]
    assert marked == [word, "ministers", "agreements"]


async def test_installing_again_changes_nothing(client, engines):
    async def templates():
        answers = [
            await client.indices.get_index_template(name=alias)
            for alias in (RELEASES, REVISIONS)
        ]
        return [answer.body for answer in answers]

    before = await templates()
    await install(client, language_analyzers=engines.language_analyzers)
    await check_mapping(client)
    assert await templates() == before


async def test_a_template_older_than_ours_is_not_ready_and_a_newer_stays(
    client, engines
):
    async def put(version: int) -> None:
        await client.indices.put_index_template(
            name=RELEASES,
            index_patterns=patterns(RELEASES),
            priority=PRIORITY,
            composed_of=[SETTINGS, mapping_component(RELEASES)],
            meta={"version": version, "layout": 1},
        )

    async def install_ours() -> None:
        await install(client, language_analyzers=engines.language_analyzers)

    try:
        await put(0)
        with pytest.raises(NotReadyError, match="mapping version 0, we need"):
            await check_mapping(client)
        await install_ours()
        await check_mapping(client)
        await put(99)
        await install_ours()
        await check_mapping(client)
        answer = await client.indices.get_index_template(name=RELEASES)
        found = answer["index_templates"][0]["index_template"]
        assert found["_meta"]["version"] == 99
    finally:
        await client.indices.delete_index_template(name=RELEASES)
        await install_ours()


async def test_before_the_first_release_a_search_says_so(engine_dir: Path):
    with NoidaServer(engine_dir) as server:
        async with AsyncElasticsearch(server.engines.elasticsearch) as client:
            with pytest.raises(NotReadyError, match="no index template"):
                await check_mapping(client)
            with pytest.raises(NotReadyError, match="no index communique-releases yet"):
                await search(client, Search("anything"))
    async with AsyncElasticsearch(server.engines.elasticsearch) as client:
        with pytest.raises(NotReadyError, match="does not answer"):
            await search(client, Search("anything"))
