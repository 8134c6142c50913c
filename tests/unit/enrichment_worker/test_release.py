"""The release that the project was started from, read by path; never copied here."""

import json
from pathlib import Path
from typing import Any

import pytest

from communique.events import EnrichedRelease
from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw, tagged

RELEASES = Path(__file__).parents[3].parent / "shared" / "releases"

pytestmark = pytest.mark.skipif(
    not RELEASES.is_dir(), reason="../shared is not beside the repository"
)


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    path = RELEASES / "india-maldives-jwg.expected.json"
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module", params=["", "India and Maldives hold talks"])
def enriched(vocabulary: Vocabulary, request: pytest.FixtureRequest) -> EnrichedRelease:
    text = (RELEASES / "india-maldives-jwg.txt").read_text("utf-8")
    return enrich(raw(text, title=request.param), vocabulary, 0)


def test_every_person_is_found_by_name_and_role(enriched, expected):
    persons = named(enriched, "person")
    assert set(persons) == set(expected["persons"])
    roles = {name: person.roles for name, person in persons.items()}
    assert roles == {name: (role,) for name, role in expected["roles"].items()}


def test_every_organisation_is_found_with_its_short_forms(enriched, expected):
    organisations = named(enriched, "organisation")
    assert set(expected["organisations"]) <= set(organisations)
    assert not set(expected["not_organisations"]) & set(organisations)
    aliases = {
        alias: name for name, one in organisations.items() for alias in one.aliases
    }
    assert aliases == expected["organisation_aliases"]


def test_every_place_is_found_in_its_country(enriched, expected):
    places = {name: one.country for name, one in named(enriched, "place").items()}
    assert places == expected["places"]
    assert set(enriched.countries) == set(expected["bilateral"])


def test_the_themes_of_a_careful_reader_are_tagged_and_few_others(enriched, expected):
    themes = tagged(enriched)
    assert set(expected["themes_required"]) <= themes
    assert len(set(expected["themes"]) & themes) >= 7
    assert len(themes - set(expected["themes"])) <= 2


def test_language_hashtags_and_handles_are_those_of_the_release(enriched, expected):
    assert enriched.language == expected["language"]
    assert list(enriched.hashtags) == expected["hashtags"]
    assert list(enriched.handles) == expected["handles"]
