"""Feeds, visits, the pipeline and what Kibana asks of them: on both engines."""

import json
import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from elasticsearch import AsyncElasticsearch

from communique.codec import Record, dead_letter, encode
from communique.errors import UndecodableError
from communique.events import LedgerLine
from communique.topics import (
    ENTRIES,
    LEDGER,
    PAGE_FETCHER,
    SEARCH_INDEXER,
    Naming,
    all_topics,
)
from communique.worker.context import Context
from communique.worker.crashes import Crashes
from communique.worker.kafka import create_topics
from communique.worker.metrics import Metrics
from communique.worker.producer import Producer
from communique.worker.progress import Progress
from communique.worker.reader import Reader
from search_indexer.bulk import BulkWriter
from search_indexer.families import FAMILIES, FEEDS, PIPELINE, POLLS, index_name
from search_indexer.freshness import Freshness
from search_indexer.handle import handle
from search_indexer.install import install
from search_indexer.kibana.bodies import panel_bodies
from search_indexer.ready import ensure_index
from search_indexer.settings import SearchIndexerSettings
from search_indexer.waiting import Waiting
from search_indexer.watch import Watch
from tests.unit.search_indexer.examples import (
    DLQ,
    FIRST_SEEN,
    VERSION,
    message,
    release,
)
from tests.unit.search_indexer.pipeline_examples import pipeline_documents
from tests.unit.search_indexer.visit_examples import (
    registered,
    registration_message,
    visit,
    visit_message,
)

START, END = FIRST_SEEN - timedelta(days=2), FIRST_SEEN + timedelta(days=2)
BODIES = panel_bodies(START, END)
EMPTY = datetime(1990, 1, 1, tzinfo=UTC)
NOT_EMBEDDED = ("geo_centroid", "percentiles")
"""Aggregations that the embedded engine does not know."""


@pytest.fixture
async def client(engines):
    async with AsyncElasticsearch(engines.elasticsearch) as client:
        await install(client, language_analyzers=engines.language_analyzers)
        yield client


def new_writer(client, **more):
    waiting = Waiting(Progress(), Metrics("search-indexer"))
    return BulkWriter(client, waiting=waiting, rng=random.Random(1), **more)


async def settle(client, *messages, **more):
    settled = await handle(messages, new_writer(client, **more), DLQ)
    await client.indices.refresh(index="communique-*")
    return [one.outcome for one in settled]


async def stored(client, field, value):
    """Return all of feeds, polls and pipeline with a value: index, id, source."""
    found = await client.search(
        index=[FEEDS, POLLS, PIPELINE],
        query={"term": {field: value}},
        ignore_unavailable=True,
        version=True,
        size=1000,
    )
    hits = found["hits"]["hits"]
    return sorted((h["_index"], h["_id"], h["_version"], h["_source"]) for h in hits)


async def test_visits_are_the_health_of_their_feed_and_replays_change_nothing(client):
    feed = str(uuid.uuid4())
    visits = [
        visit(feed_id=feed, visited_at=FIRST_SEEN + timedelta(minutes=n), **facts)
        for n, facts in enumerate(
            [
                {"outcome": "changed", "events": ()},
                {"outcome": "not_modified", "events": ()},
                {"outcome": "failed", "failures": 1, "events": ()},
                {"outcome": "not_modified", "events": ("silent",)},
            ]
        )
    ]
    messages = [visit_message(one, n) for n, one in enumerate(visits)]
    assert set(await settle(client, *messages)) == {"indexed"}
    found = await stored(client, "feed_id", feed)
    assert [index for index, *_ in found] == [
        FEEDS + "-v1",
        *[f"{POLLS}-v1-2025.03"] * 3,
    ]
    assert found[0][3]["health"] == "silent"
    assert found[0][3]["outcome"] == "not_modified"
    await settle(client, *reversed(messages), *messages, messages[1])
    assert await stored(client, "feed_id", feed) == found


async def test_a_feed_is_paused_visited_again_and_removed_whatever_is_replayed(client):
    feed = str(uuid.uuid4())
    key = {"key": feed.encode()}
    at = FIRST_SEEN + timedelta(minutes=1)
    stamp = int(at.timestamp() * 1000)
    paused = registered(feed_id=feed, paused=True)
    told = [
        visit_message(visit(feed_id=feed, visited_at=FIRST_SEEN)),
        registration_message(paused, **key, timestamp_ms=stamp),
        visit_message(visit(feed_id=feed, visited_at=at + timedelta(seconds=1))),
        registration_message(None, **key, timestamp_ms=stamp + 2_000),
    ]
    for one, health in zip(
        told, ("silent", "paused", "silent", "removed"), strict=True
    ):
        assert await settle(client, one) == ["indexed"]
        found = await stored(client, "feed_id", feed)
        assert found[0][3]["health"] == health
    await settle(client, *reversed(told), *told)
    assert await stored(client, "feed_id", feed) == found


async def test_a_new_text_is_measured_once_and_its_replay_not(client):
    metrics = Metrics("search-indexer")
    now = FIRST_SEEN + timedelta(seconds=2)
    freshness = Freshness(client, metrics, now=lambda: now)
    first = message(release(release_id=str(uuid.uuid4())))
    for _ in range(2):
        await settle(client, first, written=freshness.written)
        await freshness.refresh()
    assert list(freshness.take_delays()) == [2.0]


