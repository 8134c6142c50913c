"""What a search found, on a terminal: hits, facets, and what is special."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from communique.safe_text import safe_text
from operator_console.cli.output import console, plain, print_table
from search_indexer.facets import Facets
from search_indexer.hits import Hit
from search_indexer.search import SearchResult, SpecialResult
from search_indexer.special import Special

SPECIAL_SHOWN = 20
MONTHS_SHOWN = 24
"""Longer than that, a table has years."""

NAMES: Mapping[str, str] = {
    "theme": "theme",
    "countries": "mentions",
    "issuer_countries": "issuer",
    "ministries": "ministry",
    "persons": "person",
    "organisations": "organisation",
    "places": "place",
    "language": "language",
    "document_type": "document type",
    "year": "year",
    "month": "month",
}
"""A facet's field → what people call it; so are the options that ask for it."""


def print_found(result: SearchResult) -> None:
    """Print the hits, and how many there are."""
    for hit in result.hits:
        _print_hit(hit)
    shown = f"{len(result.hits):,} shown"
    words = f"{result.total:,} found, {shown}." if result.total else "Nothing found."
    console.print(words, style="dim")


def print_facets(facets: Facets) -> None:
    """Print a line for each facet that has a value, the most frequent first."""
    rows = [
        (NAMES[field], _counted(values)) for field, values in _by_time(facets) if values
    ]
    if rows:
        console.print()
        print_table(("", "releases"), rows)


def print_special(result: SpecialResult) -> None:
    """Print what is special of what was found, or that nothing is."""
    if not result.special:
        console.print(
            f"Nothing is special: no name or theme is more frequent in the "
            f"{result.total:,} found than in all {result.all_total:,} releases.",
            style="dim",
        )
        return
    print_table(
        ("", "special here", "found", "of all", "times as often"),
        [_special_row(one, result) for one in result.special[:SPECIAL_SHOWN]],
    )
    console.print(
        f"Of {result.total:,} found among {result.all_total:,} releases.", style="dim"
    )


def _special_row(one: Special, result: SpecialResult) -> Sequence[object]:
    here, everywhere = one.found / result.total, one.among_all / result.all_total
    return (
        NAMES[one.field],
        plain(one.value, limit=60),
        f"{one.found:,} ({here:.0%})",
        f"{one.among_all:,} ({everywhere:.1%})",
        f"{here / everywhere:,.1f}",
    )


def _by_time(facets: Facets) -> Iterator[tuple[str, Mapping[str, int]]]:
    many = len(facets["month"]) > MONTHS_SHOWN
    left_out = "month" if many else "year"
    for field, values in facets.items():
        if field != left_out:
            yield field, values


def _counted(values: Mapping[str, int]) -> Text:
    line = Text()
    for value, count in values.items():
        if line:
            line.append("  ")
        line.append(safe_text(value, limit=60)).append(f" {count:,}", "dim")
    return line


def _print_hit(hit: Hit) -> None:
    line = plain(hit.title, "bold", limit=100)
    if hit.revision > 1:
        line.append(f"  revision {hit.revision}", "yellow")
    if hit.withdrawn:
        line.append("  withdrawn", "red")
    if hit.duplicate_of:
        line.append("  near-duplicate", "dim")
    console.print(line)
    facts = [f"{hit.at:%Y-%m-%d}", *hit.ministries[:2], *hit.themes[:6]]
    console.print(plain("  " + " · ".join(facts), "dim"))
    told = {safe_text(hit.title)}
    for fragment in hit.highlights[:3]:
        words = safe_text("".join(piece.text for piece in fragment))
        if words in told:
            continue
        told.add(words)
        shown = Text("  … ")
        for piece in fragment:
            text = re.sub(r"\s+", " ", safe_piece(piece.text))
            shown.append(text, "bold yellow" if piece.matched else "")
        console.print(shown)
    console.print(Text(f"  {hit.release_id}", "dim"))
    console.print()


def safe_piece(text: str) -> str:
    """Return a piece of a line as it may be shown, with the spaces at its ends."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return before + safe_text(text) + after
