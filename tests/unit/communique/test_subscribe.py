"""Subscribing: at-least-once, and nobody falls over a foreign record."""

import pytest
from aiokafka.structs import ConsumerRecord

from communique import subscribe
from communique.codec import encode
from communique.events import EnrichedRelease
from communique.examples import EXAMPLES

RELEASE = next(event for event in EXAMPLES if isinstance(event, EnrichedRelease))


def on_topic(offset, value, headers=()):
    return ConsumerRecord(
        topic="communique.releases.enriched",
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=b"k",
        value=value,
        checksum=None,
        serialized_key_size=1,
        serialized_value_size=1,
        headers=headers,
    )


def release(offset):
    record = encode(
        RELEASE.model_copy(update={"version": offset + 1}),
        topic="t",
        key="k",
        ce_id=str(offset),
        ce_type="release.new",
        ce_time=RELEASE.first_seen_at,
    )
    return on_topic(offset, record.value, record.headers)


class FakeConsumer:
    """Hands out `records`; a commit is the offset after the last one handed out."""

    records = ()

    def __init__(self, *topics, **options):
        self.topics, self.options = topics, options
        self.position, self.commits, self.is_open = 0, [], False
        FakeConsumer.made = self

    async def start(self):
        self.is_open = True

    async def stop(self):
        self.is_open = False

    async def commit(self):
        self.commits.append(self.position)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.position == len(self.records):
            raise StopAsyncIteration
        self.position += 1
        return self.records[self.position - 1]


@pytest.fixture
def topic(monkeypatch):
    monkeypatch.setattr(subscribe, "AIOKafkaConsumer", FakeConsumer)

    def holds(*records):
        monkeypatch.setattr(FakeConsumer, "records", records)

    return holds


async def test_releases_come_in_order_and_what_is_none_is_passed_over(topic):
    topic(release(0), on_topic(1, b"\xff"), on_topic(2, None), release(3))
    read = [one.version async for one in subscribe.enriched_releases("x:1")]
    assert read == [1, 4]


async def test_a_release_counts_as_read_when_the_next_one_is_asked_for(topic):
    topic(release(0), release(1))
    stream = subscribe.enriched_releases("x:1", group="mine")
    await anext(stream)
    consumer = FakeConsumer.made
    assert consumer.commits == []
    await anext(stream)
    assert consumer.commits == [1]
    await stream.aclose()
    assert consumer.commits == [1], "the second one comes again"
    assert not consumer.is_open


async def test_watching_without_a_group_commits_nothing(topic):
    topic(release(0))
    assert [one async for one in subscribe.enriched_releases("x:1")]
    assert FakeConsumer.made.commits == []
    assert FakeConsumer.made.options["enable_auto_commit"] is False


@pytest.mark.parametrize(
    ("from_start", "reset"), [(True, "earliest"), (False, "latest")]
)
async def test_a_new_group_begins_where_it_is_told(topic, from_start, reset):
    topic()
    stream = subscribe.enriched_releases(
        "x:1", group="g", topic_prefix="p.", from_start=from_start
    )
    assert [one async for one in stream] == []
    assert FakeConsumer.made.options["auto_offset_reset"] == reset
    assert FakeConsumer.made.topics == ("p.releases.enriched",)
