"""Places by the words around them, with no model at all."""

import re
from pathlib import Path

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import City, Region, Vocabulary
from enrichment_worker.vocabulary.load import DATA
from tests.unit.enrichment_worker.examples import named, raw

ENGLISH: dict[str, tuple[str, str, dict[str, str | None]]] = {
    "a county by its kind": ("KE", "Rains hit Turkana County.", {"Turkana": "KE"}),
    "counties in a list": (
        "KE",
        "Rains hit Turkana, Garissa and Wajir counties.",
        {"Turkana": "KE", "Garissa": "KE", "Wajir": "KE"},
    ),
    "an unknown district": (
        "IN",
        "It works in Zzandi district.",
        {"Zzandi": "IN"},
    ),
    "member states": ("KE", "The Member States and Coastal States met.", {}),
    "a state that is called like a country": (
        "NG",
        "Attacks in Kaduna, Zamfara and Niger States ended.",
        {"Kaduna": "NG", "Zamfara": "NG", "Niger State": "NG"},
    ),
    "a river is not the town of its name": (
        "GB",
        "The River Zzevern and Lake Windermere rose.",
        {"River Zzevern": "GB", "Lake Windermere": "GB"},
    ),
    "a small town behind a preposition": (
        "GB",
        "A centre opened in Shrewsbury on Monday.",
        {"Shrewsbury": "GB"},
    ),
    "a small town of another country": (
        "KE",
        "A centre opened in Shrewsbury on Monday.",
        {},
    ),
    "a surname after the whole name": (
        "GB",
        'Inspector Peter Vienna spoke. "We are ready", Vienna said.',
        {},
    ),
    "a surname, and the town behind a preposition": (
        "GB",
        "Director Michael London led it. London added that two flew from London.",
        {"London": "GB"},
    ),
    "a town that came before its namesake": (
        "GB",
        "It met in Vienna. Inspector Peter Vienna spoke. Vienna has six delegates.",
        {"Vienna": "AT"},
    ),
    "what was made in a town": ("PE", "The Vienna Document is being discussed.", {}),
    "a town upon a river": (
        "GB",
        "Barriers stand in Worcester upon Zzandi.",
        {"Worcester upon Zzandi": "GB"},
    ),
    "a month is no town": ("GB", "It opens in March and in May.", {}),
    "small towns in a list with a large one": (
        "NZ",
        "It flies to Auckland, Motueka and Te Anau.",
        {"Auckland": "NZ", "Motueka": "NZ", "Te Anau": "NZ"},
    ),
    "a town of a state": (
        "US",
        "It opened in Atlanta, Georgia, and in Portland, Maine.",
        {"Atlanta": "US", "Georgia": "US", "Portland": "US", "Maine": "US"},
    ),
    "the country all the same": (
        "US",
        "He met ministers of Georgia and Armenia.",
        {"Georgia": "GE", "Armenia": "AM"},
    ),
    "a region before a title": (
        "AU",
        "The New South Wales Premier agreed.",
        {"New South Wales": "AU"},
    ),
    "a court's district is no place": (
        "US",
        "The Northern District of Texas agreed.",
        {"Texas": "US"},
    ),
    "a province of the issuer rather than a state elsewhere": (
        "PK",
        "Floods struck Punjab.",
        {"Punjab": "PK"},
    ),
    "an agreement is not where it was made": (
        "KE",
        "The Paris Agreement and the Geneva Conventions stand.",
        {},
    ),
    "dollars are no country": ("JM", "Exports earned US$33 million.", {}),
    "a district rather than the famous town": (
        "JM",
        "Farmers in Trelawny, Manchester and St. Elizabeth are paid.",
        {"Trelawny": "JM", "Manchester": "JM", "St. Elizabeth": "JM"},
    ),
    "the famous town elsewhere": (
        "SE",
        "She flew to Manchester.",
        {"Manchester": "GB"},
    ),
    "a town with the name of a month": (
        "JM",
        "Shops opened in May Pen.",
        {
            "May Pen": "JM",
        },
    ),
    "a town that is called a bay": (
        "JM",
        "A road to Montego Bay opened.",
        {
            "Montego Bay": "JM",
        },
    ),
    "a town with a first name, in a list": (
        "GB",
        "It rains in Northampton and Leighton Buzzard.",
        {"Northampton": "GB", "Leighton Buzzard": "GB"},
    ),
    "whose residents": (
        "US",
        "A Zzyn Mawr resident pleaded guilty.",
        {
            "Zzyn Mawr": "US",
        },
    ),
    "the town of a dateline": (
        "CA",
        "SAULT STE. MARIE, ONTARIO (May 3, 2031) - It rained.",
        {"Sault Ste. Marie": "CA", "ONTARIO": "CA"},
    ),
    "a state that is a country": (
        "SG",
        "He fought for the State of Iraq.",
        {
            "Iraq": "IQ",
        },
    ),
    "a region that ISO does not have": (
        "KE",
        "Maasai Mara and the South Rift were dry.",
        {"Masai Mara": "KE", "South Rift": "KE"},
    ),
    "a region of another country": (
        "GB",
        "The Midlands won. Tsunami in Karoo.",
        {"Midlands": "GB"},
    ),
    "an ampersand": ("IN", "It rained in Jammu & Kashmir.", {"Jammu & Kashmir": "IN"}),
    "parts that open a sentence": (
        "JP",
        "Okinawa, Kagoshima and Akita were hit. Akita rose.",
        {"Okinawa": "JP", "Kagoshima": "JP", "Akita": "JP"},
    ),
    "small towns that stand for themselves": (
        "NZ",
        "They saw Timaru and met the people. Invercargill and Gore follow.",
        {"Timaru": "NZ", "Invercargill": "NZ", "Gore": "NZ"},
    ),
    "a small town before a large one": (
        "NG",
        "It landed at the shed of the airport, Ikeja Lagos, on Monday.",
        {"Ikeja": "NG", "Lagos": "NG"},
    ),
    "a small town of another country alone": ("GB", "They saw Timaru.", {}),
    "a surname that is a town": ("NZ", "Ms Zed Timaru spoke. We heard Timaru.", {}),
    "a surname behind a title": ("NZ", "Minister Timaru spoke. We heard Timaru.", {}),
    "a great town behind a preposition": (
        "EE",
        "The talks in Brno and near Zhengzhou ended.",
        {"Brno": "CZ", "Zhengzhou": "CN"},
    ),
    "a town that is less great": (
        "EE",
        "The talks in Panipat and in Zzipat.",
        {"Panipat": None},
    ),
    "a surname behind a preposition": ("EE", "Trust in Kennedy.", {}),
    "a region called by a bearing": (
        "GH",
        "In the Upper West Region and the Northern Region.",
        {"Upper West": "GH", "Northern Region": "GH"},
    ),
    "a state that is also a name": ("AU", "It rains in Victoria.", {"Victoria": "AU"}),
    "a county by its kind before": (
        "IE",
        "Works in Trim, Co. Meath, and County Clare follow.",
        {"Trim": "IE", "Meath": "IE", "Clare": "IE"},
    ),
    "what begins with the word County": ("GB", "County Lines are a crime.", {}),
    "a village by its kind before": (
        "PH",
        "Boats left Brgy. San Zzoque.",
        {"Brgy. San Zzoque": "PH"},
    ),
    "a park of a mountain": (
        "KE",
        "Trails in Mount Zzelgon National Park reopen.",
        {"Mount Zzelgon National Park": "KE"},
    ),
    "residents of a town of two words": (
        "KY",
        "He met residents of George Town there.",
        {"George Town": "KY"},
    ),
    "a part of a country by its short form": (
        "AU",
        "The Premier of NSW flew from Qld to Western NSW.",
        {"New South Wales": "AU", "Western NSW": "AU", "Queensland": "AU"},
    ),
    "a short form where nobody speaks of its country": ("KE", "NSW agreed.", {}),
    "a famous part of a country that nobody names": (
        "SG",
        "Ships were seen off Brittany, and a typhoon hit Okinawa.",
        {"Brittany": "FR", "Okinawa": "JP"},
    ),
    "an area of a country that nobody names": ("SG", "Snow fell on Wairau.", {}),
    "a famous area of a country that nobody names": (
        "SG",
        "Snow fell on Siberia.",
        {"Siberia": "RU"},
    ),
    "a region called alike in two countries, by the issuer": (
        "AU",
        "Frost came to New England.",
        {"New England": "AU"},
    ),
    "heights in small letters": (
        "US",
        "It snowed in the Appalachian mountains.",
        {"Appalachia": "US"},
    ),
    "an unknown river in small letters": (
        "NG",
        "They crossed the Zzekka river.",
        {"Zzekka river": "NG"},
    ),
    "a town whose river is meant by nobody": (
        "SG",
        "It left the Mumbai islands.",
        {"Mumbai": "IN"},
    ),
    "an adjective that opens a sentence": ("SG", "Zzian states want more.", {}),
    "a river where a known town lies": (
        "GB",
        "Booms lie across the Zzaniko River in Honiara. France and Peru pay.",
        {
            "Zzaniko River": "SB",
            "Honiara": "SB",
            "France": "FR",
            "Peru": "PE",
        },
    ),
    "an unknown river where two countries are named": (
        "SB",
        "Booms lie across the Zzaniko River. France pays.",
        {"Zzaniko River": None, "France": "FR"},
    ),
    "where a verb leads": (
        "SB",
        "They flew to Zzuda, and he was born in Zzolo.",
        {"Zzuda": "SB", "Zzolo": "SB"},
    ),
    "what a verb of another kind leads to": ("SB", "It led to Zzuda.", {}),
    "a district that is no town": (
        "US",
        "It was filed in the District of Columbia.",
        {"District of Columbia": "US"},
    ),
    "towns before the part of a country": (
        "US",
        "It saw Cape Coral and Bonita Springs, Florida, and Ms Charlotte, Florida.",
        {"Cape Coral": "US", "Bonita Springs": "US", "Florida": "US"},
    ),
    "a town before a province": (
        "CA",
        "They agreed. Sarnia, Ontario, too.",
        {"Sarnia": "CA", "Ontario": "CA"},
    ),
    "a part of a country, and no town whose name begins so": (
        "IN",
        "It rained in Bihar on Monday.",
        {"Bihar": "IN"},
    ),
    "sub-counties": (
        "KE",
        "Rains hit Zzafi and Zzolugho sub-counties.",
        {"Zzafi": "KE", "Zzolugho": "KE"},
    ),
    "a river that bears no name": ("SG", "It rose at the River North West.", {}),
    "a village at home that is called as a capital elsewhere": (
        "DM",
        "Residents of Marigot got water.",
        {"Marigot": "DM"},
    ),
    "the capital, where its country is named": (
        "AU",
        "Boats left Hamilton in Bermuda.",
        {"Hamilton": "BM", "Bermuda": "BM"},
    ),
    "a village at home that is called as a great town": (
        "BZ",
        "Roads reach San Antonio Village.",
        {"San Antonio": "BZ"},
    ),
    "a village of GeoNames": (
        "GB",
        "A flood came to Llanidloes.",
        {"Llanidloes": "GB"},
    ),
    "an old county": ("GB", "Bedfordshire was flooded.", {"Bedfordshire": "GB"}),
    "a national branch is no country": ("KE", "Kenya Red Cross agreed.", {}),
}


