"""Edge: wires the batches to the functions of this service; decides nothing."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from communique.codec import Message
from communique.errors import NotReadyError
from communique.retry import backoff_seconds
from communique.topics import SEARCH_INDEXER
from communique.worker.context import Build, Context, Work
from communique.worker.run import run_service
from communique.worker.settled import Settled
from search_indexer.answers import of_failure
from search_indexer.bulk import BulkWriter
from search_indexer.client import new_client, refusal
from search_indexer.handle import handle
from search_indexer.outcome import without_document
from search_indexer.ready import check_mapping
from search_indexer.settings import SearchIndexerSettings
from search_indexer.waiting import Waiting


async def run(settings: SearchIndexerSettings) -> int:
    """Index releases until told to stop, and return the exit code."""
    return await run_service(SEARCH_INDEXER, settings, _build(settings))


def _build(settings: SearchIndexerSettings) -> Build:
    @asynccontextmanager
    async def build(context: Context) -> AsyncIterator[Work]:
        rng = random.SystemRandom()
        async with new_client(settings) as client:
            waiting = Waiting(context.progress, context.metrics)
            await _wait_for_mapping(client, settings, waiting, rng)
            writer = BulkWriter(
                client,
                waiting=waiting,
                rng=rng,
                backoff_cap_seconds=settings.backoff_cap_seconds,
            )

            async def settle(messages: Sequence[Message]) -> list[Settled]:
                return await handle(messages, writer, context.dead_letters)

            yield Work(settle)

    return build


async def _wait_for_mapping(
    client: AsyncElasticsearch,
    settings: SearchIndexerSettings,
    waiting: Waiting,
    rng: random.Random,
) -> None:
    """Return once Elasticsearch has the templates that our documents need."""
    attempt = 0
    while True:
        waiting.tries()
        try:
            await check_mapping(client)
        except NotReadyError as error:
            waiting.because("operator", str(error), items=1)
        except (ApiError, TransportError) as error:
            answer = of_failure(error)
            kind = without_document(answer.status, answer.error_type)
            waiting.because(kind, refusal(error, settings), items=1)
        else:
            waiting.over()
            return
        wait = backoff_seconds(attempt, cap=settings.backoff_cap_seconds, rng=rng)
        await asyncio.sleep(wait)
        attempt += 1
