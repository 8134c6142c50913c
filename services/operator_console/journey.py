"""The way of one feed's entries, step by step, by what caused what; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from communique.codec import CAUSE, ORIGIN, Message
from page_fetcher.tasks import DIGITS, PageTask, tally

Place = str
"""topic/partition/offset, as the header `communique_cause` has it."""


class Fate(StrEnum):
    """What became of a message at one step."""

    LED_ON = "led on"
    QUIET = "unchanged or known"
    DEAD = "dead"
    WAITING = "waiting"
    UNACCOUNTED = "unaccounted"


@dataclass(frozen=True, slots=True)
class EntryTrace:
    """An entry of the feed: its place, and what its release remembers it by."""

    place: Place
    release_id: str
    feed: str
    text: str


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a group counted: by topic and partition, the next offset."""

    next_offsets: Mapping[tuple[str, int], int]

    def settled(self, place: Place) -> bool:
        """Return whether the message at `place` has an outcome."""
        topic, partition, offset = place.rsplit("/", 2)
        return int(offset) < self.next_offsets.get((topic, int(partition)), 0)


@dataclass(frozen=True, slots=True)
class Aside:
    """Dead letters of a group and what was put back, by the place of origin."""

    dead: AbstractSet[Place] = frozenset()
    """Origins whose newest letter was not put back."""
    put_back: Mapping[Place, Sequence[Place]] = field(default_factory=dict)

    @classmethod
    def of(cls, letters: Iterable[Message], replays: Iterable[Message]) -> Self:
        """Return what `letters`, and what was put back of them, say of origins."""
        died: dict[Place, int] = {}
        for letter in letters:
            if origin := origin_of(letter):
                died[origin] = max(died.get(origin, 0), letter.timestamp_ms)
        put_back: dict[Place, list[Place]] = {}
        for replay in replays:
            put_back.setdefault(replay.origin, []).append(replay.place)
            if died.get(replay.origin, 0) <= replay.timestamp_ms:
                died.pop(replay.origin, None)
        return cls(died.keys(), put_back)

    def places(self, origin: Place) -> tuple[Place, ...]:
        """Return where a message stands for its group: its place, and replays of it."""
        return (origin, *self.put_back.get(origin, ()))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: who works, on what, and what became of it."""

    service: str
    topic: str
    fates: Mapping[Place, Fate]

    @property
    def counts(self) -> dict[Fate, int]:
        """Return how many messages came to which fate, every fate named."""
        found = Counter(self.fates.values())
        return {fate: found[fate] for fate in Fate}

    @property
    def unaccounted(self) -> list[Place]:
        """Return the messages that were passed and have no outcome."""
        return [p for p, fate in self.fates.items() if fate is Fate.UNACCOUNTED]


def entry_fates(
    entries: Iterable[EntryTrace],
    tasks: Mapping[str, PageTask],
    events: Mapping[str, int],
    caused: AbstractSet[Place],
    aside: Aside,
    reached: Reached,
) -> dict[Place, Fate]:
    """
    Return what the page fetcher made of each entry.

    `tasks` and `events` are, by release id, what is remembered and how many events are
    on `releases.raw`; a release with fewer than it counts as released has lost some
    (left out of `events`: they are no longer all kept). `caused` has the causes of all
    events.
    """
    return {
        entry.place: _entry_fate(entry, tasks, events, caused, aside, reached)
        for entry in entries
    }


def message_fates(
    places: Iterable[Place],
    caused: AbstractSet[Place] | None,
    aside: Aside,
    reached: Reached,
) -> dict[Place, Fate]:
    """
    Return what a group made of each message; each settled one led to a record.

    `caused` None: the group writes no records, so that being settled is all there is.
    """
    return {place: _fate(place, caused, aside, reached) for place in places}


def origin_of(message: Message) -> Place | None:
    """Return where a dead letter, or one that was put back, first stood."""
    return _header(message, ORIGIN)


def cause_of(message: Message) -> Place | None:
    """Return the place of the message that led to this one."""
    return _header(message, CAUSE)


def _entry_fate(
    entry: EntryTrace,
    tasks: Mapping[str, PageTask],
    events: Mapping[str, int],
    caused: AbstractSet[Place],
    aside: Aside,
    reached: Reached,
) -> Fate:
    task = tasks.get(entry.release_id)
    places = aside.places(entry.place)
    waits = task is not None and any(_short(p, entry) in task.pending for p in places)
    fate = _fate(entry.place, caused, aside, reached)
    if waits and fate is not Fate.LED_ON:
        return Fate.WAITING
    if fate is not Fate.UNACCOUNTED or task is None:
        return fate
    released = tally(task.note(entry.release_id).value or b"").get("released", 0)
    if events.get(entry.release_id, released) < released:
        return Fate.UNACCOUNTED
    return Fate.QUIET if _is_remembered(entry, task) else Fate.UNACCOUNTED


def _fate(
    place: Place,
    caused: AbstractSet[Place] | None,
    aside: Aside,
    reached: Reached,
) -> Fate:
    places = aside.places(place)
    if caused is not None and not caused.isdisjoint(places):
        return Fate.LED_ON
    if not all(reached.settled(one) for one in places):
        return Fate.WAITING
    if place in aside.dead:
        return Fate.DEAD
    return Fate.LED_ON if caused is None else Fate.UNACCOUNTED


def _is_remembered(entry: EntryTrace, task: PageTask) -> bool:
    offset = int(entry.place.rpartition("/")[2])
    # A newer entry of the release was planned, so that this one was handled before; or
    # it says what is known of its feed.
    return (
        offset <= task.last
        or task.feeds.get(entry.feed[:DIGITS]) == (entry.text[:DIGITS])
    )


def _short(place: Place, entry: EntryTrace) -> str:
    """Return `place` as a task has it in its queue."""
    offset = place.rpartition("/")[2]
    return offset if place == entry.place else f"r{offset}"


def _header(message: Message, name: str) -> Place | None:
    value = message.headers.get(name)
    return value.decode("utf-8", "replace") if value else None
