"""
What a document has twice, so that it is found, counted and completed: pure.

Every copy follows from other fields of the same document. So a reindex fills those
that a newer mapping brings, without the event.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from communique.folding import folded
from search_indexer.called import called

TAGGED = 0.5
"""From this score on a release counts as one of the theme."""

NAMES = ("persons", "organisations", "places", "ministries")
MAX_COMPLETED = 100
"""Names a kind that type-ahead knows of one release; long lists are no news."""
MAX_INPUT = 80
"""In characters; the mapping has the same. A name that is cut is none."""

Document = Mapping[str, Any]


def with_copies(document: Document, *, completed: bool) -> dict[str, Any]:
    """
    Return `document` with the copies that follow from it; what it had is replaced.

    `completed`: also those for type-ahead and search, which nobody needs of every
    revision.
    """
    copies = {
        "theme": _tagged(document.get("themes", ())),
        "subtheme": _tagged(document.get("subthemes", ())),
        "folded": _by_kind(
            {kind: _distinct(map(folded, document.get(kind, ()))) for kind in NAMES}
        ),
        "suggest": _suggest(document) if completed else None,
        "called": called(document) if completed else None,
    }
    kept = {name: value for name, value in document.items() if name not in copies}
    return kept | {name: value for name, value in copies.items() if value}


def _tagged(themes: Iterable[Document]) -> list[str]:
    return [theme["slug"] for theme in themes if theme["score"] >= TAGGED]


def _suggest(document: Document) -> dict[str, Any]:
    # Whoever was in the news last comes first.
    seen = datetime.fromisoformat(document["first_seen_at"])
    weight = max(seen.toordinal() - datetime(1970, 1, 1).toordinal(), 0)  # noqa: DTZ001
    inputs = {kind: list(document.get(kind, ())) for kind in NAMES}
    inputs["persons"] += [last_name_first(name) for name in inputs["persons"]]
    inputs["organisations"] += [
        alias
        for entity in document.get("entities", ())
        if entity["type"] == "organisation"
        for alias in entity.get("aliases", ())
    ]
    completed = {kind: completions(names) for kind, names in inputs.items()}
    return {
        kind: {"input": names, "weight": weight}
        for kind, names in completed.items()
        if names
    }


def completions(names: Iterable[str]) -> list[str]:
    """
    Return those of `names` that Elasticsearch can complete, without control characters.

    It refuses a document for an empty one or a control character in it.
    """
    clean = (
        " ".join("".join(c if c.isprintable() else " " for c in name).split())
        for name in names
    )
    usable = _distinct(
        name
        for name in clean
        if len(name) <= MAX_INPUT and any(c.isalnum() for c in name)
    )
    return usable[:MAX_COMPLETED]


def last_name_first(name: str) -> str:
    """Return "Modi, Narendra" of "Narendra Modi": people begin with either."""
    *first, last = name.split() or [""]
    return f"{last}, {' '.join(first)}" if first and "," not in name else name


def _by_kind(names: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {kind: found for kind, found in names.items() if found}


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))
