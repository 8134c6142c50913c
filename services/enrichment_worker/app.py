"""Edge: wires the batches to the functions of this service; decides nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import structlog

from communique.codec import Message
from communique.topics import ENRICHMENT_WORKER, TAGGINGS
from communique.worker.broadcast import Broadcast
from communique.worker.context import Build, Context, Work
from communique.worker.run import run_service
from communique.worker.settled import Settled
from communique.worker.until_ready import until_ready
from enrichment_worker.generations import Generations, settle_generation
from enrichment_worker.handle import handle
from enrichment_worker.links.signatures import open_signatures
from enrichment_worker.pool import Child, Pool
from enrichment_worker.settings import EnrichmentSettings
from enrichment_worker.wire import Start

LOAD_AGAIN_SECONDS = 60.0
"""A missing model is looked for that often: each look costs some CPU."""

log = structlog.get_logger(__name__)


async def run(settings: EnrichmentSettings) -> int:
    """Enrich releases until told to stop, and return the exit code."""
    start = Start(
        settings.vocabulary_dir, dict(settings.spacy_models), settings.document_seconds
    )
    async with Pool(
        [Child(start) for _ in range(settings.enrichment_processes)]
    ) as pool:
        loading = asyncio.create_task(pool.ready())  # while Kafka is looked for
        try:
            return await run_service(ENRICHMENT_WORKER, settings, _build(pool))
        finally:
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)


def _build(pool: Pool) -> Build:
    @asynccontextmanager
    async def build(context: Context) -> AsyncIterator[Work]:
        async with (
            context.new_reader("taggings") as reader,
            open_signatures(context) as signatures,
        ):
            vocabulary = await until_ready(
                pool.ready,
                waiting=partial(context.progress.waiting, "vocabulary"),
                cap_seconds=LOAD_AGAIN_SECONDS,
            )
            generations = Generations(vocabulary.digest)
            broadcast = Broadcast(
                reader, context.naming.topic(TAGGINGS), generations.apply
            )
            generation = await settle_generation(
                generations,
                digest=vocabulary.digest,
                models=vocabulary.models,
                naming=context.naming,
                catch_up=broadcast.catch_up,
                send_all=context.producer.send_all,
            )
            log.info("tags", generation=generation, models=dict(vocabulary.models))

            async def settle(messages: Sequence[Message]) -> list[Settled]:
                # Before each batch: what was corrected before a message was written is
                # known when it is tagged (ADR 0014).
                await broadcast.catch_up()
                links = await signatures.links(messages)
                return await handle(
                    messages,
                    pool.enrich,
                    generations.tagged,
                    context.naming,
                    context.dead_letters,
                    links,
                )

            yield Work(settle)

    return build
