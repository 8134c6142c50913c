"""Reading without a group: state, broadcasts, one record by its place."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord

from communique.codec import Message
from communique.connection import KafkaConnection
from communique.errors import NotReadyError
from communique.topics import MAX_MESSAGE_BYTES
from communique.worker.refusal import rights_needed, unreachable

_POLL_MILLISECONDS = 200


class Reader:
    """
    Reads partitions from given offsets; commits nothing, joins no group.

    Entering it raises NotReadyError if Kafka is away or does not let us in; reading
    does if we may not read that topic.
    """

    def __init__(self, kafka: KafkaConnection, *, client_id: str) -> None:
        self._kafka = kafka
        self._consumer = AIOKafkaConsumer(
            **kafka.client_options(),
            client_id=client_id,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=_POLL_MILLISECONDS,
            fetch_max_bytes=4 * MAX_MESSAGE_BYTES,
            max_partition_fetch_bytes=MAX_MESSAGE_BYTES + 65_536,
        )
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        try:
            await self._consumer.start()
        except (KafkaError, OSError) as error:
            await self._consumer.stop()
            raise await unreachable(self._kafka) from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._consumer.stop()

    async def partitions(self, topic: str) -> list[int]:
        """
        Return the partitions of `topic`, sorted.

        Raises NotReadyError if there is no such topic.
        """
        # The consumer's own partitions_for_topic() knows only what it has read from.
        cluster = await self._consumer._client.fetch_all_metadata()
        found = cluster.partitions_for_topic(topic)
        if not found:
            raise NotReadyError(
                f"topic {topic} is missing; create it with: communique topics create"
            )
        return sorted(found)

    async def bounds(
        self, topic: str, partitions: list[int]
    ) -> dict[int, tuple[int, int]]:
        """Return the first offset kept and the next one to be written, by partition."""
        wanted = [TopicPartition(topic, number) for number in partitions]
        first = await self._consumer.beginning_offsets(wanted)
        end = await self._consumer.end_offsets(wanted)
        return {tp.partition: (first[tp], end[tp]) for tp in wanted}

    async def offsets_at(
        self, topic: str, partitions: list[int], moment: datetime
    ) -> dict[int, int]:
        """Return where each partition ended at `moment`, by its records' times."""
        wanted = [TopicPartition(topic, number) for number in partitions]
        milliseconds = int(moment.timestamp() * 1000)
        end = await self._consumer.end_offsets(wanted)
        # After the end: else a record that comes in between would look old.
        younger = await self._consumer.offsets_for_times(
            dict.fromkeys(wanted, milliseconds)
        )
        return {
            tp.partition: found.offset if (found := younger[tp]) else end[tp]
            for tp in wanted
        }

    async def read(
        self, topic: str, start: Mapping[int, int]
    ) -> AsyncGenerator[list[Message], None]:
        """
        Yield batches from the offsets in `start` to where each partition ends now.

        An offset below what is kept starts at what is kept.
        """
        bounds = await self.bounds(topic, list(start))
        ends = {}
        async with self._lock:
            wanted = {}
            for number, offset in start.items():
                first, end = bounds[number]
                if max(offset, first) < end:
                    wanted[TopicPartition(topic, number)] = max(offset, first)
                    ends[number] = end
            if not wanted:
                return
            self._consumer.assign(list(wanted))
            for partition, offset in wanted.items():
                self._consumer.seek(partition, offset)
            while wanted:
                with rights_needed(self._kafka):
                    fetched = await self._consumer.getmany(
                        *wanted, timeout_ms=_POLL_MILLISECONDS
                    )
                for records in fetched.values():
                    yield [
                        message(record)
                        for record in records
                        if record.offset < ends[record.partition]
                    ]
                # The position, not the last record: compaction may have removed it.
                for partition in list(wanted):
                    if (
                        await self._consumer.position(partition)
                        >= ends[partition.partition]
                    ):
                        del wanted[partition]
                        self._consumer.pause(partition)

    async def one(self, topic: str, partition: int, offset: int) -> Message | None:
        """Return the record at that place, or None if it is not kept any more."""
        where = TopicPartition(topic, partition)
        first, end = (await self.bounds(topic, [partition]))[partition]
        if not first <= offset < end:  # an engine that lost its last moments, too
            return None
        async with self._lock:
            self._consumer.assign([where])
            self._consumer.seek(where, offset)
            try:
                with rights_needed(self._kafka):
                    record = await self._consumer.getone(where)
            except OffsetOutOfRangeError:
                return None
            return message(record) if record.offset == offset else None


class RecentMessages:
    """The messages read last, bounded in bytes; spares `Reader.one` a round trip."""

    def __init__(self, *, limit_bytes: int = 32 * 1024 * 1024) -> None:
        self._limit_bytes = limit_bytes
        self._size_bytes = 0
        self._by_place: OrderedDict[str, Message] = OrderedDict()

    def add(self, message: Message) -> None:
        """Keep `message`, and drop the oldest ones if they are too many."""
        self.take(message.place)
        self._by_place[message.place] = message
        self._size_bytes += len(message.value or b"")
        while self._size_bytes > self._limit_bytes:
            _, oldest = self._by_place.popitem(last=False)
            self._size_bytes -= len(oldest.value or b"")

    def take(self, place: str) -> Message | None:
        """Return and drop the message at `place`, or None if it is not here."""
        found = self._by_place.pop(place, None)
        if found is not None:
            self._size_bytes -= len(found.value or b"")
        return found


def message(record: ConsumerRecord) -> Message:
    """Return aiokafka's record as ours."""
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers={name: value or b"" for name, value in record.headers},
        timestamp_ms=record.timestamp,
    )
