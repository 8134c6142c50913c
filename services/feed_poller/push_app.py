"""Edge: runs the listener that hubs reach, until it is told to stop."""

import asyncio
import signal

import structlog

from communique.errors import UsageError
from communique.settings import PREFIX
from communique.topics import FEEDS
from communique.worker.broadcast import Broadcast
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from communique.worker.serving import serving
from feed_poller.push_listener import Feeds, PushListener
from feed_poller.settings import PushListenerSettings

CLIENT = "push-listener"

log = structlog.get_logger(__name__)


async def run(settings: PushListenerSettings) -> int:
    """
    Listen until told to stop, and return the exit code.

    Raises UsageError if no address and secret are set.
    """
    callbacks = settings.callbacks
    if callbacks is None:
        raise UsageError(
            f"Say where hubs reach you with {PREFIX}PUSH_URL, and set a "
            f"{PREFIX}PUSH_SECRET (or {PREFIX}PUSH_SECRET_FILE)."
        )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    feeds = Feeds()
    async with (
        Reader(settings.connection, client_id=CLIENT) as reader,
        Producer(settings.connection, client_id=CLIENT) as producer,
    ):
        broadcast = Broadcast(reader, settings.naming.topic(FEEDS), feeds.apply)
        await broadcast.catch_up()
        listener = PushListener(callbacks, feeds, producer.send_all, settings.naming)
        async with serving(
            listener.app(), host=settings.push_host, port=settings.push_port
        ) as port:
            log.info("listens", host=settings.push_host, port=port)
            follow = asyncio.create_task(broadcast.follow())
            stop = asyncio.create_task(stopping.wait())
            done, _ = await asyncio.wait(
                {follow, stop}, return_when=asyncio.FIRST_COMPLETED
            )
            for task in (follow, stop):
                task.cancel()
            if follow in done:
                follow.result()
    return 0
