"""What is our own fault buries at most twenty, says why, and is made good: for real."""

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from communique.codec import Message, Record
from communique.errors import UndecodableError
from communique.events import RawRelease
from communique.examples import EXAMPLES
from communique.topics import (
    ENRICHMENT_WORKER,
    MAX_MESSAGE_BYTES,
    PAGE_FETCHER,
    RELEASES_ENRICHED,
    RELEASES_RAW,
    SEARCH_INDEXER,
    Service,
)
from communique.worker.producer import Producer
from communique.worker.settled import bury
from operator_console.ingest import Facts, entry_of, ingest_record
from operator_console.local.supervisor import Supervisor
from search_indexer.documents import documents
from search_indexer.families import RELEASES
from search_indexer.install import install
from search_indexer.ready import ensure_index
from search_indexer.templates import PRIORITY, mapping, patterns, templates
from tests.e2e.system import System, open_system, supervised, until
from tests.full_disk import full_disk
from tests.unit.search_indexer.examples import message, release

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

RAW = next(event for event in EXAMPLES if type(event) is RawRelease)


class Life:
    """One process of a service, from its start until it is stopped."""

    def __init__(self, system: System, service: Service, supervisor: Supervisor):
        self.name = f"{service.name}-0"
        group = system.naming.group(service)
        self.address = system.directory / "state" / f"{group}-0.address"
        self.supervisor = supervisor

    @property
    def pid(self) -> int:
        found = self.supervisor.pid(self.name)
        assert found is not None, "it does not run"
        return found

    async def waits_for(self) -> str | None:
        """Return what /readyz says that it waits for; None: it is ready."""
        try:
            url = f"http://{self.address.read_text().strip()}/readyz"
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.get(url)
        except (OSError, httpx.HTTPError):
            return "does not answer"
        assert answer.status_code == (503 if answer.json()["waiting_for"] else 200)
        return answer.json()["waiting_for"]

    async def until_it_waits_for(self, *words: str) -> None:
        """Await a reason in which one of `words` stands."""
        await until(
            self.waits_for,
            lambda reason: reason is not None and any(one in reason for one in words),
        )

    async def until_ready(self) -> None:
        await until(self.waits_for, lambda reason: reason is None)


@asynccontextmanager
async def life(
    system: System, service: Service, **settings: str
) -> AsyncIterator[Life]:
    supervisor = Supervisor(system.say)
    program = system.program(service, 0, **settings)
    async with supervised(supervisor, [program]):
        yield Life(system, service, supervisor)


@pytest.fixture
async def system(real_engines, tmp_path):
    async with open_system(real_engines, tmp_path) as system:
        yield system


async def send(system: System, records: list[Record]) -> None:
    async with Producer(system.engines.connection, client_id="test") as producer:
        await producer.send_all(records)


async def letters(system: System, service: Service) -> list[Message]:
    return await system.read(service.dead_letters)