@pytest.mark.parametrize(("country", "text", "places"), ENGLISH.values(), ids=ENGLISH)
def test_the_words_around_a_name_make_it_a_place(
    without_model: Vocabulary, country: str, text: str, places: dict[str, str | None]
):
    release = enrich(raw(text, language="en", country=country), without_model, 0)
    found = {name: one.country for name, one in named(release, "place").items()}
    assert found == places


@pytest.mark.parametrize(
    ("language", "country", "text", "places"),
    [
        (
            "fr",
            "FR",
            "Les secours sont mobilisés à Calais, Dunkerque et Boulogne-sur-Mer.",
            {"Calais", "Dunkirk", "Boulogne-sur-Mer"},
        ),
        (
            "fr",
            "CD",
            "Elles sont installées autour de Sake, de Minova et de Kanyaruchinya.",
            {"Sake", "Minova", "Kanyaruchinya"},
        ),
        (
            "es",
            "CL",
            "Se evacuaron los sectores de Pompeya y El Retiro.",
            {"Pompeya", "El Retiro"},
        ),
        ("es", "ES", "El río Guadiana y la Sierra de Gredos.", {"Guadiana"}),
    ],
    ids=["a French list", "each behind its own de", "with an article", "nature"],
)
def test_the_words_around_a_name_do_so_in_french_and_spanish(
    without_model: Vocabulary,
    language: str,
    country: str,
    text: str,
    places: set[str],
):
    release = enrich(raw(text, language=language, country=country), without_model, 0)
    assert places <= set(named(release, "place"))


