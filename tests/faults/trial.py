"""One trial for deliveries that are spoilt, and for one that is not."""

import asyncio

from communique.topics import RELEASES_ENRICHED, SEARCH_INDEXER, SERVICES
from tests.e2e.system import until
from tests.faults.arena import Arena
from tests.faults.cases import put_back_to
from tests.faults.load import POLL_SECONDS
from tests.faults.verdict import Verdict

WAVE = 250
UNDER_WAY = 40
"""So many are with the indexer when everything is told to end."""
COMMIT_SECONDS = 2.0
"""Within these, what was acked too early is committed too early."""
START_SECONDS = 5.0
"""Within these, services that start have a batch in hand."""


async def trial(arena: Arena) -> tuple[set[str], Verdict]:
    """
    Stop and kill all without a sink, then without Kafka; survived, replay to the sink.

    Return the ids that were published, and the verdict. It is given before the replay,
    which would bring back what the indexer lost of what stands in its topic. To the
    indexer alone: the services before it would send the newest texts once more, after
    all that was replayed to it, and an old text that had won would be gone again.
    """
    touched = await arena.load.wave(WAVE)
    # Found, as a reworded one's first text may otherwise never be seen, and nobody lost
    # it. Nobody waits here for the groups: a spoilt one may never come to its end.
    await arena.found(touched)
    touched |= await _ended_without_a_sink(arena)
    await arena.found(touched)
    touched |= await _cut_off_from_kafka(arena)
    verdict = await arena.verdict(touched)
    if verdict:
        await put_back_to(arena, SEARCH_INDEXER, RELEASES_ENRICHED)
        verdict = await arena.settle(touched)
    return touched, verdict


async def _ended_without_a_sink(arena: Arena) -> set[str]:
    await arena.new_records(RELEASES_ENRICHED)
    under_way = 0

    async def enriched() -> int:
        nonlocal under_way
        under_way += len(await arena.new_records(RELEASES_ENRICHED))
        return under_way

    async with asyncio.TaskGroup() as group:
        wave = group.create_task(arena.load.wave(WAVE, seconds=14))
        async with arena.proxy.away():
            await until(enriched, lambda count: count >= UNDER_WAY)
            await asyncio.sleep(COMMIT_SECONDS)
            for _ in range(2):
                await arena.running.stop()
                arena.running = arena.start()
                await asyncio.sleep(START_SECONDS)
            for service in SERVICES:
                await arena.running.kill(f"{service.name}-0")
            await asyncio.sleep(4)
    return wave.result()


async def _cut_off_from_kafka(arena: Arena) -> set[str]:
    async with asyncio.TaskGroup() as group:
        wave = group.create_task(arena.load.wave(WAVE // 2, seconds=10))
        await asyncio.sleep(POLL_SECONDS)
        await arena.away(arena.kafka, seconds=12)
    return wave.result()
