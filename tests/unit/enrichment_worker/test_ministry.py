"""Who issues a release, what it announces, and what it all began with."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from communique.events import Issuer
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.semantics_of import read


def issuer(ministry: str | None, country: str | None, number: int = 0) -> Issuer:
    return Issuer(
        feed_id=f"0e8e5b5c-5ba9-5f0a-9a5a-3a3a4f0c1d2{number}",
        feed_url=f"https://{number}.example/feed.xml",
        title="News",
        ministry=ministry,
        country=country,
    )


def test_the_feed_says_who_issues_a_release(without_model: Vocabulary):
    text = "The Ministry of Defence said that the road is open."
    release = read(without_model, text, issuers=(issuer("Ministry of Health", "KE"),))
    body = release.issuing_ministry
    assert body is not None
    assert (body.name, body.id, body.country) == (
        "Ministry of Health",
        "org:ke-health",
        "KE",
    )
    assert body.evidence == ()


def test_a_ministry_that_nobody_listed_is_named_without_an_id(
    without_model: Vocabulary,
):
    release = read(without_model, "", issuers=(issuer("Ministry of Oddities", "KE"),))
    assert release.issuing_ministry is not None
    assert release.issuing_ministry.id is None


def test_two_feeds_of_two_ministries_issue_jointly(without_model: Vocabulary):
    issuers = (
        issuer("Ministry of Health", "KE"),
        issuer("Ministry of Health", "UG", 1),
        issuer("Ministry of Health", "KE", 2),
    )
    release = read(without_model, "Measles is over.", issuers=issuers)
    assert [one.country for one in release.joint_issuers] == ["UG"]


ISSUED = [
    (
        "es",
        "ES",
        "El Ministerio de Sanidad ha publicado hoy los datos.",
        "Ministry of Health",
    ),
    (
        "en",
        "IN",
        "The Ministry of External Affairs said on Monday that talks go on.",
        "Ministry of External Affairs",
    ),
    (
        "en",
        "IN",
        "Ministry of External Affairs\n\nTalks go on in Delhi.\n",
        "Ministry of External Affairs",
    ),
    (
        "en",
        "IN",
        "Talks go on.\n\nMinistry of External Affairs",
        "Ministry of External Affairs",
    ),
    (
        "en",
        "IN",
        "Issued by the Ministry of External Affairs: talks go on.",
        "Ministry of External Affairs",
    ),
    ("en", "IN", "Officials of the Ministry of External Affairs came to lunch.", None),
    ("en", "KE", "The Ministry of External Affairs said that talks go on.", None),
    (
        "en",
        "KE",
        "The Ministry of Health said so, and the Ministry of Defence said so.",
        None,
    ),
    (
        "fr",
        "FR",
        "Selon le ministère de l’Intérieur, le calme est revenu.",
        "Ministry of the Interior",
    ),
]


@pytest.mark.parametrize(
    ("language", "country", "text", "name"), ISSUED, ids=[c[2][:50] for c in ISSUED]
)
def test_without_a_feed_the_text_says_who_issues_it(
    without_model: Vocabulary, language, country, text, name
):
    body = read(
        without_model, text, language=language, country=country
    ).issuing_ministry
    assert (body.name if body else None) == name
    if body is not None:
        assert body.evidence
        assert all(text[one.start : one.end] == one.text for one in body.evidence)


def test_a_joint_statement_names_who_speaks_together(without_model: Vocabulary):
    text = "Joint statement by the Foreign Ministers of Australia, Japan and Fiji."
    release = read(without_model, text, country="AU")
    assert [one.id for one in release.joint_issuers] == ["JP", "FJ"]
    title = "India–Kenya Joint Statement"
    text = (
        "The two sides met in Nairobi and agreed on a plan. Kenya and India are glad."
    )
    release = read(without_model, text, country="IN", title=title)
    assert [one.id for one in release.joint_issuers] == ["KE"]


EVENTS = [
    (
        "en",
        "The Minister paid an official visit to Lima from 10-12 May 2026.",
        "2026-05-10",
        "Lima",
    ),
    (
        "es",
        "Firmaron el acuerdo en Lima. La próxima reunión será el 20 de junio.",
        None,
        "Lima",
    ),
    ("en", "The meeting was held in Nairobi on 11 May 2026.", "2026-05-11", "Nairobi"),
    (
        "en",
        "NEW DELHI, 11 May 2026: The Minister inaugurated the new clinic.",
        "2026-05-11",
        "New Delhi",
    ),
    (
        "en",
        "The summit will be held in Lima from 12 to 14 June 2026.",
        "2026-06-12",
        "Lima",
    ),
    ("en", "Prices rose in 2025, by 3 per cent.", None, None),
    ("fr", "La réunion s’est tenue lundi à Dakar.", "2026-05-11", "Dakar"),
    ("es", "La reunión se celebró el lunes en Lima.", "2026-05-11", "Lima"),
]


@pytest.mark.parametrize(
    ("language", "text", "date", "place"), EVENTS, ids=[c[1][:50] for c in EVENTS]
)
def test_an_event_has_its_day_and_place(
    without_model: Vocabulary, language, text, date, place
):
    told = read(without_model, text, language=language).event
    assert (told.date if told else None) == date
    assert (told.place if told else None) == place
    if told is not None:
        assert told.place_id_source == "geonames"
        assert told.location is not None
        assert all(text[one.start : one.end] == one.text for one in told.evidence)


RELEASES = Path(__file__).parents[3].parent / "shared" / "releases"


@pytest.mark.skipif(
    not RELEASES.is_dir(), reason="../shared is not beside the repository"
)
@pytest.mark.parametrize("model", [True, False], ids=["with a model", "without one"])
def test_the_release_that_it_all_began_with_is_bilateral_and_of_its_ministry(
    vocabulary: Vocabulary, without_model: Vocabulary, model
):
    text = (RELEASES / "india-maldives-jwg.txt").read_text("utf-8")
    known = (RELEASES / "india-maldives-jwg.expected.json").read_text("utf-8")
    expected = json.loads(known)
    release = read(
        vocabulary if model else without_model,
        text,
        published_at=datetime(2021, 3, 30, 10, tzinfo=UTC),
    )
    assert release.issuing_ministry is not None
    assert release.issuing_ministry.name == expected["issuing_ministry"]
    assert release.issuing_ministry.id == "org:in-mea"
    assert release.lateral == "bilateral"
    assert list(release.parties) == expected["bilateral"]
    assert release.counterparts == ("MV",)
    assert [one.speaker for one in release.quotes] == [None]
    assert [one.date for one in release.dates] == ["2021-03-29"]


BILINGUAL = (
    "The Minister of Foreign Affairs met the ministers of the region in the capital "
    "and set out what the government is going to do for the fishing villages of the "
    "north, which have lost most of their boats in the storm of last winter. It will "
    "cost $3 million until 12 May 2027.\n\n"
    "Le ministre des Affaires étrangères a reçu les ministres de la région dans la "
    "capitale et leur a exposé ce que le gouvernement va faire pour les villages de "
    "pêcheurs du nord, qui ont perdu la plupart de leurs bateaux dans la tempête. Ils "
    "ont signé le 3 mai 2026 un accord de coopération dans le domaine de la pêche, "
    "pour 2,5 millions d’euros.\n"
)


def test_each_paragraph_is_read_in_its_own_language(without_model: Vocabulary):
    found = read(without_model, BILINGUAL, language="en")
    assert [one.date for one in found.dates] == ["2027-05-12", "2026-05-03"]
    assert [(one.currency, one.value) for one in found.amounts] == [
        ("USD", "3000000"),
        ("EUR", "2500000"),
    ]
    assert [one.name for one in found.agreements] == [
        "accord de coopération dans le domaine de la pêche"
    ]
