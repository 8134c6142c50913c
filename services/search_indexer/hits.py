"""What Elasticsearch answers to a search → hits with marked words: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from communique.query import MARK_END, MARK_START


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a highlight; `matched` if the search found it."""

    text: str
    matched: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """
    A release that was found; its text is foreign, show it through `safe_text`.

    `highlights` are fragments of title and text, the title's first. `document` is what
    Elasticsearch stores, without the text and the places of mentions in it.
    """

    release_id: str
    revision: int
    title: str
    url: str | None
    at: datetime
    language: str | None
    ministries: tuple[str, ...]
    countries: tuple[str, ...]
    themes: tuple[str, ...]
    withdrawn: bool
    duplicate_of: str | None
    score: float | None
    highlights: tuple[tuple[Piece, ...], ...]
    document: Mapping[str, Any]


def hit_of(hit: Mapping[str, Any], highlight: Mapping[str, Sequence[str]]) -> Hit:
    """Return `hit` as it was found, with the fragments of `highlight`."""
    document = hit["_source"]
    return Hit(
        release_id=document["release_id"],
        revision=document["revision"],
        title=document.get("title", ""),
        url=document.get("url", {}).get("full"),
        at=datetime.fromisoformat(document["@timestamp"]),
        language=document.get("language"),
        ministries=tuple(document.get("ministries", ())),
        countries=tuple(document.get("countries", ())),
        themes=tuple(document.get("theme", ())),
        withdrawn=document.get("withdrawn", False),
        duplicate_of=document.get("duplicate_of"),
        score=hit.get("_score"),
        highlights=_highlights(highlight),
        document=document,
    )


def _highlights(found: Mapping[str, Sequence[str]]) -> tuple[tuple[Piece, ...], ...]:
    """Return the fragments of title and text, each of the field that matched most."""
    fragments: list[str] = []
    for field in ("title", "text"):
        candidates = [
            texts
            for name, texts in found.items()
            if name == field or name.startswith(f"{field}.")
        ]
        if candidates:
            fragments += max(candidates, key=_matches)
    return tuple(_pieces(fragment) for fragment in fragments)


def _matches(fragments: Iterable[str]) -> int:
    return sum(fragment.count(MARK_START) for fragment in fragments)


def _pieces(fragment: str) -> tuple[Piece, ...]:
    first, *rest = fragment.split(MARK_START)
    pieces = [Piece(first, matched=False)]
    for part in rest:
        matched, _, after = part.partition(MARK_END)
        pieces += [Piece(matched, matched=True), Piece(after, matched=False)]
    return tuple(piece for piece in pieces if piece.text)
