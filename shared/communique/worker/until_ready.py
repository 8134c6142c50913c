"""Waiting for what a service cannot begin without, and saying so."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from communique.errors import NotReadyError
from communique.retry import backoff_seconds

log = structlog.get_logger(__name__)

T = TypeVar("T")


async def until_ready(
    ask: Callable[[], Awaitable[T]],
    *,
    waiting: Callable[[str | None], None],
    cap_seconds: float,
) -> T:
    """
    Return what `ask` answers, once it raises no NotReadyError any more.

    `waiting` hears why not, and None at the end. `cap_seconds` bounds the waits.
    """
    rng = random.SystemRandom()
    attempt = 0
    while True:
        try:
            answer = await ask()
        except NotReadyError as error:
            waiting(str(error))
            log.warning("waits", reason=str(error), attempt=attempt)
        else:
            waiting(None)
            return answer
        await asyncio.sleep(backoff_seconds(attempt, cap=cap_seconds, rng=rng))
        attempt += 1
