"""
Faust as it is commonly written: each form here loses messages (docs/decisions/0002).

LOSING_FORM names one. The other variables are those of `recorder`; the fault strikes
once, in whichever process comes to it first.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

import faust
from mode.supervisors import CrashingSupervisor

from tests.programs.recorder import Fault, note

TOPIC = os.environ["COMMUNIQUE_TOPIC_PREFIX"] + "items"
GROUP = os.environ["COMMUNIQUE_TOPIC_PREFIX"] + "recorder"

app = faust.App(
    GROUP,
    broker="kafka://" + os.environ["COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS"],
    datadir=os.environ["COMMUNIQUE_STATE_DIR"],
    consumer_group_instance_id=f"{GROUP}-0",
    broker_session_timeout=6.0,
    broker_heartbeat_interval=1.0,
    broker_commit_interval=0.5,
    consumer_auto_offset_reset="earliest",
    topic_disable_leader=True,
    topic_allow_declare=False,
    topic_partitions=1,
    value_serializer="raw",
    key_serializer="raw",
    web_enabled=False,
    worker_redirect_stdouts=False,
)
fault = Fault()


async def work(events: list[Any]) -> None:
    for event in events:
        await fault.strike(event.message.offset)
    note([f"items/0/{event.message.offset}" for event in events])


async def events(stream: Any) -> None:
    async for event in stream.events():
        await work([event])


async def noack_events(stream: Any) -> None:
    async for event in stream.noack().events():
        await work([event])
        event.ack()


async def take(stream: Any) -> None:
    async for batch in stream.take_events(10, within=1.0):
        await work(batch)


async def noack_take(stream: Any) -> None:
    async for batch in stream.noack_take(10, within=1.0):
        await work(batch)
        for event in batch:
            event.ack()


async def noack_take_one(stream: Any) -> None:
    async for batch in stream.noack_take(1, within=1.0):
        await work(batch)
        for event in batch:
            event.ack()


FORMS: dict[str, tuple[Callable[[Any], Any], dict[str, Any]]] = {
    "events": (events, {}),
    "noack-events": (noack_events, {}),
    "take": (take, {}),
    "noack-take": (noack_take, {}),
    "noack-take-crashing": (noack_take, {"supervisor_strategy": CrashingSupervisor}),
    "noack-take-one": (noack_take_one, {"supervisor_strategy": CrashingSupervisor}),
    "concurrency": (events, {"concurrency": 4}),
}


if __name__ == "__main__":
    form, options = FORMS[os.environ["LOSING_FORM"]]
    app.agent(
        app.topic(TOPIC, key_serializer="raw", value_serializer="raw"),
        name="losing",
        **options,
    )(form)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    sys.exit(faust.Worker(app, loop=loop, loglevel="WARN").execute_from_commandline())
