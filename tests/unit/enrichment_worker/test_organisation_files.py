"""What the files of organisations promise: ids that stay, names that are told apart."""

import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from rigour.territories import get_territories

from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.knowledge import Name, Organisation, Vocabulary
from enrichment_worker.text import fold
from enrichment_worker.vocabulary.geography import load_geography
from enrichment_worker.vocabulary.load import DATA
from enrichment_worker.vocabulary.organisation_files import (
    read_organisations,
    spellings,
)

DIRECTORY = DATA / "organisations"
FIELDS = {"name", "kind", "country", "wikidata", "common", "short", "weak", "long"}
LANGUAGES = {
    "de", "es", "fr", "id", "it", "ja", "ko", "ms", "nl", "no", "pl", "pt", "ru", "tr",
    "zh",
}  # fmt: skip
KINDS = {
    "agency", "armed", "bank", "civil", "company", "court", "force", "grouping",
    "humanitarian", "intergovernmental", "joint", "ministry", "office", "parliament",
    "sport", "standards", "treaty",
}  # fmt: skip

Bodies = list[tuple[Organisation, list[Name]]]


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    return list(read_organisations(DIRECTORY))


def files() -> list[Path]:
    return sorted(DIRECTORY.rglob("*.toml"))


def test_no_id_is_removed_renamed_or_given_twice(bodies: Bodies):
    ids = [body.id.removeprefix("org:") for body, _ in bodies]
    listed = (DIRECTORY / "ids.txt").read_text("utf-8").split()
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    assert sorted(ids) == listed  # a new id is added there; one that is there stays


def test_ids_are_plain_and_begin_with_the_country(bodies: Bodies):
    for body, _ in bodies:
        assert re.fullmatch(r"org:[a-z0-9]+(-[a-z0-9]+)*", body.id)
    for path in files():
        if path.parent.name == "national":
            for key in tomllib.loads(path.read_text("utf-8")):
                assert key.startswith(f"{path.stem}-")


def test_entries_have_only_fields_that_are_read(bodies: Bodies):
    for path in files():
        for key, entry in tomllib.loads(path.read_text("utf-8")).items():
            assert set(entry) <= FIELDS | LANGUAGES, key
            assert entry["kind"] in KINDS, key
            for forms in entry.values():
                assert forms != [], key
                if isinstance(forms, list):
                    assert len(forms) == len(set(forms)), key


def test_every_country_is_one(bodies: Bodies, without_model: Vocabulary):
    assert {body.country for body, _ in bodies} - {None} <= set(without_model.countries)


def test_every_wikidata_id_is_in_its_source(bodies: Bodies):
    known = {one.qid for one in get_territories()}
    given = {body.wikidata for body, _ in bodies} - {None}
    assert given
    assert given <= known


def test_no_two_bodies_of_a_country_have_the_same_name(bodies: Bodies):
    named: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for body, names in bodies:
        for name in names:
            if not name.exact:
                named[body.country, fold(name.form)].add(body.id)
    assert {key: ids for key, ids in named.items() if len(ids) > 1} == {}


def test_no_two_bodies_of_a_country_have_the_same_short_form(bodies: Bodies):
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for body, names in bodies:
        for name in names:
            if name.exact and body.country is not None:
                named[body.country, name.form].add(body.id)
    assert {key: ids for key, ids in named.items() if len(ids) > 1} == {}


def test_a_name_that_several_have_is_marked_in_all_of_them(bodies: Bodies):
    having: dict[str, set[str]] = defaultdict(set)
    unmarked: set[str] = set()
    for body, names in bodies:
        for name in names:
            if not name.exact:
                having[fold(name.form)].add(body.id)
                if not name.weak:
                    unmarked.add(fold(name.form))
    assert {one: having[one] for one in unmarked if len(having[one]) > 1} == {}


def test_a_short_form_that_several_have_is_unmarked_in_one_at_most(bodies: Bodies):
    unmarked: dict[str, set[str]] = defaultdict(set)
    for body, names in bodies:
        for name in names:
            if name.exact and not name.weak:
                unmarked[name.form].add(body.id)
    assert {form: ids for form, ids in unmarked.items() if len(ids) > 1} == {}


def test_no_body_is_called_as_a_country_or_a_large_town_is(bodies: Bodies):
    places, _, _ = load_geography(DATA / "places")
    known = Gazetteer((place.form, place) for place in places)
    clashes = {
        name.form
        for _, names in bodies
        for name in names
        if not name.exact and not name.weak and known.get(name.form)
    }
    assert clashes == set()


def test_french_abbreviations_of_other_things_are_no_sure_short_forms(bodies: Bodies):
    sure = {n.form for _, names in bodies for n in names if n.exact and not n.weak}
    assert not sure & {"PIB", "SIDA", "TVA", "UNO", "LAS", "ONG", "PME", "TIC", "VIH"}


def test_the_files_cover_the_world(bodies: Bodies):
    international = [b for b, _ in bodies if b.country is None and b.kind != "treaty"]
    ministries = {b.country for b, _ in bodies if b.kind == "ministry"}
    assert len(international) >= 600
    assert len(ministries - {None}) >= 60


def test_every_name_leads_to_its_body(bodies: Bodies, without_model: Vocabulary):
    for body, names in bodies:
        assert names, body.id
        assert all(
            body in {one.target for one in without_model.names.get(name.form)}
            for name in names
        )


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("World Health Organization", "World Health Organisation"),
        ("International Trade Centre", "International Trade Center"),
        ("World Food Programme", "World Food Program"),
        ("Ministry of Law and Justice", "Ministry of Law & Justice"),
        ("Housing & Development Board", "Housing and Development Board"),
        ("United Nations Population Fund", "UN Population Fund"),
    ],
)
def test_names_are_known_in_other_spellings(written: str, also: str):
    assert written in set(spellings(written))
    assert also in set(spellings(written))


def test_spellings_leave_other_words_alone():
    for form in ("Programming Centred Civilisational Office", "Bank of England"):
        assert set(spellings(form)) == {form}
