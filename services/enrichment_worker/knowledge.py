"""What the worker knows, as values: made once by `vocabulary.py`, never changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.semantic_words import SemanticWords

RULES = "5"
"""The version of the rules in code; raised when a change of them changes tags."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory by ISO 3166-1 alpha-2 code."""

    code: str
    name: str
    wikidata: str | None = None


@dataclass(frozen=True, slots=True)
class City:
    """A town of GeoNames; `id` is its number there."""

    id: str
    name: str
    country: str
    lat: float
    lon: float
    population: int
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country (`country` set) or of the world (not set)."""

    id: str
    name: str
    country: str | None = None
    wikidata: str | None = None
    id_source: str = "communique"


TREATY = "treaty"
"""The kind of what has a name and an id among organisations, and is none."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation or treaty with an id of our own, such as `org:un`."""

    id: str
    name: str
    kind: str
    country: str | None = None
    wikidata: str | None = None


Known = Country | City | Region | Organisation


@dataclass(frozen=True, slots=True)
class Name:
    """
    What something is called.

    `exact`: only as written, for acronyms. `weak`: a common word or an ambiguous short
    form, which counts only where the rest of the text supports it. `languages`: those
    in which it is a name; empty for any.
    """

    form: str
    target: Known
    demonym: bool = False
    exact: bool = False
    weak: bool = False
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrase:
    """
    A phrase of a theme or subtheme; weight 0: it is about something else.

    It counts only near one of `needs`, if there are any, and near none of `unless`;
    both are folded.
    """

    slug: str
    key: str
    weight: float
    needs: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Calibration:
    """
    How a weight becomes a probability: 0.5 at `midpoint`, the steeper by `slope`.

    `unsupported` is the most where one word alone speaks for a theme.
    """

    midpoint: float = 2.6
    slope: float = 2.0
    unsupported: float = 0.4


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Themes and, below them, subthemes with their parent; phrases by language."""

    slugs: tuple[str, ...]
    parents: Mapping[str, str]
    phrases: Mapping[str, Gazetteer[Phrase]]
    supports: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """What the mention of an organisation says, by its id."""
    calibration: Calibration = Calibration()


@dataclass(frozen=True, slots=True)
class Titles:
    """Words that stand before or after persons; folded, words joined by a space."""

    honorifics: frozenset[str]
    offices: frozenset[str]
    openers: frozenset[str]
    """The first words of honorifics and offices."""
    portfolios: frozenset[str]
    """What an office is about: external, affairs, finance."""
    particles: frozenset[str]
    """Small words inside names: bin, de, van."""
    postnominals: frozenset[str]
    """Capitals behind a name that are none of it: MP, OBE."""
    never_names: frozenset[str]
    given_names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shapes:
    """How names of organisations are built; folded, words joined by a space."""

    before: frozenset[str]
    """Heads that open a name: Ministry of …, Working Group on …"""
    after: frozenset[str]
    """Heads that close a name: … Centre, … Council."""
    everywhere: frozenset[str]
    """Heads that every country has: what names the country is no part of the name."""
    generic: frozenset[str]
    """Words that are capitalised for another reason: The, Second, Annual."""
    not_organisations: frozenset[str]
    """Words of names of other things: Agreement, Summit, Day."""
    adjectives: frozenset[str]
    """French and Spanish adjectives that stay small inside a name."""
    not_acronyms: frozenset[str]
    """Capitals that are no organisation: GDP, COVID."""
    referred: frozenset[str]
    """Heads by which a text refers back to the one it has named: the Ministry."""


@dataclass(frozen=True, slots=True)
class ModelSpan:
    """An entity as the statistical model sees it."""

    start: int
    end: int
    label: Literal["person", "organisation", "place"]


Recogniser = Callable[[Sequence[str]], Iterable[tuple[ModelSpan, ...]]]
"""Texts to their entities, in order and in batches."""

Detect = Callable[[str], Sequence[tuple[str, float]]]
"""A text to languages with probabilities, the likeliest first."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Everything that `enrich` needs besides the release."""

    names: Gazetteer[Name]
    towns: Mapping[str, tuple[City, ...]]
    """Smaller towns by folded name: believed only where the model sees a place."""
    countries: Mapping[str, Country]
    taxonomy: Taxonomy
    titles: Titles
    shapes: Shapes
    detect: Detect
    recognisers: Mapping[str, Recogniser]
    digest: str
    models: Mapping[str, str]
    """`language`, `vocabulary` and, by language, `ner.en` with their versions."""
    semantics: SemanticWords = field(default_factory=SemanticWords)
