"""Visits: one at a time per host, spaced, in turn; what is cut off runs again."""

import asyncio
import json
import sqlite3
from collections import Counter

import pytest

from communique.errors import NotReadyError
from communique.worker.crashes import Crashes
from communique.worker.partition_state import Note, PartitionState
from communique.worker.schedule import BEHIND, FAULT_SECONDS, Schedule
from tests.fakes import Broker, Clock, CrashError, FakeProducer, FakeReader

TOPIC = "communique.pages.state"


class World:
    """A schedule over real files and a broker in memory, with a clock that is set."""

    def __init__(
        self,
        directory,
        *,
        broker=None,
        spacing_seconds=0.0,
        limit=64,
        limit_behind=None,
        partitions=(0,),
    ):
        self.clock = Clock(1000.0)
        self.broker = broker or Broker()
        self.producer = FakeProducer(self.broker)
        self.directory = directory
        self.partitions = partitions
        self.states = {}
        self.visits = []
        self.out = set()
        self.most_out = 0
        self.hold = None
        self.pause = {}
        self.always_due = set()
        self.lag = 0
        self.errors = {}
        self.schedule = Schedule(
            self.visit,
            self.give_up,
            crashes=Crashes(directory / "crashes.json"),
            spacing_seconds=spacing_seconds,
            limit=limit,
            limit_behind=limit_behind,
            lag=lambda: self.lag,
            clock=self.clock,
            waiting=lambda reason: setattr(self, "waits_for", reason),
        )
        self.waits_for = None
        self.given_up = []
        self.tries = Counter()
        self.running = None

    async def give_up(self, state, task, error):
        """Put a task away, as the services do: nothing of it is due any more."""
        self.given_up.append((task.id, type(error)))
        value = json.dumps({"host": task.host, "due_at": None}).encode()
        async with state.lock:
            await state.save([Note(task.id, value)], self.producer)

    async def start(self):
        for partition in self.partitions:
            await self.open(partition)
        self.running = asyncio.create_task(self.schedule.run())

    async def open(self, partition):
        state = PartitionState(self.directory, TOPIC, partition, cluster="c")
        await state.restore(FakeReader(self.broker))
        self.states[partition] = state
        self.schedule.add(state)

    async def stop(self):
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        for state in self.states.values():
            state.close()

    async def put(self, task_id, host, due_at, partition=0):
        value = {"host": host, "due_at": due_at}
        note = Note(task_id, json.dumps(value).encode())
        async with self.states[partition].lock:
            await self.states[partition].save([note], self.producer)
        self.schedule.changed(partition, [host])

    async def visit(self, state, task):
        assert task.host not in self.out, "two visits to one host at once"
        assert task.due_at <= self.clock(), "visited before it was due"
        self.tries[task.id] += 1
        self.out.add(task.host)
        self.most_out = max(self.most_out, len(self.out))
        try:
            await asyncio.sleep(0)
            if self.hold is not None:
                await self.hold.wait()
            if error := self.errors.get(task.id):
                raise error
            self.visits.append((self.clock(), task.host, task.id))
            due_at = None
            if task.host in self.always_due:
                self.clock.advance(0.1)
                due_at = self.clock()
            value = {"host": task.host, "due_at": due_at}
            async with state.lock:
                await state.save(
                    [Note(task.id, json.dumps(value).encode())], self.producer
                )
        finally:
            self.out.discard(task.host)
        return self.pause.get(task.host, 0.0)

    async def settle(self):
        """Let the loop run until nothing happens any more at this time."""
        before = None
        while before != (before := (len(self.visits), len(self.out))):
            self.schedule._wake.set()
            for _ in range(40):
                await asyncio.sleep(0)

    async def until(self, now):
        """Let the clock go on to `now`, a second at a time."""
        await self.settle()
        while self.clock() < now:
            self.clock.advance(min(1.0, now - self.clock()))
            await self.settle()


@pytest.fixture
async def world(tmp_path):
    """Make lives of one process: its topics and files stay."""
    worlds, broker = [], Broker()

    async def make(**options):
        made = World(tmp_path, broker=broker, **options)
        worlds.append(made)
        await made.start()
        return made

    yield make
    for made in worlds:
        await made.stop()


