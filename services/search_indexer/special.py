"""
What is special about releases that were found, against all that there are: pure.

Not Elasticsearch's `significant_terms`: the embedded engine has none, and this gives
the same answer on both (docs/decisions/0024-what-a-search-answers.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from search_indexer.facets import counts, terms

FIELDS = (
    "persons",
    "organisations",
    "places",
    "countries",
    "theme",
    "ministries",
    "issuer_countries",
    "document_type",
)
CANDIDATES = 50
"""Of each field, its most frequent values in what was found."""

AT_LEAST = 2
"""Releases. What one alone has says nothing of them together."""

Candidates = Mapping[str, Mapping[str, int]]
"""A field's name → its values → how many of the releases that were found have it."""


@dataclass(frozen=True, slots=True)
class Special:
    """A value that `found` of the releases found have, and `among_all` of all."""

    field: str
    value: str
    found: int
    among_all: int
    score: float


def candidate_aggregations() -> dict[str, Any]:
    """Return the `aggs` of a search that `candidates` reads."""
    return {field: terms(field, CANDIDATES) for field in FIELDS}


def candidates(aggregations: Mapping[str, Any]) -> Candidates:
    """Return the values that may be special."""
    return {
        field: {
            value: count
            for value, count in counts(aggregations[field]).items()
            if count >= AT_LEAST
        }
        for field in FIELDS
    }


def background_query(found: Candidates) -> dict[str, Any]:
    """Return the body that counts the candidates among all releases, not the erased."""
    return {
        "query": {"bool": {"must_not": [{"term": {"erased": True}}]}},
        "size": 0,
        "track_total_hits": True,
        # Named by number: a name of a person is no name of a filter to every engine.
        "aggs": {
            field: {
                "filters": {
                    "filters": {
                        str(number): {"term": {field: value}}
                        for number, value in enumerate(values)
                    }
                }
            }
            for field, values in found.items()
            if values
        },
    }


def special(
    found: Candidates, total: int, background: Mapping[str, Any], all_total: int
) -> tuple[Special, ...]:
    """
    Return what more of the found releases have than of all, the most special first.

    `total` releases were found, of `all_total`; `background` are the aggregations that
    `background_query` asked for.
    """
    ranked = [
        Special(field, value, count, among_all, score)
        for field, value, count, among_all in _pairs(found, background)
        if (score := jlh(count, total, among_all, all_total)) > 0
    ]
    return tuple(sorted(ranked, key=lambda one: (-one.score, one.field, one.value)))


def jlh(found: int, total: int, among_all: int, all_total: int) -> float:
    """
    Return the share's rise times its ratio, 0 if the share does not rise.

    So neither what half the world has nor what one release alone has comes first. The
    score is Elasticsearch's own default for significant terms.
    """
    if not found or not total or not all_total:
        return 0.0
    here = found / total
    # Two questions, and releases arrive between them: all have what these have.
    everywhere = max(among_all, found) / max(all_total, total)
    return max(here - everywhere, 0.0) * (here / everywhere)


def _pairs(
    found: Candidates, background: Mapping[str, Any]
) -> Iterator[tuple[str, str, int, int]]:
    for field, values in found.items():
        for number, (value, count) in enumerate(values.items()):
            bucket = background[field]["buckets"][str(number)]
            yield field, value, count, int(bucket["doc_count"])
