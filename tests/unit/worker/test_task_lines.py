"""How the tasks of a partition stand, as the ledger is told."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from communique.codec import decode
from communique.events import LedgerLine
from communique.topics import Naming
from communique.worker import task_lines as task_lines_module
from communique.worker.ledger import record
from communique.worker.partition_state import PLANNED, WAITING, Note, PartitionState
from communique.worker.schedule import Hosts
from communique.worker.task_lines import AGAIN_SECONDS, TaskLines, task_line
from tests.fakes import Broker, Clock, CrashError, FakeProducer, FakeReader

STATE = "communique.pages.state"
LEDGER = "communique.ledger"
NAMING = Naming()


def tally(value):
    known = json.loads(value)
    return {
        PLANNED: known["n"],
        WAITING: known["n"] - known["done"],
        "d": known["done"],
    }


def note(task_id, n, done=0, due_at=1.0):
    value = {"host": "h:1", "due_at": due_at, "n": n, "done": done}
    return Note(task_id, json.dumps(value).encode())


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def producer(broker):
    return FakeProducer(broker)


@pytest.fixture
def open_state(tmp_path, broker):
    opened = []

    async def restored(name="a", how=tally):
        state = PartitionState(tmp_path / name, STATE, 4, cluster="c", tally=how)
        opened.append(state)
        await state.restore(FakeReader(broker))
        return state

    yield restored
    for state in opened:
        state.close()


async def test_counts_are_the_sum_over_the_newest_records(open_state, producer):
    state = await open_state()
    await state.save([note("a", 2), note("b", 5, 1)], producer)
    await state.save([note("a", 3, 3)], producer)
    assert state.counts() == {"d": 4, PLANNED: 8, WAITING: 4}
    await state.save([Note("b", None)], producer)
    assert state.counts() == {"d": 3, PLANNED: 3, WAITING: 0}


async def test_counts_are_the_same_from_the_topic_and_from_the_file(
    open_state, producer, broker
):
    state = await open_state()
    for done in range(3):
        await state.save([note("a", 4, done), note("b", done)], producer)
    before = state.counts()
    state.close()
    assert (await open_state()).counts() == before
    broker.compact(STATE, 4)
    assert (await open_state("elsewhere")).counts() == before


async def test_a_file_of_another_format_is_counted_anew(open_state, producer):
    state = await open_state(how=lambda value: {})
    await state.save([note("a", 4)], producer)
    state._db.execute("PRAGMA user_version = 0")
    state.close()
    assert (await open_state()).counts() == {PLANNED: 4, WAITING: 4}


async def test_a_record_that_was_never_confirmed_is_not_counted(open_state, broker):
    def fail(_call, stage, _records):
        if stage == "before":
            raise CrashError

    state = await open_state()
    with pytest.raises(CrashError):
        await state.save([note("a", 1)], FakeProducer(broker, fail=fail))
    assert state.counts() == {}


async def test_a_line_says_how_far_it_counted_and_what(open_state, producer):
    state = await open_state()
    await state.save([note("a", 2), note("b", 5, 1)], producer)
    line = task_line("g", state, ready_at=60.0)
    assert (line.topic, line.partition, line.next_offset) == (STATE, 4, 2)
    assert line.outcomes == {"d": 1}
    assert (line.tasks.planned, line.tasks.waiting) == (7, 6)
    assert line.tasks.ready_at == datetime.fromtimestamp(60.0, UTC)


def line(planned=1, ready_at=None):
    return LedgerLine.model_validate(
        {
            "group": "g",
            "topic": STATE,
            "partition": 4,
            "first": 0,
            "next_offset": planned,
            "tasks": {"planned": planned, "waiting": planned, "ready_at": ready_at},
        }
    )


def told(broker):
    return [decode(message, LedgerLine) for message in broker.messages(LEDGER)]


async def test_a_line_is_told_when_it_changed_and_again_after_a_while(broker, producer):
    standing, clock = [line(1)], Clock(0.0)
    lines = TaskLines(lambda: standing, NAMING, producer.send_all, clock=clock)
    for now, one in ((0.0, line(1)), (2.0, line(1)), (4.0, line(2)), (6.0, line(2))):
        clock.now, standing[:] = now, [one]
        await lines.tell()
    assert told(broker) == [line(1), line(2)]
    clock.now = 4.0 + AGAIN_SECONDS
    await lines.tell()
    assert told(broker) == [line(1), line(2), line(2)]


async def test_the_last_line_is_told_when_the_worker_stops(broker, producer):
    standing = [line(1)]
    lines = TaskLines(lambda: standing, NAMING, producer.send_all)
    following = asyncio.create_task(lines.follow())
    while not broker.messages(LEDGER):
        await asyncio.sleep(0)
    standing[:] = [line(2)]
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert told(broker) == [line(1), line(2)]


async def test_with_kafka_away_a_worker_stops_all_the_same(monkeypatch):
    monkeypatch.setattr(task_lines_module, "LAST_SECONDS", 0.01)

    async def never(_records):
        await asyncio.Event().wait()

    following = asyncio.create_task(TaskLines(lambda: [line()], NAMING, never).follow())
    await asyncio.sleep(0)
    following.cancel()
    done, _ = await asyncio.wait([following], timeout=5)
    assert done


def test_lines_that_differ_have_ids_that_differ():
    def ce_id(one):
        return dict(record(one, NAMING).headers)["ce_id"]

    moment = datetime.fromtimestamp(60.0, UTC)
    assert ce_id(line(1)) != ce_id(line(2))
    assert ce_id(line(1)) != ce_id(line(1, moment))


def test_a_host_that_is_not_served_keeps_its_time():
    hosts = Hosts()
    hosts.put("slow", 10.0)
    assert hosts.ready_at() == 10.0
    assert hosts.next(700.0) == "slow"
    assert hosts.ready_at() == 700.0, "it is out since then"
    hosts.done("slow", gate=705.0)
    assert hosts.ready_at() is None
    hosts.put("slow", 11.0)
    assert hosts.ready_at() == 705.0, "a long queue is ready anew after each visit"


def test_the_host_that_waits_longest_decides():
    hosts = Hosts()
    hosts.put("b", 20.0)
    hosts.put("a", 10.0)
    assert hosts.next(30.0) == "a"
    assert hosts.ready_at() == 20.0
