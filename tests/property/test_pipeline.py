"""
Whatever is repeated, reordered, replayed or killed, the index ends the same.

Real code of three services over fakes; the model is the same system, left in peace.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from communique.codec import Record, decode
from communique.events import LedgerLine
from communique.topics import (
    ENRICHMENT_WORKER,
    LEDGER,
    PAGE_FETCHER,
    PAGES_STATE,
    RELEASES_ENRICHED,
    RELEASES_RAW,
)
from communique.worker.partition_state import PLANNED, WAITING
from feed_poller.told import entry_record
from search_indexer.families import RELEASES, REVISIONS
from search_indexer.handle import handle as index
from tests.property.pipeline import (
    HOSTS,
    LINKS,
    POISON,
    SERVICES,
    Pipeline,
    entry,
    events,
    ministry,
    told,
)
from tests.property.processes import NAMING

numbers = st.integers(0, 11)
counts = st.integers(1, 5)
services = st.sampled_from(sorted(SERVICES))
tellings = st.lists(
    st.tuples(st.sampled_from(sorted(LINKS)), st.sampled_from("AB"), st.integers(1, 3)),
    min_size=1,
    max_size=4,
)
deaths = st.tuples(st.integers(0, 5), st.booleans())
"""After how many records, and whether their confirmation was heard."""
answers = st.lists(st.sampled_from(["taken", "busy", "kill"]), max_size=3)
work = st.lists(
    st.tuples(numbers, counts, deaths | st.none(), answers), min_size=3, max_size=9
)


ACCIDENTS = (
    "a_group_begins_again_at_an_earlier_offset",
    "a_message_is_put_back",
    "a_process_is_started_again",
    "a_disk_is_lost",
    "a_vocabulary_is_new",
    "topics_are_compacted",
    "the_clock_is_set",
    "poison_comes",
    "an_indexer_hangs_with_a_batch",
    "what_hung_is_indexed_late",
)


class Disturbed(RuleBasedStateMachine):
    """The steps are what may happen; the end is where the law is checked."""

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.directory = Path(tempfile.mkdtemp())
        self.pipeline = Pipeline(self.directory / "disturbed", ministry, HOSTS)
        self.published = []
        self.newest = {}
        self.put_back = []
        self.poison = []
        self.late = []

    def run(self, work):
        return self.runner.run(work)

    @property
    def broker(self):
        return self.pipeline.broker

    @rule(tellings=tellings)
    def feeds_tell_entries(self, tellings):
        """Also such as they told already: a visit that was cut off repeats them."""
        for link, feed, variant in tellings:
            one = self.newest.get((link, feed))
            is_news = one is None or one.title != f"Release {variant}"
            if is_news and one not in self.put_back:
                one = entry(link, feed, variant, len(self.published))
                self.newest[link, feed] = one
                self.published.append(one)
            self.broker.append(entry_record(one, NAMING, cause="communique.feeds/0/1"))

    @rule(steps=work)
    def work_goes_on(self, steps):
        for number, count, death, said in steps:
            todo = self.run(self.pipeline.todo())
            if todo:
                self.pipeline.clock.advance(0.25)
                self.pipeline.trouble = list(said)
                self.run(todo[number % len(todo)](count, death))

    @rule(accident=st.sampled_from(ACCIDENTS), service=services, number=numbers)
    def there_is_an_accident(self, accident, service, number):
        getattr(self, accident)(service, number)

    def a_group_begins_again_at_an_earlier_offset(self, service, number):
        inputs = self.pipeline.inputs(service)
        if inputs:
            place = inputs[number % len(inputs)]
            committed = self.pipeline.committed
            committed[service, place] = min(number, committed[service, place])

    def a_message_is_put_back(self, service, number):
        """Of entries the last ones only: older ones are news, and rightly so."""
        topic = NAMING.topic(SERVICES[service].reads[0])
        acked = self.pipeline.committed
        messages = [
            message
            for message in self.broker.messages(topic)
            if message.offset < acked[service, (topic, message.partition)]
        ]
        if service == PAGE_FETCHER.name:
            last = {one.model_dump_json().encode(): one for one in self.newest.values()}
            messages = [message for message in messages if message.value in last]
        if messages:
            one = messages[number % len(messages)]
            if service == PAGE_FETCHER.name:
                self.put_back.append(last[one.value])
            origin = one.headers.get("communique_origin", one.place.encode())
            headers = (*one.headers.items(), ("communique_origin", origin))
            replay = NAMING.topic(SERVICES[service].replay)
            self.broker.append(
                Record(replay, one.key, one.value, headers, one.partition)
            )

    def a_process_is_started_again(self, service, _number):
        self.run(self.pipeline.end(service))

    def a_disk_is_lost(self, _service, _number):
        self.run(self.pipeline.end(PAGE_FETCHER.name, forgets=True))

    def a_vocabulary_is_new(self, _service, _number):
        self.pipeline.generation += 1
        self.run(self.pipeline.end(ENRICHMENT_WORKER.name))

    def topics_are_compacted(self, _service, _number):
        for topic in (PAGES_STATE, LEDGER):
            name = NAMING.topic(topic)
            for partition in {m.partition for m in self.broker.messages(name)}:
                self.broker.compact(name, partition)

    def the_clock_is_set(self, _service, number):
        self.pipeline.clock.advance((0.0004, 40.0, -60.0)[number % 3])

    def poison_comes(self, service, _number):
        if len(self.poison) < 3:
            partition = min(HOSTS)
            topic = NAMING.topic(SERVICES[service].reads[0])
            record = Record(topic, b"poison", POISON, (), partition)
            self.poison.append(self.broker.append(record))

    def an_indexer_hangs_with_a_batch(self, _service, number):
        if messages := self._enriched():
            start = number % len(messages)
            self.late.append(messages[start : start + 3])

    def what_hung_is_indexed_late(self, _service, _number):
        """By a process that no longer owns it: what it says of it counts nowhere."""
        for batch in self.late:
            self.run(index(batch, self.pipeline.writer(), "nowhere"))
        self.late.clear()

    def teardown(self):
        try:
            self.run(self._end())
        finally:
            self.run(self.pipeline.close())
            self.runner.close()
            shutil.rmtree(self.directory)

    async def _end(self):
        await self.pipeline.drain()
        peace = await self._undisturbed()
        self._same_events(peace)
        self._same_index(peace)
        self._dead_letters_are_the_poison()
        self._ledger_balances()
        await self._tasks_balance()
        await self._tag_again_what_is_old()
        self._same_index(peace)
        self.pipeline.committed.clear()  # everything, once more
        await self.pipeline.drain()
        again = [m for m in self._enriched() if m.value != POISON]
        await index(again[::-1], self.pipeline.writer(), "nowhere")
        self._same_events(peace)
        self._same_index(peace)
        self._ledger_balances()

    async def _tasks_balance(self):
        """The same without the files: the topic is what counts."""
        found = []
        for _ in range(2):
            process = await self.pipeline.process(PAGE_FETCHER.name)
            states = process.states._states
            found.append({n: +Counter(state.counts()) for n, state in states.items()})
            await self.pipeline.end(PAGE_FETCHER.name, forgets=True)
        assert found[0] == found[1]
        for counts in found[0].values():
            assert counts[WAITING] == 0
            assert counts.pop(PLANNED, 0) == counts.total()

    async def _tag_again_what_is_old(self):
        """A newer vocabulary makes no older text win."""
        oldest = {}
        for message in self.broker.messages(NAMING.topic(RELEASES_RAW)):
            if message.value != POISON:
                oldest.setdefault(message.key, message)
        replay = NAMING.topic(ENRICHMENT_WORKER.replay)
        for m in oldest.values():
            headers = tuple(m.headers.items())
            self.broker.append(Record(replay, m.key, m.value, headers, m.partition))
        self.pipeline.generation += 1
        await self.pipeline.end(ENRICHMENT_WORKER.name)
        await self.pipeline.drain()

    async def _undisturbed(self):
        peace = Pipeline(self.directory / "peace", ministry, HOSTS)
        for one in self.published:
            record = entry_record(one, NAMING, cause="communique.feeds/0/1")
            peace.broker.append(record)
            await peace.drain()
        await peace.close()
        return peace

    def _enriched(self):
        return self.broker.messages(NAMING.topic(RELEASES_ENRICHED))

    def _same_index(self, peace):
        for alias in (RELEASES, REVISIONS):
            assert self.pipeline.documents(alias) == peace.documents(alias)

    def _same_events(self, peace):
        """Each once, but for repetitions that are the same to the byte."""
        ours = events(self.pipeline)
        assert {key: told(found) for key, found in ours.items()} == {
            key: told(found) for key, found in events(peace).items()
        }
        for found in ours.values():
            versions = [event.version for event in found]
            assert versions == sorted(set(versions))
            numbers = sorted({event.revision for event in found})
            assert numbers == [*range(1, len(numbers) + 1)]

    def _dead_letters_are_the_poison(self):
        letters = [
            message
            for service in SERVICES.values()
            for message in self.broker.messages(NAMING.topic(service.dead_letters))
        ]
        origins = {message.headers["communique_origin"].decode() for message in letters}
        assert origins == {message.place for message in self.poison}
        assert {message.value for message in letters} <= {POISON}

    def _ledger_balances(self):
        lines = {}
        for message in self.broker.messages(NAMING.topic(LEDGER)):
            line = decode(message, LedgerLine)
            lines[line.group, line.topic, line.partition] = line
        for name, service in SERVICES.items():
            for topic, partition in self.pipeline.inputs(name):
                line = lines[NAMING.group(service), topic, partition]
                end = self.broker.bounds(topic, partition)[1]
                assert (line.first, line.next_offset) == (0, end)
                assert sum(line.outcomes.values()) == end
                assert min(line.outcomes.values()) > 0


TestDisturbed = Disturbed.TestCase
TestDisturbed.settings = settings(max_examples=80, stateful_step_count=20)
