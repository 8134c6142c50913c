"""What releases that were found have in common, counted: pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

TERMS = (
    "theme",
    "countries",
    "issuer_countries",
    "ministries",
    "persons",
    "organisations",
    "places",
    "language",
    "document_type",
)
SHOWN = 10
_PER_SHARD = 1_000
"""Of each index its most frequent, so that the sum over the years is right."""

Facets = Mapping[str, Mapping[str, int]]
"""A field's name → its values, the most frequent first → how many releases have it."""


def facet_aggregations() -> dict[str, Any]:
    """Return the `aggs` of a search that `facets` reads."""
    month = {
        "field": "@timestamp",
        "calendar_interval": "month",
        "format": "yyyy-MM",
        "min_doc_count": 1,
    }
    return {
        **{field: terms(field, SHOWN) for field in TERMS if field != "language"},
        # All of them: regions are put to their language below.
        "language": terms("language", _PER_SHARD),
        "month": {"date_histogram": month},
    }


def facets(aggregations: Mapping[str, Any]) -> Facets:
    """
    Return what Elasticsearch counted, under the names of the fields, empty ones too.

    `year` and `month` are those of `@timestamp`, in their order; `language` takes in
    its regions.
    """
    months = {
        bucket["key_as_string"][:7]: int(bucket["doc_count"])
        for bucket in aggregations["month"]["buckets"]
    }
    return {
        **{field: counts(aggregations[field]) for field in TERMS},
        "language": _languages(counts(aggregations["language"])),
        "year": _years(months),
        "month": months,
    }


def terms(field: str, size: int) -> dict[str, Any]:
    """Return the aggregation of the `size` most frequent values of `field`."""
    return {
        "terms": {"field": field, "size": size, "shard_size": max(size, _PER_SHARD)}
    }


def counts(aggregation: Mapping[str, Any]) -> dict[str, int]:
    """Return the values of a `terms` aggregation with their counts."""
    return {
        str(bucket["key"]): int(bucket["doc_count"])
        for bucket in aggregation["buckets"]
    }


def _languages(found: Mapping[str, int]) -> dict[str, int]:
    languages: Counter[str] = Counter()
    for language, count in found.items():
        languages[language.partition("-")[0]] += count
    return dict(languages.most_common(SHOWN))


def _years(months: Mapping[str, int]) -> dict[str, int]:
    years: Counter[str] = Counter()
    for month, count in months.items():
        years[month[:4]] += count
    return dict(years)
