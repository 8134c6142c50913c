"""Edge: once a minute, what Kafka says of all groups goes to `communique-pipeline`."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import structlog
from aiokafka.errors import KafkaError

from communique.codec import Message, decode
from communique.errors import NotReadyError, PermanentError
from communique.events import LedgerLine
from communique.logs import WAITS
from communique.topics import LEDGER, SERVICES, Service
from communique.worker.broadcast import Broadcast
from communique.worker.context import Context
from communique.worker.reader import Reader
from search_indexer.bulk import BulkWriter
from search_indexer.documents import BulkAction
from search_indexer.pipeline import (
    Delays,
    Place,
    Reading,
    dead_letter_document,
    dead_letter_topics,
    delay_document,
    minute_documents,
)

MINUTE_SECONDS = 60.0

log = structlog.get_logger(__name__)


class Watch:
    """
    Writes how the groups are doing; stops nobody when Kafka or Elasticsearch is away.

    `writer` is one of its own: what waits here holds no batch back. `take_delays`
    returns how long documents took to be found since it was last asked, in seconds.
    """

    def __init__(
        self,
        context: Context,
        writer: BulkWriter,
        take_delays: Callable[[], Sequence[float]],
        *,
        services: Sequence[Service] = SERVICES,
    ) -> None:
        self._context = context
        self._writer = writer
        self._take_delays = take_delays
        self._services = services
        self._letters = dead_letter_topics(services, context.naming)
        self._next_letter = dict.fromkeys(self._letters, 0)
        self._before: Reading | None = None

    async def run(self) -> None:
        """Write once a minute until cancelled."""
        while True:
            try:
                async with self._context.new_reader("pipeline") as reader:
                    await self._follow(reader)
            except (KafkaError, NotReadyError, OSError) as error:
                log.warning(WAITS, part="pipeline", reason=str(error))
            await asyncio.sleep(MINUTE_SECONDS)

    async def _follow(self, reader: Reader) -> None:
        lines: dict[Place, LedgerLine] = {}
        ledger = Broadcast(
            reader, self._context.naming.topic(LEDGER), partial(_take, lines)
        )
        while True:
            await ledger.catch_up()
            await self.minute(reader, lines)
            now = self._context.now().timestamp()
            await asyncio.sleep(MINUTE_SECONDS - now % MINUTE_SECONDS)

    async def minute(self, reader: Reader, lines: dict[Place, LedgerLine]) -> None:
        """Write what there is to say since the last call; the first has no minute."""
        naming = self._context.naming
        names = {naming.topic(t) for one in self._services for t in one.inputs}
        bounds = {
            (name, number): bound
            for name in sorted(names)
            for number, bound in (
                await reader.bounds(name, await reader.partitions(name))
            ).items()
        }
        now = Reading(self._context.now(), dict(lines), bounds)
        if self._before is not None:
            await self._write(
                minute_documents(self._before, now, self._services, naming)
            )
        self._before = now
        if seconds := self._take_delays():
            delays = Delays(self._context.instance, seconds)
            group = naming.group(self._context.service)
            await self._write([delay_document(delays, now.at, group)])
        for topic, service in self._letters.items():
            start = {0: self._next_letter[topic]}
            async for messages in reader.read(topic, start):
                await self._write(
                    [dead_letter_document(m, service, naming) for m in messages]
                )
                for message in messages:
                    self._next_letter[topic] = message.offset + 1

    async def _write(self, documents: Sequence[BulkAction]) -> None:
        fates = await self._writer.write([[document] for document in documents])
        for fate in fates:
            if isinstance(fate, PermanentError):
                log.error("pipeline document refused", reason=str(fate))


def _take(lines: dict[Place, LedgerLine], message: Message) -> None:
    try:
        line = decode(message, LedgerLine)
    except PermanentError:
        return  # a tombstone, or a foreign hand: nobody's counts are in it
    lines[line.group, line.topic, line.partition] = line
