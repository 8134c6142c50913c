"""
One batch, from messages to confirmed records: the steps before an ack.

handle -> dead letters allowed? -> records confirmed -> ledger confirmed. Every step may
be repeated; none is skipped.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from itertools import groupby

import structlog

from communique.codec import Message
from communique.events import LedgerLine
from communique.retry import backoff_seconds
from communique.topics import Naming, Service
from communique.worker import ledger
from communique.worker.crashes import ALONE_AFTER, OURS, CrashError, Crashes
from communique.worker.deaths import Deaths
from communique.worker.ledger import Ledger
from communique.worker.metrics import Metrics
from communique.worker.producer import Producer
from communique.worker.progress import Progress
from communique.worker.settled import Handle, Settled, bury

log = structlog.get_logger(__name__)


class Settler:
    """Settles batches of one service."""

    def __init__(
        self,
        service: Service,
        naming: Naming,
        handle: Handle,
        *,
        producer: Producer,
        book: Ledger,
        crashes: Crashes,
        deaths: Deaths,
        progress: Progress,
        metrics: Metrics,
        backoff_cap_seconds: float,
        rng: random.Random,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._service = service
        self._naming = naming
        self._handle = handle
        self._producer = producer
        self._book = book
        self._crashes = crashes
        self._progress = progress
        self._metrics = metrics
        self._cap = backoff_cap_seconds
        self._rng = rng
        self._clock = clock
        self._deaths = deaths
        self._compacted = {
            naming.topic(topic) for topic in service.reads if topic.compacted
        }
        self._dead_letters = naming.topic(service.dead_letters)

    async def settle(self, ours: Callable[[], Sequence[Message]]) -> Sequence[Message]:
        """
        Return the messages of a batch, once all that follows from them is confirmed.

        `ours` says which messages of the batch are still this process's: it is asked
        before and after each try, because partitions may be taken away while we wait,
        and who has them now counts them.

        Raises whatever `handle` raises that is neither the document's fault nor ours
        to wait for: the process ends and the batch comes again.
        """
        attempt = 0
        self._deaths.begin()
        while messages := ours():
            places = [message.place for message in messages]
            try:
                if self._crashes.count(*places) >= ALONE_AFTER:
                    settled: Sequence[Settled] = await self._one_by_one(messages)
                else:
                    settled = await self._together(messages)
                self._deaths.check(item.error for item in settled)
                still = set(ours())
                kept = [
                    pair
                    for pair in zip(messages, settled, strict=True)
                    if pair[0] in still
                ]
                messages = [message for message, _ in kept]
                await self._confirm(messages, [item for _, item in kept])
            except OURS as error:
                self._progress.waiting("batch", str(error) or type(error).__name__)
                log.warning("waits", reason=str(error), attempt=attempt)
                await asyncio.sleep(
                    backoff_seconds(attempt, cap=self._cap, rng=self._rng)
                )
                attempt += 1
            else:
                self._progress.waiting("batch", None)
                self._crashes.forget(*places)
                return messages
        self._progress.waiting("batch", None)  # others have it now
        return []

    async def _together(self, messages: Sequence[Message]) -> Sequence[Settled]:
        try:
            return await self._handle(messages)
        except OURS:
            raise
        except Exception:
            self._crashes.add(messages[0].place)
            raise

    async def _one_by_one(self, messages: Sequence[Message]) -> list[Settled]:
        settled: list[Settled] = []
        for message in messages:
            try:
                settled.extend(await self._handle([message]))
            except OURS:
                raise
            except Exception as error:  # noqa: BLE001 - the third crash buries it
                reason = CrashError(f"crashed us three times: {error!r}")
                settled.append(bury(message, reason, dead_letters=self._dead_letters))
        return settled

    async def _confirm(
        self, messages: Sequence[Message], settled: Sequence[Settled]
    ) -> None:
        await self._producer.send_all(
            [record for item in settled for record in item.records]
        )
        lines = self._lines(messages, settled)
        await self._producer.send_all(
            [ledger.record(line, self._naming) for line in lines]
        )
        for line in lines:
            self._book.put(line)
        at = self._clock()
        for message, item in zip(messages, settled, strict=True):
            reason = item.error.error_class if item.error else ""
            self._metrics.count(item.outcome, reason, at=at)
            if item.error:
                log.warning("buried", place=message.place, reason=str(item.error))

    def _lines(
        self, messages: Sequence[Message], settled: Sequence[Settled]
    ) -> list[LedgerLine]:
        def where(pair: tuple[Message, str]) -> tuple[str, int]:
            return pair[0].topic, pair[0].partition

        pairs = [
            (message, item.outcome)
            for message, item in zip(messages, settled, strict=True)
        ]
        lines = []
        for (topic, partition), part in groupby(sorted(pairs, key=where), key=where):
            line = ledger.advance(
                self._book.line(topic, partition),
                part,
                group=self._naming.group(self._service),
                compacted=topic in self._compacted,
            )
            if line is not None:
                lines.append(line)
        return lines
