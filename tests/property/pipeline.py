"""All of the way from `entries` to the index: its topics, processes and accidents."""

import asyncio
import random
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx

from communique.codec import decode
from communique.events import Entry, Issuer, RawRelease
from communique.identity import feed_id, fingerprint, partition_for, release_id
from communique.topics import (
    ENRICHMENT_WORKER,
    ENTRIES,
    PAGE_FETCHER,
    RELEASES_RAW,
    SEARCH_INDEXER,
    all_topics,
)
from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from search_indexer.bulk import BulkWriter
from search_indexer.families import alias_of
from search_indexer.waiting import Waiting
from tests.fakes import Broker, Clock
from tests.property.processes import NAMING, KilledError, MortalProducer, Process
from tests.unit.search_indexer.fake_elasticsearch import FakeElasticsearch, refusal

SERVICES = {s.name: s for s in (PAGE_FETCHER, ENRICHMENT_WORKER, SEARCH_INDEXER)}
POISON = b"\xff{"
OF_THE_CLOCK = {"version", "generation", "event", "revision_seen_at"}
"""Fields that say when we did something; everything else is the ministries'."""

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
PAGE = "<html><body><article><h1>Release</h1><p>{}</p></article></body></html>".format(
    "Each sentence of the page says something about the release. " * 8
)
LINKS = {
    "https://one.example/read": httpx.Response(200, html=PAGE),
    "https://one.example/gone": httpx.Response(404),
    "https://two.example/down": httpx.Response(503),
}
HOSTS = {
    partition_for(f"{host}.example:443", ENTRIES.partitions) for host in ("one", "two")
}


def ministry(request):
    answer = LINKS[str(request.url)]
    return httpx.Response(
        answer.status_code, headers=answer.headers, content=answer.content
    )


def entry(link, feed, variant, number):
    url = f"https://ministry.example/{feed}.xml"
    title, text = f"Release {variant}", f"The feed's own text, number {variant}."
    return Entry(
        release_id=release_id(link=link, feed=url, guid=None, text=""),
        fingerprint=fingerprint(title, text),
        issuer=Issuer(feed_id=feed_id(url), feed_url=url, title=feed),
        link=link,
        title=title,
        text=text,
        seen_at=START + timedelta(minutes=number),
    )


PARTITIONS = {NAMING.topic(topic): topic.partitions for topic in all_topics()}


class Topics(Broker):
    """A broker whose topics have as many partitions as ours have."""

    def append(self, record):
        if record.partition is None:
            number = partition_for(record.key.decode(), PARTITIONS[record.topic])
            record = replace(record, partition=number)
        return super().append(record)


class Pipeline:
    """Three services, their topics, an index; and what may happen to them."""

    spacing_seconds = 0.0

    def __init__(self, directory, ministry, hosts):
        self.directory = directory
        self.ministry = ministry
        self.partitions = sorted(hosts)
        self.clock = Clock()
        self.broker = Topics(clock=self.clock)
        self.producer = MortalProducer(self.broker)
        self.trouble = []
        self.elasticsearch = FakeElasticsearch(refuse=self._refuse)
        self.generation = 0
        self.committed = Counter()
        self.processes = {}

    def writer(self):
        """Return a bulk writer as a process of the indexer has it."""

        async def no_wait(_seconds):
            await asyncio.sleep(0)

        return BulkWriter(
            self.elasticsearch.client(),
            waiting=Waiting(Progress(), Metrics("search-indexer")),
            rng=random.Random(1),
            sleep=no_wait,
        )

    def _refuse(self, _action, _request):
        # One word for each of the next documents: taken, refused, or the end of us.
        word = self.trouble.pop(0) if self.trouble else "taken"
        if word == "kill":
            raise KilledError
        return (
            refusal(429, "es_rejected_execution_exception") if word == "busy" else None
        )

    def inputs(self, service):
        """Return the (topic, partition)s with messages that a service reads."""
        reads, replay = SERVICES[service].reads, SERVICES[service].replay
        topics = [NAMING.topic(topic) for topic in (*reads, replay)]
        return sorted(
            {(m.topic, m.partition) for t in topics for m in self.broker.messages(t)}
        )

    def waiting(self, service):
        """Return the (topic, partition)s with messages that are not acked."""
        return [
            place
            for place in self.inputs(service)
            if self.committed[service, place] < self.broker.bounds(*place)[1]
        ]

    async def process(self, service):
        """Return the running process of a service; start it if there is none."""
        if service not in self.processes:
            self.processes[service] = await Process(SERVICES[service], self).start()
        return self.processes[service]

    async def end(self, service, *, forgets=False):
        """End a process; `forgets`: its disk is lost as well."""
        if process := self.processes.pop(service, None):
            await process.close()
        if forgets:
            shutil.rmtree(
                self.directory / NAMING.group(SERVICES[service]), ignore_errors=True
            )

    async def close(self):
        for service in list(self.processes):
            await self.end(service)

    async def mortal(self, service, work, fuse):
        """Do `work` as a process that dies when `fuse` says so; return if it lived."""
        if fuse is not None:
            self.producer.left, self.producer.is_told = fuse
        try:
            await work
        except KilledError:
            await self.end(service)
            return False
        finally:
            self.producer.left = None
            self.trouble = []
        return True

    async def todo(self):
        """Return what can be done now, as functions of a count and a fuse."""
        process = await self.process(PAGE_FETCHER.name)
        return [
            *(
                partial(self.deliver, service, place)
                for service in SERVICES
                for place in self.waiting(service)
            ),
            *(
                partial(self.visit, partition, host)
                for partition, state in sorted(process.states._states.items())
                for host, _ in sorted(state.hosts())
            ),
        ]

    async def deliver(self, service, place, count, fuse=None):
        """Hand the next `count` messages of an input over; ack them if all is well."""
        process = await self.process(service)
        start = self.committed[service, place]
        batch = [m for m in self.broker.messages(*place) if m.offset >= start][:count]
        work = process.settler.settle(lambda: batch)
        if await self.mortal(service, work, fuse):
            self.committed[service, place] = batch[-1].offset + 1

    async def visit(self, partition, host, _count, fuse=None):
        """Run the first task of a host, at its time."""
        process = await self.process(PAGE_FETCHER.name)
        state = process.states._states[partition]
        task = state.first_task(host)
        self.clock.now = max(self.clock.now, task.due_at)
        await self.mortal(PAGE_FETCHER.name, process.visit(state, task), fuse)

    async def drain(self):
        """Go on until nothing is left to do."""
        while todo := await self.todo():
            await todo[0](100)

    def documents(self, alias):
        """Return what the index holds by id, without what the clock decides."""
        return {
            name: {k: v for k, v in document.items() if k not in OF_THE_CLOCK}
            for found, documents in self.elasticsearch.indices.items()
            if alias_of(found) == alias
            for name, (_, document) in documents.items()
        }


def events(pipeline):
    """Return the distinct events of each release, in order; repetitions are equal."""
    by_id = {}
    for message in pipeline.broker.messages(NAMING.topic(RELEASES_RAW)):
        if message.value != POISON:
            first = by_id.setdefault(message.headers["ce_id"], message)
            assert (first.value, first.headers) == (message.value, message.headers)
    by_release = {}
    for message in by_id.values():
        event = decode(message, RawRelease)
        by_release.setdefault(event.release_id, []).append(event)
    return by_release


def told(events):
    """Return what `events` say, without when we said it."""
    return [
        event.model_dump(exclude={"version", "revision_seen_at"}) for event in events
    ]
