from dataclasses import replace

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw

PLACES = {
    "country": ("It was agreed in Kenya.", {"Kenya": "KE"}),
    "long form": ("The Republic of Korea agreed.", {"South Korea": "KR"}),
    "short form": ("The U.S. and the UAE agreed.", {
        "United States of America": "US", "United Arab Emirates": "AE",
    }),
    "inside a longer name": ("Guinea-Bissau and Papua New Guinea agreed.", {
        "Guinea-Bissau": "GW", "Papua New Guinea": "PG",
    }),
    "capital": ("It met in Nairobi.", {"Nairobi": "KE"}),
    "other name of a capital": ("It met in Kiev.", {"Kyiv": "UA"}),
    "region": ("Ships in the Red Sea and the Indian Ocean Region.", {
        "Red Sea": None, "Indian Ocean Region": None,
    }),
    "a word is no town": ("Male officers like a nice bath and mobile reading.", {}),
    "a word with its country": ("They stayed in Male, Maldives.", {
        "Male": "MV", "Maldives": "MV",
    }),
    "a word far from its country": ("The Maldives team stays in Male now.", {
        "Maldives": "MV", "Male": "MV",
    }),
    "a word at the start of a sentence": ("Maldives won. Male students cheered.", {
        "Maldives": "MV",
    }),
    "the accent says it": ("They stayed in Malé.", {"Male": "MV"}),
    "homonym by its country": ("They met in Tripoli, Lebanon.", {
        "Tripoli": "LB", "Lebanon": "LB",
    }),
    "a state, not a town that has its name too": ("In Goa, India.", {
        "Goa": "IN", "India": "IN",
    }),
    "small town without its country": ("They met at Panipat.", {}),
    "not in a link": ("See https://kenya.example/Kenya and a@kenya.example", {}),
    "not in a handle": ("Ask @Kenya.", {}),
    "person, no country": ("Mr Michael Jordan spoke.", {}),
    "a place in the name of another": ("They met in Port of Spain on Tuesday.", {
        "Port of Spain": "TT",
    }),
    "part of a longer word": ("They met in Foo-Nairobi and in Nairobi-Foo.", {}),
    "two joined": ("The line Nairobi-Kampala is open.", {
        "Nairobi": "KE", "Kampala": "UG",
    }),
    "the strip, not a province elsewhere": (
        "Aid for Mozambique and for Gaza.", {"Mozambique": "MZ", "Gaza Strip": "PS"},
    ),
    "a river through several countries": ("The Danube rose.", {"Danube": None}),
    "as newspapers spell it": (
        "Ukraine: Kryvyi Rih and Mykolaiv were hit.",
        {"Ukraine": "UA", "Kryvyy Rih": "UA", "Mykolayiv": "UA"},
    ),
    "a small letter first": (
        "It works in sub-Saharan Africa.", {"Sub-Saharan Africa": None},
    ),
    "a ship": ("The frigate “Jakarta” left Mombasa.", {"Mombasa": "KE"}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "places"), PLACES.values(), ids=PLACES)
def test_places_are_told_from_words(
    without_model: Vocabulary, text: str, places: dict[str, str | None]
):
    release = enrich(raw(text, language="en"), without_model, 0)
    found = {name: one.country for name, one in named(release, "place").items()}
    assert found == places


@pytest.mark.parametrize(
    ("language", "text", "countries"),
    [
        ("en", "The Indian delegation met Maldivian officials.", ("IN", "MV")),
        ("fr", "Les autorités maliennes et le Tchad sont d'accord.", ("ML", "TD")),
        ("es", "El Gobierno marroquí y los Países Bajos firmaron.", ("MA", "NL")),
    ],
    ids=["en", "fr", "es"],
)
def test_adjectives_name_countries_and_are_no_places(
    without_model: Vocabulary, language: str, text: str, countries: tuple[str, ...]
):
    release = enrich(raw(text, language=language), without_model, 0)
    assert release.countries == countries


def test_the_issuer_decides_where_the_text_does_not(without_model: Vocabulary):
    text = "The minister visited Panipat on Monday."
    abroad = enrich(raw(text, language="en"), without_model, 0)
    at_home = enrich(raw(text, language="en", country="IN"), without_model, 0)
    assert not named(abroad, "place")
    assert named(at_home, "place")["Panipat"].country == "IN"


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("pt", "O Uruguai e a Coreia do Sul assinaram o acordo.", ["UY", "KR"]),
        ("de", "Die Minister aus Kenia und der Schweiz trafen sich.", ["KE", "CH"]),
        ("it", "Il Giappone e la Germania hanno firmato l'accordo.", ["JP", "DE"]),
        ("ru", "Индия и Египет подписали соглашение.", ["IN", "EG"]),
        ("de", "Er trat zurück, um Dänemark zu dienen.", ["DK"]),
        ("en", "Der Minister aus Kenia.", []),
        ("tl", "Tumulong ang Australia at ang Germany.", ["AU", "DE"]),
    ],
    ids=[
        "Portuguese",
        "German",
        "Italian",
        "Russian",
        "umlaut",
        "in English text",
        "read as English",
    ],
)
def test_countries_are_known_in_languages_without_phrases(
    without_model: Vocabulary, language: str, text: str, codes: list[str]
):
    known = replace(without_model, detect=lambda _: [(language, 1.0)])
    release = enrich(raw(text, language=language), known, 0)
    assert [one.id for one in release.entities if one.type == "place"] == codes
