"""The generation is a place in the topic `taggings`."""

from datetime import UTC, datetime

import pytest

from communique.codec import Message, Record, decode
from communique.corrections import Correction, TagRef
from communique.errors import NotReadyError
from communique.events import EnrichedRelease, Tagging
from communique.tags import Theme
from communique.topics import Naming
from communique.worker.broadcast import Broadcast
from enrichment_worker.generations import (
    MAX_GENERATION,
    Generations,
    settle_generation,
)
from tests.fakes import Broker, FakeProducer, FakeReader
from tests.unit.enrichment_worker.examples import RELEASE, raw

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


DROP = Correction(action="drop", tag=TagRef(type="theme", name="health"), by="amina")
OTHER = "7b0c8a44-9c61-5d55-8c07-6a7ffb1b7c12"


def corrected(offset, release_id=None):
    one = DROP.model_copy(update={"release_id": release_id})
    value = Tagging(kind="correction", digest="d", at=NOW, correction=one)
    return Message(TOPIC, 0, offset, b"c", value.model_dump_json().encode())


def read(*messages):
    generations = Generations("one")
    for message in messages:
        generations.apply(message)
    return generations


def release(release_id=RELEASE):
    theme = Theme(slug="health", score=0.9, evidence=())
    fields = raw("Text.").model_dump() | {"release_id": release_id}
    return EnrichedRelease(**fields, generation=0, themes=(theme,))


def cause(**headers):
    return Message("communique.releases.raw", 0, 0, b"k", b"{}", headers)


def test_a_correction_is_no_vocabulary():
    assert read(tagging(0), corrected(1)).ours == 0


def test_without_corrections_the_generation_is_that_of_the_vocabulary():
    after = read(tagging(3)).tagged(release(), cause())
    assert (after.generation, after.retagged, after.corrections) == (3, False, ())


def test_a_correction_makes_a_generation_of_what_it_is_about_and_of_nothing_else():
    generations = read(tagging(0), corrected(1, OTHER), corrected(2))
    everywhere = generations.tagged(release(), cause())
    assert (everywhere.generation, everywhere.themes) == (2, ())
    assert [one.number for one in everywhere.corrections] == [2]
    generations = read(tagging(0), corrected(1, OTHER))
    assert generations.tagged(release(), cause()).generation == 0
    assert generations.tagged(release(OTHER), cause()).generation == 1


def test_what_was_corrected_before_the_vocabulary_is_applied_and_not_newer():
    after = read(corrected(0), tagging(1)).tagged(release(), cause())
    assert (after.generation, after.themes) == (1, ())


def test_a_correction_that_changes_nothing_is_a_generation_too():
    undo = Correction(action="undo", undoes=1, by="amina")
    value = Tagging(kind="correction", digest="d", at=NOW, correction=undo)
    undoing = Message(TOPIC, 0, 2, b"c", value.model_dump_json().encode())
    after = read(tagging(0), corrected(1), undoing).tagged(release(), cause())
    assert (after.generation, len(after.themes), after.corrections) == (2, 1, ())


def test_what_is_put_back_to_be_tagged_again_is_no_news():
    after = read(tagging(0)).tagged(release(), cause(communique_retag=b"1"))
    assert after.retagged


def test_an_outdated_worker_tags_what_nobody_has_corrected_since():
    generations = read(tagging(0), corrected(1), tagging(2, "two"))
    assert generations.tagged(release(), cause()).generation == 1


@pytest.mark.parametrize(
    ("since", "headers"),
    [([corrected(3)], {}), ([], {"communique_retag": b"1"})],
    ids=["corrected since", "asked to tag again"],
)
def test_an_outdated_worker_waits_where_only_a_newer_one_can_win(since, headers):
    generations = read(tagging(0), tagging(2, "two"), *since, tagging(5, "three"))
    with pytest.raises(NotReadyError, match="newer vocabulary"):
        generations.tagged(release(), cause(**headers))


def test_a_million_corrections_are_all_there_are():
    generations = read(tagging(0), corrected(MAX_GENERATION + 1))
    with pytest.raises(NotReadyError, match="communique topics migrate"):
        generations.tagged(release(), cause())


def test_a_correction_that_says_too_little_is_a_foreign_record():
    value = b'{"kind":"correction","digest":"d","at":"2026-05-04T00:00:00Z",'
    value += b'"correction":{"action":"merge","by":"amina"}}'
    generations = read(tagging(0), Message(TOPIC, 0, 1, b"c", value))
    assert generations.tagged(release(), cause()).generation == 0
