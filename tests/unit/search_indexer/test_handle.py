"""A batch of messages, settled in order."""

import dataclasses
import random
import uuid
from datetime import timedelta

from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from communique.worker.settled import DEAD
from search_indexer.bulk import BulkWriter
from search_indexer.handle import handle
from search_indexer.waiting import Waiting
from tests.unit.search_indexer.examples import DLQ, FIRST_SEEN, message, release
from tests.unit.search_indexer.fake_elasticsearch import FakeElasticsearch, refusal
from tests.unit.search_indexer.visit_examples import (
    FEED_ID,
    VISITED,
    registered,
    registration_message,
    visit,
    visit_message,
)


async def settle(fake, messages):
    client = fake.client()
    waiting = Waiting(Progress(), Metrics("search-indexer"))
    writer = BulkWriter(client, waiting=waiting, rng=random.Random(1))
    try:
        return await handle(messages, writer, DLQ)
    finally:
        await client.close()


def other(number):
    return release(release_id=str(uuid.UUID(int=number)))


async def test_outcomes_stand_in_the_order_of_the_messages():
    broken = dataclasses.replace(message(other(1), 1), value=b"\xff{")
    out_of_range = message(release(first_seen_at=FIRST_SEEN.replace(year=1970)), 2)
    batch = [message(other(0)), broken, out_of_range, message(other(3), 3)]
    settled = await settle(FakeElasticsearch(), batch)
    assert [s.outcome for s in settled] == ["indexed", DEAD, DEAD, "indexed"]


async def test_a_dead_letter_has_the_original_bytes_and_the_reason():
    fake = FakeElasticsearch(
        refuse=lambda _action, _request: refusal(400, "document_parsing_exception")
    )
    original = message(other(1), 7)
    (settled,) = await settle(fake, [original])
    (letter,) = settled.records
    headers = dict(letter.headers)
    assert letter.topic == DLQ
    assert letter.value == original.value
    assert headers["communique_origin"] == b"communique.releases.enriched/0/7"
    assert headers["communique_error"] == b"refused"
    assert b"document_parsing_exception" in headers["communique_reason"]


async def test_a_null_value_is_poison():
    tombstone = dataclasses.replace(message(other(1)), value=None)
    (settled,) = await settle(FakeElasticsearch(), [tombstone])
    assert settled.outcome == DEAD
    assert settled.records[0].value is None


async def test_a_second_delivery_is_indexed_again_and_changes_nothing():
    fake = FakeElasticsearch()
    batch = [message(other(n), n) for n in range(3)]
    await settle(fake, batch)
    before = {name: dict(index) for name, index in fake.indices.items()}
    settled = await settle(fake, batch)
    assert [s.outcome for s in settled] == ["indexed"] * 3
    assert fake.indices == before


async def test_releases_and_visits_are_told_apart_by_where_they_first_stood():
    fake = FakeElasticsearch()
    poll = visit_message(visit())
    put_back = dataclasses.replace(
        visit_message(visit(feed_id=other(1).release_id), 4),
        topic="communique.search-indexer.replay",
        headers={"communique_origin": b"communique.feeds.polled/0/17"},
    )
    returned = dataclasses.replace(
        message(other(2)),
        topic="communique.search-indexer.replay",
        headers={"communique_origin": b"communique.releases.enriched/0/7"},
    )
    settled = await settle(fake, [message(other(0)), poll, put_back, returned])
    assert [s.outcome for s in settled] == ["indexed"] * 4
    assert set(fake.indices["communique-feeds-v1"]) == {
        FEED_ID,
        other(1).release_id,
    }
    assert len(fake.indices["communique-releases-v1-2025"]) == 2


async def test_a_visit_that_cannot_be_read_is_a_dead_letter():
    broken = dataclasses.replace(visit_message(visit()), value=b"{}")
    (settled,) = await settle(FakeElasticsearch(), [broken])
    headers = dict(settled.records[0].headers)
    assert headers["communique_error"] == b"wrongschema"
    assert headers["communique_origin"] == b"communique.feeds.polled/0/0"


async def test_an_older_visit_is_superseded_and_its_own_document_stays():
    fake = FakeElasticsearch()
    newer, older = visit(), visit(visited_at=VISITED - timedelta(hours=1), failures=3)
    settled = await settle(fake, [visit_message(newer), visit_message(older, 1)])
    assert [s.outcome for s in settled] == ["indexed", "superseded"]
    assert len(fake.indices["communique-polls-v1-2026.05"]) == 2
    _, kept = fake.indices["communique-feeds-v1"][FEED_ID]
    assert kept["failures"] == 0


async def test_a_feed_that_is_removed_is_not_silent_for_ever():
    fake = FakeElasticsearch()
    batch = [
        registration_message(registered()),
        visit_message(visit()),
        registration_message(None, offset=1),
    ]
    settled = await settle(fake, batch)
    assert [s.outcome for s in settled] == ["ignored", "indexed", "indexed"]
    _, kept = fake.indices["communique-feeds-v1"][FEED_ID]
    assert kept["health"] == "removed"
    (again,) = await settle(fake, [visit_message(visit())])
    assert again.outcome == "superseded"


async def test_an_empty_batch_is_settled():
    assert await settle(FakeElasticsearch(), []) == []
