"""
Nothing is lost and nothing comes twice, whatever fails: on engines of our own.

The cases share one system and follow one another. `make test-faults SEED=n` runs them
all and writes REPORT.md; `CASES=word` runs those that have the word in their name.
"""

import os
import time

import pytest
import pytest_asyncio

from tests.faults.arena import Arena, open_arena, open_engines
from tests.faults.cases import CASES, RECOVERY_SECONDS, RELEASES
from tests.faults.report import Figures, keep
from tests.machine import slowness

pytestmark = [
    pytest.mark.faults,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(400),
]

SEED = int(os.environ.get("COMMUNIQUE_TEST_SEED") or 1)
DRAIN = 0.8


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def arena(engine_artifacts, engines_dir, tmp_path_factory):
    async with (
        open_engines(engines_dir) as (kafka, elasticsearch),
        open_arena(
            kafka,
            elasticsearch,
            tmp_path_factory.mktemp("system"),  # pytest keeps it, with the logs
            seed=SEED,
        ) as arena,
    ):
        yield arena


@pytest.fixture(scope="module")
def rows():
    rows: dict[str, Figures] = {}
    yield rows
    if rows.keys() == CASES.keys():
        keep(SEED, rows, list(CASES))


@pytest.mark.parametrize("name", CASES)
async def test_nothing_is_lost_and_nothing_comes_twice(arena: Arena, rows, name, say):
    case = CASES[name]
    if case.has_backlog and not arena.capacity:
        arena.capacity = await measured_capacity(arena)
    started = time.monotonic()
    wave = await case.strike(arena)
    ended = time.monotonic()
    unbalanced = await arena.imbalance()  # under load, right after the fault
    probe = arena.load.publish()
    drained = await arena.drain(wave) if case.has_backlog else None
    recovery = await arena.searchable(probe) - ended
    verdict = await arena.settle({*wave, probe})
    figures = Figures(
        releases=len(wave) + 1,
        lost=len(verdict.lost),
        duplicates=len(verdict.twice),
        recovery_seconds=round(recovery, 1),
        drain=None if drained is None else round(drained / arena.capacity, 2),
        seconds=round(time.monotonic() - started, 1),
    )
    rows[name] = figures
    say(
        f"{name}: {figures.releases} releases, {figures.lost} lost, "
        f"{figures.duplicates} twice, found again after {figures.recovery_seconds} s, "
        f"drain {figures.drain}, {figures.seconds} s in all"
    )
    assert (verdict.lost, verdict.twice) == ([], [])
    assert unbalanced + await arena.imbalance() == []
    assert await arena.dead_letters() == arena.poisoned
    arena.poisoned.clear()
    assert recovery <= RECOVERY_SECONDS * slowness()
    if figures.drain is not None:
        assert figures.drain >= DRAIN


async def measured_capacity(arena: Arena) -> float:
    """Return the releases a second that arrive when nothing fails, warmed up."""
    await arena.settle(await arena.load.wave(RELEASES))
    return await arena.drain(await arena.load.wave(RELEASES))


@pytest.fixture
def say(capsys):
    """Print a line at once, although output is captured."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}", flush=True)

    return say
