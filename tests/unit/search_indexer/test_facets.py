"""What Elasticsearch counted, as people read it."""

from search_indexer.facets import TERMS, facet_aggregations, facets


def counted(**fields):
    empty = {field: {"buckets": []} for field in (*TERMS, "month")}
    return {**empty, **fields}


def buckets(**values):
    return {"buckets": [{"key": key, "doc_count": n} for key, n in values.items()]}


def test_each_facet_is_one_aggregation():
    assert set(facet_aggregations()) == {*TERMS, "month"}


def test_regions_of_a_language_count_as_the_language():
    found = facets(counted(language=buckets(**{"fr-ca": 4, "en": 3, "fr": 2})))
    assert found["language"] == {"fr": 6, "en": 3}


def test_years_are_the_sums_of_their_months():
    month = {
        "buckets": [
            {"key_as_string": "2024-11", "doc_count": 1},
            {"key_as_string": "2024-12", "doc_count": 2},
            # An engine that does not know the format.
            {"key_as_string": "2025-01-01T00:00:00.000Z", "doc_count": 4},
        ]
    }
    found = facets(counted(month=month))
    assert found["year"] == {"2024": 3, "2025": 4}
    assert list(found["month"]) == ["2024-11", "2024-12", "2025-01"]
