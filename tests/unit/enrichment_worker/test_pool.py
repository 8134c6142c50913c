"""Processes that enrich: real ones that know nothing, killed and hung on purpose."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager

import pytest

from communique.errors import NotReadyError, UnusableTextError
from communique.worker.crashes import CrashError
from enrichment_worker.pool import PART_TEXTS, Child, HungError, Pool, parts
from enrichment_worker.wire import Start, Task, pack
from tests.unit.enrichment_worker.examples import raw

pytestmark = pytest.mark.slow

TROUBLED = (sys.executable, "-m", "tests.programs.troubled_child")
START = Start(None, {}, document_seconds=4.0)
GOOD = "It was agreed in Kenya."


@asynccontextmanager
async def pool(count: int = 1, start: Start = START):
    children = [Child(start, TROUBLED) for _ in range(count)]
    async with Pool(children) as one:
        await one.ready()
        yield one


def told(answers) -> list[str]:
    """Return, of each answer, the class of error or the text."""
    return [getattr(one, "error_class", None) or one.text for one in answers]


async def test_a_batch_comes_back_in_order_whatever_hangs_dies_or_is_no_text():
    texts = [GOOD, "HANG", "DIE", "Peru", GOOD]
    async with pool() as one:
        pid = one.children[0].pid
        answers = await one.enrich([raw(text) for text in texts])
        assert one.children[0].pid != pid
    assert told(answers) == [GOOD, "hung", "crash", "Peru", GOOD]
    assert isinstance(answers[1], HungError)
    assert isinstance(answers[2], CrashError)


async def test_the_loop_goes_on_while_a_text_hangs():
    async with pool() as one:
        work = asyncio.create_task(one.enrich([raw("HANG"), raw(GOOD)]))
        turns = 0
        while not work.done():
            await asyncio.sleep(0.01)
            turns += 1
    assert turns > 100
    assert told(await work) == ["hung", GOOD]


async def test_a_child_that_is_killed_costs_no_text():
    async with pool() as one:
        work = asyncio.create_task(one.enrich([raw(GOOD)] * 10))
        os.kill(one.children[0].pid, signal.SIGKILL)
        assert told(await work) == [GOOD] * 10


async def test_an_error_of_ours_is_let_out_and_the_next_batch_goes_on():
    async with pool() as one:
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            await one.enrich([raw("FAIL")])
        assert told(await one.enrich([raw(GOOD)])) == [GOOD]


async def test_what_is_no_text_is_an_answer():
    async with pool() as one:
        (answer,) = await one.enrich([raw("\ufffd" * 300)])
    assert isinstance(answer, UnusableTextError)


async def test_two_children_share_a_batch():
    async with pool(2) as one:
        answers = await one.enrich([raw(GOOD)] * (3 * PART_TEXTS))
        assert len({child.pid for child in one.children}) == 2
    assert told(answers) == [GOOD] * (3 * PART_TEXTS)


async def test_a_missing_model_is_waited_for():
    async with Pool([Child(Start(None, {"en": "no_such_model"}, 1.0))]) as one:
        with pytest.raises(NotReadyError, match="no_such_model"):
            await one.ready()


async def test_a_child_that_cannot_start_is_waited_for():
    async with Pool([Child(START, (sys.executable, "-c", ""))]) as one:
        with pytest.raises(NotReadyError, match="log"):
            await one.ready()


async def test_a_cancelled_batch_leaves_no_child_at_work():
    async with pool() as one:
        pid = one.children[0].pid
        work = asyncio.create_task(one.enrich([raw("HANG")]))
        await asyncio.sleep(0.1)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert is_gone(pid)
        assert told(await one.enrich([raw(GOOD)])) == [GOOD]


@pytest.mark.parametrize("text", [GOOD, "HANG"], ids=["idle", "hanging"])
async def test_a_child_ends_when_its_worker_is_gone(text):
    process = await asyncio.create_subprocess_exec(
        *TROUBLED, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    process.stdin.writelines(pack(Start(None, {}, document_seconds=0.5)))
    process.stdin.writelines(pack(Task([raw(text)])))
    await process.stdout.readexactly(8)
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 10) in {0, -signal.SIGALRM}


@pytest.mark.parametrize(
    ("lengths", "children", "expected"),
    [
        ([24] * 40, 1, [32, 8]),
        ([24] * 50, 2, [17, 11, 7, 5, 4, 4, 2]),
        ([24] * 100, 2, [32, 23, 15, 10, 7, 4, 4, 4, 1]),
        ([24] * 7, 2, [4, 3]),
        ([24] * 3, 2, [3]),
        ([100] * 10 + [10] * 30, 2, [4, 4, 4, 9, 6, 4, 4, 4, 1]),
        ([300_000, *[24] * 4, 300_000], 2, [1, 4, 1]),
        ([150_000] * 2, 1, [1, 1]),
        ([0] * 3, 2, [3]),
        ([], 2, []),
    ],
    ids=[
        "one child",
        "a batch of the service",
        "more than a part for each",
        "few",
        "too few to share",
        "of unlike length",
        "a long text goes alone",
        "two that are too long together",
        "empty",
        "none",
    ],
)
def test_parts_get_smaller_so_that_children_end_together(lengths, children, expected):
    releases = [raw("x" * length) for length in lengths]
    split = list(parts(releases, children))
    assert [len(part) for part in split] == expected
    assert [one for part in split for one in part] == releases


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
