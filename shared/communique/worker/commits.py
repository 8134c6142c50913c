"""Whether commits follow the acks, partition by partition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """A partition whose commit has not moved since `since` although acks are ahead."""

    place: Place
    committed: int | None
    acked: int
    since: float


@dataclass(slots=True)
class Commits:
    """
    What was acked and what of it was committed, by the next offset of each.

    Faust commits what was acked without a hole. A message that is never acked holds its
    partition for ever, and no error says so: nothing is lost, but whoever has the
    partition next does it all again (faust-streaming issue 596). Times are monotonic
    seconds.
    """

    _acked: dict[Place, int] = field(default_factory=dict)
    _stands: dict[Place, Standstill] = field(default_factory=dict)

    def ack(self, messages: Iterable[tuple[str, int, int]]) -> None:
        """Note acks by topic, partition and offset."""
        for topic, partition, offset in messages:
            place = (topic, partition)
            self._acked[place] = max(self._acked.get(place, 0), offset + 1)

    def oldest(
        self, committed: Mapping[Place, int | None], now: float
    ) -> Standstill | None:
        """Return the partition that stands longest, or None if commits follow."""
        for place, acked in self._acked.items():
            done = committed.get(place)
            before = self._stands.get(place)
            if done is not None and done >= acked:
                self._stands.pop(place, None)
            elif before is None or before.committed != done:
                self._stands[place] = Standstill(place, done, acked, now)
        return min(self._stands.values(), key=lambda one: one.since, default=None)
