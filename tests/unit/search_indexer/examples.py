"""Releases for tests: one that says everything, and hypothesis strategies for any."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from communique.codec import Message
from communique.corrections import AppliedCorrection, TagRef
from communique.events import Attachment, EnrichedRelease, Issuer
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

RELEASE_ID = "0f0e0d0c-0b0a-5908-8706-050403020100"
FIRST_SEEN = datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
VERSION = 1_741_080_600_000  # FIRST_SEEN in epoch milliseconds
DLQ = "communique.search-indexer.dlq"


def release(**changes: Any) -> EnrichedRelease:
    """Return a release that fills every field, but for `changes`."""
    fields: dict[str, Any] = {
        "release_id": RELEASE_ID,
        "revision": 1,
        "version": VERSION,
        "change": "new",
        "significance": "major",
        "fingerprint": "0123456789abcdef" * 2,
        "title": "Measles vaccination campaign opens in Nairobi",
        "text": "Dr Amina Odhiambo opened the campaign in Nairobi with WHO officials.",
        "text_from": "page",
        "link": "https://health.example/releases/1?id=7",
        "issuers": (
            Issuer(
                feed_id="11111111-2222-5333-8444-555555555555",
                feed_url="https://health.example/feed.xml",
                title="News",
                ministry="Ministry of Health",
                country="KE",
                organisation="Government of Kenya",
            ),
        ),
        "language": "en-KE",
        "author": "Press office",
        "categories": ("Press release",),
        "attachments": (
            Attachment(
                url="https://health.example/a.pdf",
                media_type="application/pdf",
                size_bytes=70_000,
            ),
        ),
        "first_seen_at": FIRST_SEEN,
        "revision_seen_at": FIRST_SEEN,
        "published_at": FIRST_SEEN - timedelta(hours=1),
        "published_zone": "stated",
        "published_flags": (),
        "updated_at": FIRST_SEEN,
        "rights": "CC BY 4.0",
        "backfill": False,
        "generation": 3,
        "entities": (
            Entity(
                name="Amina Odhiambo",
                type="person",
                mentions=(Evidence(text="Amina Odhiambo", start=3, end=17),),
                roles=("Dr",),
                aliases=("Odhiambo",),
                confidence=0.9,
                sources=("model", "title", "correction"),
                corrections=(5,),
            ),
            Entity(
                name="World Health Organization",
                type="organisation",
                mentions=(Evidence(text="WHO", start=54, end=57),),
                id="who",
                id_source="communique",
                wikidata="Q7817",
                aliases=("WHO",),
                confidence=1.0,
                sources=("gazetteer",),
            ),
            Entity(
                name="Nairobi",
                type="place",
                mentions=(Evidence(text="Nairobi", start=41, end=48),),
                id="184745",
                id_source="geonames",
                country="KE",
                location=Location(lat=-1.28, lon=36.82),
                confidence=0.8,
                sources=("gazetteer",),
            ),
        ),
        "themes": (
            Theme(
                iptc="medtop:07000000",
                slug="health",
                score=0.9,
                evidence=(Evidence(text="campaign", start=29, end=37),),
                corrections=(5,),
            ),
            Theme(slug="education", score=0.2, evidence=()),
        ),
        "subthemes": (
            Subtheme(
                iptc="medtop:20000477",
                slug="vaccination",
                parent="health",
                score=0.8,
                evidence=(Evidence(text="campaign", start=29, end=37),),
                corrections=(5,),
            ),
        ),
        "countries": ("KE",),
        "hashtags": ("#measles",),
        "handles": ("@moh",),
        "quotes": (
            Quote(
                text="Every child counts for us",
                start=0,
                end=25,
                speaker="Amina Odhiambo",
                speaker_id="person:amina-odhiambo",
            ),
        ),
        "amounts": (
            Amount(text="KSh 2.5m", start=0, end=8, value="2500000", currency="KES"),
        ),
        "dates": (
            Date(text="4 March", start=0, end=7, precision="day", date="2025-03-04"),
        ),
        "document_type": DocumentType(type="statement", confidence=0.7),
        "issuing_ministry": Body(
            name="Ministry of Health", id="ke-health", country="KE"
        ),
        "joint_issuers": (Body(name="Uganda", id="UG", country="UG"),),
        "lateral": "bilateral",
        "parties": ("KE", "UG"),
        "counterparts": ("UG",),
        "agreements": (
            Agreement(text="MoU on vaccines", start=0, end=15, name="MoU on vaccines"),
        ),
        "event": Occasion(
            date="2025-03-04",
            until="2025-03-05",
            place="Nairobi",
            place_id="184745",
            place_id_source="geonames",
            country="KE",
            location=Location(lat=-1.28, lon=36.82),
        ),
        "models": {"entities.en": "en-core-web-sm 3.8.0"},
        "corrections": (
            AppliedCorrection(
                number=5,
                action="rename",
                tag=TagRef(type="person", name="Odhiambo"),
                into=TagRef(type="person", name="Amina Odhiambo"),
                by="amina",
                at=FIRST_SEEN,
                why="Her full name.",
            ),
        ),
        "duplicate_of": "22222222-3333-5444-8555-666666666666",
        "similarity": 0.9,
        "same_as": "33333333-4444-5555-8666-777777777777",
        "corrects": "44444444-5555-5666-8777-888888888888",
    }
    return EnrichedRelease(**{**fields, **changes})


def message(event: EnrichedRelease, offset: int = 0) -> Message:
    """Return the message that carries `event`."""
    return Message(
        topic="communique.releases.enriched",
        partition=0,
        offset=offset,
        key=event.release_id.encode(),
        value=event.model_dump_json().encode(),
        timestamp_ms=event.version,
    )


_words = st.text(max_size=30)
_ids = st.uuids().map(str)
_some_words = st.lists(_words, max_size=3).map(tuple)
_moments = st.datetimes(
    min_value=datetime(1995, 1, 1),  # noqa: DTZ001
    max_value=datetime(2025, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
_scores = st.floats(0, 1)
_evidence = st.lists(
    st.builds(
        Evidence,
        text=_words,
        start=st.integers(0, 10**6),
        end=st.integers(0, 10**6),
    ),
    max_size=2,
).map(tuple)
_issuers = st.builds(
    Issuer,
    feed_id=st.uuids().map(str),
    feed_url=_words,
    title=_words,
    ministry=st.none() | _words,
    country=st.none() | st.sampled_from(["KE", "FR"]),
    organisation=st.none() | _words,
)
_entities = st.builds(
    Entity,
    name=_words,
    type=st.sampled_from(["person", "organisation", "place"]),
    mentions=_evidence,
    id=st.none() | _words,
    id_source=st.none() | _words,
    wikidata=st.none() | _words,
    country=st.none() | st.sampled_from(["KE", "FR"]),
    location=st.none()
    | st.builds(Location, lat=st.floats(-90, 90), lon=st.floats(-180, 180)),
    roles=_some_words,
    aliases=_some_words,
    confidence=_scores,
    sources=_some_words,
)
_themes = st.builds(Theme, slug=_words, score=_scores, evidence=_evidence)
_subthemes = st.builds(
    Subtheme, slug=_words, score=_scores, evidence=_evidence, parent=_words
)
_attachments = st.builds(
    Attachment,
    url=_words,
    media_type=st.none() | _words,
    size_bytes=st.none() | st.integers(0, 2**40),
)

_places = {"text": _words, "start": st.integers(0, 99), "end": st.integers(0, 99)}
_names = st.none() | _words
_quotes = st.builds(Quote, **_places, speaker=_names, speaker_id=_names)
_amounts = st.builds(
    Amount,
    **_places,
    value=st.decimals(0, 10**30, places=2).map(lambda value: f"{value:f}"),
    currency=st.sampled_from([None, "KES", "USD"]),
)
_dates = st.builds(
    Date,
    **_places,
    precision=st.sampled_from(["day", "month", "year"]),
    date=st.sampled_from([None, "2025-03-04", "2025-03", "2025"]),
)
_bodies = st.builds(Body, name=_words, id=_names, id_source=_names, country=_names)
_agreements = st.builds(Agreement, **_places, name=_words)
_occasions = st.builds(
    Occasion,
    date=st.sampled_from([None, "2025-03-04"]),
    place=_names,
    place_id=_names,
    country=_names,
    location=st.none()
    | st.builds(Location, lat=st.floats(-90, 90), lon=st.floats(-180, 180)),
)
_types = st.builds(
    DocumentType, type=st.sampled_from(["visit", "other"]), confidence=_scores
)

_changes = st.sampled_from(
    ["new", "revised", "corrected", "withdrawn", "republished", "erased", "updated"]
)

events_of_two_releases = st.builds(
    release,
    release_id=st.sampled_from([RELEASE_ID, RELEASE_ID.replace("0f", "1f")]),
    revision=st.integers(1, 4),
    version=st.integers(VERSION, VERSION + 20),
    change=_changes,
    title=_words,
    generation=st.integers(0, 2),
)
"""Few ids, revisions and versions, so that they collide."""

releases = st.builds(
    EnrichedRelease,
    release_id=st.uuids().map(str),
    revision=st.integers(1, 4),
    version=st.integers(VERSION, VERSION + 10**12),
    change=_changes,
    significance=st.sampled_from([None, "major", "minor"]),
    fingerprint=st.just("0" * 32),
    title=_words,
    text=_words,
    text_from=st.sampled_from(["page", "feed", "ingest"]),
    link=st.none() | _words | st.just("http://[broken"),
    issuers=st.lists(_issuers, min_size=1, max_size=2).map(tuple),
    language=st.none() | _words,
    author=st.none() | _words,
    categories=_some_words,
    attachments=st.lists(_attachments, max_size=2).map(tuple),
    first_seen_at=_moments,
    revision_seen_at=_moments,
    published_at=st.none() | _moments,
    published_zone=st.sampled_from([None, "stated", "assumed"]),
    published_flags=st.lists(
        st.sampled_from(["missing", "impossible", "future"]), max_size=2
    ).map(tuple),
    updated_at=st.none() | _moments,
    rights=st.none() | _words,
    backfill=st.booleans(),
    generation=st.integers(0, 999_999),
    entities=st.lists(_entities, max_size=3).map(tuple),
    themes=st.lists(_themes, max_size=3).map(tuple),
    subthemes=st.lists(_subthemes, max_size=2).map(tuple),
    countries=_some_words,
    hashtags=_some_words,
    handles=_some_words,
    quotes=st.lists(_quotes, max_size=2).map(tuple),
    amounts=st.lists(_amounts, max_size=2).map(tuple),
    dates=st.lists(_dates, max_size=2).map(tuple),
    document_type=st.none() | _types,
    issuing_ministry=st.none() | _bodies,
    joint_issuers=st.lists(_bodies, max_size=2).map(tuple),
    lateral=st.sampled_from(["bilateral", "multilateral", "none"]),
    parties=_some_words,
    counterparts=_some_words,
    agreements=st.lists(_agreements, max_size=2).map(tuple),
    event=st.none() | _occasions,
    models=st.dictionaries(_words, _words, max_size=2),
    duplicate_of=st.none() | _ids,
    similarity=st.none() | _scores,
    same_as=st.none() | _ids,
    corrects=st.none() | _ids,
)
"""Any release that the contract allows."""
