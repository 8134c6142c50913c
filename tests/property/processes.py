"""
The processes of the way from `entries` to the index, over fakes: they die as told.

The services' own code: only Kafka, Elasticsearch, the ministries and the clock are
fakes. What a process knows is what its topics and files hold when it starts.
"""

import asyncio
import random
from contextlib import AsyncExitStack
from functools import partial

import httpx

from communique.safe_http import SafeClient
from communique.topics import (
    ENRICHMENT_WORKER,
    PAGE_FETCHER,
    SEARCH_INDEXER,
    Naming,
)
from communique.worker.clock import SteadyClock
from communique.worker.context import Context
from communique.worker.crashes import Crashes
from communique.worker.deaths import Deaths
from communique.worker.ledger import Ledger
from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from communique.worker.reader import RecentMessages
from communique.worker.settle import Settler
from enrichment_worker import handle as enrichment
from enrichment_worker.enrich import enrich_all
from page_fetcher.settings import PageFetcherSettings
from page_fetcher.tasks import plan, tally, task_id
from page_fetcher.visit import Visitor
from search_indexer.handle import handle as index
from tests.fakes import FakeProducer, FakeReader
from tests.unit.enrichment_worker.examples import EMPTY

NAMING = Naming()


class KilledError(BaseException):
    """`kill -9`: nothing catches it, and nobody counts it."""


class MortalProducer(FakeProducer):
    """Dies once `left` more records are on the log, before or after it is told so."""

    left = None
    is_told = False

    async def send_all(self, records):
        if self.left is None:
            return await super().send_all(records)
        written = records[: self.left]
        confirmed = await super().send_all(written)
        self.left -= len(written)
        if len(written) < len(records) or (self.left == 0 and not self.is_told):
            raise KilledError
        return confirmed


class Process:
    """One service between its start and its death."""

    def __init__(self, service, pipeline):
        self.service = service
        self.pipeline = pipeline
        self._stack = AsyncExitStack()

    async def start(self):
        pipeline, name = self.pipeline, self.service.name
        self.metrics = Metrics(name)
        self.context = Context(
            service=self.service,
            naming=NAMING,
            settings=PageFetcherSettings(state_dir=pipeline.directory),
            producer=pipeline.producer,
            progress=Progress(),
            metrics=self.metrics,
            cluster="c",
            crashes=Crashes(pipeline.directory / f"{name}.json"),
            new_reader=lambda _: FakeReader(pipeline.broker),
            clock=SteadyClock(pipeline.clock, elapsed=lambda: 0.0),
        )
        handles = {
            PAGE_FETCHER: self._fetcher,
            ENRICHMENT_WORKER: self._enricher,
            SEARCH_INDEXER: self._indexer,
        }
        handle = await handles[self.service]()
        reader = FakeReader(pipeline.broker)
        self.book = Ledger(NAMING.group(self.service), NAMING, reader)
        await self.book.refresh()
        self.settler = Settler(
            self.service,
            NAMING,
            handle,
            producer=pipeline.producer,
            book=self.book,
            crashes=self.context.crashes,
            deaths=Deaths(pipeline.directory / f"{name}-deaths.json"),
            progress=self.context.progress,
            metrics=self.metrics,
            backoff_cap_seconds=0.001,
            rng=random.Random(1),
            clock=pipeline.clock,
        )
        return self

    async def close(self):
        await self._stack.aclose()

    async def _fetcher(self):
        pipeline = self.pipeline
        client = SafeClient(transport=httpx.MockTransport(pipeline.ministry))
        await self._stack.enter_async_context(client)
        recent = RecentMessages()
        self.visit = Visitor(
            self.context,
            self.context.settings,
            client,
            FakeReader(pipeline.broker),
            recent,
            now=self.context.now,
        )
        self.schedule, self.states = self.context.schedule(
            self.visit,
            self.visit.give_up,
            tally,
            spacing_seconds=pipeline.spacing_seconds,
            reader=FakeReader(pipeline.broker),
        )
        following = asyncio.create_task(self.states.follow())

        async def stop():
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

        self._stack.push_async_callback(stop)
        self.states.own(set(pipeline.partitions))
        while len(self.states._states) < len(pipeline.partitions):
            await asyncio.sleep(0)

        async def handle(messages):
            for message in messages:
                recent.add(message)
            return await self.states.plan(
                messages,
                partial(plan, naming=NAMING),
                task_id=task_id,
                dead_letters=self.context.dead_letters,
            )

        return handle

    async def _enricher(self):
        generation = self.pipeline.generation  # read once, at the start

        def tagged(release, _):
            return release.model_copy(update={"generation": generation})

        async def enrich(releases):
            return list(enrich_all(releases, EMPTY, 0))

        async def handle(messages):
            return await enrichment.handle(
                messages, enrich, tagged, NAMING, self.context.dead_letters
            )

        return handle

    async def _indexer(self):
        writer = self.pipeline.writer()

        async def handle(messages):
            return await index(messages, writer, self.context.dead_letters)

        return handle