@pytest.fixture
async def context(engines, tmp_path):
    naming = Naming(f"watch-{uuid.uuid4().hex[:8]}.")
    await create_topics(engines.connection, all_topics(), naming)
    async with Producer(engines.connection, client_id="test") as producer:
        yield Context(
            service=SEARCH_INDEXER,
            naming=naming,
            settings=SearchIndexerSettings(topic_prefix=naming.prefix),
            producer=producer,
            progress=Progress(),
            metrics=Metrics("search-indexer"),
            cluster="c",
            crashes=Crashes(tmp_path / "crashes.json"),
            new_reader=lambda purpose: Reader(engines.connection, client_id=purpose),
        )


async def test_the_watch_tells_of_lag_and_of_each_dead_letter(context, client):
    naming, key = context.naming, uuid.uuid4().hex.encode()
    entries = naming.topic(ENTRIES)
    line = LedgerLine(
        group=naming.group(PAGE_FETCHER),
        topic=entries,
        partition=3,
        first=0,
        next_offset=1,
        outcomes={"scheduled": 1},
    )
    await context.producer.send_all(
        [Record(entries, key, b"{", partition=3) for _ in range(3)]
    )
    ledger = naming.topic(LEDGER)
    await context.producer.send_all(
        [
            encode(
                line,
                topic=ledger,
                key="k",
                ce_id="1",
                ce_type="ledger.advanced",
                ce_time=FIRST_SEEN,
            )
        ]
    )
    async with context.new_reader("test") as reader:
        async for messages in reader.read(entries, {3: 0}):
            await context.producer.send_all(
                [
                    dead_letter(
                        one,
                        UndecodableError("not JSON"),
                        topic=naming.topic(PAGE_FETCHER.dead_letters),
                    )
                    for one in messages
                ]
            )
        watches = [Watch(context, new_writer(client), list) for _ in range(2)]
        lines = {(line.group, line.topic, line.partition): line}
        for _ in range(2):
            for watch in watches:  # two indexers, and each minute
                await watch.minute(reader, lines)
    await client.indices.refresh(index=PIPELINE)
    letters = await stored(client, "key", key.decode())
    assert [source["error_class"] for *_, source in letters] == ["undecodable"] * 3
    found = await client.search(
        index=PIPELINE,
        query={"bool": {"filter": [{"term": {"kind": "input"}}, {"term": {"lag": 2}}]}},
        sort=[{"@timestamp": "desc"}],
        size=1000,
    )
    ours = [
        hit for hit in found["hits"]["hits"] if hit["_id"].startswith(naming.prefix)
    ]
    assert {hit["_source"]["topic"] for hit in ours} == {"entries"}
    # Two indexers in one minute leave one document; the clock may turn a minute.
    assert 1 <= len(ours) <= 2


@pytest.fixture
async def filled(client):
    """An index of each family with something for each panel."""
    edits = [
        release(
            release_id=str(uuid.uuid4()),
            change=change,
            revision=2,
            version=VERSION + 1,
            revision_seen_at=FIRST_SEEN,
        )
        for change in ("new", "revised", "corrected", "withdrawn")
    ]
    late = {"next_visit_at": FIRST_SEEN, "visited_at": FIRST_SEEN}
    visits = [
        visit(feed_id=str(uuid.uuid4()), **late),
        visit(feed_id=str(uuid.uuid4()), **late, outcome="failed", standing=()),
        visit(feed_id=str(uuid.uuid4()), **late, standing=(), events=("recovered",)),
    ]
    outcomes = await settle(
        client,
        *(message(one, n) for n, one in enumerate(edits)),
        *(visit_message(one, n) for n, one in enumerate(visits)),
    )
    assert set(outcomes) == {"indexed"}
    documents = pipeline_documents(FIRST_SEEN)
    await new_writer(client).write([[action] for action in documents])
    await client.indices.refresh(index="communique-*")
    return client


def asked_of(engines):
    """Return what is asked for each panel that this engine can answer."""
    left_out = NOT_EMBEDDED if engines.name == "embedded" else ()
    return {
        name: asked
        for name, asked in BODIES.items()
        if not any(f'"{kind}"' in json.dumps(asked.body) for kind in left_out)
    }


async def test_each_panel_shows_something_of_what_is_there(filled, engines):
    empty = []
    for name, asked in asked_of(engines).items():
        answer = await filled.search(index=asked.alias, body=dict(asked.body))
        if answer["hits"]["total"]["value"] == 0 or not shows(answer):
            empty.append(name)
    assert empty == []


def shows(answer):
    """Return whether the numbers and groups of an answer hold anything."""
    for found in answer.get("aggregations", {}).values():
        if "buckets" in found and not found["buckets"]:
            return False
        if "values" in found and None in found["values"].values():
            return False
        if "value" in found and found["value"] is None:
            return False
    return True


async def test_each_panel_has_an_answer_of_an_empty_index(client, engines):
    for alias in FAMILIES:
        if alias != FEEDS:  # one index has them all, from all tests
            await ensure_index(client, index_name(alias, EMPTY))
    for asked in asked_of(engines).values():
        body = dict(asked.body)
        if asked.alias == FEEDS:
            await ensure_index(client, index_name(FEEDS, EMPTY))
            body["query"] = {"bool": {"must_not": [{"match_all": {}}]}}
        index = index_name(asked.alias, EMPTY)
        answer = await client.search(index=index, body=body)
        assert answer["hits"]["total"]["value"] == 0
