"""One batch, from messages to acks: every step confirmed, none skipped."""

import random

import pytest

from communique.codec import Message, Record, decode
from communique.errors import NotReadyError, TooLargeError, UndecodableError
from communique.events import LedgerLine
from communique.topics import FEED_POLLER, PAGE_FETCHER, Naming
from communique.worker import settle as settle_module
from communique.worker.crashes import Crashes
from communique.worker.deaths import Deaths
from communique.worker.ledger import Ledger
from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from communique.worker.settle import Settler
from communique.worker.settled import Settled, bury, settle_each
from tests.fakes import Broker, CrashError, FakeProducer, FakeReader

NAMING = Naming()
TOPIC = "communique.entries"
DLQ = "communique.page-fetcher.dlq"
OUT = "communique.releases.raw"


def message(offset, value=b"good", partition=0, topic=TOPIC):
    return Message(topic, partition, offset, b"k", value)


def one(message):
    if message.value == b"poison":
        raise UndecodableError("poison")
    if message.value == b"crash":
        raise ZeroDivisionError("our bug")
    return Settled("done", (Record(OUT, message.key, message.value),))


class Bench:
    """A settler over fakes; `life()` is the process started again."""

    def __init__(self, directory):
        self.directory = directory
        self.broker = Broker()
        self.producer = FakeProducer(self.broker)
        self.progress = Progress(reasons={})
        self.metrics = Metrics("page-fetcher")
        self.batches = []
        self.waits = []
        self.service = PAGE_FETCHER

    async def handle(self, messages):
        self.batches.append([message.offset for message in messages])
        return settle_each(messages, one, dead_letters=DLQ)

    async def life(self, handle=None):
        book = Ledger(
            NAMING.group(self.service), NAMING, FakeReader(self.broker, batch=10)
        )
        await book.refresh()
        return Settler(
            self.service,
            NAMING,
            handle or self.handle,
            producer=self.producer,
            book=book,
            crashes=Crashes(self.directory / "crashes.json"),
            deaths=Deaths(self.directory / "deaths.json", clock=lambda: 1000.0),
            progress=self.progress,
            metrics=self.metrics,
            backoff_cap_seconds=0.001,
            rng=random.Random(1),
            clock=lambda: 1000.0,
        )

    async def settle(self, *messages, handle=None):
        settler = await self.life(handle)
        return await settler.settle(lambda: list(messages))

    def line(self):
        return decode(self.broker.messages("communique.ledger")[-1], LedgerLine)

    def letters(self):
        return [m.headers["communique_origin"] for m in self.broker.messages(DLQ)]

    def count(self, outcome, reason=""):
        return self.metrics.registry.get_sample_value(
            "communique_outcomes_total",
            {"service": "page-fetcher", "outcome": outcome, "reason": reason},
        )


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


async def test_a_batch_is_returned_when_all_that_follows_is_confirmed(bench):
    batch = [message(0), message(1)]
    assert await bench.settle(*batch) == batch
    assert [m.value for m in bench.broker.messages(OUT)] == [b"good", b"good"]
    assert bench.line().outcomes == {"done": 2}
    assert bench.progress.waiting_for is None


async def test_records_are_confirmed_before_the_ledger(bench):
    await bench.settle(message(0))
    topics = [{record.topic for record in records} for records in bench.producer.sends]
    assert topics == [{OUT}, {"communique.ledger"}]


@pytest.mark.parametrize(("call", "written"), [(1, 0), (2, 1)])
async def test_a_batch_whose_records_are_not_confirmed_is_not_returned(
    bench, call, written
):
    def fail(number, stage, _records):
        if (number, stage) == (call, "before"):
            raise CrashError

    bench.producer.fail = fail
    with pytest.raises(CrashError):
        await bench.settle(message(0))
    assert len(bench.broker.messages(OUT)) == written
    assert bench.broker.messages("communique.ledger") == []
    assert bench.count("done") is None


async def test_poison_becomes_a_dead_letter_and_the_rest_lives(bench):
    batch = [message(0), message(1, b"poison"), message(2)]
    assert await bench.settle(*batch) == batch
    assert bench.letters() == [b"communique.entries/0/1"]
    assert bench.line().outcomes == {"done": 2, "dead": 1}
    assert bench.count("dead", "undecodable") == 1


async def test_each_partition_has_its_line(bench):
    await bench.settle(message(0, partition=1), message(5), message(1, partition=1))
    lines = [decode(m, LedgerLine) for m in bench.broker.messages("communique.ledger")]
    found = {(line.partition, line.first, line.next_offset) for line in lines}
    assert found == {(0, 5, 6), (1, 0, 2)}


