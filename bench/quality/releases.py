"""Edge: the labelled releases of a folder, one TOML file each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from bench.quality.scoring import Label
from communique.events import Issuer, RawRelease

RELEASES = Path(__file__).parent / "releases"
FRESH = Path(__file__).parent / "fresh"
"""Releases that no rule and no phrase was tuned to: all of them are held back."""

Kind = Literal["person", "organisation", "place"]
KINDS: Mapping[Kind, str] = {
    "person": "persons",
    "organisation": "organisations",
    "place": "places",
}
"""Each kind, and the key under which a file lists its labels."""


@dataclass(frozen=True)
class Labelled:
    """A release with what a careful reader tags in it."""

    name: str
    title: str
    text: str
    language: str
    half: Literal["develop", "test"]
    ministry: str
    labels: Mapping[Kind, tuple[Label, ...]]
    themes: frozenset[str]
    required: frozenset[str]
    country: str | None = None
    organisation: str | None = None
    hard: tuple[str, ...] = ()


def load(directory: Path = RELEASES) -> tuple[Labelled, ...]:
    """
    Return the labelled releases in `directory`, by file name.

    Raises ValueError, KeyError or TypeError if a file is none.
    """
    return tuple(
        _labelled(path.stem, tomllib.loads(path.read_text("utf-8")))
        for path in sorted(directory.glob("*.toml"))
    )


def raw(one: Labelled) -> RawRelease:
    """Return `one` as the enrichment meets it: it is not told the language."""
    seen = datetime(2025, 1, 1, tzinfo=UTC)
    url = f"https://bench.example/{one.name}"
    return RawRelease(
        release_id=str(uuid5(NAMESPACE_URL, url)),
        revision=1,
        version=1,
        change="new",
        fingerprint="0" * 32,
        title=one.title,
        text=one.text,
        text_from="page",
        issuers=(
            Issuer(
                feed_id=str(uuid5(NAMESPACE_URL, "https://bench.example/")),
                feed_url="https://bench.example/feed.xml",
                title=one.ministry,
                ministry=one.ministry,
                country=one.country,
                organisation=one.organisation,
            ),
        ),
        first_seen_at=seen,
        revision_seen_at=seen,
    )


def _labelled(name: str, fields: dict[str, Any]) -> Labelled:
    labels = {
        kind: tuple(_label(one) for one in fields.pop(key))
        for kind, key in KINDS.items()
    }
    return Labelled(
        name=name,
        text=fields.pop("text").strip(),
        hard=tuple(fields.pop("hard", ())),
        themes=frozenset(fields.pop("themes")),
        required=frozenset(fields.pop("required")),
        labels=labels,
        **fields,
    )


def _label(fields: dict[str, Any]) -> Label:
    return Label(**{**fields, "aliases": tuple(fields.get("aliases", ()))})
