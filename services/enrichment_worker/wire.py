"""
What the worker and a process that enriches for it say to each other.

Frames over two pipes: eight bytes of length, then a pickle. Both ends are ours, of the
same installation, and nobody else has them. Each frame wakes the worker up, which costs
as much as what is in it: so there is one for each step of a release, and no more.
"""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from communique.errors import PermanentError
from communique.events import RawRelease

HEAD = 8
"""Bytes of length before each frame."""


@dataclass(frozen=True, slots=True)
class Start:
    """The first frame to a process: what it loads, and how patient it is."""

    vocabulary_dir: Path | None
    spacy_models: Mapping[str, str]
    document_seconds: float


@dataclass(frozen=True, slots=True)
class Ready:
    """The vocabulary is loaded, with this digest and these models."""

    digest: str
    models: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NotReady:
    """Something is missing; the reason is a sentence for a person."""

    reason: str


@dataclass(frozen=True, slots=True)
class Task:
    """Releases to enrich together."""

    releases: Sequence[RawRelease]


@dataclass(frozen=True, slots=True)
class Begun:
    """Work on the release at `place` goes on; None: on all of them, by a model."""

    place: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """
    What became of the release at `place`, and that work on `begun` goes on.

    The answer is an EnrichedRelease as JSON, which is written and read in half the time
    of a pickle of it, or what is wrong with the release.
    """

    place: int
    answer: bytes | PermanentError
    begun: int | None


@dataclass(frozen=True, slots=True)
class Failed:
    """An error of ours, with its traceback."""

    reason: str


def pack(frame: object) -> tuple[bytes, bytes]:
    """Return the head of a frame and its body; put together they would be copied."""
    body = pickle.dumps(frame, protocol=pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(HEAD, "big"), body


def unpack(body: bytes) -> Any:  # noqa: ANN401 - one of the classes above
    """Return the frame in `body`, which has no head any more."""
    return pickle.loads(body)  # noqa: S301 - our own, see above
