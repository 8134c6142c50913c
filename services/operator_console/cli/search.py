"""Finding releases: `search`."""

import asyncio
import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from communique.errors import NotReadyError, UsageError
from communique.query import LANGUAGES, Search, Sort
from operator_console.cli import filters
from operator_console.cli.connect import (
    elasticsearch_client,
    home_folder,
    is_embedded,
)
from operator_console.cli.engines import HomeOption
from operator_console.cli.export import export, export_format
from operator_console.cli.found import print_facets, print_found, print_special
from operator_console.cli.output import print_json
from operator_console.local.home import Home
from search_indexer import search as index
from search_indexer.filled import unfilled

JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON object a line, for machines.")
]
_SPAN = re.compile(r"(\d+)([hdwy])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "y": 365 * 24}


def search(
    text: Annotated[
        str, typer.Argument(help='Words to find, "a phrase", -not, begin*, a | b.')
    ] = "",
    theme: Annotated[
        list[str] | None, typer.Option(help="A theme's or subtheme's slug.")
    ] = None,
    mentions_country: Annotated[
        list[str] | None, typer.Option(help="ISO code, as MV, or name.")
    ] = None,
    issuer_country: Annotated[
        list[str] | None, typer.Option(help="ISO code, as IN, or name.")
    ] = None,
    person: Annotated[list[str] | None, typer.Option(help="A person's name.")] = None,
    organisation: Annotated[
        list[str] | None, typer.Option(help="An organisation's name or short form.")
    ] = None,
    place: Annotated[
        list[str] | None, typer.Option(help="A place, region or country by name.")
    ] = None,
    ministry: Annotated[str | None, typer.Option(help="Words of its name.")] = None,
    language: Annotated[str | None, typer.Option(help="As en, fr, es.")] = None,
    document_type: Annotated[
        list[str] | None, typer.Option(help="As statement, visit, agreement, speech.")
    ] = None,
    change: Annotated[
        list[str] | None, typer.Option(help="What happened: revised, withdrawn, …")
    ] = None,
    since: Annotated[str | None, typer.Option(help="As 12h, 30d, 2026-05-01.")] = None,
    until: Annotated[
        str | None, typer.Option(help="The same; a day is included.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="RELEASE", help="More like this one.")
    ] = None,
    sort: Annotated[str, typer.Option(help="relevance or newest.")] = "relevance",
    size: Annotated[int, typer.Option(min=0, max=1000)] = 10,
    facets: Annotated[
        bool, typer.Option("--facets", help="Also what is how frequent in all found.")
    ] = False,
    special: Annotated[
        bool, typer.Option("--special", help="Also what is special of all found.")
    ] = False,
    export_to: Annotated[
        str | None,
        typer.Option(
            "--export",
            metavar="FILE",
            help="Write all found, the newest first, to .jsonl, .csv, .parquet, or -.",
        ),
    ] = None,
    file_format: Annotated[
        str | None, typer.Option("--format", help="Of the export: jsonl, csv, parquet.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find releases by words, people, places, organisations and themes."""
    if sort not in ("relevance", "newest"):
        raise UsageError(f"--sort is relevance or newest, not {sort!r}.")
    order: Sort = "newest" if sort == "newest" else "relevance"
    if export_to is not None and (facets or special or as_json):
        raise UsageError(
            "--export writes a file: leave out --json, --facets and --special."
        )
    if export_to is None and file_format is not None:
        raise UsageError("--format is for --export FILE.")
    now = datetime.now(UTC)
    themes, subthemes = filters.themes(theme or ())
    asked = Search(
        text,
        themes=themes,
        subthemes=subthemes,
        mentions_countries=filters.countries(mentions_country or ()),
        issuer_countries=filters.countries(issuer_country or ()),
        persons=person or (),
        organisations=organisation or (),
        places=place or (),
        ministry=ministry,
        language=filters.language(language) if language else None,
        document_types=filters.document_types(document_type or ()),
        changes=filters.changes(change or ()),
        since=moment(since, now) if since else None,
        until=moment(until, now, whole_day=True) if until else None,
        like=like,
        sort=order,
        size=size,
        # The embedded engine looks at every text again for each stemmed field.
        languages=() if is_embedded() else LANGUAGES,
    )
    folder = home_folder(home)
    if export_to is not None:
        export(folder, asked, export_to, export_format(export_to, file_format))
        return
    try:
        found, contrast, lacking = asyncio.run(_ask(folder, asked, facets, special))
    except index.IncompleteError as error:
        # What could be read is worth showing; that it is not all is said at the end.
        _print(error.partial, None, as_json=as_json)
        raise
    _print(found, contrast, as_json=as_json)
    if lacking:
        raise NotReadyError(lacking)


def moment(text: str, now: datetime, *, whole_day: bool = False) -> datetime:
    """
    Return the time that `text` names: a date, a time, or a span before `now`.

    A date is its first moment or, for a `whole_day`, that of the next one.

    Raises UsageError if it is none of these.
    """
    try:
        if span := _SPAN.fullmatch(text):
            return now - timedelta(hours=int(span[1]) * _HOURS[span[2]])
        stated = datetime.fromisoformat(text)
        if whole_day and _DATE.fullmatch(text):
            stated += timedelta(days=1)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no time: write 12h, 30d, 2w, 1y or a date as 2026-05-01."
        ) from None
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)


async def _ask(
    home: Home, asked: Search, facets: bool, special: bool
) -> tuple[index.SearchResult, index.SpecialResult | None, str | None]:
    async with elasticsearch_client(home) as client:
        found = await index.search(client, asked, facets=facets)
        if not found.total:
            await index.check_not_empty(client)
        contrast = await index.what_is_special(client, asked) if special else None
        return found, contrast, await unfilled(client)


def _print(
    found: index.SearchResult,
    contrast: index.SpecialResult | None,
    *,
    as_json: bool,
) -> None:
    if not as_json:
        print_found(found)
        if found.facets is not None:
            print_facets(found.facets)
        if contrast is not None:
            print_special(contrast)
        return
    for hit in found.hits:
        print_json({"score": hit.score, **hit.document})
    if found.facets is not None:
        print_json({"total": found.total, "facets": found.facets})
    if contrast is not None:
        print_json(asdict(contrast))
