"""Feed documents in, entries out: `parse`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from communique.errors import UsageError
from communique.events import Selectors
from operator_console.cli.output import errors, plain, print_json, print_table
from operator_console.cli.search import JsonOption

_PARSED = {"file": "file", "published": "published_at", "title": "title"}
_SUGGESTED = {
    "file": "file",
    "--item": "item",
    "--link": "link",
    "--date": "date",
    "entries": "entries",
    "dated": "dated",
    "the first": "titles",
}
"""What stands in the columns of a table, by their heads."""


def parse(
    files: Annotated[list[Path], typer.Argument(help="Feed documents, or pages.")],
    url: Annotated[
        str | None, typer.Option(help="Where they come from, for relative links.")
    ] = None,
    zone: Annotated[str, typer.Option(help="For dates without a zone (IANA).")] = "UTC",
    item: Annotated[
        str | None,
        typer.Option(help="Of a page without a feed: the CSS selector of its items."),
    ] = None,
    link: Annotated[
        str | None, typer.Option(help="Within an item; by default its first link.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Within an item; by default the link's words.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Within an item; by default none.")
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Show selectors that may suit a page.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the entries of feed documents, as the poller would read them."""
    from feed_poller.parse_files import parse_lines, suggestion_lines

    if item is None and (link or title or date):
        raise UsageError("Name the items of the page too: --item SELECTOR.")
    now = datetime.now(UTC)
    contents = _contents(files)
    if suggest:
        _print_lines(
            suggestion_lines(contents, url=url, seen_at=now), _SUGGESTED, as_json
        )
        return
    selectors = _selectors(item, link, title, date) if item else None
    lines = parse_lines(contents, url=url, zone=zone, seen_at=now, selectors=selectors)
    _print_lines(lines, _PARSED, as_json)


def _selectors(
    item: str, link: str | None, title: str | None, date: str | None
) -> Selectors:
    try:
        return Selectors(item=item, link=link, title=title, date=date)
    except ValidationError:
        raise UsageError("A selector has at most 300 characters.") from None


def _contents(files: list[Path]) -> Iterator[tuple[str, bytes | OSError]]:
    for file in files:
        try:
            yield str(file), file.read_bytes()
        except OSError as error:
            yield str(file), error


def _print_lines(
    lines: Iterator[dict[str, Any]], columns: Mapping[str, str], as_json: bool
) -> None:
    """Print lines as JSON or as a table, and the errors; raises Exit if there are."""
    failed = False
    rows = []
    for line in lines:
        failed = failed or "error" in line
        if as_json:
            print_json(line)
        elif "error" in line:
            errors.print(plain(f"{line['file']}: {line['error']}", "red"))
        else:
            rows.append([_cell(key, line[key]) for key in columns.values()])
    if rows:
        print_table(tuple(columns), rows)
    if failed:
        raise typer.Exit(1)


def _cell(key: str, value: Any) -> object:  # noqa: ANN401
    if key == "published_at":
        return str(value or "no date")[:16].replace("T", " ")
    return value[0] if key == "titles" else value
