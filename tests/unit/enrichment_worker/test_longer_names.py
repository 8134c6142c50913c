"""Places that are none: words of a longer name."""

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw

TEXTS: dict[str, tuple[str, str, str, set[str]]] = {
    "a company without a suffix": (
        "NG",
        "",
        "They pay Kaduna Electric monthly.",
        set(),
    ),
    "a team": ("US", "", "He met the Miami Zzardvarks there.", set()),
    "a street": ("GB", "", "Trams will stop on Birmingham Road again.", set()),
    "a person with the first name of a town": (
        "US",
        "",
        "We heard Paris Hilton.",
        set(),
    ),
    "a newer town": (
        "IN",
        "",
        "They plan roads for New Chandigarh now.",
        {"New Chandigarh"},
    ),
    "a people": ("CA", "", "A deal with Norway House Cree Nation holds.", set()),
    "a people, also in the headline": (
        "CA",
        "Minister Signs Agreement with Norway House Cree Nation",
        "A deal with Norway House Cree Nation holds.",
        set(),
    ),
    "a body, also in the headline": (
        "US",
        "Judge Settles With Connecticut Zzafe School Over Reports",
        "The Connecticut Zzafe School agreed.",
        set(),
    ),
    "a storm": ("US", "", "It rained when Hurricane Florence came.", set()),
    "an exercise": ("IN", "", "Exercise Lake Zzanity ended.", set()),
    "what a country gives": ("BB", "", "He has a Barbados Scholarship.", {"Barbados"}),
    "in a list": ("IE", "", "The Kildare and Wicklow ETB pays.", {"Kildare"}),
    "a saint's school": ("IE", "", "We saw St. George's National School.", set()),
    "a small letter": (
        "CA",
        "",
        "It rained in the post-tropical storm Florence.",
        set(),
    ),
    "an office of a district": (
        "UG",
        "",
        "The Resident District Commissioner came.",
        set(),
    ),
    "a number": ("UA", "", "We met. Forty-four States agreed.", set()),
    "an island behind another word": (
        "NZ",
        "",
        "A shop of Zzoodstuffs South Island opened.",
        set(),
    ),
    "a kind of municipality": ("ZA", "", "The Metropolitan Municipality paid.", set()),
    "a park": ("KE", "", "In Nairobi National Park.", {"Nairobi National Park"}),
    "a division": ("BD", "", "In Chittagong Division.", {"Chittagong Division"}),
    "a country in a headline": (
        "CA",
        "Minister Signs Agreement with Norway During Talks",
        "Norway agreed.",
        {"Norway"},
    ),
    "an office behind": ("GB", "", "The London Mayor Zed Yardley came.", {"London"}),
    "a person behind an office of a place": (
        "LT",
        "",
        "Prime Minister of Latvia Zed Yardley came.",
        {"Latvia"},
    ),
    "a bearing before": ("NG", "", "Rain falls in Northern Peru.", {"Peru"}),
    "an adjective before": ("IN", "", "He left for Indian Punjab.", {"Punjab"}),
    "a day behind": ("JP", "", "They met in Tokyo Monday.", {"Tokyo"}),
    "a postal code": ("GB", "", "Write to 1 Zed Road, London SW1A 2HQ.", {"London"}),
    "the word that opens the sentence": ("GB", "", "Yesterday London won.", {"London"}),
    "in full as a republic": ("NG", "", "The border of Niger Republic.", {"Niger"}),
}


@pytest.mark.parametrize(
    ("country", "title", "text", "places"), TEXTS.values(), ids=TEXTS
)
def test_a_word_of_a_longer_name_is_no_place(
    without_model: Vocabulary, country: str, title: str, text: str, places: set[str]
):
    release = raw(text, title=title or "News", language="en", country=country)
    assert set(named(enrich(release, without_model, 0), "place")) == places


def test_a_country_within_a_name_is_still_one_that_the_text_is_about(
    without_model: Vocabulary,
):
    text = "They are paid by Ghana Zzelectric every month."
    release = enrich(raw(text, language="en", country="GH"), without_model, 0)
    assert named(release, "place") == {}
    assert release.countries == ("GH",)