async def test_a_redelivery_after_a_restart_is_not_counted_again(bench):
    await bench.settle(message(0), message(1))
    await bench.settle(message(0), message(1), message(2))
    assert bench.line().outcomes == {"done": 3}


async def test_holes_of_a_compacted_topic_are_told_from_expired_ones(bench):
    bench.service = FEED_POLLER
    feeds = "communique.feeds"
    await bench.settle(
        message(0, topic=feeds),
        message(4, topic=feeds),
        message(0, topic="communique.feeds.pushed"),
        message(2, topic="communique.feeds.pushed"),
    )
    lines = [decode(m, LedgerLine) for m in bench.broker.messages("communique.ledger")]
    assert {line.topic: line.outcomes for line in lines} == {
        feeds: {"done": 2, "compacted": 3},
        "communique.feeds.pushed": {"done": 2, "expired": 1},
    }


@pytest.mark.parametrize(
    "error",
    [
        NotReadyError("the mapping is old"),
        ConnectionError("refused"),
        TimeoutError(),
        MemoryError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_is_our_own_fault_is_tried_again_in_place(bench, error):
    tries = []

    async def recovers(messages):
        tries.append(bench.progress.waiting_for)
        if len(tries) < 4:
            raise error
        return settle_each(messages, one, dead_letters=DLQ)

    batch = [message(0, b"good")]
    assert await bench.settle(*batch, handle=recovers) == batch
    assert len(tries) == 4
    assert tries[3] == (str(error) or type(error).__name__)
    assert bench.progress.waiting_for is None
    assert bench.line().outcomes == {"done": 1}
    assert not (bench.directory / "crashes.json").exists(), "no crash of a document"


async def test_an_engine_that_is_away_while_confirming_counts_nothing_twice(bench):
    def fail(call, stage, _records):
        if call == 2 and stage == "before":
            raise ConnectionError("the ledger is out of reach")

    bench.producer.fail = fail
    assert await bench.settle(message(0))
    assert bench.line().outcomes == {"done": 1}
    assert bench.count("done") == 1


async def test_messages_taken_away_while_waiting_are_not_settled(bench):
    batch = [message(0), message(0, partition=1)]

    async def loses_partition_1(messages):
        bench.batches.append([m.place for m in messages])
        if len(messages) == 2:
            del batch[1]
            raise NotReadyError("wait")
        return settle_each(messages, one, dead_letters=DLQ)

    settler = await bench.life(loses_partition_1)
    settled = await settler.settle(lambda: list(batch))
    assert [m.partition for m in settled] == [0]
    assert len(bench.broker.messages(OUT)) == 1
    assert bench.line().partition == 0


async def test_a_batch_taken_away_while_it_waited_leaves_us_ready(bench):
    batch = [message(0)]

    async def loses_all(_messages):
        batch.clear()
        raise NotReadyError("wait")

    settler = await bench.life(loses_all)
    assert await settler.settle(lambda: list(batch)) == []
    assert bench.progress.waiting_for is None


async def test_a_batch_that_is_taken_away_whole_is_left_to_others(bench):
    settler = await bench.life()
    assert await settler.settle(list) == []
    assert bench.producer.sends == []


async def test_a_crash_is_let_out_and_the_batch_comes_again(bench):
    with pytest.raises(ZeroDivisionError):
        await bench.settle(message(0), message(1, b"crash"))
    assert bench.producer.sends == []


async def test_the_third_time_only_the_culprit_is_buried(bench):
    batch = [message(0), message(1, b"crash"), message(2, b"poison"), message(3)]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await bench.settle(*batch)
    assert await bench.settle(*batch) == batch
    assert bench.batches == [[0, 1, 2, 3]] * 2 + [[0], [1], [2], [3]]
    assert bench.letters() == [b"communique.entries/0/1", b"communique.entries/0/2"]
    culprit = bench.broker.messages(DLQ)[0]
    assert culprit.headers["communique_error"] == b"crash"
    assert b"ZeroDivisionError('our bug')" in culprit.headers["communique_reason"]
    assert bench.line().outcomes == {"done": 2, "dead": 2}
    await bench.settle(message(4), message(5))
    assert bench.batches[-1] == [4, 5], "batches are whole again"


async def test_a_culprit_is_found_when_later_messages_join_the_batch(bench):
    for size in (1, 2):
        with pytest.raises(ZeroDivisionError):
            await bench.settle(message(0, b"crash"), *map(message, range(1, size)))
    await bench.settle(message(0, b"crash"), message(1), message(2))
    assert bench.letters() == [b"communique.entries/0/0"]


async def test_waiting_in_the_third_run_buries_nobody(bench):
    tries = []

    async def slow_engine(messages):
        tries.append([m.offset for m in messages])
        if len(tries) in (1, 2):
            raise ZeroDivisionError
        if len(tries) == 3:
            raise ConnectionError
        return settle_each(messages, one, dead_letters=DLQ)

    batch = [message(0), message(1)]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await bench.settle(*batch, handle=slow_engine)
    await bench.settle(*batch, handle=slow_engine)
    assert tries[2:] == [[0], [0], [1]]
    assert bench.letters() == []


async def test_what_was_taken_away_while_we_waited_is_left_to_its_new_owner(bench):
    mine, gone = message(0), message(0, b"poison", partition=1)
    ours = [mine, gone]

    async def handle(messages):
        settled = await bench.handle(messages)
        ours.remove(gone)  # a rebalance, while Elasticsearch was away
        return settled

    settler = await bench.life(handle)
    assert await settler.settle(lambda: list(ours)) == [mine]
    assert bench.letters() == []
    ledger = bench.broker.messages("communique.ledger")
    assert [decode(m, LedgerLine).partition for m in ledger] == [0]


@pytest.fixture
def no_more_than(monkeypatch):
    """End the wait of a settler after some tries, with what it waits for."""

    def limit(bench, tries):
        async def sleep(_seconds):
            bench.waits.append(bench.progress.waiting_for)
            if len(bench.waits) == tries:
                raise CrashError

        monkeypatch.setattr(settle_module.asyncio, "sleep", sleep)

    return limit


async def test_mass_death_holds_the_batch_and_buries_nothing(bench, no_more_than):
    no_more_than(bench, 3)
    batch = [message(n, b"poison") for n in range(21)]
    with pytest.raises(CrashError):
        await bench.settle(*batch)
    assert bench.producer.sends == []
    assert "too many messages die of 'undecodable'" in bench.waits[-1]


async def test_restarts_bury_no_more_than_twenty(bench, no_more_than):
    for start in range(0, 20, 5):
        await bench.settle(*[message(n, b"poison") for n in range(start, start + 5)])
    no_more_than(bench, 2)
    with pytest.raises(CrashError):
        await bench.settle(*[message(n, b"poison") for n in range(20, 25)])
    assert len(bench.letters()) == 20
    assert "too many messages die of 'undecodable'" in bench.waits[-1]


async def test_what_was_held_back_goes_on_once_it_is_mended(bench):
    batch = [message(n, b"poison") for n in range(30)]
    waits = []

    async def mended_at_the_third_try(messages):
        waits.append(bench.progress.waiting_for)
        if len(waits) < 3:
            return settle_each(messages, one, dead_letters=DLQ)
        return [Settled("done")] * len(messages)

    assert await bench.settle(*batch, handle=mended_at_the_third_try) == batch
    assert bench.letters() == []
    assert "too many messages die" in waits[-1]
    assert bench.progress.waiting_for is None


async def test_a_batch_that_is_confirmed_late_counts_once(bench):
    def away(call, stage, _records):
        if call < 5 and stage == "before":
            raise ConnectionError("the broker is away")

    bench.producer.fail = away
    batch = [message(n, b"poison") for n in range(10)]
    assert await bench.settle(*batch) == batch
    assert len(bench.letters()) == 10


async def test_on_a_full_disk_nothing_is_buried(bench, no_more_than):
    no_more_than(bench, 3)
    (bench.directory / "deaths.part").mkdir()  # where the note would be written
    with pytest.raises(CrashError):
        await bench.settle(message(0, b"poison"), message(1))
    assert bench.producer.sends == []
    assert "directory" in bench.waits[-1]


async def test_mass_crashes_are_our_fault_too(bench, no_more_than):
    batch = [message(n, b"crash") for n in range(30)]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await bench.settle(*batch)
    no_more_than(bench, 1)
    with pytest.raises(CrashError):
        await bench.settle(*batch)
    assert bench.letters() == []
    assert "'crash'" in bench.waits[-1]


async def test_twenty_dead_letters_a_minute_are_no_mass_death(bench):
    batch = [message(n, b"poison") for n in range(20)]
    assert await bench.settle(*batch) == batch
    assert len(bench.letters()) == 20


async def test_poison_above_our_own_limit_is_buried_too(bench):
    large = message(0, b"x" * (7 * 1024 * 1024 + 70_000))

    async def refuses(messages):
        return [bury(m, UndecodableError("poison"), dead_letters=DLQ) for m in messages]

    for _ in range(4):  # lives of the process
        try:
            await bench.settle(large, handle=refuses)
        except TooLargeError as raised:
            error = raised
        else:
            break
    else:
        raise error
    assert len(bench.letters()) == 1
