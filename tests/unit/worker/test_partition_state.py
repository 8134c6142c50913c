"""One partition of a state topic: the topic is the truth, the file an index of it."""

import json
import os
import random
import sqlite3
import time

import pytest

from communique.codec import Message, Record
from communique.worker.partition_state import (
    STALE_SECONDS,
    Note,
    PartitionState,
    Task,
)
from tests.fakes import Broker, CrashError, FakeProducer, FakeReader
from tests.full_disk import full_disk

TOPIC = "communique.pages.state"
PARTITION = 4


def value(host="x.example:443", due_at=1.0, **more):
    return json.dumps({"host": host, "due_at": due_at, **more}).encode()


def note(task_id, *args, **more):
    return Note(task_id, value(*args, **more))


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def producer(broker):
    return FakeProducer(broker)


@pytest.fixture
def open_state(tmp_path, broker):
    opened = []

    async def restored(*, cluster="c1", reader=None):
        state = PartitionState(tmp_path, TOPIC, PARTITION, cluster=cluster)
        opened.append(state)
        await state.restore(reader or FakeReader(broker))
        return state

    yield restored
    for state in opened:
        state.close()


def file_of(tmp_path):
    return tmp_path / f"{TOPIC}-{PARTITION}.sqlite"


def known(state):
    return dict(state.values())


async def test_what_is_saved_is_on_the_topic_and_known(open_state, producer, broker):
    state = await open_state()
    cause = Message("communique.entries", 4, 17, b"k", b"v")
    await state.save([note("a", due_at=5.0)], producer, cause=cause)
    (written,) = broker.messages(TOPIC)
    assert (written.partition, written.key) == (PARTITION, b"a")
    assert written.headers == {"communique_cause": b"communique.entries/4/17"}
    assert state.get("a") == written.value
    assert state.get("b") is None
    assert state.first_task("x.example:443") == Task("a", "x.example:443", 5.0)


async def test_a_tombstone_forgets_a_task(open_state, producer, broker):
    state = await open_state()
    await state.save([note("a")], producer)
    await state.save([Note("a", None)], producer)
    assert state.get("a") is None
    assert state.hosts() == []
    assert broker.messages(TOPIC)[-1].value is None


async def test_hosts_come_with_the_time_of_their_first_task(open_state, producer):
    state = await open_state()
    await state.save(
        [
            note("a", "x:443", 9.0),
            note("b", "x:443", 3.0),
            note("c", "y:443", 5.0),
            note("d", "z:443", None),
        ],
        producer,
    )
    assert sorted(state.hosts()) == [("x:443", 3.0), ("y:443", 5.0)]
    assert state.first_task("x:443").id == "b"
    assert state.first_task("z:443") is None
    assert state.waiting() == 3


async def test_how_many_wait_is_known_without_a_look_at_each(open_state, producer):
    state = await open_state()
    changes = [
        ([note("a"), note("b"), note("c", due_at=None)], 2),
        ([note("a", due_at=9.0)], 2),
        ([note("a", due_at=None), note("a"), note("c")], 3),
        ([note("b", due_at=None), Note("c", None), Note("none", None)], 1),
        ([Note("a", b"no JSON"), Note("b", None)], 0),
        ([note("d"), note("b")], 2),
    ]
    for notes, waiting in changes:
        await state.save(notes, producer)
        assert state.waiting() == waiting
    state.close()
    assert (await open_state()).waiting() == 2


async def test_two_notes_of_one_task_in_one_save_leave_the_second(open_state, producer):
    state = await open_state()
    await state.save([note("a", due_at=1.0), note("a", due_at=2.0)], producer)
    assert state.first_task("x.example:443").due_at == 2.0


async def test_a_lost_file_is_made_again_from_the_topic(
    open_state, producer, broker, tmp_path
):
    state = await open_state()
    await state.save([note("a"), note("b")], producer)
    await state.save([note("a", due_at=7.0), Note("b", None)], producer)
    before = known(state)
    state.close()
    file_of(tmp_path).unlink()
    assert known(await open_state()) == before == {"a": value(due_at=7.0)}


async def test_a_file_at_hand_spares_reading_the_topic_again(
    open_state, producer, broker
):
    state = await open_state()
    await state.save([note("a")], producer)
    await state.save([note("b")], producer)
    state.close()
    reader = FakeReader(broker)
    again = await open_state(reader=reader)
    assert set(known(again)) == {"a", "b"}
    assert reader.reads == [(TOPIC, {PARTITION: 2})]


async def test_a_compacted_topic_restores_the_same(
    open_state, producer, broker, tmp_path
):
    state = await open_state()
    for due_at in range(7):
        await state.save(
            [note("a", due_at=float(due_at)), note(f"b{due_at}")], producer
        )
    before = known(state)
    state.close()
    file_of(tmp_path).unlink()
    broker.compact(TOPIC, PARTITION)
    again = await open_state()
    assert known(again) == before
    await again.save([note("c")], producer)
    again.close()
    assert known(await open_state()) == before | {"c": value()}


@pytest.mark.parametrize("kept", [0, 1, 15, 100, 4096, 5000, 0.5, 0.9, 0.99])
async def test_a_file_cut_short_anywhere_is_made_anew(
    open_state, producer, tmp_path, kept
):
    state = await open_state()
    await state.save([note(f"task-{n}", text="x" * 200) for n in range(200)], producer)
    before = known(state)
    state.close()
    path = file_of(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept if kept >= 1 else kept * len(whole))])
    assert known(await open_state()) == before


