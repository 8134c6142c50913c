"""
What is found in a release, each with the places that say so.

`start` and `end` are code points of the text, in `title_mentions` alone of the title.
"""

from typing import Literal

from pydantic import Field

from communique.parts import Part


class Evidence(Part):
    """A place in the text: `text[start:end]`, in code points."""

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Location(Part):
    """Degrees, WGS 84."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Entity(Part):
    """A person, organisation or place with every mention of it in title and text."""

    name: str
    type: Literal["person", "organisation", "place"]
    mentions: tuple[Evidence, ...] = Field(
        description="places in the text; none: the title alone names it"
    )
    title_mentions: tuple[Evidence, ...] = Field(
        (), description="places in the title: `title[start:end]`, in code points"
    )
    id: str | None = Field(None, description="in `id_source`; absent: not linked")
    id_source: str | None = Field(None, description="iso-3166, geonames, communique …")
    wikidata: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-2")
    location: Location | None = None
    roles: tuple[str, ...] = ()
    aliases: tuple[str, ...] = Field((), description="short forms that the text uses")
    confidence: float = Field(ge=0, le=1)
    sources: tuple[str, ...] = Field(
        (), description="model, gazetteer, title, correction …"
    )
    corrections: tuple[int, ...] = Field(
        (), description="numbers of the release's corrections that made it so"
    )


class Theme(Part):
    """A subject of the release; tagged when the score is 0.5 or more."""

    slug: str
    score: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...]
    iptc: str | None = Field(
        None,
        pattern=r"^medtop:\d{8}$",
        description="IPTC Media Topic that holds all of it",
    )
    corrections: tuple[int, ...] = Field(
        (), description="numbers of the release's corrections that made it so"
    )


class Subtheme(Theme):
    """A finer subject below one of the 35 themes."""

    parent: str


class Quote(Evidence):
    """A quoted statement, without its marks, and who said it where that is clear."""

    speaker: str | None = Field(None, description="name of an entity")
    speaker_id: str | None = None
    attribution: Evidence | None = Field(None, description="the words that say so")


class Amount(Evidence):
    """An amount of money as written, and what it comes to."""

    value: str = Field(
        pattern=r"^\d{1,120}(\.\d{1,60})?$", description="in units of the currency"
    )
    currency: str | None = Field(None, description="ISO 4217; absent: not said")


class Date(Evidence):
    """A date as written, and the day, month or year that it is."""

    precision: Literal["day", "month", "year"]
    date: str | None = Field(
        None,
        pattern=r"^\d{4}(-\d\d(-\d\d)?)?$",
        description="ISO 8601, as 2026-05-12, 2026-05, 2026; absent: not said",
    )
    until: str | None = Field(None, description="the last one, of 12-14 May 2026")


class Body(Part):
    """A ministry, or a country, that speaks or signs."""

    name: str
    id: str | None = None
    id_source: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-2")
    evidence: tuple[Evidence, ...] = Field((), description="none: the feed says so")


class Agreement(Evidence):
    """A signed text by its name, and the word that says that it was signed."""

    name: str
    signed: Evidence | None = None


class Occasion(Part):
    """What a release tells of: when it took or takes place, and where."""

    date: str | None = Field(None, description="ISO 8601, to the day")
    until: str | None = None
    place: str | None = None
    place_id: str | None = None
    place_id_source: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-2")
    location: Location | None = None
    evidence: tuple[Evidence, ...] = ()


class DocumentType(Part):
    """What a release is, among ten kinds, and how sure that is."""

    type: Literal[
        "statement",
        "visit",
        "agreement",
        "appointment",
        "statistics",
        "tender",
        "advisory",
        "speech",
        "correction",
        "other",
    ]
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = Field((), description="none: the title says so")
