"""Empty answers that came too soon are waited out; nothing else is held up."""

import asyncio

import pytest
from aiokafka.consumer.fetcher import Fetcher

from communique.worker import long_poll
from communique.worker.long_poll import (
    PACE_SECONDS,
    QUIET_PACE_SECONDS,
    pace_empty_fetches,
)


class Quiet:
    """Stands for a fetcher, of which nothing but its identity is asked."""


@pytest.fixture
def fetch(monkeypatch):
    """Return a paced fetch that answers as told; ours alone, undone at the end."""

    def paced(*, brought_something, took_seconds=0.0):
        async def answer(_fetcher, *_request):
            if took_seconds:
                await asyncio.sleep(took_seconds)
            return brought_something

        monkeypatch.setattr(Fetcher, "_proc_fetch_request", answer)
        pace_empty_fetches()
        fetcher = Quiet()
        return lambda: Fetcher._proc_fetch_request(fetcher, "request")

    return paced


@pytest.fixture
def waits(monkeypatch):
    """Return the seconds of every sleep, the engine's and ours."""
    waited, sleep = [], asyncio.sleep

    async def recorded(wait):
        waited.append(wait)
        await sleep(wait)

    monkeypatch.setattr(asyncio, "sleep", recorded)
    return waited


async def test_an_empty_answer_that_came_at_once_takes_its_time(fetch):
    loop = asyncio.get_running_loop()
    started = loop.time()
    assert await fetch(brought_something=False)() is False
    assert loop.time() - started >= PACE_SECONDS


async def test_an_empty_answer_is_filled_up_to_the_pace_and_not_beyond(fetch, waits):
    await fetch(brought_something=False, took_seconds=0.8 * PACE_SECONDS)()
    engine, ours = waits
    assert engine == 0.8 * PACE_SECONDS
    assert 0 < ours <= PACE_SECONDS - engine


async def test_after_a_quiet_while_it_is_asked_less_often(fetch, waits, monkeypatch):
    monkeypatch.setattr(long_poll, "QUIET_SECONDS", 0.01)
    asked = fetch(brought_something=False)
    for _ in range(2):
        await asked()
    first, later = waits
    assert first <= PACE_SECONDS < later <= QUIET_PACE_SECONDS


@pytest.mark.parametrize(
    ("answer", "engine"),
    [
        ({"brought_something": True}, []),
        ({"brought_something": False, "took_seconds": 0.06}, [0.06]),
    ],
    ids=["full", "empty after a long poll"],
)
async def test_what_is_no_hurried_empty_answer_is_handed_on_at_once(
    fetch, waits, answer, engine
):
    assert await fetch(**answer)() is answer["brought_something"]
    assert waits == engine


async def test_a_cancel_ends_the_wait_without_an_error(fetch, monkeypatch):
    monkeypatch.setattr(long_poll, "PACE_SECONDS", 3600.0)
    asked = fetch(brought_something=False)
    waiting = asyncio.create_task(asked())
    await asyncio.sleep(0)
    waiting.cancel()
    assert await waiting is False


def test_pacing_twice_is_pacing_once(fetch):
    fetch(brought_something=False)
    once = Fetcher._proc_fetch_request
    pace_empty_fetches()
    assert Fetcher._proc_fetch_request is once
