"""Edge: wires the schedule to the functions of this service; decides nothing."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from communique.codec import Message
from communique.safe_http import web_client
from communique.topics import FEED_POLLER
from communique.worker.context import Build, Context, Work
from communique.worker.run import run_service
from communique.worker.settled import Settled
from feed_poller.settings import FeedPollerSettings
from feed_poller.tasks import plan, tally, task_id
from feed_poller.visit import (
    VISITS_AT_ONCE,
    VISITS_WHILE_BEHIND,
    Visitor,
)


async def run(settings: FeedPollerSettings) -> int:
    """Poll feeds until told to stop, and return the exit code."""
    return await run_service(FEED_POLLER, settings, _build(settings))


def _build(settings: FeedPollerSettings) -> Build:
    @asynccontextmanager
    async def build(context: Context) -> AsyncIterator[Work]:
        async with (
            web_client(
                settings,
                settings.user_agent,
                spacing_seconds=settings.host_spacing_seconds,
            ) as client,
            context.new_reader("state") as reader,
        ):
            visit = Visitor(
                context,
                settings,
                client,
                rng=random.SystemRandom(),
                now=context.now,
            )
            schedule, states = context.schedule(
                visit,
                visit.give_up,
                tally,
                spacing_seconds=settings.host_spacing_seconds,
                reader=reader,
                limit=VISITS_AT_ONCE,
                limit_behind=VISITS_WHILE_BEHIND,
            )

            async def handle(messages: Sequence[Message]) -> list[Settled]:
                return await states.plan(
                    messages,
                    partial(plan, naming=context.naming),
                    task_id=task_id,
                    dead_letters=context.dead_letters,
                )

            yield Work(handle, schedule, states)

    return build
