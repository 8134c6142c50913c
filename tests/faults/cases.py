"""The faults: each strikes while releases flow, and returns when it is over."""

import asyncio
import contextlib
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from communique.codec import ORIGIN, Record
from communique.topics import (
    ENRICHMENT_WORKER,
    ENTRIES,
    FEED_POLLER,
    PAGE_FETCHER,
    RELEASES_ENRICHED,
    RELEASES_RAW,
    SEARCH_INDEXER,
    SERVICES,
    Service,
    Topic,
)
from communique.worker.producer import Producer
from tests.e2e.system import open_system
from tests.faults.arena import Arena
from tests.faults.poison import foreign_state, is_poison, poisonous
from tests.faults.proxy import CutAnswers, Delay, Fault, RefuseItems, RefuseRequests
from tests.machine import slowness

RELEASES = 500
HALF = 280
"""Two waves of so many have some releases in common, and 500 in all."""
REPLAYED = 2_000
AWAY_SECONDS = 60.0
IDLE_SECONDS = 30.0
STOP_SECONDS = 10.0
RECOVERY_SECONDS = 30.0
KILLS = 5

Strike = Callable[[Arena], Awaitable[set[str]]]
"""Publishes a wave, strikes meanwhile, and returns the ids that the wave touched."""


@dataclass(frozen=True)
class Case:
    """One row of the report."""

    strike: Strike
    has_backlog: bool = False
    """Whether enough waits at the fault's end to measure how fast it drains."""


def kills(service: Service) -> Strike:
    """Kill a service five times at random moments."""

    async def strike(arena: Arena) -> set[str]:
        name = f"{service.name}-0"
        async with asyncio.TaskGroup() as group:
            wave = group.create_task(arena.load.wave(RELEASES, seconds=14))
            for _ in range(KILLS):
                await asyncio.sleep(arena.rng.uniform(0.5, 3.5))
                await arena.running.kill(name)
        return wave.result()

    return strike


async def join_and_leave(arena: Arena) -> set[str]:
    """Two more of every service join at once; one leaves, one dies."""
    first, second = (
        arena.run([arena.program(service, instance) for service in SERVICES])
        for instance in (1, 2)
    )
    try:
        async with asyncio.TaskGroup() as group:
            wave = group.create_task(arena.load.wave(RELEASES, seconds=16))
            await asyncio.sleep(arena.rng.uniform(6, 9))
            await first.stop()
            await asyncio.sleep(arena.rng.uniform(2, 4))
            await second.kill_for_good(*(f"{service.name}-2" for service in SERVICES))
    finally:
        await first.stop()
        await second.stop()
    return wave.result()


def away(*names: str) -> Strike:
    """Kill engines and leave them away for a minute."""

    async def strike(arena: Arena) -> set[str]:
        servers = [getattr(arena, name) for name in names]
        async with asyncio.TaskGroup() as group:
            wave = group.create_task(arena.load.wave(RELEASES, seconds=20))
            await asyncio.sleep(arena.rng.uniform(1, 5))
            await arena.away(*servers, seconds=AWAY_SECONDS)
        return wave.result()

    return strike


def faulty(*faults: Fault, seconds: float = 14.0) -> Strike:
    """Let Elasticsearch answer wrongly, each way for a while."""

    async def strike(arena: Arena) -> set[str]:
        before = arena.proxy.struck
        async with asyncio.TaskGroup() as group:
            wave = group.create_task(arena.load.wave(RELEASES, seconds=seconds - 4))
            for fault in faults:
                arena.proxy.fault = fault
                await asyncio.sleep(seconds / len(faults))
        arena.proxy.fault = None
        assert arena.proxy.struck > before, "the fault never struck"
        return wave.result()

    return strike


async def slow_sink(arena: Arena) -> set[str]:
    """Let every answer take seconds, until the buffers are full."""
    arena.proxy.fault = Delay(8.0)
    wave = await arena.load.wave(RELEASES, seconds=8)
    await asyncio.sleep(12)
    arena.proxy.fault = None
    return wave


