"""
A law of the task counts: whatever is planned, cut off or repeated, they balance.

`planned` stands beside the outcomes in one record, and changes with the queue; so a
crash between two writes counts an entry once, whichever writes were confirmed.
"""

import asyncio
import tempfile
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import httpx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from communique.worker.partition_state import PartitionState
from feed_poller.told import entry_record
from page_fetcher.tasks import plan, tally
from tests.fakes import CrashError, FakeProducer, FakeReader
from tests.unit.page_fetcher.test_visit import (
    ENTRY,
    NAMING,
    PAGE,
    STATE,
    Fetcher,
    entry,
)

ENTRIES = "communique.entries"

texts = st.sampled_from(["One", "Two", "Three"])
feeds = st.sampled_from("AB")
stages = st.sampled_from(["before", "after"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), texts, feeds),
        st.tuples(st.just("redeliver"), st.integers(0, 20)),
        st.tuples(st.just("visit")),
        st.tuples(st.just("crash"), st.integers(1, 8), stages),
        st.tuples(st.just("publish while out"), texts, feeds),
        st.tuples(st.just("give up"), st.integers(1, 4), stages),
        st.tuples(st.just("page"), texts),
        st.tuples(st.just("no page")),
        st.tuples(st.just("expire")),
        st.tuples(st.just("restart")),
    ),
    max_size=25,
)


class CountingFetcher(Fetcher):
    """A page fetcher whose partition keeps its counts."""

    def __init__(self, directory):
        super().__init__(directory)
        self.planned: set[int] = set()
        """Offsets of the entries that were planned."""

    async def life(self):
        if self.state is not None:
            self.state.close()
        self.lives += 1
        self.state = PartitionState(
            self.directory / str(self.lives % 2),  # the file of two lives ago, too
            STATE,
            self.partition,
            cluster="c",
            tally=tally,
        )
        await self.state.restore(FakeReader(self.broker))

    async def deliver(self, message):
        """Plan a message as the agent does; return whether it was planned."""
        planned = plan(message, self.state.get(ENTRY.release_id), naming=NAMING)
        if planned.note:
            await self.state.save([planned.note], FakeProducer(self.broker))
            assert message.offset not in self.planned, "it was planned before"
            self.planned.add(message.offset)
        return planned.note is not None

    async def append(self, text, feed):
        message = self.broker.append(
            entry_record(entry(title=text, feed=feed), NAMING, cause="f/0/1")
        )
        self.partition = message.partition
        if self.state is None:
            await self.life()
        return await self.deliver(message)

    def check(self, planned):
        if self.state is None:
            return
        newest = {m.key: m.value for m in self.broker.messages(STATE)}
        expected = Counter()
        for value in newest.values():
            expected.update(tally(value))
        counts = Counter(self.state.counts())
        assert counts == expected, "the running sum is the sum"
        assert counts.pop("planned", 0) == planned, "each entry was planned once"
        assert counts.total() == planned, "each planned entry has one outcome, or waits"


def failing(call, stage):
    def fail(number, where, _records):
        if (number, where) == (call, stage):
            raise CrashError

    return fail


async def run(directory, history):
    fetcher = CountingFetcher(directory)
    planned = 0
    try:
        for step in history:
            planned += await take(fetcher, step)
            fetcher.clock.advance(1.0)
            fetcher.check(planned)
        if fetcher.state is not None:
            for _ in range(6):
                fetcher.clock.advance(7200.0)
                await fetcher.visit()
            assert fetcher.state.counts().get("waiting", 0) == 0
            fetcher.check(planned)
    finally:
        if fetcher.state is not None:
            fetcher.state.close()


async def take(fetcher, step):
    """Take one step; return how many entries it planned."""
    kind, *how = step
    if kind == "publish":
        return await fetcher.append(*how)
    if fetcher.state is None:
        return 0
    if kind == "redeliver":
        # What was known when it came may be news once its twin was given up.
        messages = fetcher.broker.messages(ENTRIES)[how[0] :]
        return sum([await fetcher.deliver(message) for message in messages])
    elif kind == "page":
        fetcher.answer = httpx.Response(200, html=PAGE.format(how[0] * 200))
    elif kind == "no page":
        fetcher.answer = httpx.Response(503)
    elif kind == "visit":
        await fetcher.visit()
    elif kind == "publish while out":
        return await publish_while_out(fetcher, *how)
    elif kind == "expire":
        end = fetcher.broker.bounds(ENTRIES, fetcher.partition)[1]
        fetcher.broker.expire(ENTRIES, fetcher.partition, before=end)
    elif kind == "restart":
        await fetcher.life()
    elif kind in ("crash", "give up"):
        producer = FakeProducer(fetcher.broker, fail=failing(*how))
        try:
            if kind == "crash":
                await fetcher.visit(producer)
            else:
                await fetcher.give_up(ZeroDivisionError(), producer)
        except CrashError:
            await fetcher.life()
    return 0


async def publish_while_out(fetcher, text, feed):
    """Visit, and plan one more entry while the page is being read."""
    ministry, planned = fetcher.ministry, []

    async def slow(request):
        planned.append(await fetcher.append(text, feed))
        return ministry(request)

    fetcher.ministry = slow
    try:
        await fetcher.visit()
    finally:
        fetcher.ministry = ministry
    return sum(planned)


DROPPED_WHILE_OUT = [
    ("publish", "One", "A"),
    ("publish", "Two", "A"),
    ("publish", "Three", "A"),
    ("publish while out", "One", "A"),
]

TWIN_GIVEN_UP = [
    ("publish", "Three", "B"),
    ("publish", "Three", "B"),
    ("give up", 2, "after"),
    ("redeliver", 0),
]


@settings(max_examples=60)
@given(steps)
@example(DROPPED_WHILE_OUT)
@example(TWIN_GIVEN_UP)
def test_planned_entries_are_the_sum_of_their_outcomes_at_any_time(history):
    with (
        tempfile.TemporaryDirectory() as directory,
        patch("page_fetcher.tasks.MAX_PENDING", 3),
    ):
        asyncio.run(run(Path(directory), history))
