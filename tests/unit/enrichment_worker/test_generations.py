"""The generation is a place in the topic `taggings`."""

from datetime import UTC, datetime

import pytest

from communique.codec import Message, Record, decode
from communique.errors import NotReadyError
from communique.events import Tagging
from communique.topics import Naming
from communique.worker.broadcast import Broadcast
from enrichment_worker.generations import (
    MAX_GENERATION,
    Generations,
    settle_generation,
)
from tests.fakes import Broker, FakeProducer, FakeReader

NAMING = Naming()
TOPIC = "communique.taggings"
NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
def broker():
    return Broker(partitions=1)


async def settle(broker, digest, *, producer=None):
    generations = Generations(digest)
    topic = Broadcast(FakeReader(broker), TOPIC, generations.apply)
    return await settle_generation(
        generations,
        digest=digest,
        models={"ner": "1"},
        naming=NAMING,
        catch_up=topic.catch_up,
        send_all=(producer or FakeProducer(broker)).send_all,
        now=lambda: NOW,
    )


async def test_a_vocabulary_unknown_to_the_topic_is_written_and_gets_its_place(broker):
    broker.append(Record(TOPIC, b"x", b"\xff"))
    assert await settle(broker, "one") == 1
    written = decode(broker.messages(TOPIC)[1], Tagging)
    assert (written.digest, written.models, written.at) == ("one", {"ner": "1"}, NOW)


async def test_a_vocabulary_that_the_topic_knows_is_not_written_again(broker):
    assert await settle(broker, "one") == 0
    assert await settle(broker, "one") == 0
    assert len(broker.messages(TOPIC)) == 1


async def test_a_newer_vocabulary_is_a_higher_generation(broker):
    assert await settle(broker, "one") == 0
    assert await settle(broker, "two") == 1


async def test_an_old_vocabulary_that_comes_back_is_a_new_generation(broker):
    await settle(broker, "one")
    await settle(broker, "two")
    assert await settle(broker, "one") == 2
    assert await settle(broker, "one") == 2


async def test_workers_that_write_it_at_once_agree_on_the_first_place(broker):
    class Together(FakeProducer):
        """Others start with us: their records stand around our own."""

        async def send_all(self, records):
            for record in records * 3:
                self.broker.append(record)

    broker.append(Record(TOPIC, b"x", b"foreign"))
    assert await settle(broker, "one", producer=Together(broker)) == 1
    assert await settle(broker, "one") == 1


async def test_a_record_that_does_not_come_back_is_not_ready(broker):
    class Lost(FakeProducer):
        async def send_all(self, records):
            return []

    with pytest.raises(NotReadyError, match="is not there"):
        await settle(broker, "one", producer=Lost(broker))


async def test_foreign_records_are_passed_over(broker):
    for value in (None, b"\xff", b"{}"):
        broker.append(Record(TOPIC, b"x", value))
    assert await settle(broker, "one") == 3


def tagging(offset, digest="one"):
    value = Tagging(kind="vocabulary", digest=digest, at=NOW).model_dump_json()
    return Message(TOPIC, 0, offset, b"vocabulary", value.encode())


async def nothing(*_):
    return None


@pytest.mark.parametrize(
    ("offset", "is_fine"), [(MAX_GENERATION, True), (MAX_GENERATION + 1, False)]
)
async def test_a_million_generations_are_all_there_are(offset, is_fine):
    generations = Generations("one")
    generations.apply(tagging(offset))
    asked = settle_generation(
        generations,
        digest="one",
        models={},
        naming=NAMING,
        catch_up=nothing,
        send_all=nothing,
    )
    if is_fine:
        assert await asked == offset
    else:
        with pytest.raises(NotReadyError, match="communique topics migrate"):
            await asked


def test_only_the_newest_vocabulary_has_a_generation():
    generations = Generations("one")
    places = []
    for offset, digest in enumerate(["two", "one", "one", "two", "one"]):
        generations.apply(tagging(offset, digest))
        places.append(generations.ours)
    assert places == [None, 1, 1, None, 4]


def test_a_correction_is_no_vocabulary():
    generations = Generations("one")
    generations.apply(tagging(0))
    correction = Tagging(kind="correction", digest="two", at=NOW).model_dump_json()
    generations.apply(Message(TOPIC, 0, 1, b"c", correction.encode()))
    assert generations.ours == 0
