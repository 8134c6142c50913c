"""What a release becomes in Elasticsearch."""

from datetime import UTC, datetime, timedelta

import pytest

from communique.tags import Entity
from search_indexer.documents import (
    MAX_ID_BYTES,
    MAX_REVISION,
    UnindexableError,
    documents,
)
from search_indexer.families import alias_of, index_name
from search_indexer.stored import MAX_ENTITIES
from tests.unit.search_indexer.examples import (
    FIRST_SEEN,
    RELEASE_ID,
    VERSION,
    release,
)


def newest(**changes):
    return documents(release(**changes))[0].document


def test_a_release_is_written_as_newest_and_as_revision():
    first, second = documents(release(revision=2))
    assert (first.index, first.id) == ("communique-releases-v1-2025", RELEASE_ID)
    assert second.index == "communique-revisions-v1-2025"
    assert second.id == f"{RELEASE_ID}:2"
    found_by = {name: first.document[name] for name in ("suggest", "called")}
    assert first.document == second.document | found_by


def test_version_and_generation_make_the_index_version():
    first, second = documents(release(version=VERSION, generation=42))
    assert first.version == second.version == VERSION * 1_000_000 + 42


def test_the_index_goes_by_the_year_of_first_sight_not_of_publication():
    at = datetime(2024, 12, 31, 23, 59, tzinfo=UTC)
    assert documents(release(first_seen_at=at))[0].index.endswith("-2024")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "2025-03-04T08:30:00.000Z", id="stated"),
        pytest.param(
            {"published_zone": "assumed"}, "2025-03-04T09:30:00.000Z", id="assumed"
        ),
        pytest.param(
            {"published_at": FIRST_SEEN + timedelta(days=1)},
            "2025-03-04T09:30:00.000Z",
            id="later than first seen",
        ),
        pytest.param({"published_at": FIRST_SEEN}, "2025-03-04T09:30:00.000Z", id="at"),
        pytest.param(
            {"published_at": None, "published_zone": None},
            "2025-03-04T09:30:00.000Z",
            id="missing",
        ),
    ],
)
def test_timestamp_is_when_it_was_published_if_that_can_be_believed(changes, expected):
    assert newest(**changes)["@timestamp"] == expected


def test_ingested_is_the_version_as_a_time():
    assert newest(version=VERSION + 5)["event"]["ingested"] == (
        "2025-03-04T09:30:00.005Z"
    )


def test_only_scores_of_a_half_and_more_count_as_tagged():
    document = newest()
    assert document["theme"] == ["health"]
    assert [theme["slug"] for theme in document["themes"]] == ["health", "education"]


def test_entities_have_flat_copies_for_facets():
    document = newest()
    assert document["persons"] == ["Amina Odhiambo"]
    assert document["organisations"] == ["World Health Organization"]
    assert document["places"] == ["Nairobi"]
    assert document["place_locations"] == [{"lat": -1.28, "lon": 36.82}]


def test_what_a_release_says_of_itself_can_be_searched_and_counted():
    document = newest()
    assert document["document_type"] == "statement"
    assert document["issuing_ministry"] == {
        "name": "Ministry of Health",
        "id": "ke-health",
        "country": "KE",
    }
    assert document["parties"] == ["KE", "UG"]
    assert document["speakers"] == ["Amina Odhiambo"]
    assert document["currencies"] == ["KES"]
    assert document["amounts"][0]["value"] == 2_500_000
    assert document["dates"] == ["2025-03-04"]
    assert document["event_place"]["id"] == "184745"
    assert document["event_location"] == {"lat": -1.28, "lon": 36.82}


