"""Messages of `releases.raw` to the records that they lead to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from types import MappingProxyType

from communique.codec import TRACE, Message, decode, encode
from communique.errors import PermanentError, WrongSchemaError
from communique.events import EnrichedRelease, RawRelease
from communique.topics import RELEASES_ENRICHED, Naming
from communique.worker.settled import Settled, bury
from enrichment_worker.duplicates import Links
from enrichment_worker.enrich import enrich_all
from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.text import check_usable

ENRICHED = "enriched"
NOT_LINKED: Mapping[Message, Links] = MappingProxyType({})


def handle(
    messages: Sequence[Message],
    vocabulary: Vocabulary,
    generation: int,
    naming: Naming,
    dead_letters: str,
    links: Mapping[Message, Links] = NOT_LINKED,
) -> list[Settled]:
    """
    Return what becomes of each message, in order: an enriched release or a dead letter.

    `dead_letters` is the topic for those; `links` says which releases have to do with
    earlier ones. An error of one document stops none of the others; anything that is
    not its fault is let out, and the batch is redelivered.
    """
    settled: dict[int, Settled] = {}
    releases: dict[int, RawRelease] = {}
    for place, message in enumerate(messages):
        try:
            releases[place] = readable(message)
        except PermanentError as error:
            settled[place] = bury(message, error, dead_letters=dead_letters)
    topic = naming.topic(RELEASES_ENRICHED)
    enriched = enrich_all(list(releases.values()), vocabulary, generation)
    for place, release in zip(releases, enriched, strict=True):
        message = messages[place]
        try:
            settled[place] = _settled(
                _linked(release, links.get(message)), message, topic
            )
        except PermanentError as error:
            settled[place] = bury(message, error, dead_letters=dead_letters)
    return [settled[place] for place in range(len(messages))]


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
