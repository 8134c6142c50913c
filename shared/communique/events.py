"""
The events that travel between services, one class a topic.

Readers ignore fields that they do not know; within `SCHEMA_VERSION` a class only grows.
Times are aware UTC datetimes. `start` and `end` are code points. Every class is frozen:
an event is a fact.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from communique.identity import canonical_link, host_key

SCHEMA_VERSION = 1
"""The version of all schemas here; it stands in `ce_dataschema` of every message."""


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time beyond the years 1 to 9999 in UTC") from None


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_utc)]
Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Uuid = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
Change = Literal[
    "new", "revised", "corrected", "withdrawn", "republished", "erased", "updated"
]


class Event(BaseModel):
    """What all events share: frozen, tolerant of fields from a newer release of us."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_schema: ClassVar[str]
    """The name of the schema: `raw-release` stands in shared/schemas/."""


class Part(BaseModel):
    """A value inside an event."""

    model_config = ConfigDict(frozen=True, extra="ignore")


FeedEvent = Literal[
    "possible_gap", "silent", "not_a_feed", "failing", "gone", "moved", "recovered"
]
"""What people want to hear of a feed; each is told once when it begins."""


Kind = Literal["feed", "html", "sitemap"]


class Selectors(Part):
    """Where a page that has no feed keeps its list: CSS selectors."""

    item: str = Field(max_length=300, description="each entry of the list")
    link: str | None = Field(
        None,
        max_length=300,
        description="within an item; null for its first link with words",
    )
    title: str | None = Field(
        None, max_length=300, description="within an item; null for the link's words"
    )
    date: str | None = Field(
        None, max_length=300, description="within an item; null if it has none"
    )


class Feed(Event):
    """What to poll and what it promises, as registered by a person."""

    topic_schema: ClassVar[str] = "feed"

    feed_id: Uuid
    url: str = Field(max_length=2048)
    title: str
    ministry: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-2")
    organisation: str | None = Field(None, description="for bodies without a country")
    language: str | None = Field(None, description="BCP 47, as declared")
    time_zone: str | None = Field(None, description="IANA, for dates without a zone")
    interval_seconds: float | None = Field(
        None, gt=0, le=30 * 86_400, description="a fixed one, whatever its rhythm is"
    )
    min_interval_seconds: float | None = Field(None, gt=0, le=30 * 86_400)
    max_interval_seconds: float | None = Field(None, gt=0, le=30 * 86_400)
    expected_entries_a_day: float | None = Field(
        None, gt=0, description="what silence is measured by until its rhythm is known"
    )
    folder: tuple[str, ...] = Field((), description="where a list of feeds has it")
    attributes: Mapping[str, str] = Field(
        default_factory=dict, description="what a list said that means nothing to us"
    )
    paused: bool = False
    registered_at: UtcDatetime
    kind: Kind = Field(
        "feed", description="html: a page with a list of releases, read by `selectors`"
    )
    selectors: Selectors | None = Field(None, description="of a list, kind html")
    links_under: str | None = Field(
        None,
        max_length=2048,
        description="entries whose link does not begin with it are left out",
    )


class Issuer(Part):
    """The feed that named a release, and who speaks through it."""

    feed_id: Uuid
    feed_url: str
    title: str
    ministry: str | None = None
    country: str | None = None
    organisation: str | None = None


class Attachment(Part):
    """A file that belongs to a release and is not its page."""

    url: str
    media_type: str | None = None
    size_bytes: int | None = None


class FeedPushed(Event):
    """A wish to have a feed visited now: a WebSub push, or a person's."""

    topic_schema: ClassVar[str] = "feed-pushed"

    feed_id: Uuid
    reason: str
    at: UtcDatetime
    lease_seconds: float | None = Field(
        None, ge=0, description="a hub confirmed, and will push for so long"
    )
    backfill_since: UtcDatetime | None = Field(
        None, description="fetch the feed's past too, as far back as this"
    )


