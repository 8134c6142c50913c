"""The newest event of each release is put back, once, for the enrichment alone."""

import pytest

from communique.codec import Record, encode
from communique.topics import RELEASES_RAW, Naming
from operator_console.retagging import newest, newest_of, put_again
from tests.fakes import Broker, FakeProducer, FakeReader
from tests.unit.enrichment_worker.examples import RELEASE, SEEN, raw

NAMING = Naming()
RAW = "communique.releases.raw"
REPLAY = "communique.enrichment-worker.replay"
OTHER = "7b0c8a44-9c61-5d55-8c07-6a7ffb1b7c12"


class Kafka:
    def __init__(self):
        self.broker = Broker()
        self.reader = FakeReader(self.broker)
        self.producer = FakeProducer(self.broker)

    def write(self, release_id, text, **changes):
        one = raw(text, release_id=release_id, **changes)
        record = encode(
            one, topic=RAW, key=release_id, ce_id=text, ce_type="x", ce_time=SEEN,
            cause="entries/0/0",
        )  # fmt: skip
        return self.broker.append(record)

    async def retag(self, *, start=None, wanted=lambda _: True):
        start = start or dict.fromkeys(range(12), 0)
        looked_at = put = 0
        async for passed in newest(self.reader, NAMING, start, wanted):
            looked_at += passed.messages
            put += await put_again(self.producer, NAMING, passed.chosen)
        return looked_at, put


@pytest.fixture
def kafka():
    return Kafka()


async def test_only_the_newest_event_of_each_release_is_put_back(kafka):
    for text in ("one", "two", "three", "four", "five"):
        kafka.write(RELEASE, text)
        kafka.write(OTHER, text)
    assert (await kafka.retag())[1] == 2
    back = kafka.broker.messages(REPLAY)
    assert {m.key for m in back} == {RELEASE.encode(), OTHER.encode()}
    assert {m.headers["ce_id"] for m in back} == {b"five"}


async def test_bytes_key_and_partition_stay_and_the_record_is_marked(kafka):
    before = kafka.write(RELEASE, "text")
    await kafka.retag()
    (after,) = kafka.broker.messages(REPLAY)
    assert (after.key, after.value) == (before.key, before.value)
    assert after.partition == before.partition
    assert after.headers == {
        **before.headers,
        "communique_cause": before.place.encode(),
        "communique_retag": b"1",
    }


async def test_what_is_not_meant_erased_or_unreadable_is_left_out(kafka):
    kafka.write(RELEASE, "wanted")
    kafka.write(OTHER, "not wanted")
    assert (await kafka.retag(wanted=RELEASE.encode().__eq__))[1] == 1
    kafka.write(RELEASE, "", change="erased")
    kafka.broker.append(Record(RAW, OTHER.encode(), b"\xff"))
    assert (await kafka.retag())[1] == 0


async def test_a_start_leaves_out_what_had_no_event_since(kafka):
    kafka.write(RELEASE, "old")
    start = {n: kafka.broker.bounds(RAW, n)[1] for n in range(12)}
    kafka.write(OTHER, "new")
    await kafka.retag(start=start)
    assert [m.key for m in kafka.broker.messages(REPLAY)] == [OTHER.encode()]


async def test_what_comes_meanwhile_is_left_to_the_live_flow(kafka):
    kafka.write(RELEASE, "before")
    put = []
    async for passed in newest(
        kafka.reader, NAMING, dict.fromkeys(range(12), 0), lambda _: True
    ):
        if not put:
            kafka.write(RELEASE, "meanwhile")
        put += passed.chosen
    assert [m.headers["ce_id"] for m in put] == [b"before"]


async def test_the_newest_event_of_one_release_is_found(kafka):
    for partition_filler in (OTHER, RELEASE):
        for text in ("one", "two"):
            kafka.write(partition_filler, text)
    found = await newest_of(kafka.reader, NAMING, RELEASES_RAW, RELEASE)
    assert found.headers["ce_id"] == b"two"
    gone = RELEASE.replace("7b", "8c")
    assert await newest_of(kafka.reader, NAMING, RELEASES_RAW, gone) is None
