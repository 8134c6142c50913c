"""A batch of releases and of visits to feeds → one settled outcome a message."""

from collections.abc import Sequence

from communique.codec import Message, decode
from communique.errors import PermanentError
from communique.events import EnrichedRelease, FeedPolled
from communique.topics import FEEDS_POLLED
from communique.worker.settled import Settled, bury
from search_indexer.bulk import BulkWriter
from search_indexer.documents import BulkAction, documents
from search_indexer.visits import visit_documents


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
            alive[position] = _documents(message)
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


def _documents(message: Message) -> tuple[BulkAction, ...]:
    # By where it first stood: a dead letter that was put back is what it was.
    if message.origin.rsplit("/", 2)[0].endswith(FEEDS_POLLED.name):
        return visit_documents(decode(message, FeedPolled), message)
    return documents(decode(message, EnrichedRelease))
