"""Planning: a batch becomes notes, confirmed; nobody waits for a third party."""

import asyncio
import json

import pytest

from communique.codec import Message
from communique.errors import NotReadyError, UndecodableError
from communique.worker import states as states_module
from communique.worker.crashes import Crashes
from communique.worker.partition_state import Note
from communique.worker.schedule import Schedule
from communique.worker.states import Planned, States
from tests.fakes import Broker, FakeProducer, FakeReader
from tests.full_disk import full_disk

TOPIC = "communique.pages.state"
DLQ = "g.dlq"


def message(offset, key, value=b"v", partition=0):
    return Message("entries", partition, offset, key, value)


def task_id(message):
    if message.key == b"bad":
        raise UndecodableError("no id")
    return message.key.decode()


def append(message, known):
    """Plan by appending the value to what is known, so that order shows."""
    if message.value == b"poison":
        raise UndecodableError("poison")
    if message.value == b"ignored":
        return Planned("ignored")
    if message.value == b"removed":
        return Planned("removed", Note(task_id(message), None), "h:1")
    seen = json.loads(known)["seen"] if known else []
    note = {"host": "h:1", "due_at": 1.0, "seen": [*seen, message.value.decode()]}
    return Planned(
        "scheduled", Note(task_id(message), json.dumps(note).encode()), "h:1"
    )


async def never(*_task):
    raise AssertionError("planning visits nobody")


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
async def made(tmp_path, broker, monkeypatch):
    monkeypatch.setattr(states_module, "RESTORE_SECONDS", 0.2)
    producer = FakeProducer(broker)
    said = []
    states = States(
        tmp_path,
        TOPIC,
        cluster="c",
        producer=producer,
        reader=FakeReader(broker),
        schedule=Schedule(
            never, never, crashes=Crashes(tmp_path / "crashes.json"), spacing_seconds=0
        ),
        waiting=said.append,
    )
    states.said = said
    following = asyncio.create_task(states.follow())
    yield states
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def plan(states, *messages, how=append):
    settled = await states.plan(list(messages), how, task_id=task_id, dead_letters=DLQ)
    return [item.outcome for item in settled]


def on_topic(broker, key=b"a"):
    newest = [m for m in broker.messages(TOPIC) if m.key == key][-1]
    return json.loads(newest.value)["seen"]


async def test_a_second_message_of_a_task_sees_the_note_of_the_first(made, broker):
    made.own({0})
    outcomes = await plan(
        made, message(0, b"a", b"1"), message(1, b"b", b"2"), message(2, b"a", b"3")
    )
    assert outcomes == ["scheduled"] * 3
    assert on_topic(broker) == ["1", "3"]
    assert len(broker.messages(TOPIC)) == 2, "one record a task and batch"


async def test_the_next_batch_sees_what_the_last_one_noted(made, broker):
    made.own({0})
    await plan(made, message(0, b"a", b"1"))
    await plan(made, message(1, b"a", b"2"))
    assert on_topic(broker) == ["1", "2"]


async def test_a_removal_within_a_batch_is_seen_by_what_follows(made, broker):
    made.own({0})
    await plan(
        made,
        message(0, b"a", b"1"),
        message(1, b"a", b"removed"),
        message(2, b"a", b"2"),
    )
    assert on_topic(broker) == ["2"]


async def test_poison_among_good_ones_dies_alone(made, broker):
    made.own({0})
    batch = [
        message(0, b"a", b"1"),
        message(1, b"bad"),
        message(2, b"a", b"poison"),
        message(3, b"a", b"2"),
    ]
    settled = await made.plan(batch, append, task_id=task_id, dead_letters=DLQ)
    assert [item.outcome for item in settled] == [
        "scheduled", "dead", "dead", "scheduled",
    ]  # fmt: skip
    assert [item.records[0].topic for item in settled[1:3]] == [DLQ, DLQ]
    assert on_topic(broker) == ["1", "2"]


async def test_outcomes_stand_in_the_order_of_the_messages(made):
    made.own({0, 1, 2})
    batch = [
        message(0, b"a", b"1", partition=2),
        message(0, b"b", b"ignored", partition=0),
        message(1, b"a", b"poison", partition=2),
        message(0, b"c", b"1", partition=1),
        message(1, b"b", b"ignored", partition=0),
    ]
    assert await plan(made, *batch) == [
        "scheduled", "ignored", "dead", "scheduled", "ignored",
    ]  # fmt: skip


async def test_nothing_is_written_when_nothing_is_to_be_noted(made, broker):
    made.own({0})
    assert await plan(made, message(0, b"a", b"ignored")) == ["ignored"]
    assert broker.messages(TOPIC) == []


async def test_a_fault_of_ours_writes_nothing_down(made, broker):
    def broken(message, known):
        raise ZeroDivisionError

    made.own({0})
    with pytest.raises(ZeroDivisionError):
        await plan(made, message(0, b"a"), how=broken)
    assert broker.messages(TOPIC) == []


