"""A batch of `releases.enriched` → one settled outcome a message."""

from collections.abc import Sequence

from communique.codec import Message, decode
from communique.errors import PermanentError
from communique.events import EnrichedRelease
from communique.worker.settled import Settled, bury
from search_indexer.bulk import BulkWriter
from search_indexer.documents import BulkAction, documents


async def handle(
    messages: Sequence[Message], writer: BulkWriter, dead_letters: str
) -> list[Settled]:
    """
    Return what became of each message, in order: indexed, superseded or dead.

    A dead message stops nobody: the others are written. Several versions of a release
    in one batch are all sent, in any order: `external_gte` keeps the highest. Sending
    the highest alone would lose the others when that one turns out to be dead.
    """
    settled: dict[int, Settled] = {}
    alive: dict[int, tuple[BulkAction, ...]] = {}
    for position, message in enumerate(messages):
        try:
            alive[position] = documents(decode(message, EnrichedRelease))
        except PermanentError as error:
            settled[position] = bury(message, error, dead_letters=dead_letters)
    fates = await writer.write(list(alive.values()))
    for position, fate in zip(alive, fates, strict=True):
        settled[position] = (
            bury(messages[position], fate, dead_letters=dead_letters)
            if isinstance(fate, PermanentError)
            else Settled(fate)
        )
    return [settled[position] for position in range(len(messages))]
