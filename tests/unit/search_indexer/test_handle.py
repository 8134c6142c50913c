"""A batch of messages, settled in order."""

import dataclasses
import random
import uuid

from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from communique.worker.settled import DEAD
from search_indexer.bulk import BulkWriter
from search_indexer.handle import handle
from search_indexer.waiting import Waiting
from tests.unit.search_indexer.examples import DLQ, FIRST_SEEN, message, release
from tests.unit.search_indexer.fake_elasticsearch import FakeElasticsearch, refusal


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


async def test_an_empty_batch_is_settled():
    assert await settle(FakeElasticsearch(), []) == []
