"""
Faust's transport to Kafka, which seeks what nobody ever read, too.

After a rebalance Faust discards what was fetched meanwhile and seeks each partition to
its committed offset. aiokafka leaves a partition without one where it is: past what was
discarded. The next ack commits past it too, and it is lost: the first releases of a new
ministry, while a second process joins (docs/decisions/0002).
"""

import contextlib
from collections.abc import Mapping

from aiokafka.errors import IllegalStateError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP


class SeekingConsumer(driver.Consumer):
    """A consumer that reads a partition without a committed offset from its start."""

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seek every partition, and return the committed offsets, as Faust does."""
        committed = await super().seek_to_committed()
        # At 0 neither: aiokafka takes that for none.
        unread = [tp for tp, offset in committed.items() if not offset or offset < 0]
        if unread:
            # What is taken away meanwhile is sought by whoever has it next.
            with contextlib.suppress(IllegalStateError):
                await self._thread.seek_to_beginning(*unread)
        return committed


class SeekingTransport(driver.Transport):
    """Kafka, by the consumer above."""

    Consumer = SeekingConsumer
