"""One example of each event, for the schemas, the documentation and tests."""

from datetime import UTC, datetime

from communique.events import (
    EnrichedRelease,
    Entity,
    Entry,
    Event,
    Evidence,
    Feed,
    FeedPolled,
    FeedPushed,
    Issuer,
    LedgerLine,
    Location,
    RawRelease,
    Signature,
    Subtheme,
    Tagging,
    Theme,
)
from communique.identity import canonical_link, feed_id, fingerprint, release_id

_AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
_URL = "https://ministry.example/feed.xml"
_LINK = canonical_link("https://ministry.example/releases/17?utm_source=rss") or ""
_TITLE = "Health ministers meet in Nairobi"
_TEXT = "Health ministers of Kenya and its neighbours met in Nairobi about vaccination."
_ID = release_id(link=_LINK, feed=_URL, guid=None, text="")
_EARLIER = release_id(link="https://who.example/42", feed="", guid=None, text="")
_DIGEST = fingerprint(_TITLE, _TEXT)
_ISSUER = Issuer(
    feed_id=feed_id(_URL),
    feed_url=_URL,
    title="Ministry of Health",
    ministry="Ministry of Health",
    country="KE",
)

_FEED = Feed(
    feed_id=_ISSUER.feed_id,
    url=_URL,
    title="Ministry of Health: press releases",
    ministry="Ministry of Health",
    country="KE",
    language="en",
    time_zone="Africa/Nairobi",
    registered_at=_AT,
)
_RAW = RawRelease(
    release_id=_ID,
    revision=1,
    version=int(_AT.timestamp() * 1000),
    change="new",
    fingerprint=_DIGEST,
    title=_TITLE,
    text=_TEXT,
    text_from="page",
    link=_LINK,
    issuers=(_ISSUER,),
    language="en",
    first_seen_at=_AT,
    revision_seen_at=_AT,
    published_at=_AT,
    published_zone="stated",
)


def _evidence(words: str) -> Evidence:
    start = _TEXT.index(words)
    return Evidence(text=words, start=start, end=start + len(words))


EXAMPLES: tuple[Event, ...] = (
    _FEED,
    FeedPushed(feed_id=_FEED.feed_id, reason="WebSub", at=_AT),
    FeedPolled(
        feed_id=_FEED.feed_id,
        url=_URL,
        title=_FEED.title,
        ministry=_FEED.ministry,
        country="KE",
        visited_at=_AT,
        outcome="changed",
        reason="20 entries, 1 new or reworded",
        status=200,
        entries=20,
        published=1,
        duration_seconds=0.4,
        next_visit_at=datetime(2026, 5, 4, 9, 45, tzinfo=UTC),
    ),
    Entry(
        release_id=_ID,
        fingerprint=_DIGEST,
        issuer=_ISSUER,
        guid="17",
        link=_LINK,
        link_as_published="https://ministry.example/releases/17?utm_source=rss",
        title=_TITLE,
        text=_TEXT,
        language="en",
        published_at=_AT,
        published_zone="stated",
        seen_at=_AT,
    ),
    _RAW,
    EnrichedRelease(
        **_RAW.model_dump(),
        generation=0,
        entities=(
            Entity(
                name="Kenya",
                type="place",
                mentions=(_evidence("Kenya"),),
                id="KE",
                id_source="iso-3166",
                wikidata="Q114",
                country="KE",
                confidence=0.99,
                sources=("gazetteer",),
            ),
            Entity(
                name="Nairobi",
                type="place",
                mentions=(_evidence("Nairobi"),),
                id="184745",
                id_source="geonames",
                country="KE",
                location=Location(lat=-1.28333, lon=36.81667),
                confidence=0.97,
                sources=("gazetteer", "model"),
            ),
        ),
        themes=(
            Theme(slug="health", score=0.93, evidence=(_evidence("vaccination"),)),
        ),
        subthemes=(
            Subtheme(
                slug="vaccination",
                parent="health",
                score=0.8,
                evidence=(_evidence("vaccination"),),
            ),
        ),
        countries=("KE",),
        models={"ner": "en_core_web_sm 3.8.0"},
        duplicate_of=_EARLIER,
        similarity=0.906,
    ),
    Signature(
        release_id=_ID,
        revision=1,
        revision_seen_at=_AT,
        rules=1,
        words=11,
        sketch=bytes.fromhex("0d5c1f3a9b27"),
        figures=b"",
        ministries=("Ministry of Health",),
    ),
    Tagging(kind="vocabulary", digest="b3c1", models={"ner": "3.8.0"}, at=_AT),
    LedgerLine(
        group="communique.search-indexer",
        topic="communique.releases.enriched",
        partition=3,
        first=0,
        next_offset=1204,
        outcomes={"indexed": 1202, "dead": 2},
    ),
)