class Entry(Event):
    """An item of a feed, new or reworded; or what `ingest` brought."""

    topic_schema: ClassVar[str] = "entry"

    release_id: Uuid
    fingerprint: Fingerprint = Field(description="of the title and the feed's own text")
    issuer: Issuer
    guid: str | None = None
    link: str | None = Field(None, description="canonical; what page_fetcher visits")
    link_as_published: str | None = None
    title: str = ""
    text: str = Field("", description="the feed's own text, without markup")
    body: str | None = Field(None, description="`ingest`: the document itself")
    body_media_type: Literal["text/plain", "text/html"] | None = None
    language: str | None = None
    author: str | None = None
    categories: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    published_at: UtcDatetime | None = None
    published_zone: Literal["stated", "assumed"] | None = None
    published_flags: tuple[Literal["missing", "impossible", "future"], ...] = ()
    updated_at: UtcDatetime | None = None
    rights: str | None = None
    seen_at: UtcDatetime
    backfill: bool = False

    @property
    def host(self) -> str:
        """
        Return the `host:port` by which the partition of this entry goes.

        Of its link, also of one that a feed reuses and nobody visits; else of the feed.
        What `ingest` brings without a link has a partition of its own.
        """
        link = canonical_link(self.link or self.link_as_published or "")
        if link is None and self.body is None:
            link = canonical_link(self.issuer.feed_url)
        return host_key(link) if link else "ingest"


class RawRelease(Event):
    """One event in the life of a release: its text and what happened to it."""

    topic_schema: ClassVar[str] = "raw-release"

    release_id: Uuid
    revision: int = Field(ge=1)
    version: int = Field(ge=1, description="epoch milliseconds, growing per release")
    change: Change
    significance: Literal["major", "minor"] | None = None
    fingerprint: Fingerprint = Field(description="of title and text")
    title: str
    text: str
    text_from: Literal["page", "feed", "ingest"]
    link: str | None = None
    issuers: tuple[Issuer, ...] = Field(min_length=1)
    language: str | None = Field(None, description="as the publisher declares it")
    author: str | None = None
    categories: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    first_seen_at: UtcDatetime
    revision_seen_at: UtcDatetime
    published_at: UtcDatetime | None = None
    published_zone: Literal["stated", "assumed"] | None = None
    published_flags: tuple[Literal["missing", "impossible", "future"], ...] = ()
    updated_at: UtcDatetime | None = None
    rights: str | None = None
    backfill: bool = False


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
    """A person, organisation or place with every mention of it in the text."""

    name: str
    type: Literal["person", "organisation", "place"]
    mentions: tuple[Evidence, ...]
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


class TagRef(Part):
    """A tag as a person names it: an entity by its name or id, a theme by its slug."""

    type: Literal["person", "organisation", "place", "theme", "subtheme"]
    name: str = Field(min_length=1, max_length=500, description="of a theme, its slug")
    id: str | None = Field(None, max_length=200)
    id_source: str | None = Field(None, max_length=50)
    country: str | None = Field(None, description="ISO 3166-1 alpha-2")
    parent: str | None = Field(None, description="of a subtheme, its theme")


class Correction(Part):
    """What a person says about a tag: of one release, or wherever it occurs."""

    action: Literal["drop", "add", "merge", "rename", "undo"]
    release_id: Uuid | None = Field(None, description="absent: all releases")
    tag: TagRef | None = Field(None, description="absent: `undo`")
    into: TagRef | None = Field(None, description="of `merge` and `rename`")
    undoes: int | None = Field(None, description="the number of another correction")
    by: str = Field(min_length=1, max_length=200)
    why: str = Field("", max_length=2000)

    @model_validator(mode="after")
    def _says_all(self) -> Self:
        missing = [
            name
            for name, is_needed, value in (
                ("undoes", self.action == "undo", self.undoes),
                ("tag", self.action != "undo", self.tag),
                ("into", self.action in {"merge", "rename"}, self.into),
            )
            if is_needed and value is None
        ]
        if missing:
            raise ValueError(f"{self.action} needs {', '.join(missing)}")
        return self


class AppliedCorrection(Correction):
    """A correction with its number, which is its place in `taggings`."""

    number: int = Field(ge=0)
    at: UtcDatetime


