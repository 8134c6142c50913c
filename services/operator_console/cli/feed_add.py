"""One more feed: `feeds add`."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from communique.errors import NotReadyError, UsageError
from communique.events import Feed
from communique.identity import feed_id
from operator_console.cli.connect import home_folder, kafka_settings
from operator_console.cli.engines import HomeOption
from operator_console.cli.feed_check import (
    ItemDateOption,
    ItemLinkOption,
    ItemOption,
    ItemTitleOption,
    LinksUnderOption,
    ZoneOption,
    declared_words,
    print_entries,
)
from operator_console.cli.feed_registry import DryRunOption
from operator_console.cli.output import console, errors, plain
from operator_console.feed_visit import Looked, feeds_behind, look, visiting
from operator_console.registry import read_registry, register

_SECONDS = 15.0


def add(
    url: Annotated[str, typer.Argument(help="A feed, or a home page that has one.")],
    title: Annotated[str | None, typer.Option(help="How it is called here.")] = None,
    ministry: Annotated[str | None, typer.Option(help="Who speaks.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO code, as IN.")] = None,
    organisation: Annotated[
        str | None, typer.Option(help="For bodies without a country, as UN.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="As en, fr, es.")] = None,
    zone: ZoneOption = None,
    interval: Annotated[
        float | None, typer.Option(help="Seconds between visits, always.")
    ] = None,
    min_interval: Annotated[
        float | None, typer.Option(help="Seconds between visits, at least.")
    ] = None,
    max_interval: Annotated[
        float | None, typer.Option(help="Seconds between visits, at most.")
    ] = None,
    entries_a_day: Annotated[
        float | None, typer.Option(help="As many are expected; else it is silent.")
    ] = None,
    item: ItemOption = None,
    item_link: ItemLinkOption = None,
    item_title: ItemTitleOption = None,
    item_date: ItemDateOption = None,
    links_under: LinksUnderOption = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
) -> None:
    """
    Find the feed at an address or behind a home page, show it, and register it.

    Of a feed that is registered already, what is not said here stays as it is.
    """
    from feed_poller.declared import declaration, declared_feed

    words = declared_words(
        ministry=ministry,
        country=country,
        organisation=organisation,
        language=language,
        timeZone=zone,
        interval=_number(interval),
        minInterval=_number(min_interval),
        maxInterval=_number(max_interval),
        expectedEntriesADay=_number(entries_a_day),
        itemSelector=item,
        linkSelector=item_link,
        titleSelector=item_title,
        dateSelector=item_date,
        linksUnder=links_under,
    )

    def declared(address: str, name: str | None, known: Feed | None = None) -> Feed:
        return declared_feed(
            address,
            name,
            {**(declaration(known) if known else {}), **words},
            where="feeds add",
            registered_at=datetime.now(UTC),
            folder=known.folder if known else (),
            folder_attributes=known.folder_attributes if known else (),
        )

    wanted = declared(url, title)  # what cannot be is said before anybody is visited
    settings = None if dry_run else kafka_settings(home_folder(home))
    with errors.status("Looking …"):
        found = asyncio.run(_find(wanted))
    registry = asyncio.run(read_registry(settings)) if settings else {}
    known = registry.get(feed_id(found.url))
    own = found.parsed.title if found.parsed else None
    feed = declared(found.url, title or (known.title if known else own), known)
    console.print(plain(f"{feed.title}  {feed.url}", "bold"))
    print_entries(found, most=5)
    if settings is None:
        console.print("Nothing written (--dry-run).")
        return
    asyncio.run(register(settings.connection, settings.naming, [feed]))
    if known is None:
        said = "Registered as {}. What it carries now comes as backfill"
    else:
        said = "It was registered as {}; what is said now has changed"
    console.print(
        f"{said.format(feed.feed_id[:8])}; see its visits with: "
        f"communique feeds history {feed.feed_id[:8]}"
    )
    if feed.paused:
        console.print(f"It is paused: communique feeds resume {feed.feed_id[:8]}")


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"


async def _find(wanted: Feed) -> Looked:
    url = wanted.url
    async with visiting(_SECONDS) as client:
        page = await look(client, wanted)
        if page.parsed is not None:
            return page
        if wanted.kind == "html":  # what is said of this page fits no other
            raise UsageError(
                f"{url} cannot be read so: {page.reason}; find what fits with: "
                f"communique feeds check {url}"
            )
        found = await feeds_behind(client, page, wanted)
    if not found:
        raise NotReadyError(
            f"There is no feed at {url} ({page.reason}), none that it announces and "
            "none at the usual addresses; name the feed's own address, or see how the "
            f"page itself can be read with: communique feeds check {url}"
        )
    if len(found) > 1:
        listed = "; ".join(
            f"{one.url} ({one.parsed.title})" for one in found if one.parsed
        )
        raise UsageError(
            f"{url} has {len(found)} feeds; name the one you want: {listed}."
        )
    return found[0]
