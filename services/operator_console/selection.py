"""Which releases a person means by `--only`: pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from communique.corrections import Correction, TagRef
from communique.errors import UsageError
from operator_console.tag_names import ENTITIES, tag_named

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CORRECTION = re.compile(r"correction:([0-9]{1,6})")

Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Selection:
    """Releases by id, and those that queries find in Elasticsearch; any of them."""

    ids: frozenset[str]
    queries: tuple[Query, ...]


def selection(words: Sequence[str], themes: Mapping[str, str | None]) -> Selection:
    """
    Return what the values of `--only` mean: ids, languages, themes, entities.

    `themes` are the slugs that there are, with the parents of the finer ones.

    Raises UsageError if a word means nothing.
    """
    ids = frozenset(word for word in words if _UUID.fullmatch(word))
    return Selection(
        ids, tuple(_query(word, themes) for word in words if word not in ids)
    )


def _query(word: str, themes: Mapping[str, str | None]) -> Query:
    if found := _CORRECTION.fullmatch(word):
        return {"term": {"corrections.number": int(found[1])}}
    if word in themes:
        return tagged(tag_named(f"theme:{word}", themes))
    if _LANGUAGE.fullmatch(word):
        return _any({"term": {"language": word}}, {"prefix": {"language": f"{word}-"}})
    if ":" not in word:
        raise UsageError(
            f"--only {word!r} is neither a release's id nor a language, a theme, an "
            f"entity as organisation:NAME, or a correction as correction:17."
        )
    return tagged(tag_named(word, themes))


def tagged(tag: TagRef) -> Query:
    """Return the query for releases that have `tag`, however low it scores."""
    if tag.type not in ENTITIES:
        path = f"{tag.type}s"
        return _nested(path, {"term": {f"{path}.slug": tag.name}})
    named = _any(
        *({"match": {f"entities.{field}": _words(tag.name)}} for field in _NAMES),
        *([{"term": {"entities.id": tag.id}}] if tag.id else []),
    )
    kind = {"term": {"entities.type": tag.type}}
    return _nested("entities", {"bool": {"filter": [kind, named]}})


def touched(one: Correction) -> Query:
    """Return the query for releases that a correction of all may change."""
    if one.tag is None:
        return {"term": {"corrections.number": one.undoes}}
    if one.action == "add" and one.tag.type in ENTITIES:
        return {"match_phrase": {"text": one.tag.name}}
    if one.action == "add":
        return {"match_all": {}}
    return tagged(one.tag)


_NAMES = ("name", "aliases")


def _words(name: str) -> Query:
    return {"query": name, "operator": "and"}


def _nested(path: str, query: Query) -> Query:
    return {"nested": {"path": path, "query": query}}


def _any(*queries: Query) -> Query:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
