"""
Edge: what a release has to do with earlier ones, by way of `releases.signatures`.

Each worker writes the signatures of its batch, reads the topic on until it sees them,
and compares each with what came before the first record of its release and revision.
The order of the topic decides, so every worker and every replay finds the same.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial
from pathlib import Path

from aiokafka.errors import KafkaError

from communique.codec import Message, Record, encode
from communique.errors import NotReadyError, PermanentError
from communique.events import Signature
from communique.topics import RELEASES_SIGNATURES, Naming
from communique.worker.context import Context
from communique.worker.reader import Reader
from communique.worker.until_ready import until_ready
from enrichment_worker.handle import readable
from enrichment_worker.links.duplicates import Links, is_correction, links
from enrichment_worker.links.signature_index import SignatureIndex
from enrichment_worker.links.sketches import signature

_PARTITION = 0
_OPEN_AGAIN_SECONDS = 5.0


class Signatures:
    """The topic as this process knows it; it remembers across restarts in a file."""

    def __init__(
        self,
        index: SignatureIndex,
        reader: Reader,
        send_all: Callable[[Sequence[Record]], Awaitable[object]],
        naming: Naming,
    ) -> None:
        self._index = index
        self._reader = reader
        self._send_all = send_all
        self._topic = naming.topic(RELEASES_SIGNATURES)

    async def restore(self) -> None:
        """Read the topic on from where the file ends; a doubtful file is made anew."""
        bounds = await self._reader.bounds(self._topic, [_PARTITION])
        first, end = bounds[_PARTITION]
        if not first <= self._index.next_offset <= end:
            self._index.start_anew(first)
        await asyncio.to_thread(self._index.expire, first)
        await self._catch_up()

    async def links(self, messages: Sequence[Message]) -> Mapping[Message, Links]:
        """
        Return what each raw release has to do with earlier ones, by its message.

        What cannot be read, and what has no text, is in no way linked and not in there.

        Raises NotReadyError if the signatures just written are not on the topic.
        """
        signed = await asyncio.to_thread(_signed, messages)
        unknown = {
            (one.release_id, one.revision): (message, one)
            for message, (one, _) in reversed(signed.items())
            if one not in self._index
        }
        if unknown:
            await self._send_all(
                [self._record(*pair) for pair in reversed(unknown.values())]
            )
            await self._catch_up()
            if not all(one in self._index for _, one in unknown.values()):
                # The engine has lost what we had read: its offsets have begun again.
                await asyncio.to_thread(self._index.start_anew, 0)
                await self._catch_up()
        try:
            return await asyncio.to_thread(self._find, signed)
        except KeyError as error:
            raise NotReadyError(
                f"the signature just written to {self._topic} is not there: {error}"
            ) from None

    def _find(
        self, signed: Mapping[Message, tuple[Signature, str]]
    ) -> dict[Message, Links]:
        found = {}
        for message, (one, title) in signed.items():
            correction = is_correction(title)
            ours, earlier = self._index.earlier(one, by_reference=correction)
            found[message] = links(ours, earlier, correction=correction)
        return found

    async def _catch_up(self) -> None:
        start = {_PARTITION: self._index.next_offset}
        try:
            async with aclosing(self._reader.read(self._topic, start)) as batches:
                async for messages in batches:
                    await asyncio.to_thread(self._index.add, messages)
        except KafkaError as error:  # no fault of the release that is being linked
            raise NotReadyError(f"{self._topic} cannot be read: {error!r}") from error

    def _record(self, cause: Message, one: Signature) -> Record:
        return encode(
            one,
            topic=self._topic,
            key=one.release_id,
            ce_id=f"{one.release_id}:{one.revision}:signature:{one.rules}",
            ce_type="release.signature",
            ce_time=one.revision_seen_at,
            subject=one.release_id,
            cause=cause.place,
            partition=_PARTITION,
        )


@asynccontextmanager
async def open_signatures(context: Context) -> AsyncIterator[Signatures]:
    """Open what this process knows of the topic, and read the topic to its end."""
    index = await until_ready(
        partial(
            asyncio.to_thread,
            _open_index,
            context.directory / f"signatures-{context.instance}.sqlite",
            context.cluster,
        ),
        waiting=partial(context.progress.waiting, "signatures"),
        cap_seconds=_OPEN_AGAIN_SECONDS,
    )
    with index:
        async with context.new_reader("signatures") as reader:
            signatures = Signatures(
                index, reader, context.producer.send_all, context.naming
            )
            await signatures.restore()
            yield signatures


def _open_index(path: Path, cluster: str) -> SignatureIndex:
    try:
        return SignatureIndex(path, cluster=cluster)
    except (OSError, sqlite3.OperationalError) as error:
        raise NotReadyError(f"{path} cannot be opened: {error}") from error


def _signed(messages: Sequence[Message]) -> dict[Message, tuple[Signature, str]]:
    """Return the signature and title of each release that has a text."""
    signed = {}
    for message in messages:
        try:
            release = readable(message)
        except PermanentError:
            continue  # a dead letter
        if (one := signature(release)) is not None:
            signed[message] = one, release.title
    return signed
