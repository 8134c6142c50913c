"""From the start to Ctrl-C: engines, services and what is done while they run."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence

from communique.events import Feed
from operator_console.local.engines import Engines
from operator_console.local.home import Home
from operator_console.local.stack import (
    local_engines,
    register_feeds,
    service_programs,
)
from operator_console.local.supervisor import Say, Supervisor

Body = Callable[[Engines], Awaitable[None]]
"""What is done while everything runs; the session ends when it returns."""


async def run_session(
    home: Home,
    *,
    feeds: Sequence[Feed],
    seed: bool = False,
    environment: Mapping[str, str],
    ports: Mapping[str, int],
    host: str | None,
    say: Say,
    body: Body,
) -> bool:
    """
    Run everything until `body` returns or somebody asks us to stop (SIGINT, SIGTERM).

    Returns whether `body` came to its end. Services stop first, the engines last, so
    that whatever is confirmed is kept. `seed` is that of `register_feeds`. Raises what
    `body` raises.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with local_engines(home, ports=ports, host=host) as engines:
        await register_feeds(engines, feeds, seed=seed)
        supervisor = Supervisor(say)
        services = asyncio.create_task(
            supervisor.run(service_programs(home, engines, environment))
        )
        work = asyncio.ensure_future(body(engines))
        asked = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            work.cancel()
            supervisor.stop()
            await services
        await asyncio.wait({work})
        if work.cancelled():
            return False
        work.result()
        return True
