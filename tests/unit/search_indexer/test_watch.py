"""Once a minute what Kafka says of the groups is written, and each dead letter once."""

import random
from datetime import UTC, datetime

import pytest

from communique.codec import Message, Record, dead_letter
from communique.errors import UndecodableError
from communique.events import LedgerLine
from communique.topics import PAGE_FETCHER, RELEASES_ENRICHED, SEARCH_INDEXER, Naming
from communique.worker.context import Context
from communique.worker.crashes import Crashes
from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from search_indexer.bulk import BulkWriter
from search_indexer.settings import SearchIndexerSettings
from search_indexer.waiting import Waiting
from search_indexer.watch import Watch
from tests.fakes import Broker, Clock, FakeProducer, FakeReader
from tests.unit.search_indexer.fake_elasticsearch import FakeElasticsearch

NAMING = Naming()
INDEX = "communique-pipeline-v1-2026.05"


class Case:
    def __init__(self, directory):
        self.clock = Clock(datetime(2026, 5, 4, 9, 30, tzinfo=UTC).timestamp())
        self.broker = Broker(clock=self.clock)
        self.reader = FakeReader(self.broker)
        self.fake = FakeElasticsearch()
        self.delays = []
        self.directory = directory

    def watch(self):
        context = Context(
            service=SEARCH_INDEXER,
            naming=NAMING,
            settings=SearchIndexerSettings(),
            producer=FakeProducer(self.broker),
            progress=Progress(),
            metrics=Metrics("search-indexer"),
            cluster="c",
            crashes=Crashes(self.directory / "crashes.json"),
            new_reader=lambda purpose: self.reader,
            clock=self.clock,
        )
        writer = BulkWriter(
            self.fake.client(),
            waiting=Waiting(Progress(), context.metrics),
            rng=random.Random(1),
        )
        return Watch(context, writer, self._take)

    def _take(self):
        taken, self.delays = self.delays, []
        return taken

    def bury(self, key):
        message = Message("communique.entries", 3, 8, key, b"{")
        letter = dead_letter(
            message,
            UndecodableError("not JSON"),
            topic=NAMING.topic(PAGE_FETCHER.dead_letters),
        )
        self.broker.append(
            Record(letter.topic, letter.key, letter.value, letter.headers, 0)
        )

    def documents(self):
        stored = self.fake.indices.get(INDEX, {})
        return {name: document for name, (_, document) in stored.items()}

    def of_kind(self, kind):
        return [d for d in self.documents().values() if d["kind"] == kind]


@pytest.fixture
def case(tmp_path):
    return Case(tmp_path)


def indexed(count):
    topic = NAMING.topic(RELEASES_ENRICHED)
    line = LedgerLine(
        group=NAMING.group(SEARCH_INDEXER),
        topic=topic,
        partition=0,
        first=0,
        next_offset=count,
        outcomes={"indexed": count},
    )
    return {(line.group, topic, 0): line}


async def test_the_first_look_has_no_minute_and_the_second_tells_of_it(case):
    watch = case.watch()
    await watch.minute(case.reader, indexed(4))
    assert case.documents() == {}
    case.clock.advance(60)
    await watch.minute(case.reader, indexed(9))
    [found] = case.of_kind("input")
    assert (found["settled"], found["settled_total"]) == (5, 9)


async def test_each_dead_letter_is_written_once_and_by_a_restart_again_the_same(case):
    for key in (b"a", b"b", b"c", b"d"):
        case.bury(key)
    watch = case.watch()
    await watch.minute(case.reader, {})
    assert [d["key"] for d in case.of_kind("dead_letter")] == ["a", "b", "c", "d"]
    requests = len(case.fake.requests)
    await watch.minute(case.reader, {})
    assert len(case.fake.requests) == requests
    before = case.documents()
    await case.watch().minute(case.reader, {})
    assert len(case.fake.requests) > requests
    assert case.documents() == before
    case.bury(b"e")
    await watch.minute(case.reader, {})
    assert len(case.of_kind("dead_letter")) == 5


async def test_delays_are_told_once_and_nothing_is_told_of_a_minute_without(case):
    watch = case.watch()
    case.delays = [1.0, 2.0]
    await watch.minute(case.reader, {})
    case.clock.advance(60)
    await watch.minute(case.reader, {})
    [found] = case.of_kind("delays")
    assert found["count"] == 2