async def test_a_partition_that_is_not_ours_is_waited_for_and_then_not_ready(made):
    with pytest.raises(NotReadyError, match=r"pages\.state/0 is still being restored"):
        await plan(made, message(0, b"a"))


async def test_a_batch_waits_until_its_partition_is_restored(made):
    waiting = asyncio.create_task(plan(made, message(0, b"a")))
    await asyncio.sleep(0)
    made.own({0})
    assert await waiting == ["scheduled"]


async def test_a_slow_restore_is_not_ready_and_its_end_is(made, broker):
    class SlowReader(FakeReader):
        opened = asyncio.Event()

        async def bounds(self, topic, partitions):
            await self.opened.wait()
            return await super().bounds(topic, partitions)

    made._reader = SlowReader(broker)
    made.own({0})
    with pytest.raises(NotReadyError):
        await plan(made, message(0, b"a"))
    SlowReader.opened.set()
    assert await plan(made, message(0, b"a")) == ["scheduled"]


async def test_a_partition_that_came_back_is_restored_anew(made, broker):
    made.own({0})
    await plan(made, message(0, b"a", b"1"))
    made.own(set())
    made.own({0})  # back before anybody looked; another process may have written
    other = {"host": "h:1", "due_at": 1.0, "seen": ["theirs"]}
    record = FakeProducer(broker)
    await record.send_all([_state_record(b"a", other)])
    await plan(made, message(1, b"a", b"2"))
    assert on_topic(broker) == ["theirs", "2"]


def _state_record(key, note):
    from communique.codec import Record

    return Record(TOPIC, key, json.dumps(note).encode(), (), 0)


async def test_a_partition_taken_away_takes_no_more_notes(made):
    made.own({0, 1})
    await plan(made, message(0, b"a"))
    made.own({1})
    with pytest.raises(NotReadyError):
        await plan(made, message(1, b"a"))
    assert await plan(made, message(0, b"a", partition=1)) == ["scheduled"]


async def test_a_partition_taken_away_while_it_is_restored_is_not_opened(made, broker):
    class SlowReader(FakeReader):
        opened = asyncio.Event()

        async def bounds(self, topic, partitions):
            await self.opened.wait()
            return await super().bounds(topic, partitions)

    made._reader = SlowReader(broker)
    made.own({0})
    await asyncio.sleep(0.01)
    made.own({1})
    SlowReader.opened.set()
    assert await plan(made, message(0, b"a", partition=1)) == ["scheduled"]
    with pytest.raises(NotReadyError):
        await plan(made, message(0, b"a", partition=0))


async def test_a_million_waiting_tasks_are_enough(made, monkeypatch):
    monkeypatch.setattr(states_module, "MAX_WAITING", 2)
    made.own({0})
    await plan(made, message(0, b"a"))
    assert made.waiting() == 1
    await plan(made, message(1, b"b"))
    with pytest.raises(NotReadyError, match="million waiting tasks"):
        await plan(made, message(2, b"c"))


async def test_a_redelivered_batch_ends_in_the_same_notes(made, broker):
    def once(message, known):
        if known and message.offset <= json.loads(known)["last"]:
            return Planned("known")
        note = {"host": "h:1", "due_at": 1.0, "last": message.offset}
        return Planned("scheduled", Note("a", json.dumps(note).encode()), "h:1")

    made.own({0})
    batch = [message(0, b"a"), message(1, b"a")]
    await plan(made, *batch, how=once)
    assert await plan(made, *batch, how=once) == ["known", "known"]
    assert len(broker.messages(TOPIC)) == 1


async def test_a_partition_that_a_full_disk_keeps_from_us_is_tried_again(
    made, broker, monkeypatch
):
    monkeypatch.setattr(states_module, "FAULT_SECONDS", 0.01)
    with full_disk():
        made.own({0})
        with pytest.raises(NotReadyError, match="still being restored"):
            await plan(made, message(0, b"a", b"1"))
        assert {type(reason) for reason in made.said} == {str}, "and said why"
    assert await plan(made, message(0, b"a", b"1")) == ["scheduled"]
    assert made.said[-1] is None
    assert on_topic(broker) == ["1"]


async def test_what_is_taken_away_from_a_full_disk_is_not_waited_for(
    made, broker, monkeypatch
):
    monkeypatch.setattr(states_module, "FAULT_SECONDS", 3600.0)
    with full_disk():
        made.own({0})
        with pytest.raises(NotReadyError):
            await plan(made, message(0, b"a", b"1"))
    made.own({1})
    assert await plan(made, message(0, b"a", b"1", partition=1)) == ["scheduled"]


async def test_partitions_are_planned_at_once_and_none_waits_for_another(made, broker):
    made.own({0, 1})
    await plan(made, message(0, b"a"), message(0, b"b", partition=1))
    held = made._states[0].lock
    await held.acquire()
    planning = asyncio.create_task(
        plan(made, message(1, b"a"), message(1, b"b", partition=1))
    )
    async with asyncio.timeout(5):
        while len(broker.messages(TOPIC)) < 3:  # that of the other partition
            await asyncio.sleep(0)
    held.release()
    assert await planning == ["scheduled"] * 2
