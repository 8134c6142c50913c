"""
What a person types → which releases are found, and in which order: pure.

The weights were chosen on half of the questions of bench/search (docs/decisions/0022).
"""

import re
from collections.abc import Sequence
from typing import Any

SHOWN = ("title", "text")
"""What a reader sees of a match."""
WEIGHTS = {"title": 2, "text": 1, "called.about": 2, "called.by": 2}
"""Where words are looked for → what a match is worth."""

RECENT = 1.0
"""What the score of a release of today has more than one of long ago."""
HALF_AS_RECENT = "90d"
PHRASE = 1.0
COPY = 0.7
"""What the score of a near-duplicate is multiplied with."""

_OPERATORS = re.compile(r'["|+*()~]|(?:^|\s)-\S')
_SMALL = re.compile(
    "a|an|and|as|at|by|de|del|des|du|el|en|et|for|from|how|in|is|la|las|le|les|los|of|"
    "on|or|para|par|por|pour|sur|the|to|un|una|une|what|with|y",
    re.IGNORECASE,
)
"""Words that say nothing of what is looked for."""


def text_query(
    text: str, languages: Sequence[str], *, every: bool = False
) -> dict[str, Any]:
    """
    Return the clause of `text`: what must match, and how good a match is.

    `languages`: those in whose other forms words are found too. `every`: whether each
    word must occur, as where the order is not that of relevance, or hits are counted.
    """
    exact = every or _OPERATORS.search(text)
    return {
        "boosting": {
            "positive": {
                "bool": {
                    "must": [(_exactly if exact else _together)(text, languages)],
                    "should": [_phrase(text), _recent()],
                }
            },
            "negative": {"exists": {"field": "duplicate_of"}},
            "negative_boost": COPY,
        }
    }


def shown_match(text: str, languages: Sequence[str]) -> dict[str, Any]:
    """Return the clause of the words of `text` that a highlight marks."""
    if _OPERATORS.search(text):
        return _exactly(text, languages)
    return {"multi_match": {"query": text, "fields": fields(SHOWN, languages)}}


def fields(names: Sequence[str], languages: Sequence[str]) -> list[str]:
    """Return the fields `names`, each with its forms in `languages`."""
    return [
        field
        for name in names
        for field in (name, *(f"{name}.{language}" for language in languages))
    ]


def _exactly(text: str, languages: Sequence[str]) -> dict[str, Any]:
    """Return a clause that says exactly what must occur, as the text does."""
    return {
        "simple_query_string": {
            "query": text,
            "fields": [
                f"{field}^{weight}"
                for name, weight in WEIGHTS.items()
                for field in fields([name], languages)
            ],
            "default_operator": "and",
        }
    }


def _together(text: str, languages: Sequence[str]) -> dict[str, Any]:
    """Return how good a match is: all fields of a language are read as one (BM25F)."""
    words = [word for word in text.split() if not _SMALL.fullmatch(word)]
    read_as_one = [
        {
            "combined_fields": {
                "query": " ".join(words) or text,
                "fields": [
                    f"{name}{form}^{weight}" for name, weight in WEIGHTS.items()
                ],
            }
        }
        for form in ("", *(f".{language}" for language in languages))
    ]
    return read_as_one[0] if not languages else {"dis_max": {"queries": read_as_one}}


def _phrase(text: str) -> dict[str, Any]:
    return {"match_phrase": {"title": {"query": text, "slop": 2, "boost": PHRASE}}}


def _recent() -> dict[str, Any]:
    return {
        "distance_feature": {
            "field": "@timestamp",
            "origin": "now",
            "pivot": HALF_AS_RECENT,
            "boost": RECENT,
        }
    }
