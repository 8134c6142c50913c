"""What must occur for a release to be found, and what counts for its place."""

import json

import pytest

from communique.relevance import required, shown_match, text_query


@pytest.mark.parametrize(
    ("words", "least", "every"),
    [(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 4), (7, 3, 7)],
)
def test_a_third_of_the_words_must_occur_or_all_of_them(words, least, every):
    assert required(["w"] * words, every=False) == least
    assert required(["w"] * words, every=True) == every


def enough(text, **options):
    (clause,) = find(text_query(text, [], **options), "minimum_should_match")
    asked = [one["multi_match"]["query"] for one in clause["should"]]
    return asked, clause["minimum_should_match"]


def test_small_words_need_not_occur():
    asked, least = enough("the health of children in Kenya", every=True)
    assert (asked, least) == (["health", "children", "Kenya"], 3)


def test_a_text_of_small_words_is_looked_for_as_it_is():
    assert enough("to the", every=True) == (["to", "the"], 2)


@pytest.mark.parametrize(
    "text",
    ['"joint statement" Kenya', "measles -rubella", "cod | hoki", "vaccin*", "+a b"],
)
@pytest.mark.parametrize("every", [True, False])
def test_signs_say_exactly_what_must_occur(text, every):
    query = text_query(text, [], every=every)
    (exact,) = find(query, "default_operator")
    assert (exact["query"], exact["default_operator"]) == (text, "and")
    assert "combined_fields" not in json.dumps(query)


@pytest.mark.parametrize("text", ["e-visa", "Guinea-Bissau trade", "3 - 4"])
def test_a_hyphen_within_a_word_or_alone_is_no_sign(text):
    assert find(text_query(text, []), "default_operator") == []


def test_words_are_looked_for_in_the_other_forms_of_each_language():
    asked = json.dumps(text_query("measles", ["fr"]))
    assert "title.fr" in asked
    assert "title.en" not in asked


def test_highlights_show_title_and_text_only():
    asked = shown_match("measles Kenya", ["fr"])
    assert asked["multi_match"]["fields"] == ["title", "title.fr", "text", "text.fr"]


def test_near_duplicates_stand_lower():
    boosting = text_query("x", [])["boosting"]
    assert boosting["negative"] == {"exists": {"field": "duplicate_of"}}
    assert 0 < boosting["negative_boost"] < 1


def find(query, key):
    """Return each object in `query` that has `key`."""
    if isinstance(query, list):
        return [found for one in query for found in find(one, key)]
    if not isinstance(query, dict):
        return []
    return ([query] if key in query else []) + [
        found for one in query.values() for found in find(one, key)
    ]
