"""One release as it is stored: `show`."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.text import Text

from communique.errors import NotReadyError
from operator_console.cli.connect import elasticsearch_client, home_folder
from operator_console.cli.engines import HomeOption
from operator_console.cli.output import console, plain, print_json, print_table
from operator_console.cli.search import JsonOption
from search_indexer import search as index


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


def _corrected(one: Mapping[str, Any]) -> str:
    tags = (one.get("tag"), one.get("into"))
    named = " into ".join(f"{tag['type']}:{tag['name']}" for tag in tags if tag)
    said = f"{one['number']}: {one['action']} {named}, {one['by']} {one['at'][:10]}"
    return f"{said}: {one['why']}" if one.get("why") else said


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
