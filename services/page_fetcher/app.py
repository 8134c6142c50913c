"""Edge: wires the schedule to the functions of this service; decides nothing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from communique.codec import Message
from communique.safe_http import web_client
from communique.topics import PAGE_FETCHER
from communique.worker.context import Build, Context, Work
from communique.worker.reader import RecentMessages
from communique.worker.run import run_service
from communique.worker.settled import Settled
from page_fetcher.robots import Robots
from page_fetcher.settings import PageFetcherSettings
from page_fetcher.tasks import plan, tally, task_id
from page_fetcher.visit import Visitor


async def run(settings: PageFetcherSettings) -> int:
    """Read pages until told to stop, and return the exit code."""
    return await run_service(PAGE_FETCHER, settings, _build(settings))


def _build(settings: PageFetcherSettings) -> Build:
    @asynccontextmanager
    async def build(context: Context) -> AsyncIterator[Work]:
        recent = RecentMessages()
        async with (
            web_client(settings, settings.user_agent) as client,
            context.new_reader("state") as state_reader,
            context.new_reader("records") as record_reader,
        ):
            robots = Robots(client, clock=context.clock)
            visit = Visitor(
                context,
                settings,
                client,
                record_reader,
                recent,
                robots=robots if settings.respect_robots else None,
                now=context.now,
            )
            schedule, states = context.schedule(
                visit,
                visit.give_up,
                tally,
                spacing_seconds=settings.host_spacing_seconds,
                reader=state_reader,
            )

            async def handle(messages: Sequence[Message]) -> list[Settled]:
                for message in messages:
                    recent.add(message)
                return await states.plan(
                    messages,
                    partial(plan, naming=context.naming),
                    task_id=task_id,
                    dead_letters=context.dead_letters,
                )

            yield Work(handle, schedule, states)

    return build
