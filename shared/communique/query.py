"""A search for releases → an Elasticsearch query: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from communique.relevance import SHOWN, fields, shown_match, text_query

Sort = Literal["relevance", "newest"]

LANGUAGES = ("en", "fr", "es")

MARK_START, MARK_END = "\ufdd0", "\ufdd1"
"""
Around a match in a highlight: noncharacters, which no text has (Unicode, 23.7).

Markup could be a text's own; control characters Elasticsearch trims off a fragment.
"""

MAX_ANALYZED = 900_000
"""In characters. Above a million Elasticsearch refuses every search that hits it."""

_ORDERS: dict[Sort, list[dict[str, str] | str]] = {
    # The id last: two of equal rank keep their order from page to page.
    "relevance": ["_score", {"@timestamp": "desc"}, {"release_id": "asc"}],
    "newest": [{"@timestamp": "desc"}, {"release_id": "asc"}],
}
_COPIES = ("folded", "suggest", "called")
_LEFT_OUT = ("text", "*.evidence", "entities.mentions", *_COPIES)


@dataclass(frozen=True, slots=True)
class Search:
    """
    What a person looks for.

    By relevance, releases with any word of `text` are found, and those with all of
    them come first; in any other order, and where hits are counted, each word must
    occur. `"a phrase"`, `-not`, `a | b` and `begin*` say exactly what must occur: with
    one of them, each other word must too. No text is wrong syntax. Names, short forms
    and countries of what a release tells of, and of who issues it, are words of it.

    Each filter must hold; of several values in one filter, any. A person or
    organisation is named by a name, a part of one, an alias or an id. `language` takes
    in its regions: `fr` finds `fr-CA`.

    `languages` are those in whose other forms words are found too. Each costs two more
    fields, which the embedded engine reads of every release: leave them out there when
    there are more than a few hundred.
    """

    text: str = ""
    themes: Sequence[str] = ()
    mentions_countries: Sequence[str] = ()
    issuer_countries: Sequence[str] = ()
    persons: Sequence[str] = ()
    organisations: Sequence[str] = ()
    ministry: str | None = None
    language: str | None = None
    since: datetime | None = None
    sort: Sort = "relevance"
    size: int = 10
    languages: Sequence[str] = LANGUAGES


def releases_query(asked: Search, *, counted: bool = False) -> dict[str, Any]:
    """
    Return the body of a search in `communique-releases`, the erased left out.

    `counted`: for facets, or to read every hit, so each word must occur.
    """
    filters: list[dict[str, Any]] = []
    if asked.themes:
        filters.append({"terms": {"theme": list(asked.themes)}})
    if asked.mentions_countries:
        filters.append({"terms": {"countries": _upper(asked.mentions_countries)}})
    if asked.issuer_countries:
        filters.append({"terms": {"issuer_countries": _upper(asked.issuer_countries)}})
    if asked.persons:
        filters.append(_any(_entity("person", name) for name in asked.persons))
    if asked.organisations:
        filters.append(
            _any(_entity("organisation", name) for name in asked.organisations)
        )
    if asked.ministry:
        filters.append(_words("ministries.words", asked.ministry))
    if asked.language:
        code = asked.language.lower()
        filters.append(
            _any([{"term": {"language": code}}, {"prefix": {"language": f"{code}-"}}])
        )
    if asked.since is not None:
        filters.append({"range": {"@timestamp": {"gte": asked.since.isoformat()}}})
    every = counted or asked.sort != "relevance"
    words = (
        [text_query(asked.text, asked.languages, every=every)]
        if asked.text.strip()
        else []
    )
    return {
        "query": {
            "bool": {
                "must": words,
                "filter": filters,
                "must_not": [{"term": {"erased": True}}],
            }
        },
        "sort": _ORDERS[asked.sort],
        "size": asked.size,
        "track_total_hits": True,
        "track_scores": True,
        "_source": {"excludes": list(_LEFT_OUT)},
    }


def highlights_query(
    text: str, release_ids: Sequence[str], *, languages: Sequence[str] = LANGUAGES
) -> dict[str, Any]:
    """Return the body that asks where `text` matches in releases that were found."""
    return {
        "query": {"terms": {"release_id": list(release_ids)}},
        "size": len(release_ids),
        "_source": False,
        "highlight": {
            # Not in the query itself: the embedded engine would look at every release.
            "highlight_query": shown_match(text, languages),
            "pre_tags": [MARK_START],
            "post_tags": [MARK_END],
            "max_analyzed_offset": MAX_ANALYZED,
            "fields": {
                field: {"number_of_fragments": 0}
                if field.startswith("title")
                else {"fragment_size": 160, "number_of_fragments": 2}
                for field in fields(SHOWN, languages)
            },
        },
    }


def _entity(kind: str, name: str) -> dict[str, Any]:
    return {
        "nested": {
            "path": "entities",
            "query": {
                "bool": {
                    "filter": [
                        {"term": {"entities.type": kind}},
                        _any(
                            [
                                _words("entities.name", name),
                                _words("entities.aliases", name),
                                {"term": {"entities.id": name}},
                                {"term": {"entities.wikidata": name}},
                            ]
                        ),
                    ]
                }
            },
        }
    }


def _words(field: str, words: str) -> dict[str, Any]:
    return {"match": {field: {"query": words, "operator": "and"}}}


def _any(queries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _upper(codes: Iterable[str]) -> list[str]:
    return [code.upper() for code in codes]
