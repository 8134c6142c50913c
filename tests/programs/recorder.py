"""
A service that writes down what it settled; the form in use, with faults to order.

RECORDER_FILE gets one line a settled message: topic/partition/offset. RECORDER_FAULT is
`raise:OFFSET` (once, then never again), `always:OFFSET`, or `hang:OFFSET`. With
RECORDER_COMPACTED=1 its topic is a compacted one.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from communique.codec import Message
from communique.logs import configure_logs
from communique.settings import WorkerSettings
from communique.topics import Service, Topic
from communique.worker.context import Context, Work
from communique.worker.loop import run_on_loop
from communique.worker.run import run_service
from communique.worker.settled import Settled

RECORDER = Service("recorder", (Topic("items", partitions=1),))
OF_COMPACTED = Service("recorder", (Topic("items", partitions=1, compacted=True),))


class Fault:
    """Raises or hangs at an offset, as the environment orders."""

    def __init__(self) -> None:
        self.kind, _, offset = os.environ.get("RECORDER_FAULT", "").partition(":")
        self.offset = int(offset or -1)
        self.mark = Path(os.environ["RECORDER_FILE"] + ".fault")

    async def strike(self, offset: int) -> None:
        if offset != self.offset:
            return
        if self.kind == "hang" and not self.mark.exists():
            self.mark.touch()
            await asyncio.sleep(3600)
        if self.kind == "always" or (self.kind == "raise" and not self.mark.exists()):
            self.mark.touch()
            raise RuntimeError(f"ordered to fail at {offset}")


def note(places: Sequence[str]) -> None:
    with Path(os.environ["RECORDER_FILE"]).open("a") as file:
        file.writelines(f"{place}\n" for place in places)


@asynccontextmanager
async def build(_: Context) -> AsyncIterator[Work]:
    fault = Fault()

    async def handle(messages: Sequence[Message]) -> list[Settled]:
        for message in messages:
            await fault.strike(message.offset)
        note([message.place for message in messages])
        return [Settled("recorded") for _ in messages]

    yield Work(handle)


if __name__ == "__main__":
    configure_logs(service="recorder", form="text", level="INFO")
    of_compacted = os.environ.get("RECORDER_COMPACTED") == "1"
    service = OF_COMPACTED if of_compacted else RECORDER
    sys.exit(run_on_loop(run_service(service, WorkerSettings(), build)))
