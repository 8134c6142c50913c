"""What every process of a service must know whole: a topic read by all, to its end."""

import asyncio
from collections.abc import Callable

from aiokafka.errors import KafkaError

from communique.codec import Message
from communique.errors import NotReadyError
from communique.worker.reader import Reader


class Broadcast:
    """Hands every record of a topic, old and new, to `apply`; in order a partition."""

    def __init__(
        self, reader: Reader, topic: str, apply: Callable[[Message], None]
    ) -> None:
        self._reader = reader
        self._topic = topic
        self._apply = apply
        self._next_offsets: dict[int, int] = {}

    async def catch_up(self) -> None:
        """
        Read on to where the topic ends now; ready once this has returned.

        Raises NotReadyError if Kafka is away.
        """
        try:
            await self._read_on()
        except KafkaError as error:
            raise NotReadyError(f"{self._topic} cannot be read: {error!r}") from error

    async def _read_on(self) -> None:
        if not self._next_offsets:
            partitions = await self._reader.partitions(self._topic)
            self._next_offsets = dict.fromkeys(partitions, 0)
        async for messages in self._reader.read(self._topic, self._next_offsets):
            for message in messages:
                self._next_offsets[message.partition] = message.offset + 1
                self._apply(message)

    async def follow(self, *, every_seconds: float = 1.0) -> None:
        """Keep up with the topic until cancelled."""
        while True:
            await asyncio.sleep(every_seconds)
            await self.catch_up()
