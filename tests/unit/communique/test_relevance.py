"""What must occur for a release to be found, and what counts for its place."""

import json

import pytest

from communique.relevance import shown_match, text_query


def test_plain_words_need_not_all_occur_and_small_ones_count_for_nothing():
    (words,) = under("combined_fields", text_query("the health of our children", []))
    assert words["query"] == "health our children"
    assert "operator" not in words


def test_a_text_of_small_words_is_looked_for_as_it_is():
    (words,) = under("combined_fields", text_query("to the", []))
    assert words["query"] == "to the"


def test_each_word_must_occur_where_that_is_asked_for():
    query = text_query("measles Kenya", [], every=True)
    (exact,) = under("simple_query_string", query)
    assert (exact["query"], exact["default_operator"]) == ("measles Kenya", "and")


@pytest.mark.parametrize(
    "text",
    ['"joint statement" Kenya', "measles -rubella", "cod | hoki", "vaccin*", "+a b"],
)
@pytest.mark.parametrize("every", [True, False])
def test_signs_say_exactly_what_must_occur(text, every):
    query = text_query(text, [], every=every)
    (exact,) = under("simple_query_string", query)
    assert (exact["query"], exact["default_operator"]) == (text, "and")
    assert "combined_fields" not in json.dumps(query)


@pytest.mark.parametrize("text", ["e-visa", "Guinea-Bissau trade", "3 - 4"])
def test_a_hyphen_within_a_word_or_alone_is_no_sign(text):
    assert under("simple_query_string", text_query(text, [])) == []


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


def under(name, query):
    """Return what stands under `name`, anywhere in `query`."""
    if isinstance(query, list):
        return [found for one in query for found in under(name, one)]
    if not isinstance(query, dict):
        return []
    return [found for one in query.values() for found in under(name, one)] + [
        one for key, one in query.items() if key == name
    ]
