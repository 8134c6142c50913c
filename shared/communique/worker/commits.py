"""Whether commits follow the acks, partition by partition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """
    A partition whose commit stays where it was although acks are ahead of it.

    `looks` counts how often it was found so with new acks of ours since the look
    before: while the broker is away nothing is acked, and nothing is counted.
    """

    place: Place
    committed: int | None
    acked: int
    looks: int = 0


@dataclass(slots=True)
class Commits:
    """
    What was acked and what of it was committed, by the next offset of each.

    Faust commits what was acked without a hole. A message that is never acked holds its
    partition for ever, and no error says so: nothing is lost, but whoever has the
    partition next does it all again (faust-streaming issue 596).
    """

    _acked: dict[Place, int] = field(default_factory=dict)
    _stands: dict[Place, Standstill] = field(default_factory=dict)
    _news: bool = False

    def ack(self, messages: Iterable[tuple[str, int, int]]) -> None:
        """Note acks by topic, partition and offset."""
        for topic, partition, offset in messages:
            place = (topic, partition)
            self._acked[place] = max(self._acked.get(place, 0), offset + 1)
            self._news = True

    def look(self, committed: Mapping[Place, int | None]) -> Standstill | None:
        """Return the partition that stands longest, or None if commits follow."""
        news, self._news = self._news, False
        for place, acked in self._acked.items():
            done = committed.get(place)
            before = self._stands.get(place)
            if done is not None and done >= acked:
                self._stands.pop(place, None)
            elif before is None or before.committed != done:
                self._stands[place] = Standstill(place, done, acked)
            elif news:
                self._stands[place] = replace(
                    before, acked=acked, looks=before.looks + 1
                )
        return max(self._stands.values(), key=lambda one: one.looks, default=None)
