"""
The one Faust form (docs/decisions/0002, why this and no other).

One agent, one at a time, raw bytes, both `noack`s, every effect awaited, acks in order
and only at the end, and any error that is not the document's ends the process.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import faust
import structlog
from faust.exceptions import ConsumerNotStarted
from faust.types import TP, EventT, StreamT
from mode.supervisors import CrashingSupervisor

from communique.codec import Message
from communique.connection import KafkaConnection
from communique.settings import WorkerSettings
from communique.topics import Service
from communique.worker.progress import Progress
from communique.worker.seeking import SeekingTransport

log = structlog.get_logger(__name__)

Settle = Callable[[Callable[[], list[Message]]], Awaitable[Sequence[Message]]]
Assigned = Callable[[set[tuple[str, int]]], None]


def create_app(
    service: Service,
    settings: WorkerSettings,
    *,
    instance: int,
    settle: Settle,
    assigned: Assigned,
    progress: Progress,
) -> faust.App:
    """
    Return the Faust app that hands batches of `service` to `settle`, then acks them.

    `assigned` hears of every (topic, partition) that is ours after a rebalance.
    """
    naming = settings.naming
    app = faust.App(
        naming.group(service),
        broker=[f"kafka://{server}" for server in settings.connection.servers],
        broker_credentials=_credentials(settings.connection),
        datadir=str(Path(settings.state_dir) / "faust"),
        consumer_group_instance_id=f"{naming.group(service)}-{instance}",
        broker_session_timeout=settings.session_timeout_seconds,
        broker_heartbeat_interval=min(3.0, settings.session_timeout_seconds / 3),
        broker_rebalance_timeout=settings.rebalance_timeout_seconds,
        broker_max_poll_interval=settings.max_poll_interval_seconds,
        broker_commit_interval=1.0,
        consumer_auto_offset_reset="earliest",
        stream_wait_empty=False,
        stream_buffer_maxsize=2 * settings.batch_size,
        producer_acks=-1,
        table_standby_replicas=0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=service.reads[0].partitions,
        value_serializer="raw",
        key_serializer="raw",
        web_enabled=False,
        worker_redirect_stdouts=False,
    )
    names = [naming.topic(topic) for topic in service.inputs]
    ours: set[TP] = set()

    @app.agent(
        app.topic(*names, key_serializer="raw", value_serializer="raw"),
        name=f"{service.name}-agent",
        supervisor_strategy=CrashingSupervisor,
    )
    async def consume(stream: StreamT[bytes]) -> None:
        """Settle batches and ack them, in order."""
        # Both: without `noack()` first, the generator's end acks what it holds.
        batches = stream.noack().noack_take(  # type: ignore[attr-defined] # not in StreamT
            settings.batch_size, within=settings.within_seconds
        )
        async for events in batches:
            progress.beat()
            messages = {to_message(event): event for event in events}
            settled = await settle(partial(_still, app, messages, ours))
            for message in settled:
                messages[message].ack()
            progress.settled((m.topic, m.partition, m.offset) for m in settled)

    @app.on_partitions_assigned.connect  # type: ignore[arg-type] # admits no exact one
    async def on_assigned(_: object, partitions: set[TP], **_more: object) -> None:
        ours.clear()
        ours.update(partitions)
        log.info("assigned", partitions=len(partitions))
        progress.assign(len(partitions))
        assigned({(tp.topic, tp.partition) for tp in partitions})

    @app.on_partitions_revoked.connect  # type: ignore[arg-type]  # as above
    async def on_revoked(_: object, partitions: set[TP], **_more: object) -> None:
        ours.difference_update(partitions)
        assigned({(tp.topic, tp.partition) for tp in ours})

    app.transport = SeekingTransport(app.conf.broker_consumer, app)
    return app


async def observe(app: faust.App, progress: Progress) -> None:
    """Keep `progress` up to date about lag, rebalances and membership."""
    while True:
        await asyncio.sleep(1.0)
        now = time.monotonic()
        progress.lag = lag(app)
        progress.commits_stand = progress.commits.look(committed(app))
        progress.rebalancing_since = _since(
            progress.rebalancing_since, now, app.rebalancing
        )
        progress.outside_group_since = _since(
            progress.outside_group_since, now, not is_member(app)
        )


def lag(app: faust.App) -> int:
    """Return how many messages of our partitions are not acked yet, as far as known."""
    consumer: Any = app.consumer  # what was committed is in no public interface
    try:
        assignment = consumer.assignment()
    except ConsumerNotStarted:  # its thread comes up by itself: seconds, if all is busy
        return 0
    waiting = 0
    for tp in assignment:
        highwater = consumer.highwater(tp)
        committed = consumer._committed_offset.get(tp) or 0
        waiting += max(0, (highwater or 0) - committed)
    return waiting


def committed(app: faust.App) -> dict[tuple[str, int], int | None]:
    """Return the next offset that was committed of each of our partitions."""
    consumer: Any = app.consumer
    return {(tp.topic, tp.partition): n for tp, n in consumer._committed_offset.items()}


def is_member(app: faust.App) -> bool:
    """Return whether the broker counts us as a member of the group."""
    thread = getattr(app.consumer, "_thread", None)
    consumer = getattr(thread, "_consumer", None)
    coordinator = getattr(consumer, "_coordinator", None)
    return getattr(coordinator, "generation", -1) >= 0


def to_message(event: EventT[bytes]) -> Message:
    """Return Faust's event as ours."""
    raw = event.message
    return Message(
        topic=raw.topic,
        partition=raw.partition,
        offset=raw.offset,
        key=raw.key,
        value=raw.value,
        headers={name: value or b"" for name, value in dict(raw.headers or {}).items()},
        timestamp_ms=int((raw.timestamp or 0) * 1000),
    )


def is_ours(event: EventT[bytes], ours: Container[TP], generation: int) -> bool:
    """
    Return whether `event` is for this process to settle, in this `generation`.

    What was taken away while it waited here belongs to another process now: its work
    would be done twice. What was taken and given back comes again: an ack of the copy
    in hand could commit past one that was dropped between the two.
    """
    return event.message.generation_id == generation and event.message.tp in ours


def _credentials(
    kafka: KafkaConnection,
) -> faust.SASLCredentials | faust.SSLCredentials | None:
    context = kafka.tls_context()
    if kafka.is_sasl:
        # Faust concludes from the context alone whether to speak TLS.
        return faust.SASLCredentials(
            username=kafka.username,
            password=kafka.password.get_secret_value() if kafka.password else None,
            mechanism=kafka.mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context else None


def _still(
    app: faust.App, messages: Mapping[Message, EventT[bytes]], ours: Container[TP]
) -> list[Message]:
    generation = app.consumer_generation_id
    return [m for m, event in messages.items() if is_ours(event, ours, generation)]


def _since(since: float | None, now: float, holds: bool) -> float | None:
    if not holds:
        return None
    return now if since is None else since