async def dead_letters(system: System, *arguments: str) -> list[dict]:
    """Run `communique dead-letters` as a shell does, and return what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "operator_console", "dead-letters", *arguments, "--json"),
        env={**system.environment, "PATH": "/usr/bin:/bin"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return [json.loads(line) for line in out.splitlines()]


def enriched(system: System, count: int, *, year: int) -> list[Record]:
    """Return releases that nobody knows, first seen in `year`."""
    events = [
        release(
            release_id=str(uuid.uuid4()), first_seen_at=datetime(year, 5, 4, tzinfo=UTC)
        )
        for _ in range(count)
    ]
    topic = system.naming.topic(RELEASES_ENRICHED)
    return [Record(topic, (m := message(event)).key, m.value) for event in events]


def indices_of(year: int) -> list[str]:
    event = release(first_seen_at=datetime(year, 5, 4, tzinfo=UTC))
    return sorted({action.index for action in documents(event)})


@asynccontextmanager
async def a_mapping(system: System, **changes: object) -> AsyncIterator[None]:
    """Have a template with another mapping than ours, as long as the block runs."""

    async def put(**changed: object) -> None:
        # Strict, whatever the fields: without the component that has all of ours.
        mappings = {**mapping(RELEASES), **changed}
        ours = templates(language_analyzers=False, replicas=0, shards=1)
        settings = ours.settings(RELEASES)
        await system.client.indices.put_index_template(
            name=RELEASES,
            index_patterns=patterns(RELEASES),
            priority=PRIORITY,
            template={"settings": settings, "mappings": mappings},
            meta={"layout": 1, **mappings["_meta"]},
        )

    await put(**changes)
    try:
        yield
    finally:
        await put()


@pytest.fixture
async def year(system):
    """A year that no other test has releases of."""
    year = 1993
    names = indices_of(year)
    await system.client.indices.delete(index=names, ignore_unavailable=True)
    yield year
    await system.client.indices.delete(index=names, ignore_unavailable=True)


async def test_a_mapping_without_a_field_buries_twenty_whatever_is_restarted(
    system, year
):
    index = next(name for name in indices_of(year) if name.startswith(RELEASES))
    fields = dict(mapping(RELEASES)["properties"])
    del fields["fingerprint"]
    async with a_mapping(system, properties=fields):
        await ensure_index(system.client, index)

    async def indexed() -> int:
        await system.client.indices.refresh(index=index)
        return (await system.client.count(index=index))["count"]

    async def buried() -> int:
        count = len(await letters(system, SEARCH_INDEXER))
        assert count <= 20
        return count

    too_many = "too many messages die of 'refused'"
    async with life(system, SEARCH_INDEXER) as indexer:
        await send(system, enriched(system, 20, year=year))
        await until(buried, lambda count: count == 20)
        # Acked and committed too: a kill before that would bring the twenty again.
        await system.all_settled(SEARCH_INDEXER)
        await send(system, enriched(system, 10, year=year))
        await indexer.until_it_waits_for(too_many)
        await indexer.until_it_waits_for("strict_dynamic_mapping")
        os.kill(indexer.pid, signal.SIGKILL)
        await indexer.until_it_waits_for("does not answer")
        await indexer.until_it_waits_for(too_many)
        assert (await buried(), await indexed()) == (20, 0)
        await install(system.client, language_analyzers=False)
        await until(indexed, lambda count: count == 10)
        await indexer.until_ready()
        put_back = await dead_letters(system, "replay", "--reason", "refused")
        assert len(put_back) == 20
        await until(indexed, lambda count: count == 30)
    assert await buried() == 20
    assert await dead_letters(system, "replay", "--all") == []


async def test_an_old_mapping_buries_nothing(system, year):
    async with (
        a_mapping(system, _meta={"version": 0}),
        life(system, SEARCH_INDEXER) as indexer,
    ):
        await send(system, enriched(system, 30, year=year))
        await indexer.until_it_waits_for("mapping version 0, we need")
        await install(system.client, language_analyzers=False)
        await system.all_settled(SEARCH_INDEXER)
    for name in indices_of(year):
        await system.client.indices.refresh(index=name)
        assert (await system.client.count(index=name))["count"] == 30
    assert await letters(system, SEARCH_INDEXER) == []


async def test_a_missing_model_buries_nothing(system):
    topic = system.naming.topic(RELEASES_RAW)
    releases = [
        RAW.model_copy(update={"release_id": str(uuid.uuid4())}) for _ in "x" * 30
    ]
    await send(
        system,
        [
            Record(topic, one.release_id.encode(), one.model_dump_json().encode())
            for one in releases
        ],
    )
    missing = '{"en": "no_such_model"}'
    async with life(system, ENRICHMENT_WORKER, COMMUNIQUE_SPACY_MODELS=missing) as one:
        await one.until_it_waits_for("the spaCy model no_such_model is not installed")
    assert await system.waiting(ENRICHMENT_WORKER) == 30
    async with life(system, ENRICHMENT_WORKER, COMMUNIQUE_SPACY_MODELS="{}"):
        await until(
            lambda: system.read(RELEASES_ENRICHED), lambda found: len(found) == 30
        )
    assert await letters(system, ENRICHMENT_WORKER) == []


def brought(system: System, number: int) -> Record:
    text = f"The ministry of {number} opened a road. " * 5
    facts = Facts(title=f"Road {number}", url=f"https://m{number}.example/a")
    entry = entry_of("a.txt", text.encode(), facts, seen_at=datetime.now(UTC))
    return ingest_record(entry, system.naming)


async def test_a_full_disk_buries_nothing_and_what_died_is_read_again(system):
    largest = b"x" * (MAX_MESSAGE_BYTES - 200)  # all that a topic takes
    good = [brought(system, number) for number in range(30)]
    poison = [
        Record(record.topic, record.key, value, partition=record.partition)
        for record, value in zip(good, [largest, *[b"{"] * 9], strict=False)
    ]
    async with life(system, PAGE_FETCHER) as fetcher:
        await fetcher.until_ready()
        with full_disk(fetcher.pid):
            await send(system, poison)
            await send(system, good)
            # Whichever it writes first: the deaths of the poison, or the good's tasks.
            await fetcher.until_it_waits_for("File too large", "disk I/O error")
            assert await letters(system, PAGE_FETCHER) == []
        await fetcher.until_ready()
        await until(lambda: system.read(RELEASES_RAW), lambda found: len(found) == 30)
        buried = await until(
            lambda: letters(system, PAGE_FETCHER), lambda found: len(found) == 10
        )
        assert {m.value for m in buried} == {b"{", largest}
        # One that an older release of us could not read, beside ten that nobody can.
        late = brought(system, 99)
        place = Message(late.topic, late.partition or 0, 10**6, late.key, late.value)
        topic = system.naming.topic(PAGE_FETCHER.dead_letters)
        await send(
            system, list(bury(place, UndecodableError("x"), dead_letters=topic).records)
        )
        assert (
            len(await dead_letters(system, "replay", "--group", "page-fetcher")) == 11
        )
        await until(lambda: system.read(RELEASES_RAW), lambda found: len(found) == 31)
        again = await until(
            lambda: letters(system, PAGE_FETCHER), lambda found: len(found) == 21
        )
        attempts = [m.headers["communique_attempts"] for m in again]
        assert attempts == [b"1"] * 11 + [b"2"] * 10
        await system.all_settled(PAGE_FETCHER)
        assert len(await letters(system, PAGE_FETCHER)) == 21, "and no loop"
