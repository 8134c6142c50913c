"""`retag`: tags made again, beside the live flow."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.progress import Progress

from communique.identity import partition_for
from communique.settings import KafkaSettings
from communique.topics import RELEASES_RAW
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from operator_console.cli.connect import (
    elasticsearch_client,
    home_folder,
    kafka_settings,
)
from operator_console.cli.engines import HomeOption
from operator_console.cli.filters import theme_parents
from operator_console.cli.output import console, errors, print_json
from operator_console.cli.search import JsonOption, moment
from operator_console.local.home import Home
from operator_console.retagging import newest, put_again
from operator_console.selection import Selection, selection
from search_indexer.search import release_ids

CLIENT = "communique-retag"


def retag(
    since: Annotated[
        str | None,
        typer.Option(help="With an event since then, as 12h, 30d, 2026-05-01."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="A release's id; or what the index finds: a language (fr), a theme "
            "(health), organisation:NAME, person:NAME, place:NAME, correction:17. "
            "Given again, any of them."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count, and put nothing back.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tag releases again, with the vocabulary and the corrections of today."""
    place = home_folder(home)
    settings = kafka_settings(place)
    after = moment(since, datetime.now(UTC)) if since else None
    meant = selection(only, theme_parents()) if only else None
    ids = asyncio.run(found(place, meant)) if meant else None
    counted = tag_again(settings, after=after, ids=ids, dry_run=dry_run)
    if as_json:
        print_json({"looked_at": counted.messages, "retagged": counted.releases})
    else:
        console.print(sentence(counted, dry_run=dry_run), soft_wrap=True)


@dataclass(slots=True)
class Counted:
    """How many messages were looked at, and how many releases are tagged again."""

    messages: int = 0
    releases: int = 0


def sentence(counted: Counted, *, dry_run: bool = False) -> str:
    """Return what was done, for a person."""
    what = "release" if counted.releases == 1 else "releases"
    if dry_run:
        return f"Would tag {counted.releases} {what} again."
    if not counted.releases:
        return "No release is tagged again: none is meant."
    return (
        f"{counted.releases} {what} put back to be tagged again; the enrichment takes "
        "them beside the live ones. See what waits with: communique status"
    )


async def found(home: Home, meant: Selection) -> set[bytes]:
    """Return the ids of the releases that are meant, as the keys that they are."""
    ids = set(meant.ids)
    if meant.queries:
        with errors.status("Asking the index which releases these are …"):
            async with elasticsearch_client(home) as client:
                for query in meant.queries:
                    ids |= await release_ids(client, query)
    return {one.encode() for one in ids}


def tag_again(
    settings: KafkaSettings,
    *,
    after: datetime | None = None,
    ids: set[bytes] | None = None,
    dry_run: bool = False,
) -> Counted:
    """
    Put the newest event of each release back for the enrichment, and count.

    Cut off by Ctrl-C, it says what is done; the next run does that again, which changes
    no document.
    """
    counted = Counted()
    try:
        asyncio.run(_tag_again(settings, counted, after, ids, dry_run=dry_run))
    except KeyboardInterrupt:
        errors.print(
            f"Cut off after {counted.releases} releases; run it again for all."
        )
        raise typer.Exit(1) from None
    return counted


async def _tag_again(
    settings: KafkaSettings,
    counted: Counted,
    after: datetime | None,
    ids: set[bytes] | None,
    *,
    dry_run: bool,
) -> None:
    naming, kafka = settings.naming, settings.connection
    topic = naming.topic(RELEASES_RAW)
    bar = Progress(console=errors, transient=True, disable=not errors.is_terminal)
    async with (
        Reader(kafka, client_id=CLIENT) as reader,
        Producer(kafka, client_id=CLIENT) as producer,
    ):
        partitions = await reader.partitions(topic)
        if ids is not None:
            theirs = {
                partition_for(one.decode(), RELEASES_RAW.partitions) for one in ids
            }
            partitions = [number for number in partitions if number in theirs]
        start = dict.fromkeys(partitions, 0)
        if after is not None:
            start = await reader.offsets_at(topic, partitions, after)
        bounds = await reader.bounds(topic, partitions)
        ahead = sum(
            end - max(start[number], first) for number, (first, end) in bounds.items()
        )
        with bar:
            task = bar.add_task("Tagging again", total=2 * ahead)
            wanted = _everything if ids is None else ids.__contains__
            async for passed in newest(reader, naming, start, wanted):
                if not dry_run:
                    await put_again(producer, naming, passed.chosen)
                counted.messages += passed.messages
                counted.releases += len(passed.chosen)
                bar.advance(task, passed.messages)


def _everything(_: bytes) -> bool:
    return True