def test_a_town_is_the_one_of_the_state_behind_it(without_model: Vocabulary):
    text = "It opened in Jackson, Mississippi, and in Portland, Maine."
    release = enrich(raw(text, language="en", country="US"), without_model, 0)
    places = named(release, "place")
    for town, part in {"Jackson": "US-MS", "Portland": "US-ME"}.items():
        ids = {
            city.id for city in without_model.towns[town.lower()] if city.part == part
        }
        assert places[town].id in ids


def test_a_state_is_known_by_its_short_form_behind_a_town_of_it(
    without_model: Vocabulary,
):
    text = "LINCOLN, Neb., 14 July – She saw farms. Neb is no name here, nor Ariz."
    places = named(enrich(raw(text, language="en"), without_model, 0), "place")
    assert [one.text for one in places["Nebraska"].mentions] == ["Neb"]
    assert places["Nebraska"].id == "US-NE"
    assert "US-AZ" not in {place.id for place in places.values()}


def test_a_part_of_a_country_keeps_the_name_that_the_text_gives(
    without_model: Vocabulary,
):
    text = "It struck Cianjur in West Java."
    release = enrich(raw(text, language="en", country="ID"), without_model, 0)
    place = named(release, "place")["West Java"]
    assert (place.id, place.id_source, place.country) == ("ID-JB", "iso-3166-2", "ID")


