"""A search as Elasticsearch is asked."""

import json
from datetime import UTC, datetime

import pytest

from communique.query import LANGUAGES, Search, highlights_query, releases_query
from communique.relevance import shown_match, text_query


def filters(**asked):
    return releases_query(Search(**asked))["query"]["bool"]["filter"]


def test_no_text_and_no_filter_finds_all_but_the_erased():
    body = releases_query(Search())
    assert body["query"]["bool"] == {
        "must": [],
        "filter": [],
        "must_not": [{"term": {"erased": True}}],
    }


def test_only_by_relevance_and_where_nothing_is_counted_may_words_be_absent():
    def asked(counted=False, **order):
        body = releases_query(Search("a b", **order), counted=counted)
        return body["query"]["bool"]["must"]

    assert asked() == [text_query("a b", LANGUAGES)]
    each = [text_query("a b", LANGUAGES, every=True)]
    assert asked(sort="newest") == each
    assert asked(counted=True) == each


def test_white_space_is_no_text():
    assert releases_query(Search("  \n"))["query"]["bool"]["must"] == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(
            {"themes": ["health", "trade"]},
            {"terms": {"theme": ["health", "trade"]}},
            id="themes",
        ),
        pytest.param(
            {"mentions_countries": ["ke"]},
            {"terms": {"countries": ["KE"]}},
            id="mentions",
        ),
        pytest.param(
            {"issuer_countries": ["fr"]},
            {"terms": {"issuer_countries": ["FR"]}},
            id="issuers",
        ),
        pytest.param(
            {"ministry": "Health"},
            {"match": {"ministries.words": {"query": "Health", "operator": "and"}}},
            id="ministry",
        ),
        pytest.param(
            {"since": datetime(2025, 1, 1, tzinfo=UTC)},
            {"range": {"@timestamp": {"gte": "2025-01-01T00:00:00+00:00"}}},
            id="since",
        ),
        pytest.param(
            {"language": "FR"},
            {
                "bool": {
                    "should": [
                        {"term": {"language": "fr"}},
                        {"prefix": {"language": "fr-"}},
                    ],
                    "minimum_should_match": 1,
                }
            },
            id="language",
        ),
    ],
)
def test_each_filter_is_one_clause(asked, expected):
    assert filters(**asked) == [expected]


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_an_entity_is_asked_with_its_type(kind):
    (query,) = filters(**{f"{kind}s": ["Odhiambo", "Q42"]})
    first, second = query["bool"]["should"]
    assert first["nested"]["query"]["bool"]["filter"][0] == {
        "term": {"entities.type": kind}
    }
    assert "Q42" in json.dumps(second)


def test_filters_add_up():
    asked = {"themes": ["health"], "language": "en", "persons": ["A"]}
    assert len(filters(**asked)) == len(asked)


@pytest.mark.parametrize(
    ("sort", "first"),
    [("relevance", "_score"), ("newest", {"@timestamp": "desc"})],
)
def test_equal_ranks_keep_their_order(sort, first):
    order = releases_query(Search("x", sort=sort))["sort"]
    assert order[0] == first
    assert order[-1] == {"release_id": "asc"}


def test_a_long_text_does_not_break_highlighting():
    body = highlights_query("x", ["a", "b"])
    assert body["highlight"]["max_analyzed_offset"] == 900_000


def test_highlights_are_asked_of_the_releases_that_were_found_only():
    body = highlights_query("x", ["a", "b"])
    assert body["query"] == {"terms": {"release_id": ["a", "b"]}}
    assert body["size"] == 2
    assert body["highlight"]["highlight_query"] == shown_match("x", LANGUAGES)


def test_other_forms_are_searched_and_highlighted_in_the_languages_asked_for():
    body = highlights_query("x", ["a"], languages=["fr"])
    assert list(body["highlight"]["fields"]) == ["title", "title.fr", "text", "text.fr"]
