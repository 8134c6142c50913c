"""An enriched release in tables and lines, for a person to read."""

from collections.abc import Iterator

from communique.events import EnrichedRelease
from operator_console.cli.output import console, plain, print_table


def print_tags(release: EnrichedRelease) -> None:
    """Print entities and themes as tables, and what else was found in lines."""
    print_table(
        ("type", "name", "where", "id", "roles and short forms", "sure"),
        [
            (
                entity.type,
                entity.name,
                entity.country,
                f"{entity.id_source}:{entity.id}" if entity.id else "not linked",
                ", ".join((*entity.roles, *entity.aliases)),
                f"{entity.confidence:.2f}",
            )
            for entity in release.entities
        ],
    )
    console.print()
    print_table(
        ("theme", "score", "because of"),
        [
            (
                theme.slug,
                f"{theme.score:.2f}",
                ", ".join(dict.fromkeys(place.text for place in theme.evidence)),
            )
            for theme in release.themes
        ],
    )
    console.print()
    for name, values in (
        ("language", [release.language or "unknown"]),
        ("countries", release.countries),
        ("hashtags", release.hashtags),
        ("handles", release.handles),
        *_semantics(release),
    ):
        if values:
            console.print(plain(f"{name:10} " + ", ".join(values)))


def _semantics(release: EnrichedRelease) -> Iterator[tuple[str, list[str]]]:
    """Yield what a release says of itself, in words for a person."""
    kind, ministry, told = (
        release.document_type,
        release.issuing_ministry,
        release.event,
    )
    if kind is not None and kind.type != "other":
        yield "kind", [f"{kind.type} ({kind.confidence:.2f})"]
    if ministry is not None:
        yield "issued by", [ministry.name, *(one.name for one in release.joint_issuers)]
    yield release.lateral, list(release.parties)
    yield "signed", [one.name for one in release.agreements]
    if told is not None:
        yield "event", [part for part in (told.date, told.place) if part]
    yield (
        "amounts",
        [
            f"{one.text} ({one.currency or 'unknown'} {one.value})"
            for one in release.amounts
        ],
    )
    yield "dates", [f"{one.text} ({one.date or 'unknown'})" for one in release.dates]
    yield (
        "quotes",
        [f"{one.speaker or 'unknown'}: {one.text}" for one in release.quotes],
    )