async def test_due_tasks_run_and_others_wait_for_their_time(world):
    world = await world()
    await world.put("now", "a", 1000.0)
    await world.put("later", "a", 1005.0)
    await world.put("other", "b", 1002.0)
    await world.settle()
    assert world.visits == [(1000.0, "a", "now")]
    await world.until(1010.0)
    assert world.visits[1:] == [(1002.0, "b", "other"), (1005.0, "a", "later")]


async def test_tasks_of_one_host_are_spaced_and_in_order(world):
    world = await world(spacing_seconds=5.0)
    for number in range(4):
        await world.put(f"t{number}", "a", 990.0 + number)
    await world.until(1020.0)
    assert world.visits == [
        (1000.0, "a", "t0"),
        (1005.0, "a", "t1"),
        (1010.0, "a", "t2"),
        (1015.0, "a", "t3"),
    ]


async def test_a_host_that_asks_for_peace_gets_it_and_others_go_on(world):
    world = await world(spacing_seconds=1.0)
    world.pause["a"] = 30.0
    await world.put("a1", "a", 1000.0)
    await world.put("a2", "a", 1000.0)
    await world.put("b1", "b", 1000.0)
    await world.until(1040.0)
    assert [(at, task) for at, _, task in world.visits] == [
        (1000.0, "a1"),
        (1000.0, "b1"),
        (1030.0, "a2"),
    ]


async def test_no_more_than_the_limit_are_out_at_once(world):
    world = await world(limit=3)
    world.hold = asyncio.Event()
    for number in range(10):
        await world.put(f"t{number}", f"h{number}", 1000.0)
    await world.settle()
    assert len(world.out) == 3
    world.hold.set()
    await world.settle()
    assert len(world.visits) == 10
    assert world.most_out == 3


async def test_visits_make_room_while_many_messages_wait_to_be_planned(world):
    world = await world(limit=8, limit_behind=2)
    world.lag, world.hold = BEHIND, asyncio.Event()
    for number in range(20):
        await world.put(f"t{number}", f"h{number}", 1000.0)
    await world.settle()
    assert len(world.out) == 2
    world.lag = BEHIND - 1
    await world.settle()
    assert len(world.out) == 8
    world.hold.set()
    await world.settle()
    assert len(world.visits) == 20


async def test_partitions_take_turns_when_there_is_little_room(world):
    world = await world(limit=2, partitions=(0, 1))
    world.hold = asyncio.Event()
    for number in range(5):
        await world.put(f"p0-{number}", f"h{number}", 1000.0)
    await world.put("p1", "other", 1000.0, partition=1)
    await world.settle()
    assert "other" in world.out
    world.hold.set()


async def test_tasks_that_are_always_due_starve_no_other_partition(world):
    world = await world(limit=1, partitions=(0, 1))
    world.always_due = {f"h{number}" for number in range(5)}
    for number in range(5):
        await world.put(f"p0-{number}", f"h{number}", 1000.0)
    await world.put("p1", "other", 1000.0, partition=1)
    while len(world.visits) < 20:
        await asyncio.sleep(0)
    assert "other" in {host for _, host, _ in world.visits}


async def test_a_task_that_is_cut_off_runs_again_when_the_partition_is_back(world):
    world = await world()
    world.hold = asyncio.Event()
    await world.put("t", "a", 1000.0)
    await world.settle()
    assert world.out == {"a"}
    await world.schedule.remove(0)
    assert world.out == set()
    assert world.visits == []
    world.states.pop(0).close()
    world.hold = None
    await world.open(0)
    await world.settle()
    assert [task for _, _, task in world.visits] == ["t"]


async def test_a_partition_that_is_gone_is_not_worked_on(world):
    world = await world(partitions=(0, 1))
    await world.put("kept", "a", 1005.0, partition=1)
    await world.put("gone", "b", 1005.0, partition=0)
    await world.schedule.remove(0)
    world.schedule.changed(0, ["b"])
    await world.until(1010.0)
    assert [task for _, _, task in world.visits] == ["kept"]


async def test_a_fault_of_ours_in_a_visit_ends_the_loop(world):
    world = await world()
    world.errors["t"] = CrashError()
    await world.put("t", "a", 1000.0)
    with pytest.raises(CrashError):
        await asyncio.wait_for(world.running, 1.0)
    assert world.states[0].first_task("a").id == "t"


