"""Themes, countries, languages and kinds, as people write them after an option."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import get_args

from communique.events import Change
from communique.tags import DocumentType
from operator_console.filter_values import known_value

DOCUMENT_TYPES: tuple[str, ...] = get_args(DocumentType.model_fields["type"].annotation)
CHANGES: tuple[str, ...] = tuple(one for one in get_args(Change) if one != "erased")

_NO_COUNTRIES = {"EZ", "QO", "XA", "XB", "ZZ"}
"""What Unicode's list of territories has beside countries."""


def countries(said: Iterable[str]) -> list[str]:
    """Return ISO 3166 codes; raises UsageError if one is none."""
    otherwise = "Write its ISO 3166 code, as MV, or its name in English."
    known = _territories()
    return [
        known_value(one, known, what="country", otherwise=otherwise) for one in said
    ]


def language(said: str) -> str:
    """Return an ISO 639 code, with its region if one is said; or raise UsageError."""
    otherwise = "Write its ISO 639 code, as fr, or its name in English."
    code, dash, region = said.partition("-")
    known = known_value(code, _languages(), what="language", otherwise=otherwise)
    return f"{known}{dash}{region}"


def themes(said: Sequence[str]) -> tuple[list[str], list[str]]:
    """
    Return the slugs of themes, and those of subthemes, that are said.

    Raises UsageError if one is none.
    """
    if not said:
        return [], []
    parents = theme_parents()
    top = ", ".join(sorted(slug for slug, parent in parents.items() if not parent))
    slugs = _each(said, parents, "theme", f"The themes are {top}.")
    return (
        [slug for slug in slugs if not parents[slug]],
        [slug for slug in slugs if parents[slug]],
    )


def theme_parents() -> Mapping[str, str | None]:
    """Return the themes that there are, a user's own too, with their parents."""
    from enrichment_worker.settings import EnrichmentSettings
    from enrichment_worker.vocabulary.load import theme_slugs

    return theme_slugs(EnrichmentSettings().vocabulary_dir)


def document_types(said: Iterable[str]) -> list[str]:
    """Return kinds of documents; raises UsageError if one is none."""
    otherwise = f"There are {', '.join(DOCUMENT_TYPES)}."
    return _each(said, DOCUMENT_TYPES, "document type", otherwise)


def changes(said: Iterable[str]) -> list[str]:
    """Return what may have happened to a release; or raise UsageError."""
    return _each(said, CHANGES, "change", f"There are {', '.join(CHANGES)}.")


def _each(
    said: Iterable[str], values: Iterable[str], what: str, otherwise: str
) -> list[str]:
    known = {value: value for value in values}
    return [known_value(one, known, what=what, otherwise=otherwise) for one in said]


@cache
def _territories() -> Mapping[str, str]:
    return {
        code: name
        for code, name in _english("territories").items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }


@cache
def _languages() -> Mapping[str, str]:
    return {
        code: name
        for code, name in _english("languages").items()
        if len(code) in (2, 3)
    }


def _english(names: str) -> Mapping[str, str]:
    from babel import Locale

    return dict(getattr(Locale("en"), names))
