"""Laws of the schedule: nothing is lost, nothing twice at once, whatever happens."""

import asyncio
import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from communique.worker.schedule import Hosts
from tests.unit.worker.test_schedule import World

hosts = st.sampled_from("abc")
times = st.integers(0, 20).map(float)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), hosts, st.none() | times),
        st.tuples(st.just("next"), times),
        st.tuples(st.just("done"), times, st.none() | times),
    ),
    max_size=60,
)


@given(steps)
def test_hosts_agree_with_a_plain_table(history):
    """The model: a dict of due times, one of gates, and who is out."""
    tested, due, gates, out = Hosts(), {}, {}, []
    for step in history:
        if step[0] == "put":
            _, host, due_at = step
            tested.put(host, due_at)
            if host not in out:
                if due_at is None:
                    due.pop(host, None)
                else:
                    due[host] = max(due_at, gates.get(host, 0.0))
        elif step[0] == "next":
            now = step[1]
            ready = sorted((at, host) for host, at in due.items() if at <= now)
            expected = ready[0][1] if ready else None
            assert tested.next(now) == expected
            if expected is not None:
                del due[expected]
                out.append(expected)
        elif out:
            _, gate, due_at = step
            host = out.pop(0)
            tested.done(host, gate=gate)
            tested.put(host, due_at)
            gates[host] = gate
            if due_at is not None:
                due[host] = max(due_at, gate)
        assert tested.next_at() == min(due.values(), default=None)
        assert not set(due) & set(out)


tasks = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from("abc"), st.integers(0, 12)),
    min_size=1,
    max_size=12,
)
takeovers = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 1), st.booleans()), max_size=4
)


@settings(max_examples=12)
@given(tasks, takeovers, st.sampled_from([0.0, 1.0, 3.0]))
def test_no_task_is_lost_and_no_host_is_visited_twice_at_once(
    planned, taken_away, spacing_seconds
):
    asyncio.run(_simulate(planned, taken_away, spacing_seconds))


async def _simulate(planned, taken_away, spacing_seconds):
    with tempfile.TemporaryDirectory() as directory:
        world = World(
            Path(directory), spacing_seconds=spacing_seconds, limit=3, partitions=(0, 1)
        )
        await world.start()
        for second in range(13):
            for number, (partition, host, at) in enumerate(planned):
                if at == second:
                    name = f"{host}-{partition}"  # one host lives in one partition
                    await world.put(f"t{number}", name, world.clock(), partition)
            for at, partition, in_the_middle in taken_away:
                if at == second:
                    if in_the_middle:
                        world.hold = asyncio.Event()
                        world.schedule._wake.set()
                        for _ in range(5):
                            await asyncio.sleep(0)
                    await world.schedule.remove(partition)
                    world.states.pop(partition).close()
                    if world.hold is not None:
                        world.hold.set()
                        world.hold = None
                    await world.open(partition)
            await world.until(world.clock() + 1.0)
        await world.until(world.clock() + 4.0 * len(planned))
        await world.stop()
        done = [task for _, _, task in world.visits]
        assert sorted(done) == sorted(f"t{n}" for n in range(len(planned)))
        by_host = {}
        for at, host, _ in world.visits:
            by_host.setdefault(host, []).append(at)
        if not taken_away:  # a gate lives in the process that holds the partition
            for visits in by_host.values():
                gaps = [b - a for a, b in pairwise(visits)]
                assert all(gap >= spacing_seconds for gap in gaps)
