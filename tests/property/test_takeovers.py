"""
Partitions move, processes die, disks are lost: no task is, and no host is hurried.

Two page fetchers, each with its schedule and its files, over one log; the model is one
that is left in peace. Pages that cannot be had keep each step on the test's own loop.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from communique.codec import decode
from communique.events import LedgerLine
from communique.identity import partition_for
from communique.topics import ENTRIES, LEDGER, PAGE_FETCHER
from feed_poller.told import entry_record
from tests.fakes import Clock
from tests.property.pipeline import Pipeline, Topics, entry, events, told
from tests.property.processes import NAMING, KilledError, MortalProducer, Process

SPACING_SECONDS = 5.0
STATUS = {"gone": 404, "down": 503}
LINKS = [
    f"https://{host}.example/{page}"
    for host in ("one", "two", "three")
    for page in (*STATUS, "gone/2")
]
ENTRIES_TOPIC = NAMING.topic(ENTRIES)


def where(host):
    """Return the partition of a host."""
    return partition_for(f"{host}:443", ENTRIES.partitions)


PARTITIONS = {where(httpx.URL(link).host) for link in LINKS}


def answer(request):
    return httpx.Response(STATUS[request.url.path.split("/")[1]])


class Member:
    """One process of the group: its life, its disk, and the hosts that it is at."""

    def __init__(self, world, directory):
        self.world = world
        self.directory = directory
        self.owned = set()
        self.process = None

    async def start(self):
        self.last_visits = {}
        self.producer = MortalProducer(self.world.broker)
        surroundings = SimpleNamespace(
            directory=self.directory,
            broker=self.world.broker,
            producer=self.producer,
            clock=self.world.clock,
            ministry=self.ministry,
            partitions=(),
            spacing_seconds=SPACING_SECONDS,
        )
        self.process = await Process(PAGE_FETCHER, surroundings).start()
        self.process.states.own(self.owned)
        self.running = asyncio.create_task(self.process.schedule.run())

    async def end(self):
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.process.close()

    def own(self, partitions):
        self.owned = partitions
        self.process.states.own(partitions)

    async def ministry(self, request):
        host, now = request.url.host, self.process.context.clock()
        if host in self.world.out:
            self.world.wrongs.append(f"two visits to {host} at once")
        # A gate lives as long as its process has the partition, without a break.
        gates = self.process.schedule._hosts[where(host)]
        before, at = self.last_visits.get(host, (None, now))
        if before is gates and now - at < SPACING_SECONDS:
            self.world.wrongs.append(f"{host} visited again after {now - at} s")
        self.last_visits[host] = gates, now
        self.world.out.add(host)
        try:
            await asyncio.sleep(0)
            await self.world.open_doors.wait()
        finally:
            self.world.out.discard(host)
        return answer(request)


class Takeovers(RuleBasedStateMachine):
    """What may happen to a group; the end is where the law is checked."""

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.directory = Path(tempfile.mkdtemp())
        self.clock = Clock()
        self.broker = Topics(clock=self.clock)
        self.committed = Counter()
        self.published = []
        self.out, self.wrongs = set(), []
        self.run(self._start())

    async def _start(self):
        self.open_doors = asyncio.Event()
        self.open_doors.set()
        self.members = [Member(self, self.directory / name) for name in "ab"]
        self.members[0].owned = set(PARTITIONS)
        for member in self.members:
            await member.start()
        await self._go_on()

    def run(self, work):
        return self.runner.run(work)

    async def _go_on(self):
        """Let all that can happen at this moment happen; the dead are replaced."""
        for _ in range(80):
            for member in self.members:
                member.process.schedule._wake.set()
                if member.running.done():
                    await self._again(member)
            await asyncio.sleep(0)

    async def _again(self, member):
        if member.running.done() and not isinstance(
            error := member.running.exception(), KilledError
        ):
            raise error
        await member.end()
        self.clock.advance(0.25)
        await member.start()

    async def _deliver(self):
        """Hand each owner what is new of its partitions, until it is acked."""
        for member in self.members:
            for partition in sorted(member.owned):
                place = (ENTRIES_TOPIC, partition)
                reached = self.committed[place]
                batch = [m for m in self.broker.messages(*place) if m.offset >= reached]
                while batch and self.committed[place] <= batch[-1].offset:
                    await member.process.book.refresh()  # another may have had it
                    try:
                        await member.process.settler.settle(lambda b=batch: b)
                    except KilledError:
                        await self._again(member)
                    else:
                        self.committed[place] = batch[-1].offset + 1

    @rule(
        tellings=st.lists(
            st.tuples(st.sampled_from(LINKS), st.integers(1, 3)), min_size=1, max_size=6
        )
    )
    def entries_come(self, tellings):
        for link, variant in tellings:
            one = entry(link, "A", variant, len(self.published))
            self.published.append(one)
            self.broker.append(entry_record(one, NAMING, cause="communique.feeds/0/1"))
        self.run(self._deliver())

    @rule(seconds=st.sampled_from([0.5, 5.0, 40.0, 100.0, -30.0]))
    def time_passes(self, seconds):
        self.clock.advance(seconds)
        self.run(self._go_on())

    @rule(partition=st.sampled_from(sorted(PARTITIONS)), goes_on=st.booleans())
    def a_partition_moves(self, partition, goes_on):
        old, new = self.members
        if partition in new.owned:
            old, new = new, old
        old.own(old.owned - {partition})
        self.run(self._go_on())
        new.own(new.owned | {partition})
        if goes_on:
            self.run(self._go_on())

    @rule(partition=st.sampled_from(sorted(PARTITIONS)))
    def a_partition_is_back_before_anybody_looked(self, partition):
        (owner,) = (m for m in self.members if partition in m.owned)
        owned = set(owner.owned)
        owner.own(owned - {partition})
        owner.own(owned)

    @rule()
    def ministries_let_us_wait(self):
        self.open_doors.clear()

    @rule()
    def ministries_answer_again(self):
        self.open_doors.set()
        self.run(self._go_on())

    @rule(
        number=st.integers(0, 1),
        left=st.integers(0, 5),
        is_told=st.booleans(),
        seconds=st.none() | st.just(40.0),
    )
    def a_process_will_die(self, number, left, is_told, seconds):
        member = self.members[number]
        member.producer.left, member.producer.is_told = left, is_told
        if seconds is not None:
            self.time_passes(seconds)

    @rule(number=st.integers(0, 1))
    def a_disk_is_lost(self, number):
        self.run(self._lose_disk(self.members[number]))

    async def _lose_disk(self, member):
        await member.end()
        shutil.rmtree(member.directory / NAMING.group(PAGE_FETCHER), ignore_errors=True)
        await member.start()

    @rule(partition=st.sampled_from(sorted(PARTITIONS)), offset=st.integers(0, 9))
    def entries_are_delivered_again(self, partition, offset):
        place = (ENTRIES_TOPIC, partition)
        self.committed[place] = min(offset, self.committed[place])
        self.run(self._deliver())

    def teardown(self):
        try:
            self.run(self._end())
        finally:
            for member in self.members:
                self.run(member.end())
            self.runner.close()
            shutil.rmtree(self.directory)

    async def _end(self):
        self.open_doors.set()
        for member in self.members:
            member.producer.left = None
        await self._go_on()
        await self._deliver()
        for _ in range(400):
            await self._go_on()
            waiting = [member.process.states.waiting() for member in self.members]
            if not any(waiting):
                break
            self.clock.advance(SPACING_SECONDS)
        assert waiting == [0, 0], "a task is lost, or never runs"
        assert self.wrongs == []
        await self._all_is_told()

    async def _all_is_told(self):
        peace = Pipeline(self.directory / "peace", answer, PARTITIONS)
        for one in self.published:
            peace.broker.append(entry_record(one, NAMING, cause="communique.feeds/0/1"))
            await peace.drain()
        await peace.close()
        ours = {key: told(found) for key, found in events(self).items()}
        assert ours == {key: told(found) for key, found in events(peace).items()}
        lines = {}
        for message in self.broker.messages(NAMING.topic(LEDGER)):
            line = decode(message, LedgerLine)
            lines[line.topic, line.partition] = line
        for line in lines.values():
            assert line.next_offset == self.broker.bounds(line.topic, line.partition)[1]
            assert sum(line.outcomes.values()) == line.next_offset


TestTakeovers = Takeovers.TestCase
TestTakeovers.settings = settings(max_examples=50, stateful_step_count=25)
