"""Finding releases: `search`, `show` and `tail`."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.text import Text

from communique.errors import NotReadyError, UsageError
from communique.events import EnrichedRelease
from communique.query import LANGUAGES, Search, Sort
from communique.safe_text import safe_text
from communique.subscribe import enriched_releases
from operator_console.cli.connect import (
    elasticsearch_client,
    home_folder,
    is_embedded,
    kafka_settings,
)
from operator_console.cli.engines import HomeOption
from operator_console.cli.output import console, errors, plain, print_json, print_table
from search_indexer import search as index

JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON object a line, for machines.")
]
_SPAN = re.compile(r"(\d+)([hdwy])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "y": 365 * 24}


def search(
    text: Annotated[str, typer.Argument(help="Words to find.")] = "",
    theme: Annotated[list[str] | None, typer.Option(help="A theme's slug.")] = None,
    mentions_country: Annotated[
        list[str] | None, typer.Option(help="ISO code, as MV.")
    ] = None,
    issuer_country: Annotated[
        list[str] | None, typer.Option(help="ISO code, as IN.")
    ] = None,
    person: Annotated[list[str] | None, typer.Option(help="A person's name.")] = None,
    organisation: Annotated[
        list[str] | None, typer.Option(help="An organisation's name or short form.")
    ] = None,
    ministry: Annotated[str | None, typer.Option(help="Words of its name.")] = None,
    language: Annotated[str | None, typer.Option(help="As en, fr, es.")] = None,
    since: Annotated[str | None, typer.Option(help="As 12h, 30d, 2026-05-01.")] = None,
    sort: Annotated[str, typer.Option(help="relevance or newest.")] = "relevance",
    size: Annotated[int, typer.Option(min=1, max=1000)] = 10,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find releases by words, people, places, organisations and themes."""
    if sort not in ("relevance", "newest"):
        raise UsageError(f"--sort is relevance or newest, not {sort!r}.")
    order: Sort = "newest" if sort == "newest" else "relevance"
    after = moment(since, datetime.now(UTC)) if since else None

    asked = Search(
        text,
        themes=theme or (),
        mentions_countries=mentions_country or (),
        issuer_countries=issuer_country or (),
        persons=person or (),
        organisations=organisation or (),
        ministry=ministry,
        language=language,
        since=after,
        sort=order,
        size=size,
        # The embedded engine looks at every text again for each stemmed field.
        languages=() if is_embedded() else LANGUAGES,
    )

    async def ask() -> index.SearchResult:
        async with elasticsearch_client(home_folder(home)) as client:
            return await index.search(client, asked)

    result = asyncio.run(ask())
    for hit in result.hits:
        if as_json:
            print_json({"score": hit.score, **hit.document})
        else:
            _print_hit(hit)
    if not as_json:
        shown = len(result.hits)
        words = f"{result.total} found, {shown} shown." if shown else "Nothing found."
        console.print(words, style="dim")


def show(
    release_id: Annotated[str, typer.Argument(help="As `search` prints it.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one release: its text, its tags and every revision."""

    async def ask() -> index.Shown | None:
        async with elasticsearch_client(home_folder(home)) as client:
            return await index.show(client, release_id)

    shown = asyncio.run(ask())
    if shown is None:
        raise NotReadyError(f"There is no release {release_id}.")
    if as_json:
        print_json({**shown.newest, "revisions": list(shown.revisions)})
        return
    newest = shown.newest
    console.print(plain(str(newest.get("title", "")), "bold"))
    console.print(plain(str(newest.get("url", {}).get("full", "")), "blue"))
    console.print()
    for line in str(newest.get("text", "")).splitlines():
        console.print(plain(line))
    console.print()
    for sentence in _links(newest):
        console.print(plain(sentence, "yellow"))
    for name in ("persons", "organisations", "places", "theme", "countries"):
        if values := newest.get(name):
            console.print(Text(f"{name:14}", "dim") + plain(", ".join(values)))
    for name, said in _of_itself(newest):
        if said:
            console.print(Text(f"{name:14}", "dim") + plain(said))
    for one in newest.get("corrections", ()):
        console.print(Text(f"{'corrected':14}", "dim") + plain(_corrected(one)))
    console.print()
    print_table(
        ("revision", "what happened", "seen", "title"),
        [
            (
                revision["revision"],
                revision["change"],
                str(revision["revision_seen_at"])[:19].replace("T", " "),
                plain(str(revision.get("title", "")), limit=60),
            )
            for revision in shown.revisions
        ],
    )


def tail(
    from_start: Annotated[
        bool, typer.Option("--from-start", help="First all that is kept.")
    ] = False,
    count: Annotated[
        int | None, typer.Option("--count", "-n", help="End after so many.", min=1)
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch enriched releases as they arrive; Ctrl-C ends it."""
    settings = kafka_settings(home_folder(home))

    async def follow() -> None:
        seen = 0
        if not as_json:
            errors.print("Waiting for releases; Ctrl-C ends it.", style="dim")
        async for release in enriched_releases(
            settings.connection,
            topic_prefix=settings.topic_prefix,
            from_start=from_start,
        ):
            if as_json:
                print_json(release.model_dump(mode="json"))
            else:
                _print_release(release)
            seen += 1
            if seen == count:
                return

    with suppress(KeyboardInterrupt):
        asyncio.run(follow())


def _corrected(one: Mapping[str, Any]) -> str:
    tags = (one.get("tag"), one.get("into"))
    named = " into ".join(f"{tag['type']}:{tag['name']}" for tag in tags if tag)
    said = f"{one['number']}: {one['action']} {named}, {one['by']} {one['at'][:10]}"
    return f"{said}: {one['why']}" if one.get("why") else said


def moment(text: str, now: datetime) -> datetime:
    """
    Return the time that `text` names: a date, a time, or a span before `now`.

    Raises UsageError if it is none of these.
    """
    try:
        if span := _SPAN.fullmatch(text):
            return now - timedelta(hours=int(span[1]) * _HOURS[span[2]])
        stated = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no time: write 12h, 30d, 2w, 1y or a date as 2026-05-01."
        ) from None
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)


def _of_itself(newest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a release says of itself, as its document has it."""
    kind = newest.get("document_type")
    yield "document type", str(kind) if kind not in {None, "other"} else ""
    yield "issued by", str(newest.get("issuing_ministry", {}).get("name", ""))
    yield "counterparts", ", ".join(newest.get("counterparts", ()))
    yield "agreements", ", ".join(newest.get("agreements", ()))
    quotes = len(newest.get("quotes", ()))
    yield "quotes", str(quotes or "")


def _links(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a release has to do with earlier ones, a sentence each."""
    if other := document.get("duplicate_of"):
        yield f"near-duplicate of {other} ({document.get('similarity', 0):.0%} alike)"
    if other := document.get("same_as"):
        yield f"the same statement as in {other}"
    if other := document.get("corrects"):
        yield f"correction of {other}"


def _print_hit(hit: index.Hit) -> None:
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


def _print_release(release: EnrichedRelease) -> None:
    line = plain(release.title or "(no title)", "bold", limit=100)
    line.append(f"  {release.change}", "yellow" if release.revision > 1 else "green")
    console.print(line)
    themes = [theme.slug for theme in release.themes if theme.score >= 0.5]
    names = [entity.name for entity in release.entities][:8]
    facts = [release.issuers[0].title, *release.countries[:5], *themes[:5]]
    console.print(plain("  " + " · ".join(facts), "dim"))
    if names:
        console.print(plain("  " + ", ".join(names)))