async def test_a_file_that_is_no_database_is_made_anew(open_state, producer, tmp_path):
    state = await open_state()
    await state.save([note("a")], producer)
    state.close()
    file_of(tmp_path).write_bytes(b"no database" * 1000)
    assert set(known(await open_state())) == {"a"}


async def test_a_file_damaged_in_any_page_is_made_anew(open_state, producer, tmp_path):
    state = await open_state()
    await state.save([note(f"task-{n:04}", f"h{n}:443") for n in range(500)], producer)
    hosts = sorted(state.hosts())
    state.close()
    path = file_of(tmp_path)
    whole = path.read_bytes()
    for page in range(4096, len(whole), 4096):
        path.write_bytes(
            whole[:page] + random.Random(1).randbytes(4096) + whole[page + 4096 :]
        )
        again = await open_state()
        assert sorted(again.hosts()) == hosts
        assert all(again.first_task(host) for host, _ in hosts)
        again.close()


async def test_a_file_of_another_cluster_counts_for_nothing(open_state, producer):
    state = await open_state(cluster="c1")
    await state.save([note("a")], producer)
    state.close()
    elsewhere = await open_state(cluster="c2", reader=FakeReader(Broker()))
    assert known(elsewhere) == {}


async def test_a_file_that_has_seen_more_than_the_topic_holds_is_made_anew(
    open_state, producer, broker
):
    state = await open_state()
    await state.save([note("a"), note("b"), note("c")], producer)
    state.close()
    broker.cut(TOPIC, PARTITION, end=1)
    assert set(known(await open_state())) == {"a"}


async def test_a_file_below_what_the_topic_keeps_is_made_anew(
    open_state, producer, broker, tmp_path
):
    state = await open_state()
    await state.save([note("a")], producer)
    state.close()
    for name in ("b", "c"):
        broker.append(Record(TOPIC, name.encode(), value(), (), PARTITION))
    broker.expire(TOPIC, PARTITION, before=2)
    assert set(known(await open_state())) == {"c"}


async def test_a_file_untouched_for_a_week_is_made_anew(
    open_state, producer, broker, tmp_path
):
    state = await open_state()
    await state.save([note("a"), note("b")], producer)
    state.close()
    broker.append(Record(TOPIC, b"a", None, (), PARTITION))
    broker.compact(TOPIC, PARTITION)
    # The tombstone itself is gone after `delete.retention.ms`.
    log = broker._logs[(TOPIC, PARTITION)]
    log[:] = [message for message in log if message.value is not None]
    long_ago = time.time() - STALE_SECONDS - 60
    os.utime(file_of(tmp_path), (long_ago, long_ago))
    assert set(known(await open_state())) == {"b"}


async def test_a_file_of_yesterday_is_used(open_state, producer, broker, tmp_path):
    state = await open_state()
    await state.save([note("a")], producer)
    state.close()
    yesterday = time.time() - 86_400
    os.utime(file_of(tmp_path), (yesterday, yesterday))
    reader = FakeReader(broker)
    await open_state(reader=reader)
    assert reader.reads == [(TOPIC, {PARTITION: 1})]


async def test_after_another_writer_the_next_restore_reads_the_hole(
    open_state, producer, broker
):
    state = await open_state()
    await state.save([note("a", due_at=1.0)], producer)
    # A holder that did not know yet that it had lost the partition.
    broker.append(Record(TOPIC, b"a", value(due_at=2.0), (), PARTITION))
    await state.save([note("b")], producer)
    await state.save([note("c")], producer)
    assert set(known(state)) == {"a", "b", "c"}
    state.close()
    again = known(await open_state())
    assert again == {"a": value(due_at=2.0), "b": value(), "c": value()}


async def test_a_record_that_was_never_confirmed_is_not_known(
    open_state, broker, tmp_path
):
    def fail(_call, stage, _records):
        if stage == "before":
            raise CrashError

    state = await open_state()
    with pytest.raises(CrashError):
        await state.save([note("a")], FakeProducer(broker, fail=fail))
    assert state.get("a") is None


async def test_a_record_whose_confirmation_was_lost_is_known_after_a_restart(
    open_state, broker, tmp_path
):
    def fail(_call, stage, _records):
        if stage == "after":
            raise CrashError

    state = await open_state()
    with pytest.raises(CrashError):
        await state.save([note("a")], FakeProducer(broker, fail=fail))
    state.close()
    assert set(known(await open_state())) == {"a"}


async def test_foreign_records_on_the_topic_are_no_tasks(open_state, broker):
    for foreign in (b"\xff", b"[]", b"{}", b'"text"', b'{"host": "x"}', b"null"):
        broker.append(Record(TOPIC, b"a", foreign, (), PARTITION))
    broker.append(Record(TOPIC, b"\xff", value(), (), PARTITION))
    state = await open_state()
    assert list(known(state).values()) == [value()]


@pytest.mark.parametrize(
    "foreign",
    [
        b'{"host": "x", "due_at": "soon"}',
        b'{"host": "x", "due_at": []}',
        b"[" * 100_000,
    ],
    ids=["word", "list", "nested"],
)
async def test_a_foreign_record_with_a_bad_time_is_no_task(open_state, broker, foreign):
    broker.append(Record(TOPIC, b"a", foreign, (), PARTITION))
    state = await open_state()
    assert known(state) == {}


async def test_on_a_full_disk_a_sound_file_is_not_thrown_away(
    open_state, producer, tmp_path
):
    state = await open_state()
    await state.save([note("a")], producer)
    state.close()
    before = file_of(tmp_path).stat().st_ino
    with full_disk(), pytest.raises(sqlite3.OperationalError):
        await open_state()
    assert file_of(tmp_path).stat().st_ino == before
    assert set(known(await open_state())) == {"a"}
