"""
Subscribing to enriched releases: an async iterator over a topic.

With a group, Kafka remembers how far you are: a release is counted as read when you ask
for the next one, so a crash in between brings it again (at-least-once; `release_id` and
`version` tell a repetition). Without a group, you only watch.
"""

from collections.abc import AsyncGenerator

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord

from communique.codec import Message, decode
from communique.connection import KafkaConnection
from communique.errors import PermanentError
from communique.events import EnrichedRelease
from communique.topics import MAX_MESSAGE_BYTES, RELEASES_ENRICHED, Naming


async def enriched_releases(
    kafka: KafkaConnection | str,
    *,
    group: str | None = None,
    topic_prefix: str = "communique.",
    from_start: bool = False,
) -> AsyncGenerator[EnrichedRelease, None]:
    """
    Yield releases as they are enriched, for as long as you ask.

    `kafka` is `host:port`, or `KafkaSettings().connection` for what the environment
    says. A new `group` begins at the start of what is kept, or at the end of it, by
    `from_start`. Records that are no release of a version we can read are skipped.

    Raises aiokafka.errors.KafkaConnectionError if Kafka does not answer at the start.
    """
    connection = KafkaConnection(kafka) if isinstance(kafka, str) else kafka
    consumer = AIOKafkaConsumer(
        Naming(topic_prefix).topic(RELEASES_ENRICHED),
        **connection.client_options(),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest" if from_start else "latest",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES + 65_536,
    )
    try:
        await consumer.start()
        async for record in consumer:
            if (release := _release(record)) is not None:
                yield release
            if group is not None:
                await consumer.commit()
    finally:
        await consumer.stop()


def _release(record: ConsumerRecord) -> EnrichedRelease | None:
    message = Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers={name: value or b"" for name, value in record.headers},
    )
    try:
        return decode(message, EnrichedRelease)
    except PermanentError:
        return None
