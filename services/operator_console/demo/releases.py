"""The invented ministries and releases that ship with the demo."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypedDict


@dataclass(frozen=True, slots=True)
class Ministry:
    """Who publishes; `key` is the first part of every path on its site."""

    key: str
    name: str
    country: str
    language: str
    feed_title: str
    feed_format: Literal["rss", "atom", "json", "sitemap", "html"]
    utc_offset_minutes: int
    tracking: str = ""
    """A query that the feed, but not the page, has on its links."""

    def local(self, moment: datetime) -> datetime:
        """Return `moment` on the ministry's clock, as feeds and pages print it."""
        zone = timezone(timedelta(minutes=self.utc_offset_minutes))
        return moment.astimezone(zone)


@dataclass(frozen=True, slots=True)
class Release:
    """A press release as the ministry wrote it; `updated_at` is None until edited."""

    slug: str
    ministry: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    published_at: datetime
    updated_at: datetime | None = None


class Changes(TypedDict, total=False):
    """What an edit may change; what is left out stays."""

    title: str
    summary: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """An edit that waits to be made, of the release `slug` of `ministry`."""

    ministry: str
    slug: str
    changes: Changes


def sample_ministries() -> dict[str, Ministry]:
    """Return the ministries of the demo by key."""
    tables = _toml(_data() / "ministries.toml")
    return {key: Ministry(key=key, **table) for key, table in tables.items()}


def sample_releases() -> tuple[Release, ...]:
    """Return the releases of the demo, oldest first."""
    return tuple(sorted(_releases(), key=lambda release: release.published_at))


def sample_correction() -> Correction:
    """Return the correction of the demo: one figure put right, one sentence added."""
    correction = _toml(_data() / "correction.toml")
    slug, wrong, right = (correction[name] for name in ("slug", "wrong", "right"))
    (release,) = (release for release in _releases() if release.slug == slug)
    return Correction(
        ministry=release.ministry,
        slug=slug,
        changes=Changes(
            summary=release.summary.replace(wrong, right),
            paragraphs=(
                *(text.replace(wrong, right) for text in release.paragraphs),
                *_paragraphs(correction["notice"]),
            ),
        ),
    )


def _releases() -> Iterator[Release]:
    for file in (_data() / "releases").iterdir():
        table = _toml(file)
        paragraphs = _paragraphs(table.pop("text"))
        slug = file.name.removesuffix(".toml")
        yield Release(slug=slug, paragraphs=paragraphs, **table)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _toml(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _data() -> Traversable:
    return files("operator_console.demo") / "data"
