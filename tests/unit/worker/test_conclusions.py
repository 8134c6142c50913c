"""Ends of tasks: together where they can be, each by itself where it fails."""

import asyncio
import json

import pytest

from communique.codec import Record
from communique.errors import TooLargeError
from communique.topics import MAX_DEAD_LETTER_BYTES
from communique.worker.conclusions import Conclusions
from communique.worker.partition_state import Note, PartitionState
from tests.fakes import Broker, FakeProducer, FakeReader

TOPIC = "communique.feeds.state"
TOLD = "communique.feeds.polled"


def note(name, **facts):
    value = {"host": "h:443", "due_at": 0.0} | facts
    return Note(name, json.dumps(value).encode())


def ends(name, *, size=1):
    """Conclude by telling one record and noting that it is done."""

    def conclude(_value):
        told = Record(TOLD, name.encode(), b"x" * size)
        return [told], note(name, done=True)

    return conclude


class SlowProducer(FakeProducer):
    """Confirms when the test says so."""

    def __init__(self, broker):
        super().__init__(broker)
        self.open = asyncio.Event()
        self.open.set()
        self.begun = asyncio.Event()

    async def send_all(self, records):
        self.begun.set()
        await self.open.wait()
        return await super().send_all(records)


@pytest.fixture
async def world(tmp_path):
    broker = Broker()
    producer = SlowProducer(broker)
    state = PartitionState(tmp_path, TOPIC, 0, cluster="c")
    await state.restore(FakeReader(broker))
    await state.save([note(f"t{n}") for n in range(9)], FakeProducer(broker))
    yield broker, producer, state
    state.close()


def told(broker):
    return [message.key.decode() for message in broker.messages(TOLD)]


def is_done(state, name):
    return "done" in json.loads(state.get(name))


async def test_a_task_is_told_before_it_is_noted(world):
    _broker, producer, state = world
    assert await Conclusions(producer).conclude(state, "t0", ends("t0"))
    assert [records[0].topic for records in producer.sends] == [TOLD, TOPIC]
    assert is_done(state, "t0")


async def test_tasks_that_end_while_one_is_written_are_written_together(world):
    broker, producer, state = world
    conclusions = Conclusions(producer)
    producer.open.clear()
    tasks = [
        asyncio.create_task(conclusions.conclude(state, f"t{n}", ends(f"t{n}")))
        for n in range(9)
    ]
    await producer.begun.wait()
    await asyncio.sleep(0)
    producer.open.set()
    assert await asyncio.gather(*tasks) == [True] * 9
    assert sorted(told(broker)) == [f"t{n}" for n in range(9)]
    assert len(producer.sends) <= 4
    assert all(is_done(state, f"t{n}") for n in range(9))


async def test_a_task_that_was_forgotten_meanwhile_says_nothing(world):
    broker, producer, state = world
    assert not await Conclusions(producer).conclude(state, "gone", ends("gone"))
    assert told(broker) == []


async def test_an_error_is_raised_where_it_belongs_and_nowhere_else(world):
    broker, producer, state = world
    conclusions = Conclusions(producer)

    def broken(_value):
        raise ZeroDivisionError

    found = await asyncio.gather(
        conclusions.conclude(state, "t0", ends("t0")),
        conclusions.conclude(state, "t1", broken),
        conclusions.conclude(state, "t2", ends("t2", size=MAX_DEAD_LETTER_BYTES + 1)),
        conclusions.conclude(state, "t3", ends("t3")),
        return_exceptions=True,
    )
    assert found[0] is found[3] is True
    assert isinstance(found[1], ZeroDivisionError)
    assert isinstance(found[2], TooLargeError)
    assert sorted(told(broker)) == ["t0", "t3"]
    assert not is_done(state, "t1")


async def test_what_the_broker_refuses_is_noted_for_none_of_them(world):
    _broker, producer, state = world

    def fail(_call, stage, _records):
        if stage == "before":
            raise ConnectionError

    producer.fail = fail
    conclusions = Conclusions(producer)
    found = await asyncio.gather(
        *(conclusions.conclude(state, f"t{n}", ends(f"t{n}")) for n in range(3)),
        return_exceptions=True,
    )
    assert [type(error) for error in found] == [ConnectionError] * 3
    assert not any(is_done(state, f"t{n}") for n in range(3))


async def test_whoever_is_cut_off_while_it_writes_leaves_the_others_to_end(world):
    broker, producer, state = world
    conclusions = Conclusions(producer)
    producer.open.clear()
    tasks = [
        asyncio.create_task(conclusions.conclude(state, f"t{n}", ends(f"t{n}")))
        for n in range(3)
    ]
    await producer.begun.wait()
    tasks[0].cancel()
    producer.open.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [True, True]
    assert {"t1", "t2"} <= set(told(broker))


async def test_whoever_wants_the_partition_waits_for_one_write_and_not_for_all(world):
    _broker, producer, state = world
    conclusions = Conclusions(producer)
    producer.open.clear()
    first = asyncio.create_task(conclusions.conclude(state, "t0", ends("t0")))
    await producer.begun.wait()
    others = [
        asyncio.create_task(conclusions.conclude(state, f"t{n}", ends(f"t{n}")))
        for n in range(1, 9)
    ]
    await asyncio.sleep(0)

    async def plans():
        async with state.lock:
            return [is_done(state, f"t{n}") for n in range(9)]

    planning = asyncio.create_task(plans())
    await asyncio.sleep(0)
    producer.open.set()
    assert await planning == [True] + [False] * 8
    assert await asyncio.gather(first, *others) == [True] * 9


async def test_whoever_is_cut_off_as_its_turn_comes_leaves_it_to_the_next(world):
    broker, producer, state = world
    conclusions = Conclusions(producer)
    tasks = [
        asyncio.create_task(conclusions.conclude(state, f"t{n}", ends(f"t{n}")))
        for n in range(3)
    ]
    async with state.lock:
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.gather(tasks[0], return_exceptions=True)
        tasks[1].cancel()  # its turn has come, and it does not know yet
    assert await tasks[2]
    assert told(broker) == ["t2"]
