"""One example of each event, for the schemas, the documentation and tests."""

from datetime import UTC, datetime

from communique.corrections import AppliedCorrection, Correction, TagRef
from communique.events import (
    EnrichedRelease,
    Entry,
    Feed,
    FeedPolled,
    FeedPushed,
    Issuer,
    LedgerLine,
    RawRelease,
    Signature,
    Tagging,
)
from communique.identity import canonical_link, feed_id, fingerprint, release_id
from communique.parts import Event
from communique.tags import (
    Agreement,
    Amount,
    Body,
    Date,
    DocumentType,
    Entity,
    Evidence,
    Location,
    Occasion,
    Quote,
    Subtheme,
    Theme,
)

_AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
_URL = "https://ministry.example/feed.xml"
_LINK = canonical_link("https://ministry.example/releases/17?utm_source=rss") or ""
_TITLE = "Health ministers meet in Nairobi"
_TEXT = (
    "Health ministers of Kenya and its neighbours met in Nairobi about vaccination. "
    "They signed a Memorandum of Understanding on vaccines worth US$2.5 million on "
    "4 May. “No child will be left behind,” said Kenya's minister, Amina Odhiambo."
)
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
_CORRECTION = Correction(
    action="rename",
    tag=TagRef(type="organisation", name="Kenya"),
    into=TagRef(
        type="place", name="Kenya", id="KE", id_source="iso-3166", country="KE"
    ),
    by="amina",
    why="A country is no organisation.",
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
        reason="20 entries, 20 new or reworded; none of them was listed before",
        status=200,
        entries=20,
        published=20,
        duration_seconds=0.4,
        next_visit_at=datetime(2026, 5, 4, 9, 35, tzinfo=UTC),
        next_visit_reason="its interval",
        events=("moved", "possible_gap"),
        validators="stuck",
        verdict="its validators stay the same while its entries change; "
        "the document's digest decides",
        moved_to="https://www.ministry.example/rss.xml",
        address="https://www.ministry.example/rss.xml",
        standing=("silent",),
        failures=0,
        not_modified_share=0.875,
        news_at=_AT,
        gap_at=_AT,
        late_seconds=1.2,
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
        generation=17,
        entities=(
            Entity(
                name="Kenya",
                type="place",
                mentions=(_evidence("Kenya"),),
                id="KE",
                id_source="iso-3166",
                wikidata="Q114",
                country="KE",
                confidence=1.0,
                sources=("model", "correction"),
                corrections=(17,),
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
            Theme(
                slug="health",
                score=0.93,
                evidence=(_evidence("vaccination"),),
                iptc="medtop:07000000",
            ),
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
        quotes=(
            Quote(
                **_evidence("No child will be left behind,").model_dump(),
                speaker="Amina Odhiambo",
                speaker_id="person:amina-odhiambo",
                attribution=_evidence("said Kenya's minister, Amina Odhiambo."),
            ),
        ),
        amounts=(
            Amount(
                **_evidence("US$2.5 million").model_dump(),
                value="2500000",
                currency="USD",
            ),
        ),
        dates=(
            Date(**_evidence("4 May").model_dump(), precision="day", date="2026-05-04"),
        ),
        document_type=DocumentType(
            type="agreement", confidence=0.6, evidence=(_evidence("signed"),)
        ),
        issuing_ministry=Body(
            name="Ministry of Health",
            id="org:ke-health",
            id_source="communique",
            country="KE",
        ),
        agreements=(
            Agreement(
                **_evidence("Memorandum of Understanding on vaccines").model_dump(),
                name="Memorandum of Understanding on vaccines",
                signed=_evidence("signed"),
            ),
        ),
        event=Occasion(
            date="2026-05-04",
            place="Nairobi",
            place_id="184745",
            place_id_source="geonames",
            country="KE",
            location=Location(lat=-1.28333, lon=36.81667),
            evidence=(_evidence("Nairobi"), _evidence("4 May")),
        ),
        models={"ner": "en_core_web_sm 3.8.0"},
        corrections=(AppliedCorrection(**dict(_CORRECTION), number=17, at=_AT),),
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
    Tagging(kind="correction", digest="7d02", at=_AT, correction=_CORRECTION),
    LedgerLine(
        group="communique.search-indexer",
        topic="communique.releases.enriched",
        partition=3,
        first=0,
        next_offset=1204,
        outcomes={"indexed": 1202, "dead": 2},
    ),
)
