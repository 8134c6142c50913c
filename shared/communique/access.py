"""
Who may do what on Kafka: for each of us the least, from what it reads and writes.

A principal is called as its consumer group is, so that one prefix holds for both.
Write and Read imply Describe; an idempotent producer needs no more than Write.
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from communique.topics import (
    ENTRIES,
    FEEDS,
    FEEDS_PUSHED,
    SERVICES,
    TAGGINGS,
    Naming,
    Service,
)

OPERATOR = "operator"
"""Who makes topics and uses the command line; named behind the prefix, as services."""
PUSH_LISTENER = "push-listener"
"""Who hears hubs: no consumer group, one topic to read and one to write."""

_OPERATOR_WRITES = (FEEDS, FEEDS_PUSHED, ENTRIES, TAGGINGS)


@dataclass(frozen=True, slots=True)
class Grant:
    """One principal may do one thing to some topics or groups."""

    principal: str
    operation: Literal["Read", "Write", "Create", "Describe"]
    resource: Literal["topic", "group"]
    names: tuple[str, ...]
    is_prefix: bool = False


def grants(naming: Naming) -> Iterator[Grant]:
    """Yield all that must be allowed; what is not yielded may be forbidden."""
    for service in SERVICES:
        yield from _of_service(service, naming)
    yield from _of_push_listener(naming)
    yield from _of_operator(naming)


def acl_script(naming: Naming) -> str:
    """Return the shell script that allows it, by means of Kafka's own kafka-acls.sh."""
    lines = [_HEAD]
    principal = ""
    for grant in grants(naming):
        if grant.principal != principal:
            principal = grant.principal
            lines.append(f"\n# {principal}")
        words = f"--allow-principal User:{principal} --operation {grant.operation}"
        if grant.is_prefix:
            words += " --resource-pattern-type prefixed"
        lines.append(f'kafka-acls.sh "$@" --add {words} \\')
        options = [f"  --{grant.resource} {shlex.quote(name)}" for name in grant.names]
        lines.append(" \\\n".join(options))
    return "\n".join(lines) + "\n"


def _of_service(service: Service, naming: Naming) -> Iterator[Grant]:
    who = naming.group(service)
    reads = tuple(naming.topic(topic) for topic in service.all_reads)
    writes = tuple(naming.topic(topic) for topic in service.all_writes)
    yield Grant(who, "Read", "topic", reads)
    yield Grant(who, "Write", "topic", writes)
    if service.watches:
        watched = tuple(naming.topic(topic) for topic in service.watches)
        yield Grant(who, "Describe", "topic", watched)
    yield Grant(who, "Read", "group", (who,))


def _of_push_listener(naming: Naming) -> Iterator[Grant]:
    who = naming.prefix + PUSH_LISTENER
    yield Grant(who, "Read", "topic", (naming.topic(FEEDS),))
    yield Grant(who, "Write", "topic", (naming.topic(FEEDS_PUSHED),))


def _of_operator(naming: Naming) -> Iterator[Grant]:
    who = naming.prefix + OPERATOR
    ours, is_prefix = ((naming.prefix,), True) if naming.prefix else (("*",), False)
    replays = [service.replay for service in SERVICES]
    writes = tuple(naming.topic(topic) for topic in (*_OPERATOR_WRITES, *replays))
    yield Grant(who, "Create", "topic", ours, is_prefix)
    yield Grant(who, "Read", "topic", ours, is_prefix)
    yield Grant(who, "Write", "topic", writes)
    yield Grant(who, "Describe", "group", ours, is_prefix)


_HEAD = """\
#!/bin/sh
# What each service of Communique may do on Kafka, and no more; and what the command
# line may do, as the operator. Made by: communique topics acls
#
# Run it with kafka-acls.sh on the PATH, and say how an administrator reaches Kafka:
#   sh acls.sh --bootstrap-server kafka:9093 --command-config admin.properties
set -eu"""