def test_every_part_of_a_country_has_one_code_of_its_own(without_model: Vocabulary):
    lines = (Path(DATA) / "places" / "subdivisions.tsv").read_text("utf-8").splitlines()
    codes = [line.split("\t")[0] for line in lines]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code), code
        assert code[:2] in without_model.countries, code


def test_every_area_has_a_known_country_and_a_name_of_its_own(
    without_model: Vocabulary,
):
    lines = (Path(DATA) / "places" / "areas.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    assert {country.removesuffix("!") for country, *_ in rows if country} <= set(
        without_model.countries
    )
    assert len({(country, name.lower()) for country, name, *_ in rows}) == len(rows)
    assert rows == sorted(rows, key=lambda row: (row[0], row[1].lower()))
    for _, *names in rows:
        assert names
        assert all(names)


def test_an_area_that_is_a_village_has_its_place(without_model: Vocabulary):
    release = enrich(raw("Rain in Ulster Spring.", country="JM"), without_model, 0)
    (village,) = named(release, "place").values()
    assert (village.id, village.id_source) == ("3488180", "geonames")
    assert village.location is not None


def test_every_town_has_its_country_and_every_part_too(without_model: Vocabulary):
    parts = without_model.names.get("Turkana")
    assert any(isinstance(name.target, Region) for name in parts)
    for towns in without_model.towns.values():
        for town in towns:
            assert isinstance(town, City)
            assert town.country in without_model.countries or town.country == "AN"
