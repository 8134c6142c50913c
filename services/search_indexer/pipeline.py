"""
How the groups are doing, as documents of `communique-pipeline`: pure.

A document a minute for each input and for the tasks of each group, one for each outcome
that something came to in it, one for the delays of an indexer, and one for each dead
letter. Ids follow from what is told, so that several indexers leave one document.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from communique.codec import ATTEMPTS, ERROR, ORIGIN, REASON, Message
from communique.events import LedgerLine
from communique.safe_text import escaped_text
from communique.topics import Naming, Service, Topic
from search_indexer.documents import BulkAction
from search_indexer.families import PIPELINE, index_name
from search_indexer.values import as_time, without_nothing

MAX_KEY_LENGTH = 256
_DIGITS = re.compile(r"[0-9]{1,9}")

Place = tuple[str, str, int]
"""Group, topic and partition, as the ledger names them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What Kafka said at one moment."""

    at: datetime
    lines: Mapping[Place, LedgerLine]
    bounds: Mapping[tuple[str, int], tuple[int, int]]
    """Topic and partition → first offset kept, next one to be written."""


@dataclass(frozen=True, slots=True)
class Delays:
    """How long what one indexer wrote in a minute took from first seen to found."""

    instance: int
    seconds: Sequence[float]


def minute_documents(
    before: Reading,
    now: Reading,
    services: Iterable[Service],
    naming: Naming,
) -> tuple[BulkAction, ...]:
    """
    Return how the groups of `services` stood at `now`, and what they did since.

    A replay topic that nothing was ever put on has no document.
    """
    documents: list[BulkAction] = []
    for service in services:
        for topic in service.inputs:
            documents += _of_topic(before, now, service, topic, naming)
        if service.state is not None:
            documents += _of_topic(before, now, service, service.state, naming)
    return tuple(documents)


def _of_topic(
    before: Reading, now: Reading, service: Service, topic: Topic, naming: Naming
) -> Iterator[BulkAction]:
    group, name = naming.group(service), naming.topic(topic)
    lines = _lines(now, group, name)
    bounds = {
        number: bound for (where, number), bound in now.bounds.items() if where == name
    }
    if not lines and not any(end for _, end in bounds.values()):
        return
    totals = _outcomes(lines.values())
    settled = totals - _outcomes(_lines(before, group, name).values())
    is_tasks = topic == service.state
    tasks = [line.tasks for line in lines.values() if line.tasks]
    ready = [task.ready_at for task in tasks if task.ready_at]
    common = {
        "@timestamp": as_time(now.at),
        "service": service.name,
        "topic": topic.name,
        "interval_seconds": round((now.at - before.at).total_seconds(), 1),
    }
    yield _action(
        now.at,
        f"{group}:{name}:{_minute(now.at)}",
        {
            **common,
            "kind": "tasks" if is_tasks else "input",
            "settled": settled.total(),
            "settled_total": totals.total(),
            "outcomes": {outcome: str(count) for outcome, count in totals.items()},
            "lag": None if is_tasks else _lag(lines, bounds),
            "waiting": sum(task.waiting for task in tasks) if is_tasks else None,
            "overdue_seconds": _overdue(ready, now.at) if is_tasks else None,
        },
    )
    for outcome, count in settled.items():
        yield _action(
            now.at,
            f"{group}:{name}:{_minute(now.at)}:{outcome}",
            {
                **common,
                "kind": "outcome",
                "outcome": outcome,
                "settled": count,
                "settled_total": totals[outcome],
            },
        )


def delay_document(delays: Delays, at: datetime, group: str) -> BulkAction:
    """Return the document of a minute's delays, of which there is at least one."""
    ordered = sorted(delays.seconds)
    return _action(
        at,
        f"{group}-{delays.instance}:delays:{_minute(at)}",
        {
            "@timestamp": as_time(at),
            "kind": "delays",
            "instance": delays.instance,
            "count": len(ordered),
            "p50_seconds": round(_percentile(ordered, 0.5), 3),
            "p95_seconds": round(_percentile(ordered, 0.95), 3),
            "max_seconds": round(ordered[-1], 3),
        },
    )


def dead_letter_document(
    message: Message, service: Service, naming: Naming
) -> BulkAction:
    """
    Return what a dead letter of `service` says; none of its bytes but the key, escaped.

    Replays of the topic write the same document again.
    """
    at = message.at
    origin = _header(message, ORIGIN)
    attempts = _header(message, ATTEMPTS) or ""
    return _action(
        at,
        f"{message.topic}/{message.partition}/{message.offset}",
        {
            "@timestamp": as_time(at),
            "kind": "dead_letter",
            "service": service.name,
            # As `communique dead-letters show` takes it.
            "dead_letter": f"{service.name}/{message.partition}/{message.offset}",
            "topic": _topic(origin, naming),
            "origin": origin,
            "error_class": _header(message, ERROR) or "unknown",
            "reason": _header(message, REASON) or None,
            "attempts": int(attempts) if _DIGITS.fullmatch(attempts) else 0,
            "key": _shown(message.key),
            "size_bytes": len(message.value or b""),
        },
        version=message.offset + 1,
    )


def dead_letter_topics(
    services: Iterable[Service], naming: Naming
) -> dict[str, Service]:
    """Return the topics of dead letters, and whose they are."""
    return {naming.topic(service.dead_letters): service for service in services}


def _lines(reading: Reading, group: str, topic: str) -> dict[int, LedgerLine]:
    return {
        partition: line
        for (of, name, partition), line in reading.lines.items()
        if (of, name) == (group, topic)
    }


def _outcomes(lines: Iterable[LedgerLine]) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in lines:
        found.update(line.outcomes)
    return found


def _lag(lines: Mapping[int, LedgerLine], bounds: Mapping[int, tuple[int, int]]) -> int:
    return sum(
        max(0, end - (lines[number].next_offset if number in lines else first))
        for number, (first, end) in bounds.items()
    )


def _overdue(ready: Sequence[datetime], at: datetime) -> float:
    return max((max(0.0, (at - one).total_seconds()) for one in ready), default=0.0)


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def _action(
    at: datetime, name: str, document: Mapping[str, Any], *, version: int | None = None
) -> BulkAction:
    return BulkAction(
        index_name(PIPELINE, at),
        name,
        int(at.timestamp() * 1000) if version is None else version,
        without_nothing(document),
    )


def _topic(origin: str | None, naming: Naming) -> str | None:
    return origin.rsplit("/", 2)[0].removeprefix(naming.prefix) if origin else None


def _header(message: Message, name: str) -> str | None:
    value = message.headers.get(name)
    return None if value is None else escaped_text(_text(value))


def _shown(key: bytes | None) -> str | None:
    return escaped_text(_text(key))[:MAX_KEY_LENGTH] if key else None


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
