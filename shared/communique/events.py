"""
The events that travel between services, one class a topic.

Within `SCHEMA_VERSION` a class only grows. Times are aware UTC datetimes.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from communique.corrections import AppliedCorrection, Correction
from communique.identity import canonical_link, host_key
from communique.parts import Event, Fingerprint, Part, UtcDatetime, Uuid
from communique.tags import (
    Agreement,
    Amount,
    Body,
    Date,
    DocumentType,
    Entity,
    Occasion,
    Quote,
    Subtheme,
    Theme,
)

SCHEMA_VERSION = 1
"""The version of all schemas here; it stands in `ce_dataschema` of every message."""

Change = Literal[
    "new", "revised", "corrected", "withdrawn", "republished", "erased", "updated"
]

FeedEvent = Literal[
    "possible_gap", "silent", "not_a_feed", "failing", "gone", "moved", "recovered"
]
"""What people want to hear of a feed; each is told once when it begins."""

Standing = Literal["silent", "not_a_feed", "failing", "gone"]
"""What lasts of it; `recovered` ends all of them."""

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
    folder_attributes: tuple[Mapping[str, str], ...] = Field(
        (), description="what it said of each of these folders; empty if nothing"
    )
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
        with suppress(ValueError):
            if self.link:
                return host_key(self.link)  # canonical as it is
        link = canonical_link(self.link_as_published or "")
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
    address: str | None = Field(
        None, description="where it is visited, if it has moved away from `url`"
    )
    standing: tuple[Standing, ...] | None = Field(
        None, description="how the feed stands after this visit; empty: well"
    )
    failures: int | None = Field(
        None, ge=0, description="failed visits in a row, this one among them"
    )
    not_modified_share: float | None = Field(
        None,
        ge=0,
        le=1,
        description="of the visits of the last week, those answered with 304",
    )
    news_at: UtcDatetime | None = Field(
        None, description="when the newest entry was seen or, at first, published"
    )
    gap_at: UtcDatetime | None = Field(
        None, description="when entries may last have been missed"
    )
    late_seconds: float | None = Field(
        None, ge=0, description="how long after it was due; null if it was not"
    )

    @property
    def visit_id(self) -> str:
        """Return the id of this visit: `ce_id`, and `_id` in the index."""
        return f"{self.feed_id}:{int(self.visited_at.timestamp() * 1000)}"


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