async def test_one_task_that_crashes_us_does_not_stop_all_others_for_ever(
    world, tmp_path
):
    for _ in range(4):  # four lives of the process
        life = await world()
        life.errors["culprit"] = CrashError()
        if not life.states[0].hosts():
            await life.put("culprit", "a", 1000.0)
            await life.put("good", "b", 1001.0)
        await asyncio.sleep(0)
        await life.until(1002.0)
        if not life.running.done():
            break
        await life.stop()
    assert not life.running.done(), "no life came past the culprit"


@pytest.mark.parametrize(
    "fault",
    [
        OSError("no space left on device"),
        TimeoutError(),
        MemoryError(),
        NotReadyError("the model is missing"),
        sqlite3.OperationalError("database or disk is full"),
    ],
    ids=lambda fault: type(fault).__name__,
)
async def test_a_fault_of_ours_is_waited_out_and_never_counted(world, tmp_path, fault):
    world = await world()
    world.errors["t"] = fault
    await world.put("t", "a", 1000.0)
    await world.put("good", "b", 1001.0)
    await world.until(1000.0 + 4 * FAULT_SECONDS)  # five tries: more than three crashes
    assert world.tries["t"] == 5
    assert not world.running.done()
    assert not (tmp_path / "crashes.json").exists()
    assert [task for _, _, task in world.visits] == ["good"]
    assert world.waits_for == (str(fault) or type(fault).__name__)
    del world.errors["t"]
    await world.until(world.clock() + FAULT_SECONDS)
    assert world.waits_for is None
    assert world.visits[-1] == (1000.0 + 5 * FAULT_SECONDS, "a", "t")
    assert world.given_up == []


async def planned(world, task_id):
    """Write a due task down, and end before it runs."""
    life = await world()
    await life.put(task_id, "a", 1000.0)
    await life.stop()


async def lives(world, task_id, errors):
    """Run the task in a life each; return the last life, and how each ended."""
    ends = []
    for error in errors:
        life = await world()
        if error is not None:
            life.errors[task_id] = error
        await life.settle()
        ends.append(life.running.exception() if life.running.done() else None)
        await life.stop()
    return life, ends


async def test_two_crashes_are_let_out_and_the_third_gives_the_task_up(world):
    await planned(world, "t")
    crash = CrashError()
    last, ends = await lives(world, "t", [crash, crash, crash])
    assert ends == [crash, crash, None]
    assert last.given_up == [("t", CrashError)]
    assert last.visits == []


async def test_a_success_forgets_the_crashes_before_it(world):
    await planned(world, "t")
    crash = CrashError()
    last, ends = await lives(world, "t", [crash, crash, None])
    assert ends == [crash, crash, None]
    assert [task for _, _, task in last.visits] == ["t"]
    await planned(world, "t")
    last, ends = await lives(world, "t", [crash, crash])
    assert ends == [crash, crash]
    assert last.given_up == []


async def test_what_was_given_up_may_crash_three_times_again(world):
    await planned(world, "t")
    crash = CrashError()
    await lives(world, "t", [crash] * 3)
    await planned(world, "t")
    _, ends = await lives(world, "t", [crash])
    assert ends == [crash]


async def test_the_loop_ends_when_it_is_told_to_at_the_moment_of_a_wake_up(world):
    """Python 3.11's `wait_for` lost such a cancel: a stop took for ever."""
    world = await world()
    await asyncio.sleep(0)
    world.schedule._wake.set()
    await asyncio.sleep(0)
    world.running.cancel()
    done, _ = await asyncio.wait([world.running], timeout=1.0)
    assert done


async def test_a_slow_host_holds_nobody_up(world):
    world = await world()
    slow = asyncio.Event()
    visit = world.visit

    async def sometimes_slow(state, task):
        if task.host == "slow":
            await slow.wait()
        return await visit(state, task)

    world.schedule._visit = sometimes_slow
    await world.put("s", "slow", 1000.0)
    for number in range(3):
        await world.put(f"t{number}", "a", 1000.0)
    await world.settle()
    assert [task for _, _, task in world.visits] == ["t0", "t1", "t2"]
    slow.set()
