"""A search for releases → an Elasticsearch query: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from communique.errors import UsageError
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

MAX_CHARACTERS = 1_000
MAX_WORDS = 100
"""
Of a text that is searched for. 4,000 parentheses end the embedded engine, and of
10,000 words each would be looked for in every field.
"""

_ORDERS: dict[Sort, list[dict[str, str] | str]] = {
    # The id last: two of equal rank keep their order from page to page.
    "relevance": ["_score", {"@timestamp": "desc"}, {"release_id": "asc"}],
    "newest": [{"@timestamp": "desc"}, {"release_id": "asc"}],
}
TAGGED = 0.5
"""The score from which a release counts as tagged with a theme."""

COPIES = ("folded", "suggest", "called")
"""Fields that say again, for searching, what others do."""

_LEFT_OUT = ("text", "*.evidence", "entities.mentions", *COPIES)


@dataclass(frozen=True, slots=True)
class Search:
    """
    What a person looks for.

    By relevance, releases with any word of `text` are found, and those with all of
    them come first; in any other order, and where hits are counted, each word must
    occur. `"a phrase"`, `-not`, `a | b` and `begin*` say exactly what must occur: with
    one of them, each other word must too. No text is wrong syntax. Names, short forms
    and countries of what a release tells of, and of who issues it, are words of it.

    Each filter must hold; of several values in one filter, any; `themes` and
    `subthemes` are one filter. A person, organisation or place is named by a name, a
    part of one, an alias or an id. `language` takes in its regions: `fr` finds `fr-CA`.
    `since` is included, `until` is not. `like` is the id of a release: what has its
    words, itself left out.

    `languages` are those in whose other forms words are found too. Each costs two more
    fields, which the embedded engine reads of every release: leave them out there when
    there are more than a few hundred.

    Raises UsageError if a text is longer than engines bear, or no Unicode.
    """

    text: str = ""
    themes: Sequence[str] = ()
    subthemes: Sequence[str] = ()
    mentions_countries: Sequence[str] = ()
    issuer_countries: Sequence[str] = ()
    persons: Sequence[str] = ()
    organisations: Sequence[str] = ()
    places: Sequence[str] = ()
    ministry: str | None = None
    language: str | None = None
    document_types: Sequence[str] = ()
    changes: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    like: str | None = None
    sort: Sort = "relevance"
    size: int = 10
    languages: Sequence[str] = LANGUAGES

    def __post_init__(self) -> None:
        """Refuse texts that no engine could take."""
        names = (*self.persons, *self.organisations, *self.places)
        for text in (self.text, self.ministry or "", self.like or "", *names):
            _check(text)


def releases_query(
    asked: Search, *, counted: bool = False, like: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """
    Return the body of a search in `communique-releases`, the erased left out.

    `counted`: for facets, or to read every hit, so each word must occur. `like` is
    where the release `asked.like` stands: its `_index` and `_id`.
    """
    every = counted or asked.sort != "relevance"
    must: list[dict[str, Any]] = []
    if asked.text.strip():
        must.append(text_query(asked.text, asked.languages, every=every))
    must_not: list[dict[str, Any]] = [{"term": {"erased": True}}]
    if like is not None:
        must.append(_like(like))
        must_not.append({"term": {"release_id": asked.like}})
    return {
        "query": {
            "bool": {"must": must, "filter": _filters(asked), "must_not": must_not}
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


def _filters(asked: Search) -> list[dict[str, Any]]:
    filters: list[dict[str, Any]] = []
    if asked.themes or asked.subthemes:
        filters.append(_themes(asked))
    for field, values in (
        ("countries", _upper(asked.mentions_countries)),
        ("issuer_countries", _upper(asked.issuer_countries)),
        ("document_type", list(asked.document_types)),
        ("change", list(asked.changes)),
    ):
        if values:
            filters.append({"terms": {field: values}})
    for kind, names in (
        ("person", asked.persons),
        ("organisation", asked.organisations),
        ("place", asked.places),
    ):
        if names:
            filters.append(_any(_entity(kind, name) for name in names))
    if asked.ministry:
        filters.append(_words("ministries.words", asked.ministry))
    if asked.language:
        code = asked.language.lower()
        filters.append(
            _any([{"term": {"language": code}}, {"prefix": {"language": f"{code}-"}}])
        )
    between = {"gte": asked.since, "lt": asked.until}
    if bounds := {name: day.isoformat() for name, day in between.items() if day}:
        filters.append({"range": {"@timestamp": bounds}})
    return filters


def _themes(asked: Search) -> dict[str, Any]:
    queries: list[dict[str, Any]] = []
    if asked.themes:
        queries.append({"terms": {"theme": list(asked.themes)}})
    if asked.subthemes:
        finer: list[dict[str, Any]] = [
            {"terms": {"subthemes.slug": list(asked.subthemes)}},
            {"range": {"subthemes.score": {"gte": TAGGED}}},
        ]
        queries.append(_nested("subthemes", finer))
    return queries[0] if len(queries) == 1 else _any(queries)


def _like(release: Mapping[str, str]) -> dict[str, Any]:
    return {
        "more_like_this": {
            "fields": ["title", "text"],
            "like": [dict(release)],
            # A desk has few releases: a word counts if another one has it at all.
            "min_term_freq": 1,
            "min_doc_freq": 2,
        }
    }


def _check(text: str) -> None:
    if len(text) > MAX_CHARACTERS or len(text.split()) > MAX_WORDS:
        raise UsageError(
            f"A search has up to {MAX_WORDS} words and {MAX_CHARACTERS:,} characters, "
            f"not {len(text.split()):,} and {len(text):,}."
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError("The words to find are no valid UTF-8.")


def _entity(kind: str, name: str) -> dict[str, Any]:
    named = [
        _words("entities.name", name),
        _words("entities.aliases", name),
        {"term": {"entities.id": name}},
        {"term": {"entities.wikidata": name}},
    ]
    return _nested("entities", [{"term": {"entities.type": kind}}, _any(named)])


def _nested(path: str, filters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "nested": {
            "path": path,
            "query": {"bool": {"filter": filters}},
            # An index of an older mapping has none: no hits, but no failure either.
            "ignore_unmapped": True,
        }
    }


def _words(field: str, words: str) -> dict[str, Any]:
    return {"match": {field: {"query": words, "operator": "and"}}}


def _any(queries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _upper(codes: Iterable[str]) -> list[str]:
    return [code.upper() for code in codes]
