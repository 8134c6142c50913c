"""A batch of releases, visits and registrations → one settled outcome a message."""

from collections.abc import Sequence

from communique.codec import Message, decode
from communique.errors import PermanentError
from communique.events import EnrichedRelease, FeedPolled
from communique.topics import FEEDS, FEEDS_POLLED
from communique.worker.settled import Settled, bury
from search_indexer.bulk import BulkWriter
from search_indexer.documents import BulkAction, documents
from search_indexer.registrations import registration_documents
from search_indexer.visits import visit_documents


async def handle(
    messages: Sequence[Message], writer: BulkWriter, dead_letters: str
) -> list[Settled]:
    """
    Return what became of each message, in order: indexed, superseded, ignored or dead.

    A dead message stops nobody: the others are written. Several versions of a release
    in one batch are all sent, in any order: `external_gte` keeps the highest. Sending
    the highest alone would lose the others when that one turns out to be dead.
    """
    settled: dict[int, Settled] = {}
    alive: dict[int, tuple[BulkAction, ...]] = {}
    for position, message in enumerate(messages):
        try:
            written = _documents(message)
        except PermanentError as error:
            settled[position] = bury(message, error, dead_letters=dead_letters)
        else:
            if written:
                alive[position] = written
            else:
                settled[position] = Settled("ignored")
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
    topic = message.origin.rsplit("/", 2)[0]
    if topic.endswith(FEEDS_POLLED.name):
        return visit_documents(decode(message, FeedPolled), message)
    if topic.endswith(FEEDS.name):
        return registration_documents(message)
    return documents(decode(message, EnrichedRelease))
