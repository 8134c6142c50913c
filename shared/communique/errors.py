"""
What can go wrong, as a tree.

CommuniqueError
├── PermanentError            the document itself can never succeed: a dead letter
│   ├── UndecodableError      not UTF-8, not JSON, or null where no tombstone is allowed
│   ├── WrongSchemaError      JSON, but not this event
│   ├── UnknownVersionError   a schema version that this release of us cannot read
│   ├── TooLargeError         above what a topic takes
│   └── UnusableTextError     a text that cannot be enriched
├── NotReadyError             our own fault or an engine's: wait, retry, never bury
└── UsageError                what a person asked for cannot be; the sentence says why
"""


class CommuniqueError(Exception):
    """What Communique raises on purpose; `str()` is a sentence for a person."""


class PermanentError(CommuniqueError):
    """An error of the document itself; `error_class` goes into the dead letter."""

    @property
    def error_class(self) -> str:
        """Return the class in one word, for headers and metrics."""
        return type(self).__name__.removesuffix("Error").lower()


class UndecodableError(PermanentError):
    """Not UTF-8, not JSON, or a null value where no tombstone is allowed."""


class WrongSchemaError(PermanentError):
    """JSON that is not the event which the topic carries."""


class UnknownVersionError(PermanentError):
    """An event of a schema version that this release of Communique cannot read."""


class TooLargeError(PermanentError):
    """A record above the size that its topic takes."""


class UnusableTextError(PermanentError):
    """A text that cannot be enriched."""


class NotReadyError(CommuniqueError):
    """Something of ours is missing or full; the message is kept and tried again."""


class UsageError(CommuniqueError):
    """A request that cannot be met; the sentence says what to do instead."""
