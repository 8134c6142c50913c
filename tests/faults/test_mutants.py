"""The fault suite sees: each way of spoiling the delivery loses or repeats releases."""

import os
from contextlib import AbstractAsyncContextManager

import pytest
import pytest_asyncio

from tests.faults.arena import Arena, open_arena, open_engines
from tests.faults.report import MUTANTS as PAGE
from tests.faults.report import Figures, render_mutants
from tests.faults.trial import trial
from tests.programs.mutant import MUTANTS

pytestmark = [
    pytest.mark.mutants,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(400),
]

SEED = int(os.environ.get("COMMUNIQUE_TEST_SEED") or 1)
MUTANT = os.environ.get("COMMUNIQUE_TEST_MUTANT")
"""Spoils what must come through: `make test-faults MUTANT=name` fails."""
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


def spoilt(engines, directory, name: str) -> AbstractAsyncContextManager[Arena]:
    """Return an arena of the mutant `name`: what is late there is soon called lost."""
    return open_arena(
        *engines,
        directory,
        seed=SEED,
        module="tests.programs.mutant",
        patience_seconds=PATIENCE_SECONDS,
        COMMUNIQUE_TEST_MUTANT=name,
    )


async def test_all_comes_through_the_trial(engines_to_hurt, tmp_path):
    arena = (
        spoilt(engines_to_hurt, tmp_path, MUTANT)
        if MUTANT
        else open_arena(*engines_to_hurt, tmp_path, seed=SEED)
    )
    async with arena as arena:
        _, verdict = await trial(arena)
    assert (verdict.lost, verdict.twice) == ([], [])


@pytest.mark.parametrize("name", MUTANTS)
async def test_a_spoilt_delivery_is_seen(engines_to_hurt, tmp_path, rows, name):
    async with spoilt(engines_to_hurt, tmp_path, name) as arena:
        published, verdict = await trial(arena)
    rows[name] = Figures(
        releases=len(published),
        lost=len(verdict.lost),
        duplicates=len(verdict.twice),
        recovery_seconds=0.0,
        drain=None,
        seconds=0.0,
    )
    assert verdict.lost or verdict.twice
