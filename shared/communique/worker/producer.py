"""Writing: a record is written when the broker has said so, and not before."""

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from communique.codec import Record
from communique.connection import KafkaConnection
from communique.errors import NotReadyError, TooLargeError
from communique.topics import MAX_DEAD_LETTER_BYTES
from communique.worker.refusal import rights_needed, unreachable

_SLOW_SECONDS = 3.0


class Producer:
    """
    An idempotent producer: acks from all replicas, order kept, nothing written twice.

    While the broker is away, sends wait as long as it takes; `waiting` hears of it.
    Entering it raises NotReadyError if Kafka is away or does not let us in.
    """

    def __init__(
        self,
        kafka: KafkaConnection,
        *,
        client_id: str,
        waiting: Callable[[str | None], None] = lambda reason: None,
    ) -> None:
        self._kafka = kafka
        self._client_id = client_id
        self._waiting = waiting
        self._producer = self._new()

    def _new(self) -> AIOKafkaProducer:
        # Linger and batch size as measured: 40 % more records a second (ADR 0002).
        return AIOKafkaProducer(
            **self._kafka.client_options(),
            client_id=self._client_id,
            enable_idempotence=True,
            acks="all",
            linger_ms=5,
            max_batch_size=262_144,
            max_request_size=MAX_DEAD_LETTER_BYTES + 65_536,
        )

    async def __aenter__(self) -> Self:
        await self._start(self._producer)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await _stop(self._producer)

    async def _start(self, producer: AIOKafkaProducer) -> None:
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            await producer.stop()
            raise await unreachable(self._kafka) from error

    async def send_all(self, records: Sequence[Record]) -> list[RecordMetadata]:
        """
        Return where the broker put each record, once it has confirmed all of them.

        Raises NotReadyError if we may not write to one of the topics. Raises
        TooLargeError before anything is sent: one refused record would make
        every later send to that partition fail (OutOfOrderSequenceNumber).
        """
        for record in records:
            check_size(record)
        producer = self._producer
        try:
            with rights_needed(self._kafka):
                return await self._confirmed(producer, records)
        except NotReadyError:
            await self._replace(producer)
            raise

    async def _confirmed(
        self, producer: AIOKafkaProducer, records: Sequence[Record]
    ) -> list[RecordMetadata]:
        # `send` itself waits for metadata and buffer space, which an outage can hold.
        taking = asyncio.ensure_future(_taken(producer, records))
        try:
            await self._patiently(taking, "Kafka takes no records")
        finally:
            taking.cancel()  # if we are: what was not taken yet is not sent
        confirmed = asyncio.gather(*taking.result())
        await self._patiently(confirmed, "Kafka confirms no records")
        self._waiting(None)
        return confirmed.result()

    async def _patiently(self, future: asyncio.Future[Any], while_slow: str) -> None:
        while not future.done():
            await asyncio.wait([future], timeout=_SLOW_SECONDS)
            if not future.done():
                self._waiting(while_slow)

    async def _replace(self, spoiled: AIOKafkaProducer) -> None:
        # What was refused has used up sequence numbers that the broker never saw: it
        # would refuse all that this producer sends to those partitions later.
        fresh = self._new()
        await self._start(fresh)
        if self._producer is not spoiled:  # another task was quicker
            await _stop(fresh)
            return
        self._producer = fresh
        await _stop(spoiled)


async def _taken(
    producer: AIOKafkaProducer, records: Sequence[Record]
) -> list[asyncio.Future[RecordMetadata]]:
    return [
        await producer.send(
            record.topic,
            key=record.key,
            value=record.value,
            partition=record.partition,
            headers=list(record.headers),
        )
        for record in records
    ]


async def _stop(producer: AIOKafkaProducer) -> None:
    # An idempotent batch never expires: with the broker away, stop() would wait for
    # ever. What is unconfirmed was not acked and comes again.
    try:
        await asyncio.wait_for(producer.stop(), timeout=5.0)
    except TimeoutError:
        await producer.client.close()


def check_size(record: Record) -> None:
    """Raise TooLargeError if the broker would refuse `record`."""
    size = len(record.key) + len(record.value or b"")
    size += sum(len(name) + len(value) for name, value in record.headers)
    # `encode` refuses events above 7 MiB; what is larger is a dead letter's original.
    if size > MAX_DEAD_LETTER_BYTES:
        raise TooLargeError(f"record of {size} bytes for {record.topic}")
