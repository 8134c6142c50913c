"""What a person writes in a filter."""

import pytest

from communique.errors import UsageError
from operator_console.cli import filters


@pytest.mark.parametrize(
    ("said", "code"),
    [("MV", "MV"), ("mv", "MV"), (" Maldives ", "MV"), ("kosovo", "XK")],
)
def test_a_country_is_a_code_or_a_name(said, code):
    assert filters.countries([said]) == [code]


@pytest.mark.parametrize(
    ("said", "code"), [("fr", "fr"), ("FR-CA", "fr-CA"), ("French", "fr")]
)
def test_a_language_is_a_code_with_or_without_region_or_a_name(said, code):
    assert filters.language(said) == code


def test_finer_themes_are_told_from_the_others():
    assert filters.themes(["vaccination", "health"]) == (["health"], ["vaccination"])
    assert filters.themes([]) == ([], [])


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        pytest.param(
            lambda: filters.countries(["Maldive"]),
            "no country 'Maldive'. Did you mean MV (Maldives)",
            id="nearly a country",
        ),
        pytest.param(
            lambda: filters.countries(["QQQQ"]), "ISO 3166 code, as MV", id="country"
        ),
        pytest.param(
            lambda: filters.language("frensh"), "Did you mean fr (French)", id="nearly"
        ),
        pytest.param(lambda: filters.language("-"), "ISO 639", id="language"),
        pytest.param(
            lambda: filters.themes(["counter-terorism"]),
            "Did you mean counter-terrorism",
            id="nearly a theme",
        ),
        pytest.param(
            lambda: filters.themes(["zzz"]), "The themes are agriculture", id="theme"
        ),
        pytest.param(
            lambda: filters.document_types(["zzz"]),
            "There are statement, visit,",
            id="document type",
        ),
        pytest.param(lambda: filters.changes(["erased"]), "no change", id="erased"),
    ],
)
def test_what_is_unknown_is_said_with_what_is_near_it(ask, words):
    with pytest.raises(UsageError) as refused:
        ask()
    assert words in str(refused.value)
