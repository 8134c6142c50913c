"""What became of a message: the value that every handler returns."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from communique.codec import Message, Record, dead_letter
from communique.errors import PermanentError

DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Settled:
    """
    The one counted outcome of a message, in one word, and what follows from it.

    `records` are confirmed by the broker before the message is acked. `error` is set on
    dead letters only.
    """

    outcome: str
    records: tuple[Record, ...] = ()
    error: PermanentError | None = None


Handle = Callable[[Sequence[Message]], Awaitable[Sequence[Settled]]]
"""Settles a batch: one `Settled` a message, in order; raises if the fault is ours."""


def settle_each(
    messages: Iterable[Message],
    handle: Callable[[Message], Settled],
    *,
    dead_letters: str,
) -> list[Settled]:
    """
    Return what `handle` makes of each message; a PermanentError makes a dead letter.

    `dead_letters` is the topic for those. Any other exception is let out: our fault,
    not the document's.
    """
    settled = []
    for message in messages:
        try:
            settled.append(handle(message))
        except PermanentError as error:
            settled.append(bury(message, error, dead_letters=dead_letters))
    return settled


def bury(message: Message, error: PermanentError, *, dead_letters: str) -> Settled:
    """Return the outcome of a message that can never succeed."""
    return Settled(DEAD, (dead_letter(message, error, topic=dead_letters),), error)