class EnrichedRelease(RawRelease):
    """A raw release with its entities and themes, as subscribers read it."""

    topic_schema: ClassVar[str] = "enriched-release"

    generation: int = Field(ge=0, lt=1_000_000, description="place in `taggings`")
    entities: tuple[Entity, ...] = ()
    themes: tuple[Theme, ...] = ()
    subthemes: tuple[Subtheme, ...] = ()
    countries: tuple[str, ...] = Field((), description="ISO 3166-1 alpha-2")
    hashtags: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    amounts: tuple[Amount, ...] = ()
    dates: tuple[Date, ...] = ()
    document_type: DocumentType | None = None
    issuing_ministry: Body | None = None
    joint_issuers: tuple[Body, ...] = ()
    lateral: Literal["bilateral", "multilateral", "none"] = "none"
    parties: tuple[str, ...] = Field(
        (), description="ISO 3166-1: who deals with one another, the issuer's first"
    )
    counterparts: tuple[str, ...] = Field(
        (), description="ISO 3166-1: the parties besides the issuer's country"
    )
    agreements: tuple[Agreement, ...] = ()
    event: Occasion | None = None
    models: Mapping[str, str] = Field(
        default_factory=dict, description="which parts ran, in which version"
    )
    corrections: tuple[AppliedCorrection, ...] = Field(
        (), description="those that changed a tag here, in their order"
    )
    retagged: bool = Field(False, description="tagged again on request: no news")
    duplicate_of: Uuid | None = Field(
        None, description="an earlier release with nearly the same text"
    )
    similarity: float | None = Field(
        None, ge=0, le=1, description="to the text of `duplicate_of`; 1: the same"
    )
    same_as: Uuid | None = Field(
        None,
        description="an earlier release; one of the two texts stands in the other",
    )
    corrects: Uuid | None = Field(
        None, description="an earlier release of the same ministry"
    )


class Signature(Event):
    """What is kept of the text of a revision, to find near-duplicates by."""

    model_config = ConfigDict(
        ser_json_bytes="base64", val_json_bytes="base64", frozen=True, extra="ignore"
    )
    topic_schema: ClassVar[str] = "signature"

    release_id: Uuid
    revision: int = Field(ge=1)
    revision_seen_at: UtcDatetime
    rules: int = Field(ge=1, description="by which it was made; others do not compare")
    words: int = Field(ge=1)
    sketch: bytes = Field(description="digests of runs of three words, the smallest")
    figures: bytes = Field(description="the same of the numbers in the text")
    references: tuple[str, ...] = Field(
        (), description="numbers of press releases that the text names"
    )
    ministries: tuple[str, ...] = Field((), description="who issued it")


class FeedPolled(Event):
    """One visit to a feed: its outcome, and the reason in words."""

    topic_schema: ClassVar[str] = "feed-polled"

    feed_id: Uuid
    url: str
    title: str
    ministry: str | None = None
    country: str | None = None
    visited_at: UtcDatetime
    outcome: Literal["changed", "unchanged", "not_modified", "failed"]
    reason: str
    status: int | None = None
    entries: int = 0
    published: int = Field(0, description="entries that went to `entries`")
    backfill: bool = False
    duration_seconds: float = Field(ge=0)
    next_visit_at: UtcDatetime = Field(
        description="of a feed that is paused or gone: when it would have been"
    )
    next_visit_reason: str = ""
    events: tuple[FeedEvent, ...] = Field(
        (), description="what began or ended with this visit; each told once"
    )
    validators: Literal["unproven", "believed", "stuck", "false_304", "restless"] = (
        Field("unproven", description="whether its ETag and Last-Modified are believed")
    )
    verdict: str = Field("", description="the same in words")
    moved_to: str | None = Field(
        None, description="with the event `moved`: the address visited from now on"
    )


class Tagging(Event):
    """A new vocabulary, model or correction; its offset is the generation."""

    topic_schema: ClassVar[str] = "tagging"

    kind: Literal["vocabulary", "correction"]
    digest: str
    models: Mapping[str, str] = Field(default_factory=dict)
    at: UtcDatetime
    correction: Correction | None = None


class TaskCount(Part):
    """How the tasks of one partition stand; the line's outcomes are theirs."""

    planned: int = Field(ge=0, description="asked for, ever: outcomes + waiting")
    waiting: int = Field(ge=0)
    ready_at: UtcDatetime | None = Field(
        None, description="when the first host that waits its turn could be visited"
    )


class LedgerLine(Event):
    """
    What a consumer group has done with one partition, cumulatively.

    With `tasks` it is a partition of the group's state topic: its offsets say what of
    that has been counted, and the outcomes are those of tasks.
    """

    topic_schema: ClassVar[str] = "ledger-line"

    group: str
    topic: str
    partition: int
    first: int = Field(ge=0, description="the first offset that the group ever settled")
    next_offset: int = Field(ge=0)
    outcomes: Mapping[str, int] = Field(default_factory=dict)
    tasks: TaskCount | None = None


EVENTS: tuple[type[Event], ...] = (
    Feed,
    FeedPushed,
    FeedPolled,
    Entry,
    RawRelease,
    EnrichedRelease,
    Signature,
    Tagging,
    LedgerLine,
)