async def stop_everything(arena: Arena) -> set[str]:
    """SIGTERM to all services at once, and a restart."""
    async with asyncio.TaskGroup() as group:
        wave = group.create_task(arena.load.wave(RELEASES, seconds=12))
        await asyncio.sleep(arena.rng.uniform(3, 8))
        assert await arena.running.stop() <= STOP_SECONDS
    arena.running = arena.start()
    return wave.result()


async def clock_back(arena: Arena) -> set[str]:
    """Set the services' clocks back by a minute while they run."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        if os.environ.get("COMMUNIQUE_REQUIRE_ENGINES") == "1":
            pytest.fail("libfaketime is missing; install the package libfaketime")
        pytest.skip("libfaketime is missing; install the package libfaketime")
    shift = arena.system.directory / "shift"
    shift.write_text("+0")
    await arena.running.stop()
    arena.running = arena.start(
        LD_PRELOAD=str(library),
        FAKETIME_TIMESTAMP_FILE=str(shift),
        FAKETIME_CACHE_DURATION="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )
    first = await arena.load.wave(HALF, seconds=6)
    await arena.settle(first)
    async with asyncio.TaskGroup() as group:
        wave = group.create_task(arena.load.wave(HALF, seconds=6))
        await asyncio.sleep(arena.rng.uniform(1, 4))
        shift.write_text("-60")
    return first | wave.result()


async def spoil_state(arena: Arena) -> set[str]:
    """Delete, truncate and exchange state files between two runs."""
    wave = await arena.load.wave(RELEASES, seconds=8)
    await arena.running.stop()
    spoiled = 0
    for service in (FEED_POLLER, PAGE_FETCHER):
        folder = arena.system.directory / "state" / arena.system.naming.group(service)
        for number, path in enumerate(sorted(folder.glob("*.sqlite"))):
            spoiled += 1
            match number % 4:
                case 0:
                    path.unlink()
                case 1:
                    os.truncate(path, path.stat().st_size // 2)
                case 2:
                    with contextlib.closing(sqlite3.connect(path)) as db, db:
                        db.execute("UPDATE meta SET cluster = 'another'")
    assert spoiled >= 8
    arena.running = arena.start()
    return wave


async def poison(arena: Arena) -> set[str]:
    """Put what no service can read on every topic, and into the state topics."""
    naming = arena.system.naming
    async with asyncio.TaskGroup() as group:
        wave = group.create_task(arena.load.wave(RELEASES, seconds=10))
        async with arena.producer() as producer:
            await producer.send_all(foreign_state(naming))
            for record in poisonous(naming):
                (place,) = await producer.send_all([record])
                arena.poisoned.add(f"{place.topic}/{place.partition}/{place.offset}")
    await arena.running.stop()  # state is read at the start
    arena.running = arena.start()
    return wave.result()


async def replay(arena: Arena) -> set[str]:
    """Put everything that there is back for each service, twice and in any order."""
    before = set(arena.load.last_wave)
    wave = await arena.load.wave(RELEASES)
    await arena.settle(wave)
    await put_back(arena)
    return wave | before


async def put_back(arena: Arena) -> None:
    """Replay thousands of messages to each service, in any order, some twice."""
    for service, topic in (
        (SEARCH_INDEXER, RELEASES_ENRICHED),
        (ENRICHMENT_WORKER, RELEASES_RAW),
        (PAGE_FETCHER, ENTRIES),
    ):
        await put_back_to(arena, service, topic)


async def put_back_to(arena: Arena, service: Service, topic: Topic) -> None:
    """Replay what stands in `topic` to `service`, in any order, some twice."""
    kept = [m for m in await arena.system.read(topic) if not is_poison(m)]
    records = [
        Record(
            arena.system.naming.topic(service.replay),
            message.key or b"",
            message.value,
            (*message.headers.items(), (ORIGIN, message.origin.encode())),
            message.partition,
        )
        for message in arena.rng.sample(2 * kept, min(2 * len(kept), REPLAYED))
    ]
    async with arena.producer() as producer:
        await producer.send_all(records)


async def standby(arena: Arena) -> set[str]:
    """Let a process without a partition idle until aiokafka leaves the group."""
    one = [replace(topic, partitions=1) for topic in SEARCH_INDEXER.inputs]
    others = set(SEARCH_INDEXER.needs) - set(SEARCH_INDEXER.inputs)
    folder = arena.system.directory / "standby"
    folder.mkdir()
    wave = await arena.load.wave(2 * HALF)  # reworded ones are not copied
    await arena.settle(wave)
    copies = arena.load.copies(wave, await arena.system.read(RELEASES_ENRICHED))
    keys = list(copies)
    settings = {
        "COMMUNIQUE_MAX_POLL_INTERVAL_SECONDS": "10",
        "COMMUNIQUE_REBALANCE_TIMEOUT_SECONDS": "5",
    }
    async with open_system(
        arena.system.engines, folder, topics=(*one, *others), **settings
    ) as system:

        async def send(some: list[str]) -> None:
            async with Producer(system.engines.connection, client_id="t") as producer:
                topic = system.naming.topic(RELEASES_ENRICHED)
                await producer.send_all(
                    [Record(topic, key.encode(), copies[key]) for key in some]
                )

        # Each input has one partition: so many hold them, and one more has nothing.
        held = range(len(one))
        holders = arena.run([system.program(SEARCH_INDEXER, n) for n in held])
        half = len(keys) // 2
        await send(keys[:half])
        await arena.searchable(keys[0])
        spare = arena.run([system.program(SEARCH_INDEXER, len(one))])
        name = f"search-indexer-{len(one)}"
        try:
            first = await spare.pid(name)
            await asyncio.sleep(IDLE_SECONDS)
            await holders.kill_for_good(*(f"search-indexer-{n}" for n in held))
            await send(keys[half:])
            killed = time.monotonic()
            taken_over = await arena.searchable(keys[-1]) - killed
            assert await spare.pid(name) != first, "it never left"
            assert taken_over <= RECOVERY_SECONDS * slowness()
            await arena.found(keys)
        finally:
            await holders.stop()
            await spare.stop()
    return set(keys)


async def second_holder(arena: Arena) -> set[str]:
    """Start each service again under an instance id that is held already."""
    again = [arena.program(service) for service in SERVICES]
    elsewhere = [
        arena.program(
            service, COMMUNIQUE_STATE_DIR=str(arena.system.directory / "elsewhere")
        )
        for service in (ENRICHMENT_WORKER, SEARCH_INDEXER)
    ]
    async with asyncio.TaskGroup() as group:
        wave = group.create_task(arena.load.wave(RELEASES, seconds=14))
        here = arena.run(again)
        await asyncio.wait_for(here.task, 20)  # each refuses, and is not started again
        there = arena.run(elsewhere)  # on another machine: Kafka decides
        await asyncio.sleep(arena.rng.uniform(8, 12))
        await there.stop()
    return wave.result()


CASES: Mapping[str, Case] = {
    "kill -9 of feed_poller": Case(kills(FEED_POLLER)),
    "kill -9 of page_fetcher": Case(kills(PAGE_FETCHER)),
    "kill -9 of enrichment_worker": Case(kills(ENRICHMENT_WORKER)),
    "kill -9 of search_indexer": Case(kills(SEARCH_INDEXER)),
    "two processes join, one leaves, one dies": Case(join_and_leave),
    "Kafka away for 60 s": Case(away("kafka"), has_backlog=True),
    "Elasticsearch away for 60 s": Case(away("elasticsearch"), has_backlog=True),
    "both away for 60 s": Case(away("kafka", "elasticsearch"), has_backlog=True),
    "429 and 503 by item": Case(
        faulty(RefuseItems(429, share=0.3), RefuseItems(503, share=0.3))
    ),
    "429 and 503 by request": Case(
        faulty(RefuseRequests(429, share=0.5), RefuseRequests(503, share=0.5))
    ),
    "answers cut in the middle": Case(faulty(CutAnswers(share=0.5))),
    "a slow sink and full buffers": Case(slow_sink),
    "SIGTERM to everything": Case(stop_everything),
    "the clock set back a minute": Case(clock_back),
    "state files deleted, cut, foreign": Case(spoil_state),
    "a second holder of an instance": Case(second_holder),
    "poison on every topic": Case(poison),
    "everything replayed": Case(replay),
    "a standby that idles": Case(standby),
}
