"""What a service is built from, and what it gives back: its work."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from communique.settings import WorkerSettings
from communique.topics import Naming, Service
from communique.worker.clock import SteadyClock
from communique.worker.crashes import Crashes
from communique.worker.metrics import Metrics
from communique.worker.partition_state import Tally
from communique.worker.producer import Producer
from communique.worker.progress import Progress
from communique.worker.reader import Reader
from communique.worker.schedule import GiveUp, Schedule, Visit
from communique.worker.settled import Handle
from communique.worker.states import States


@dataclass(frozen=True, slots=True)
class Context:
    """What a service is built from: the open connections and the shared values."""

    service: Service
    naming: Naming
    settings: WorkerSettings
    producer: Producer
    progress: Progress
    metrics: Metrics
    cluster: str
    crashes: Crashes
    new_reader: Callable[[str], Reader]
    clock: SteadyClock = field(default_factory=SteadyClock)
    instance: int = 0

    def now(self) -> datetime:
        """Return the present moment, which is never before an earlier one."""
        return datetime.fromtimestamp(self.clock(), UTC)

    @property
    def directory(self) -> Path:
        """Return the folder where this service keeps what outlives a process."""
        return self.settings.state_dir / self.naming.group(self.service)

    @property
    def dead_letters(self) -> str:
        """Return the topic of this service's dead letters."""
        return self.naming.topic(self.service.dead_letters)

    def schedule(
        self,
        visit: Visit,
        give_up: GiveUp,
        tally: Tally,
        *,
        spacing_seconds: float,
        reader: Reader,
        limit: int = 64,
        limit_behind: int | None = None,
    ) -> tuple[Schedule, States]:
        """Return a durable schedule on the state topic of this service."""
        if self.service.state is None:
            raise ValueError(f"{self.service.name} has no state topic")
        schedule = Schedule(
            visit,
            give_up,
            crashes=self.crashes,
            spacing_seconds=spacing_seconds,
            limit=limit,
            limit_behind=limit_behind,
            lag=lambda: self.progress.coming(time.monotonic()),
            clock=self.clock,
            waiting=partial(self.progress.waiting, "schedule"),
        )
        states = States(
            self.directory,
            self.naming.topic(self.service.state),
            cluster=self.cluster,
            producer=self.producer,
            reader=reader,
            schedule=schedule,
            tally=tally,
            clock=self.clock,
            waiting=partial(self.progress.waiting, "state"),
        )
        return schedule, states


@dataclass(frozen=True, slots=True)
class Work:
    """What a service does: settle batches, and beside that, its schedule."""

    handle: Handle
    schedule: Schedule | None = None
    states: States | None = None
    background: tuple[Callable[[], Awaitable[None]], ...] = ()


Build = Callable[[Context], AbstractAsyncContextManager[Work]]
