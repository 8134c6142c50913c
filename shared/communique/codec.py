"""
Events to Kafka messages and back: JSON in UTF-8, CloudEvents 1.0 in binary mode.

Kafka Protocol Binding for CloudEvents 1.0.2, section 3.2: attributes are headers with
the prefix `ce_`, the value is the event itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import ValidationError

from communique.errors import (
    PermanentError,
    TooLargeError,
    UndecodableError,
    UnknownVersionError,
    WrongSchemaError,
)
from communique.events import SCHEMA_VERSION
from communique.parts import Event
from communique.topics import MAX_RECORD_BYTES, REPLAY

CAUSE = "communique_cause"
VERSION = "communique_version"
ATTEMPTS = "communique_attempts"
ORIGIN = "communique_origin"
ERROR = "communique_error"
REASON = "communique_reason"
RETAG = "communique_retag"
"""On a message that is put back to be tagged again, and has been news before."""
TRACE = "traceparent"
_LAST_MILLISECOND = 4_102_444_799_999
_SCHEMA_PREFIX = "urn:communique:schema:"

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """What was read: Kafka bytes and where they stood; each is itself alone."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes] = field(default_factory=dict)
    timestamp_ms: int = 0

    @property
    def place(self) -> str:
        """Return topic/partition/offset, as the header `communique_cause` has it."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def at(self) -> datetime:
        """Return the record's own time, within 1970 to 2099; Kafka takes any."""
        milliseconds = min(max(self.timestamp_ms, 0), _LAST_MILLISECOND)
        return datetime.fromtimestamp(milliseconds / 1000, UTC)

    @property
    def origin(self) -> str:
        """
        Return the place where the message first stood.

        A dead letter that was put back says so in a header, however often it dies.
        """
        told = self.headers.get(ORIGIN) if self.topic.endswith(REPLAY) else None
        return told.decode("utf-8", "replace") if told else self.place


@dataclass(frozen=True, slots=True)
class Record:
    """What is about to be written; `topic` is the name on the broker."""

    topic: str
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None


def encode(
    event: Event,
    *,
    topic: str,
    key: str,
    ce_id: str,
    ce_type: str,
    ce_time: datetime,
    source: str = "communique",
    subject: str | None = None,
    version: int | None = None,
    cause: str | None = None,
    trace: bytes | None = None,
    partition: int | None = None,
) -> Record:
    """
    Return the record that carries `event`.

    `ce_id` must be deterministic: a topic may repeat a record, always with the same id.
    `cause` is the place of the message that led here, `trace` its `traceparent`, which
    is handed on (W3C Trace Context).

    Raises TooLargeError if the value is above what a topic takes.
    """
    value = event.model_dump_json(exclude_defaults=False).encode()
    if len(value) > MAX_RECORD_BYTES:
        raise TooLargeError(
            f"{event.topic_schema} of {len(value)} bytes is above the limit of "
            f"{MAX_RECORD_BYTES}"
        )
    headers = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": ce_id,
        "ce_type": f"org.communique.{ce_type}.v{SCHEMA_VERSION}",
        "ce_source": source,
        "ce_time": ce_time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_dataschema": f"{_SCHEMA_PREFIX}{event.topic_schema}:{SCHEMA_VERSION}",
    }
    if subject is not None:
        headers["ce_subject"] = subject
    if version is not None:
        headers[VERSION] = str(version)
    if cause is not None:
        headers[CAUSE] = cause
    if trace is not None:
        headers[TRACE] = trace.decode("ascii", "replace")
    return Record(
        topic=topic,
        key=key.encode(),
        value=value,
        headers=tuple((name, text.encode()) for name, text in headers.items()),
        partition=partition,
    )


def decode(message: Message, event: type[E]) -> E:
    """
    Return the event that `message` carries.

    Messages without CloudEvents headers are taken as the current version, so that a
    person can write one by hand.

    Raises UndecodableError, WrongSchemaError or UnknownVersionError: dead letters all.
    """
    if message.value is None:
        raise UndecodableError(f"null value where a {event.topic_schema} belongs")
    _check_version(message.headers.get("ce_dataschema"), event)
    try:
        return event.model_validate_json(message.value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise UndecodableError(f"not JSON in UTF-8: {first['msg']}") from None
        where = ".".join(str(step) for step in first["loc"])
        raise WrongSchemaError(
            f"no {event.topic_schema}: {where}: {first['msg']}"
        ) from None
    except UnicodeDecodeError as error:
        raise UndecodableError(f"not UTF-8: {error.reason}") from None


def dead_letter(message: Message, error: PermanentError, *, topic: str) -> Record:
    """
    Return the dead letter of `message`: its original bytes, with the reason in headers.

    A null value stays null; origin, class, reason and attempts stand in headers that
    begin with `communique_`. When it died is the time that Kafka gives the record.
    """
    counted = message.headers.get(ATTEMPTS) or b""
    attempts = int(counted) + 1 if counted.isdigit() and len(counted) < 10 else 1
    added = {
        ORIGIN: message.origin,
        ERROR: error.error_class,
        REASON: str(error)[:1000],
        ATTEMPTS: str(attempts),
    }
    original = [
        (name, value or b"")  # Kafka's headers may be null
        for name, value in message.headers.items()
        if name not in added
    ]
    return Record(
        topic=topic,
        key=message.key if message.key is not None else b"",
        value=message.value,
        headers=(
            *original,
            *((name, text.encode("utf-8", "replace")) for name, text in added.items()),
        ),
    )


def _check_version(dataschema: bytes | None, event: type[Event]) -> None:
    if dataschema is None:
        return
    text = dataschema.decode("utf-8", "replace")
    name, _, version = text.removeprefix(_SCHEMA_PREFIX).partition(":")
    readable = {str(number) for number in range(1, SCHEMA_VERSION + 1)}
    if version not in readable:
        raise UnknownVersionError(
            f"schema {text!r} is newer than version {SCHEMA_VERSION} of "
            f"{event.topic_schema}; update Communique"
        )
    if name != event.topic_schema:
        raise WrongSchemaError(f"a {name} where a {event.topic_schema} belongs")
