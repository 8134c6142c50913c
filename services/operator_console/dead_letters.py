"""Dead letters: what each one says, which are meant, how one is put back; pure."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from communique.codec import (
    ATTEMPTS,
    CAUSE,
    ERROR,
    ORIGIN,
    REASON,
    Message,
    Record,
)
from communique.errors import UsageError
from communique.safe_text import escaped_text
from communique.topics import DEAD_LETTERS, PARTITIONS, SERVICES, Naming, Service

UNKNOWN = "unknown"
"""The error class of a record that a foreign hand put among the dead letters."""
_PLACE = re.compile(r"([^/]+)/([0-9]{1,9})/([0-9]{1,18})")
_LAST_MILLISECOND = 253_402_300_799_999  # of the year 9999; Kafka takes any number


@dataclass(frozen=True, slots=True)
class LetterId:
    """What a person types for a dead letter: `search-indexer/0/17`."""

    service: str
    partition: int
    offset: int

    @classmethod
    def of(cls, text: str, naming: Naming) -> Self:
        """Return the id that `text` names; raises UsageError if it is none."""
        found = _PLACE.fullmatch(text)
        if found is None:
            raise UsageError(
                f"{text!r} is no dead letter: write SERVICE/PARTITION/OFFSET as "
                "`communique dead-letters list` shows it."
            )
        service = service_named(found[1].removesuffix(DEAD_LETTERS), naming)
        return cls(service.name, int(found[2]), int(found[3]))

    def __str__(self) -> str:
        """Return the id as `of` reads it."""
        return f"{self.service}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What a dead letter says of itself; its bytes stay on the topic."""

    id: LetterId
    at: datetime
    error_class: str
    reason: str
    origin: str | None
    """The place where it first stood; None if a foreign hand wrote it."""
    attempts: int
    size_bytes: int

    @property
    def target(self) -> int | None:
        """
        Return the partition to put it back to: that of its origin.

        What is known of a feed or release stands in the same partition of the state
        topic. None: it cannot be put back.
        """
        found = _PLACE.fullmatch(self.origin or "")
        return int(found[2]) if found and int(found[2]) < PARTITIONS else None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which dead letters are meant; what is not said does not count."""

    ids: AbstractSet[LetterId] = frozenset()
    error_class: str | None = None
    since: datetime | None = None

    def has(self, letter: DeadLetter) -> bool:
        """Return whether `letter` is meant."""
        return (
            (not self.ids or letter.id in self.ids)
            and self.error_class in (None, letter.error_class)
            and (self.since is None or letter.at >= self.since)
        )


def service_named(name: str, naming: Naming) -> Service:
    """
    Return the service `name`, which may carry the prefix as its group does.

    Raises UsageError, with the names that there are.
    """
    known = {service.name: service for service in SERVICES}
    found = known.get(name) or known.get(name.removeprefix(naming.prefix))
    if found is None:
        raise UsageError(f"There is no group {name!r}; choose of {', '.join(known)}.")
    return found


def class_named(name: str) -> str:
    """Return an error class as letters have it: `RefusedError` is `refused`."""
    return name.lower().removesuffix("error")


def dead_letter_of(message: Message, service: Service) -> DeadLetter:
    """Return what a message on the dead-letter topic of `service` says."""
    attempts = message.headers.get(ATTEMPTS, b"")
    milliseconds = min(max(message.timestamp_ms, 0), _LAST_MILLISECOND)
    return DeadLetter(
        id=LetterId(service.name, message.partition, message.offset),
        at=datetime.fromtimestamp(milliseconds / 1000, UTC),
        error_class=_header(message, ERROR) or UNKNOWN,
        reason=_header(message, REASON) or "",
        origin=_header(message, ORIGIN),
        attempts=int(attempts) if attempts.isdigit() and len(attempts) < 10 else 0,
        size_bytes=len(message.value or b""),
    )


def cause_of(message: Message, service: Service, naming: Naming) -> LetterId | None:
    """Return the dead letter that `message` was put back from, or None."""
    found = _PLACE.fullmatch(_header(message, CAUSE) or "")
    if found is None or found[1] != naming.topic(service.dead_letters):
        return None
    return LetterId(service.name, int(found[2]), int(found[3]))


def replay_record(message: Message, service: Service, naming: Naming) -> Record:
    """
    Return the record that puts `message`, a dead letter, back for its own group.

    Key, bytes and headers are the original ones. Why it died is left out; the attempts
    stay and count on. The cause is the dead letter, whose own headers lead further.
    """
    left_out = {CAUSE, ERROR, REASON}
    headers = {k: v for k, v in message.headers.items() if k not in left_out}
    return Record(
        topic=naming.topic(service.replay),
        key=message.key or b"",
        value=message.value,
        headers=(*headers.items(), (CAUSE, message.place.encode())),
        partition=dead_letter_of(message, service).target,
    )


def summary(letters: Iterable[DeadLetter]) -> str:
    """Return in a few words how many there are, by group and error class."""
    counts = Counter((one.id.service, one.error_class) for one in letters)
    total = counts.total()
    if not total:
        return "no dead letters"
    parts = [
        f"{count} {service} {error_class}"
        for (service, error_class), count in sorted(counts.items())
    ]
    what = "dead letter" if total == 1 else "dead letters"
    return f"{total} {what}: {', '.join(parts)}"


def shown_bytes(value: bytes, *, limit: int) -> str:
    r"""
    Return `value` for a person: JSON with indents, or text; hostile bytes as `\xff`.

    At most `limit` characters; what is left out is said in a last line.
    """
    text = value.decode("utf-8", "backslashreplace")
    with suppress(ValueError, RecursionError):  # no JSON, or too deep
        text = json.dumps(json.loads(value.decode()), ensure_ascii=False, indent=2)
    shown = "\n".join(escaped_text(line) for line in text[:limit].split("\n"))
    left_out = len(text) - limit
    return f"{shown}\n… {left_out} more characters" if left_out > 0 else shown


def told(letter: DeadLetter, *, replayed: bool) -> dict[str, object]:
    """Return what a dead letter says, as one object of JSON."""
    return {
        "id": str(letter.id),
        "at": letter.at.isoformat(),
        "error_class": letter.error_class,
        "reason": letter.reason,
        "origin": letter.origin,
        "attempts": letter.attempts,
        "size_bytes": letter.size_bytes,
        "replayed": replayed,
    }


def told_key(message: Message) -> str | None:
    r"""Return the key as text; bytes that are no UTF-8 as `\xff`."""
    return _text(message.key)


def told_headers(message: Message) -> dict[str, str | None]:
    """Return the headers as text, as `told_key` does."""
    return {name: _text(value) for name, value in message.headers.items()}


def told_whole(message: Message) -> dict[str, object]:
    """Return what a dead letter carries, for JSON; no UTF-8 comes in base64."""
    carried = {"key": told_key(message), "headers": told_headers(message)}
    value = message.value
    try:
        return {**carried, "value": None if value is None else value.decode()}
    except UnicodeDecodeError:
        return {**carried, "value_base64": base64.b64encode(value or b"").decode()}


def _header(message: Message, name: str) -> str | None:
    return _text(message.headers.get(name))


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "backslashreplace")
