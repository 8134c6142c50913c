"""Words and gaps inside names of organisations, and what else a word may be."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from enrichment_worker.text import Token, joined

LONGEST_NAME = 16

OF = {"of", "for", "on", "de", "des", "du", "del", "d", "para", "pour", "sur"}
ARTICLES = {"the", "la", "le", "les", "el", "los", "las", "l"}
AND = {"and", "et", "y", "e"}
SMALL_OF = {"de", "des", "du", "del", "para", "pour"}
_AMPERSAND = re.compile(r"[^\S\n]?&[^\S\n]?")


@dataclass(frozen=True, slots=True)
class Stops:
    """Where a name ends although capitals go on."""

    person_title: Callable[[Token], bool]
    place: Callable[[Token], bool]
    part: Callable[[Token], bool]
    """Whether a word belongs to the name of a town or another part of a country."""
    organisation: Callable[[Token], bool]
    """Whether a word belongs to a name of the gazetteer."""
    subject: Callable[[Token], bool]
    """Whether a word has a use besides naming something."""
    portfolio: Callable[[str], bool]
    given_name: Callable[[str], bool]


def linked(gap: str) -> bool:
    """Return whether a gap is white space or "&", which names may hold."""
    return joined(gap) or _AMPERSAND.fullmatch(gap) is not None


def bare(token: Token) -> str:
    """Return the folded word without an elided article: ambassade of l'ambassade."""
    return token.folded[2:] if token.folded.startswith(("l'", "d'")) else token.folded


def elided(token: Token) -> bool:
    """Return whether a word begins with "of": d'État."""
    return token.folded.startswith("d'")
