"""
Writes documents in bulk until each is indexed, superseded or dead.

At least once and idempotent: an item may be written twice, and ends up the same. What
is the engine's or the operator's fault is tried again for ever, and said so through
`Waiting`; only the document's own fault is dead.

What is written is not sent again and can be found at once, but the batch is acked as a
whole: Kafka remembers one offset a partition, so what waits holds back what comes
after it (docs/decisions/0003).
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from communique.errors import NotReadyError, PermanentError
from communique.retry import backoff_seconds
from search_indexer.answers import Answer, of_failure, of_item
from search_indexer.documents import BulkAction
from search_indexer.families import write_alias
from search_indexer.outcome import (
    UNKNOWN_TRIES,
    Refusal,
    RefusedError,
    UnknownRefusalError,
    is_known,
    outcome,
    without_document,
)
from search_indexer.ready import ensure_index
from search_indexer.waiting import Waiting

MAX_CHUNK_BYTES = 5_000_000
MAX_CHUNK_DOCUMENTS = 500
MAX_HALVINGS = 5
"""A request that got no answer, or was too much for now, is sent in smaller ones."""
IN_FLIGHT = 2
REQUEST_SECONDS = 60.0
SHARD_SECONDS = 10
"""How long a request waits for a shard that is away; the others' answers wait too."""

Written = Literal["indexed", "superseded"]
Fate = Written | PermanentError
"""What became of a message's documents; an error of theirs is a dead letter."""


@dataclass(slots=True)
class _Item:
    message: int
    action: BulkAction
    lines: tuple[bytes, bytes]
    fate: Fate | None = None
    unknown: int = 0  # how often the answer was one in no table

    @property
    def size(self) -> int:
        return len(self.lines[0]) + len(self.lines[1]) + 2

    @property
    def last_try(self) -> bool:
        return self.unknown >= UNKNOWN_TRIES


class BulkWriter:
    """
    Writes to one Elasticsearch, two requests at a time.

    `rng` and `sleep` are parameters for tests.
    """

    def __init__(
        self,
        client: AsyncElasticsearch,
        *,
        waiting: Waiting,
        rng: random.Random,
        backoff_cap_seconds: float = 5.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        # The transport's own retries have no pause and no limit by item.
        self._client = client.options(
            max_retries=0, retry_on_timeout=False, request_timeout=REQUEST_SECONDS
        )
        self._waiting = waiting
        self._rng = rng
        self._cap = backoff_cap_seconds
        self._sleep = sleep
        self._in_flight = asyncio.Semaphore(IN_FLIGHT)
        self._indices: set[str] = set()

    async def write(self, documents: Sequence[Sequence[BulkAction]]) -> list[Fate]:
        """
        Return the fate of each message, in order, once all its documents are settled.

        `documents` has the actions of a message together, the one of the newest state
        first: it decides between "indexed" and "superseded". One dead document makes
        its message dead. Takes as long as it takes.
        """
        items = [
            _Item(message, action, _lines(action))
            for message, actions in enumerate(documents)
            for action in actions
        ]
        pending, attempt = items, 0
        while True:
            self._waiting.tries()
            await self._try(pending, halvings=min(attempt, MAX_HALVINGS))
            pending = [item for item in pending if item.fate is None]
            if not pending:
                break
            await self._sleep(backoff_seconds(attempt, cap=self._cap, rng=self._rng))
            attempt += 1
        self._waiting.over()
        fates: list[list[Fate]] = [[] for _ in documents]
        for item in items:
            if item.fate is not None:
                fates[item.message].append(item.fate)
        return [_fate(of_message) for of_message in fates]

    async def _try(self, items: Sequence[_Item], *, halvings: int) -> None:
        """Send `items` once, but for those whose index cannot be had."""
        ready = await self._make_indices(items)
        await asyncio.gather(
            *(self._send(chunk) for chunk in _chunks(ready, halvings=halvings))
        )

    async def _make_indices(self, items: Sequence[_Item]) -> list[_Item]:
        """Return those of `items` whose index is there."""
        for name in sorted({item.action.index for item in items} - self._indices):
            try:
                await ensure_index(self._client, name)
            except NotReadyError as error:
                kind: Refusal = "operator"
                reason = str(error)
            except (ApiError, TransportError) as error:
                answer = of_failure(error)
                kind = without_document(answer.status, answer.error_type)
                reason = f"cannot make the index {name}: {answer}"
            else:
                self._indices.add(name)
                continue
            held = sum(item.action.index == name for item in items)
            self._waiting.because(kind, reason, items=held)
        return [item for item in items if item.action.index in self._indices]

    async def _send(self, chunk: Sequence[_Item]) -> None:
        """Send one request; halve what cannot be taken as a whole."""
        try:
            async with self._in_flight:
                response = await self._client.bulk(
                    operations=cast(
                        Sequence[Mapping[str, Any]],
                        [line for item in chunk for line in item.lines],
                    ),
                    timeout=f"{SHARD_SECONDS}s",
                    # Or an alias that is gone would be made anew, as an index.
                    require_alias=True,
                )
        except (ApiError, TransportError) as error:
            answer = of_failure(error)
            if len(chunk) > 1 and outcome(answer.status, answer.error_type) == "dead":
                half = len(chunk) // 2
                await asyncio.gather(self._send(chunk[:half]), self._send(chunk[half:]))
                return
            answers = [answer] * len(chunk)
        else:
            self._waiting.moves()
            answers = [of_item(item) for item in response.body.get("items", ())]
            if len(answers) != len(chunk):
                short = f"{len(answers)} answers to {len(chunk)} items"
                answers = [Answer(None, reason=short)] * len(chunk)
        for item, answer in zip(chunk, answers, strict=True):
            self._judge(item, answer)

    def _judge(self, item: _Item, answer: Answer) -> None:
        known = is_known(answer.status, answer.error_type)
        found = outcome(answer.status, answer.error_type, tries=item.unknown)
        if found == "indexed" or found == "superseded":
            item.fate = found
        elif found == "dead":
            item.fate = _death(item, answer)
        else:
            kind: Refusal = found if known else "unknown"
            item.unknown += not known
            self._waiting.because(kind, f"Elasticsearch: {answer}", items=1)
            if answer.error_type == "index_not_found_exception":
                self._indices.discard(item.action.index)


def _fate(fates: Sequence[Fate]) -> Fate:
    """Return the fate of a message from those of its documents, the newest first."""
    dead = (fate for fate in fates if isinstance(fate, PermanentError))
    return next(dead, fates[0])


def _lines(action: BulkAction) -> tuple[bytes, bytes]:
    head = {
        "index": {
            "_index": write_alias(action.index),
            "_id": action.id,
            "version": action.version,
            "version_type": "external_gte",
        }
    }
    return _json(head), _json(action.document)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _chunks(items: Sequence[_Item], *, halvings: int) -> Iterator[list[_Item]]:
    most_bytes = MAX_CHUNK_BYTES >> halvings
    most_documents = MAX_CHUNK_DOCUMENTS >> halvings
    chunk: list[_Item] = []
    size = 0
    for item in items:
        if item.last_try:
            yield [item]
            continue
        if chunk and (size + item.size > most_bytes or len(chunk) >= most_documents):
            yield chunk
            chunk, size = [], 0
        chunk.append(item)
        size += item.size
    if chunk:
        yield chunk


def _death(item: _Item, answer: Answer) -> PermanentError:
    where = f"{item.action.index}/{item.action.id}"
    if is_known(answer.status, answer.error_type):
        return RefusedError(f"{where}: {answer}")
    return UnknownRefusalError(f"{where}: {answer}, after {item.unknown} more tries")
