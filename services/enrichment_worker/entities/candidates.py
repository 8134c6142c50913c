"""A span that may be an entity: where it comes from and how far it is believed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from enrichment_worker.knowledge import Known
from enrichment_worker.text import Token

GENERATIONS = {"jr", "sr", "ii", "iii", "iv"}
"""What may stand behind a surname."""

EntityType = Literal["person", "organisation", "place"]


class Rank(IntEnum):
    """Whose word counts where candidates overlap: the higher rank, then the longer."""

    MODEL_PLACE = 10
    MODEL_ORGANISATION = 20
    CITY = 30
    COUNTRY = 40
    MODEL_PERSON = 50
    GIVEN_NAME = 60
    REGION = 70
    SHORT_FORM = 75
    PATTERN = 80
    ORGANISATION = 80
    DEFINED = 85
    TITLED_PERSON = 90


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A span of the text that one source takes for an entity.

    `name` is the entity's full name where the source knows it, else what the text says.
    `alias` marks a short form, which is no name by itself. `country` is where a place
    lies that no list has.
    """

    start: int
    end: int
    type: EntityType
    source: str
    rank: Rank
    confidence: float
    name: str
    target: Known | None = None
    roles: tuple[str, ...] = ()
    alias: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else is known of the text: known names, and countries named before."""

    blocks: Callable[[Token], bool]
    """Whether a place or organisation of the gazetteer lies at a word."""
    names_country: Callable[[str, int], bool]
    """Whether the country of an ISO code is named shortly before an offset."""
    begins: Callable[[Token], bool]
    """Whether a name of several words in the gazetteer begins here: Prince Edward …"""
    within: Callable[[Token], bool]
    """Whether a word stands inside a built name of a body: "Contraloría General"."""
    alone: Callable[[Token], Literal["country", "part"] | None]
    """Which kind of place is called by this one word, if any; town is a part too."""


def words_of(name: str) -> list[str]:
    """Return the words of a name, without a "Jr" or "III" at its end."""
    words = name.replace(",", " ").split()
    while len(words) > 1 and words[-1].rstrip(".").lower() in GENERATIONS:
        words.pop()
    return words


def surname(name: str) -> str:
    """Return the last word of a person's name that is no "Jr" or "III"."""
    return words_of(name)[-1]
