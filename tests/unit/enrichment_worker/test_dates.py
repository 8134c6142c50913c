"""Dates: as written, and the day, month or year that they are."""

from datetime import UTC, datetime

import pytest

from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.semantics_of import read

CASES = [
    # language, text, expected (text, date, until)
    ("en", "On 12 May 2026 it rained.", [("12 May 2026", "2026-05-12", None)]),
    ("en", "On Monday, 11 May it rained.", [("Monday, 11 May", "2026-05-11", None)]),
    ("en", "On May 12th, 2026 it rained.", [("May 12th, 2026", "2026-05-12", None)]),
    (
        "en",
        "The 1st of April 2025 was wet.",
        [("1st of April 2025", "2025-04-01", None)],
    ),
    ("en", "KIGALI, 12 FEB 2026: rain.", [("12 FEB 2026", "2026-02-12", None)]),
    (
        "en",
        "It lasted from 12-14 May 2026.",
        [("12-14 May 2026", "2026-05-12", "2026-05-14")],
    ),
    (
        "en",
        "From 12 to 14 May it rained.",
        [("12 to 14 May", "2026-05-12", "2026-05-14")],
    ),
    (
        "en",
        "On May 12–14, 2026 it rained.",
        [("May 12–14, 2026", "2026-05-12", "2026-05-14")],
    ),
    (
        "en",
        "On 12 and 13 May it rained.",
        [("12 and 13 May", "2026-05-12", "2026-05-13")],
    ),
    ("en", "On 3 January it snowed.", [("3 January", "2026-01-03", None)]),
    ("en", "On 28 December it snowed.", [("28 December", "2025-12-28", None)]),
    (
        "en",
        "In March 2025 and in June.",
        [("March 2025", "2025-03", None), ("June", "2026-06", None)],
    ),
    ("en", "They may 12 times; a march of 3 miles.", []),
    ("en", "Since 2019, 2,026 people and room 2026.", [("2019", "2019", None)]),
    (
        "en",
        "Deadline 2026-05-12, not 2026-13-45.",
        [("2026-05-12", "2026-05-12", None)],
    ),
    (
        "en",
        "On 13.05.2026 and 30/05/2026.",
        [("13.05.2026", "2026-05-13", None), ("30/05/2026", "2026-05-30", None)],
    ),
    ("en", "On 05/06/2026 perhaps.", [("05/06/2026", None, None)]),
    ("en", "On 31 February 2026 nothing was done.", [("31 February 2026", None, None)]),
    ("en", "He spoke on Monday.", [("Monday", "2026-05-11", None)]),
    ("en", "He will speak on Monday.", [("Monday", "2026-05-18", None)]),
    ("en", "On Friday, the Minister will speak.", [("Friday", "2026-05-15", None)]),
    ("en", "Apply by Friday.", [("Friday", "2026-05-15", None)]),
    (
        "en",
        "He spoke on Tuesday and last Tuesday.",
        [("Tuesday", "2026-05-12", None), ("last Tuesday", "2026-05-05", None)],
    ),
    (
        "en",
        "Next Monday is a holiday, next Friday is none.",
        [("Next Monday", "2026-05-18", None), ("next Friday", None, None)],
    ),
    (
        "en",
        "Today, yesterday and tomorrow.",
        [
            ("Today", "2026-05-12", None),
            ("yesterday", "2026-05-11", None),
            ("tomorrow", "2026-05-13", None),
        ],
    ),
    (
        "fr",
        "Le lundi 11 mai 2026, il pleut.",
        [("lundi 11 mai 2026", "2026-05-11", None)],
    ),
    (
        "fr",
        "Du 12 au 14 mai, il pleut.",
        [("12 au 14 mai", "2026-05-12", "2026-05-14")],
    ),
    (
        "fr",
        "Le 1er juin et le 15 août 2025.",
        [("1er juin", "2026-06-01", None), ("15 août 2025", "2025-08-15", None)],
    ),
    (
        "fr",
        "Aujourd’hui, en mars 2025, depuis 2019.",
        [
            ("Aujourd’hui", "2026-05-12", None),
            ("mars 2025", "2025-03", None),
            ("2019", "2019", None),
        ],
    ),
    ("fr", "Il a parlé lundi dernier.", [("lundi dernier", "2026-05-11", None)]),
    ("fr", "Le 05/06/2026.", [("05/06/2026", "2026-06-05", None)]),
    (
        "es",
        "El lunes 11 de mayo de 2026 llovió.",
        [("lunes 11 de mayo de 2026", "2026-05-11", None)],
    ),
    (
        "es",
        "Del 12 al 14 de mayo llovió.",
        [("12 al 14 de mayo", "2026-05-12", "2026-05-14")],
    ),
    (
        "es",
        "El 1 de setiembre de 2025.",
        [("1 de setiembre de 2025", "2025-09-01", None)],
    ),
    (
        "es",
        "Habló el lunes, ayer, y el sábado pasado.",
        [
            ("lunes", "2026-05-11", None),
            ("ayer", "2026-05-11", None),
            ("sábado pasado", "2026-05-09", None),
        ],
    ),
    ("es", "En mar abierto, en marzo de 2025.", [("marzo de 2025", "2025-03", None)]),
]


@pytest.mark.parametrize(
    ("language", "text", "expected"), CASES, ids=[f"{a} {b}" for a, b, _ in CASES]
)
def test_a_date_is_kept_as_written_and_normalised(
    without_model: Vocabulary, language, text, expected
):
    found = read(without_model, text, language=language).dates
    assert [(one.text, one.date, one.until) for one in found] == expected
    assert all(text[one.start : one.end] == one.text for one in found)


def test_what_has_no_year_is_not_guessed_without_a_publication(
    without_model: Vocabulary,
):
    text = "On Monday, 12 May and yesterday, since 2019."
    found = read(without_model, text, published_at=None).dates
    assert [one.date for one in found] == [None, None, "2019"]


@pytest.mark.parametrize(
    ("country", "hour", "zone", "date"),
    [
        ("US", 18, "stated", "2026-05-12"),
        ("US", 6, "stated", None),
        ("FJ", 20, "stated", "2026-05-13"),
        ("FJ", 20, "assumed", None),
        ("FJ", 0, "stated", "2026-05-12"),
        ("KE", 9, "stated", "2026-05-12"),
        (None, 23, "stated", "2026-05-12"),
    ],
)
def test_today_is_the_day_where_the_release_was_issued(
    without_model: Vocabulary, country, hour, zone, date
):
    found = read(
        without_model,
        "The bridge was opened today.",
        country=country,
        published_at=datetime(2026, 5, 12, hour, 0, tzinfo=UTC),
        published_zone=zone,
    ).dates
    assert [one.date for one in found] == [date]


def test_an_american_date_has_the_month_first(without_model: Vocabulary):
    text = "On 05/06/2026 it rained."
    assert read(without_model, text, country="US").dates[0].date == "2026-05-06"
    assert read(without_model, text, country="KE").dates[0].date == "2026-06-05"


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_no_error(without_model: Vocabulary, year):
    at = datetime(year, 12 if year > 1 else 1, 31 if year > 1 else 1, tzinfo=UTC)
    text = "Yesterday, today, tomorrow, last Monday, next Sunday, 29 February, 12 May."
    found = read(without_model, text, country="FJ", published_at=at).dates
    assert len(found) >= 5
