"""How what a release tells of is called by those who look for it."""

import pytest

from search_indexer.called import called, country_names

IMF = {"name": "International Monetary Fund", "type": "organisation"}


@pytest.mark.parametrize(
    ("code", "some"),
    [
        ("KE", {"Kenya"}),
        ("DE", {"Germany", "Allemagne", "Alemania"}),
        ("GB", {"United Kingdom", "UK", "Reino Unido"}),
        ("CI", {"Côte d’Ivoire", "Ivory Coast"}),
        ("TR", {"Türkiye", "Turkey"}),
        ("ZZZ", set()),
    ],
)
def test_a_country_has_its_names_in_three_languages(code, some):
    assert some <= set(country_names(code))
    assert bool(country_names(code)) == bool(some)


@pytest.mark.parametrize(
    ("entity", "names"),
    [
        pytest.param(IMF, [IMF["name"]], id="name"),
        pytest.param(
            {**IMF, "aliases": ["the Fund"]}, [IMF["name"], "the Fund"], id="alias"
        ),
        pytest.param(
            {**IMF, "id": "org:imf", "id_source": "communique"},
            [IMF["name"], "imf"],
            id="short form in our id",
        ),
        pytest.param(
            {**IMF, "id": "Q7804", "id_source": "wikidata"},
            [IMF["name"]],
            id="the id of another",
        ),
    ],
)
def test_an_organisation_is_called_by_its_name_and_its_short_form(entity, names):
    assert called({"entities": [entity]}) == {"about": names}


def test_a_release_is_by_its_ministry_its_organisation_and_its_country():
    document = {
        "ministries": ["Ministry of Health"],
        "issuers": [{"title": "News"}, {"organisation": "African Union"}],
        "issuer_countries": ["KE"],
    }
    by = called(document)["by"]
    assert by[:3] == ["Ministry of Health", "African Union", "Kenya"]


def test_an_erased_release_is_called_nothing():
    assert called({"erased": True}) == {}
