"""The fault suite sees: each way of spoiling the delivery loses or repeats releases."""

import os

import pytest
import pytest_asyncio

from tests.faults.arena import open_arena, open_engines
from tests.faults.cases import all_in_turn
from tests.faults.report import MUTANTS as PAGE
from tests.faults.report import Figures, render_mutants
from tests.programs.mutant import MUTANTS

pytestmark = [
    pytest.mark.mutants,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(400),
]

SEED = int(os.environ.get("COMMUNIQUE_TEST_SEED") or 1)
PATIENCE_SECONDS = 20.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engines_to_hurt(engine_artifacts, engines_dir):
    async with open_engines(engines_dir) as engines:
        yield engines


@pytest.fixture(scope="module")
def rows():
    rows: dict[str, Figures] = {}
    yield rows
    if rows.keys() == MUTANTS.keys():
        PAGE.write_text(render_mutants(rows, SEED))


async def test_what_is_not_spoilt_comes_through_the_same_trial(
    engines_to_hurt, tmp_path
):
    async with open_arena(*engines_to_hurt, tmp_path, seed=SEED) as arena:
        assert await arena.settle(await all_in_turn(arena))


@pytest.mark.parametrize("name", MUTANTS)
async def test_a_spoilt_delivery_is_seen(engines_to_hurt, tmp_path, rows, name):
    async with open_arena(
        *engines_to_hurt,
        tmp_path,
        seed=SEED,
        module="tests.programs.mutant",
        COMMUNIQUE_TEST_MUTANT=name,
    ) as arena:
        arena.patience_seconds = PATIENCE_SECONDS
        wave = await all_in_turn(arena)
        verdict = await arena.settle(wave)
    rows[name] = Figures(
        releases=len(wave),
        lost=len(verdict.lost),
        duplicates=len(verdict.twice),
        recovery_seconds=0.0,
        drain=None,
        seconds=0.0,
    )
    assert verdict.lost or verdict.twice
