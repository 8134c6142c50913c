"""Which tagging is newer: the generation is a place in the topic `taggings`."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from communique.codec import Message, Record, decode, encode
from communique.errors import NotReadyError, PermanentError
from communique.events import Tagging
from communique.topics import TAGGINGS, Naming

MAX_GENERATION = 999_999


class Generations:
    """What was read of `taggings`: the newest vocabulary, and since when it is."""

    def __init__(self, digest: str) -> None:
        self._digest = digest
        self._current: str | None = None
        self._since = 0

    @property
    def ours(self) -> int | None:
        """
        Return the generation of our vocabulary; None if it is not the newest one.

        It is the first of the records that say the same: workers that start together
        and both write it agree. An old vocabulary that comes back is a new generation.
        """
        return self._since if self._current == self._digest else None

    def apply(self, message: Message) -> None:
        """Take one record of the topic in."""
        try:
            tagging = decode(message, Tagging)
        except PermanentError:
            return  # a foreign record; a person's corrections come with a later issue
        if tagging.kind == "vocabulary" and tagging.digest != self._current:
            self._current, self._since = tagging.digest, message.offset


async def settle_generation(
    generations: Generations,
    *,
    digest: str,
    models: Mapping[str, str],
    naming: Naming,
    catch_up: Callable[[], Awaitable[None]],
    send_all: Callable[[list[Record]], Awaitable[object]],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """
    Return the generation of our vocabulary; if it is not the newest, write it.

    Raises NotReadyError when a million generations are used up.
    """
    await catch_up()
    if generations.ours is None:
        tagging = Tagging(kind="vocabulary", digest=digest, models=models, at=now())
        record = encode(
            tagging,
            topic=naming.topic(TAGGINGS),
            key="vocabulary",
            ce_id=f"vocabulary:{digest}",
            ce_type="tagging.vocabulary",
            ce_time=tagging.at,
        )
        await send_all([record])
        await catch_up()
    generation = generations.ours
    if generation is None:
        raise NotReadyError("the record just written to `taggings` is not there")
    if generation > MAX_GENERATION:
        raise NotReadyError(
            "the topic `taggings` holds a million records; "
            "run: communique topics migrate"
        )
    return generation
