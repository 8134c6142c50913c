"""Which tagging is newer: the generation is a place in the topic `taggings`."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from communique.codec import RETAG, Message, Record, decode, encode
from communique.corrections import AppliedCorrection
from communique.errors import NotReadyError, PermanentError
from communique.events import EnrichedRelease, Tagging
from communique.topics import TAGGINGS, Naming
from enrichment_worker.corrections.apply import Corrections, apply

MAX_GENERATION = 999_999
_TOO_MANY = (
    "the topic `taggings` holds a million records; run: communique topics migrate"
)
_OUTDATED = (
    "another process tags with a newer vocabulary; restart this one with the same files"
)


class Generations:
    """What was read of `taggings`: the newest vocabulary, and what people corrected."""

    def __init__(self, digest: str) -> None:
        self._digest = digest
        self._current: str | None = None
        self._ours_since: int | None = None
        self._outdated_since: int | None = None
        self._corrections = Corrections()

    @property
    def ours(self) -> int | None:
        """
        Return the generation of our vocabulary; None if it is not the newest one.

        It is the first of the records that say the same: workers that start together
        and both write it agree. An old vocabulary that comes back is a new generation.
        """
        return self._ours_since if self._current == self._digest else None

    def apply(self, message: Message) -> None:
        """Take one record of the topic in."""
        try:
            tagging = decode(message, Tagging)
        except PermanentError:
            return  # a foreign record
        if tagging.kind == "vocabulary":
            self._take_vocabulary(tagging.digest, message.offset)
        elif tagging.correction is not None:
            self._corrections.add(
                AppliedCorrection(
                    **tagging.correction.model_dump(),
                    number=message.offset,
                    at=tagging.at,
                )
            )

    def _take_vocabulary(self, digest: str, offset: int) -> None:
        if digest == self._current:
            return
        if digest == self._digest:
            self._ours_since, self._outdated_since = offset, None
        elif self._current == self._digest:
            self._outdated_since = offset
        self._current = digest

    def tagged(self, release: EnrichedRelease, cause: Message) -> EnrichedRelease:
        """
        Return `release` as people corrected it, with its generation.

        That is the place of the last record that had a say in its tags: our vocabulary,
        or a correction of this release or of all. So one generation means one tagging.
        `cause` is the message that led here.

        Raises NotReadyError if only a newer vocabulary than ours could win: tags again
        are asked of the newest one, and so is what was corrected since it came.
        """
        corrections = self._corrections.of(release.release_id)
        last = corrections[-1].number if corrections else 0
        again = RETAG in cause.headers
        outdated = self._outdated_since
        if self._ours_since is None:
            raise NotReadyError(_OUTDATED)
        if outdated is not None and (again or last > outdated):
            raise NotReadyError(_OUTDATED)
        generation = max(self._ours_since, last)
        if generation > MAX_GENERATION:
            raise NotReadyError(_TOO_MANY)
        return apply(release, corrections).model_copy(
            update={"generation": generation, "retagged": again}
        )


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
        raise NotReadyError(_TOO_MANY)
    return generation
