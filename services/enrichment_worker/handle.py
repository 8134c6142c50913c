"""Messages of `releases.raw` to the records that they lead to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from types import MappingProxyType

from communique.codec import TRACE, Message, decode, encode
from communique.errors import PermanentError, WrongSchemaError
from communique.events import EnrichedRelease, RawRelease
from communique.topics import RELEASES_ENRICHED, Naming
from communique.worker.settled import Settled, bury
from enrichment_worker.links.duplicates import Links
from enrichment_worker.pool import Answer
from enrichment_worker.text import check_usable

ENRICHED = "enriched"
NOT_LINKED: Mapping[Message, Links] = MappingProxyType({})

Tagged = Callable[[EnrichedRelease, Message], EnrichedRelease]
"""An enriched release as people corrected it, and the message that led to it."""


Enrich = Callable[[Sequence[RawRelease]], Awaitable[Sequence[Answer]]]
"""Enriches releases, each for itself; the generation is set afterwards."""


async def handle(
    messages: Sequence[Message],
    enrich: Enrich,
    tagged: Tagged,
    naming: Naming,
    dead_letters: str,
    links: Mapping[Message, Links] = NOT_LINKED,
) -> list[Settled]:
    """
    Return what becomes of each message, in order: an enriched release or a dead letter.

    `tagged` gives each its corrections and its generation, `links` says which have to
    do with earlier ones, and `dead_letters` is the topic for what has died. An error of
    one document stops none of the others; anything that is not its fault is let out,
    and the batch is redelivered.
    """
    settled: dict[int, Settled] = {}
    releases: dict[int, RawRelease] = {}
    for place, message in enumerate(messages):
        try:
            releases[place] = readable(message)
        except PermanentError as error:
            settled[place] = bury(message, error, dead_letters=dead_letters)
    topic = naming.topic(RELEASES_ENRICHED)
    answers = await enrich(list(releases.values()))
    for place, answer in zip(releases, answers, strict=True):
        message = messages[place]
        try:
            release = _linked(_enriched(answer), links.get(message))
            settled[place] = _settled(tagged(release, message), message, topic)
        except PermanentError as error:
            settled[place] = bury(message, error, dead_letters=dead_letters)
    return [settled[place] for place in range(len(messages))]


def _enriched(answer: Answer) -> EnrichedRelease:
    """Return the enriched release; raises if the answer is an error."""
    if isinstance(answer, PermanentError):
        raise answer
    return answer


def readable(message: Message) -> RawRelease:
    """
    Return the release in `message`.

    Raises PermanentError if it is none, or none that can be enriched.
    """
    release = decode(message, RawRelease)
    check_usable(release.text)
    check_usable(release.title)
    try:
        _moment(release.version)
    except (ValueError, OverflowError, OSError) as error:
        raise WrongSchemaError(
            f"version {release.version} is no time in milliseconds"
        ) from error
    return release


def _linked(release: EnrichedRelease, links: Links | None) -> EnrichedRelease:
    return release.model_copy(update=asdict(links)) if links else release


def _settled(release: EnrichedRelease, cause: Message, topic: str) -> Settled:
    record = encode(
        release,
        topic=topic,
        key=release.release_id,
        ce_id=f"{release.release_id}:{release.version}:{release.generation}",
        ce_type=f"release.{release.change}",
        ce_time=_moment(release.version),
        source=release.issuers[0].feed_url,
        subject=release.release_id,
        version=release.version,
        cause=cause.place,
        trace=cause.headers.get(TRACE),
    )
    return Settled(ENRICHED, (record,))


def _moment(version: int) -> datetime:
    return datetime.fromtimestamp(version / 1000, tz=UTC)