def test_what_a_release_does_not_say_is_absent():
    silent = newest(
        document_type=None,
        issuing_ministry=None,
        joint_issuers=(),
        event=None,
        quotes=(),
        amounts=(),
        dates=(),
        agreements=(),
        parties=(),
        counterparts=(),
        lateral="none",
    )
    assert silent["lateral"] == "none"
    assert not {
        "document_type", "issuing_ministry", "joint_issuers", "event_date", "amounts",
        "event_place", "event_location", "quotes", "speakers", "dates", "agreements",
    } & set(silent)  # fmt: skip


def test_two_feeds_of_one_ministry_name_it_once():
    issuer = release().issuers[0]
    document = newest(issuers=(issuer, issuer))
    assert document["ministries"] == ["Ministry of Health"]
    assert document["issuer_countries"] == ["KE"]
    assert len(document["issuers"]) == 2


def test_too_many_entities_are_cut_and_it_is_said():
    crowd = tuple(
        Entity(name=f"Person {n}", type="person", mentions=(), confidence=1)
        for n in range(MAX_ENTITIES + 1)
    )
    document = newest(entities=crowd)
    assert len(document["entities"]) == MAX_ENTITIES
    assert document["entities_truncated"] is True
    assert newest(entities=crowd[:-1])["entities_truncated"] is False


@pytest.mark.parametrize(
    ("link", "url"),
    [
        pytest.param(
            "https://M.example:8080/a",
            {"full": "https://M.example:8080/a", "domain": "m.example"},
            id="address",
        ),
        pytest.param("http://[broken", {"full": "http://[broken"}, id="broken"),
        pytest.param(None, None, id="none"),
    ],
)
def test_url_has_the_domain_if_there_is_one(link, url):
    assert newest(link=link).get("url") == url


def test_a_withdrawn_release_keeps_its_text_and_is_flagged():
    document = newest(change="withdrawn")
    assert document["withdrawn"] is True
    assert document["text"]


def test_an_erased_release_is_a_stub_in_every_revision():
    first, *revisions = documents(release(change="erased", revision=3))
    assert [action.id for action in revisions] == [
        f"{RELEASE_ID}:{n}" for n in (3, 2, 1)
    ]
    assert {action.version for action in revisions} == {first.version}
    for action in (first, *revisions):
        assert action.document["erased"] is True
        assert not {"title", "text", "url", "entities", "author", "fingerprint"} & set(
            action.document
        )


@pytest.mark.parametrize(
    "year",
    [pytest.param(1989, id="before 1990"), pytest.param(2027, id="after next year")],
)
def test_a_year_out_of_range_is_poison(year):
    with pytest.raises(UnindexableError, match=str(year)):
        documents(release(first_seen_at=FIRST_SEEN.replace(year=year)))


@pytest.mark.parametrize("year", [1990, 2026])
def test_the_first_and_the_last_year_are_in_range(year):
    moment = FIRST_SEEN.replace(year=year)
    action = documents(release(first_seen_at=moment))[0]
    assert action.index == index_name("communique-releases", moment)
    assert alias_of(action.index) == "communique-releases"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"version": 2**63 // 1_000_000 + 1}, id="version of no time"),
        pytest.param({"version": 10**30}, id="huge version"),
        pytest.param({"revision": MAX_REVISION + 1}, id="revision"),
        pytest.param({"revision": 10**600}, id="revision longer than an id"),
        pytest.param(
            {"revision": MAX_REVISION + 1, "change": "erased"}, id="erased revisions"
        ),
    ],
)
def test_what_no_index_can_take_is_poison(changes):
    with pytest.raises(UnindexableError) as raised:
        documents(release(**changes))
    assert raised.value.error_class == "unindexable"


def test_an_id_that_would_refuse_the_whole_request_is_poison():
    long = release().model_copy(update={"release_id": "x" * (MAX_ID_BYTES + 1)})
    with pytest.raises(UnindexableError, match="512"):
        documents(long)


def test_the_latest_version_that_fits_is_a_time_in_range():
    late = 2**63 // 1_000_000 - 1
    assert newest(version=late, first_seen_at=FIRST_SEEN)["version"] == late
