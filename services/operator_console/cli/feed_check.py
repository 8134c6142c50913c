"""One visit to a feed, explained: `feeds check`."""

import asyncio
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

import typer

from communique.events import Entry, Feed
from feed_poller.cadence import Asks
from feed_poller.declared import declared_feed
from feed_poller.fetch import Failed, Fetched, NotModified
from feed_poller.hints import DAY_SECONDS
from feed_poller.validators import Validators
from operator_console.cli.output import console, errors, plain, print_json, print_table
from operator_console.cli.search import JsonOption
from operator_console.feed_visit import (
    Looked,
    feeds_behind,
    look,
    suggestions,
    visiting,
)

_SECONDS = 12.0
"""For the whole command, so that it ends within 15 s."""


ZoneOption = Annotated[str | None, typer.Option(help="IANA, for dates without a zone.")]
ItemOption = Annotated[
    str | None,
    typer.Option(help="Of a page without a feed: the CSS selector of its items."),
]
ItemLinkOption = Annotated[
    str | None, typer.Option(help="Within an item; by default its first link.")
]
ItemTitleOption = Annotated[
    str | None, typer.Option(help="Within an item; by default the link's words.")
]
ItemDateOption = Annotated[
    str | None, typer.Option(help="Within an item; by default none.")
]
LinksUnderOption = Annotated[
    str | None, typer.Option(help="Only entries whose link begins so.")
]


def check(
    url: Annotated[str, typer.Argument(help="A feed, a sitemap, or a page.")],
    zone: ZoneOption = None,
    item: ItemOption = None,
    item_link: ItemLinkOption = None,
    item_title: ItemTitleOption = None,
    item_date: ItemDateOption = None,
    links_under: LinksUnderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Visit a feed once as a poller would, and explain each step; needs no engine."""
    feed = declared_feed(
        url,
        None,
        declared_words(
            timeZone=zone,
            itemSelector=item,
            linkSelector=item_link,
            titleSelector=item_title,
            dateSelector=item_date,
            linksUnder=links_under,
        ),
        where="feeds check",
        registered_at=datetime.now(UTC),
    )

    with errors.status("Visiting …"):
        looked, behind = asyncio.run(_visit(feed))
    steps = list(explained(looked))
    if as_json:
        print_json(_told(looked, steps, behind))
    else:
        for is_well, words in steps:
            console.print(
                plain(f"{'✓' if is_well else '✗'} {words}", "" if is_well else "red")
            )
        print_entries(looked, most=5)
        for one in behind:
            console.print(plain(f"  The page has a feed: {one.url}", "yellow"))
        if looked.parsed is None and not behind:
            _print_suggestions(looked)
    if looked.parsed is None:
        raise typer.Exit(1)


async def _visit(feed: Feed) -> tuple[Looked, list[Looked]]:
    """Return what is at the address of a feed, and the feeds behind it, in time."""
    reason = f"no complete answer within {_SECONDS:g} seconds"
    looked, behind = Looked(feed.url, Failed(reason), reason=reason), list[Looked]()
    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS), visiting(_SECONDS / 2) as client:
            looked = await look(client, feed, again=True)
            if looked.parsed is None:
                behind = await feeds_behind(client, looked, feed)
    return looked, behind


def declared_words(**words: str | None) -> dict[str, str]:
    """Return what was said of a feed, by the names that lists of feeds have for it."""
    return {name: word for name, word in words.items() if word}


def _print_suggestions(looked: Looked) -> None:
    found = suggestions(looked)
    if not found:
        return
    console.print("The page may be read as a list; each line shows what would be read:")
    rows = []
    for one in found:
        chosen = (
            ("--item", one.selectors.item),
            ("--item-link", one.selectors.link),
            ("--item-date", one.selectors.date),
        )
        command = " ".join(f"{name} {shlex.quote(css)}" for name, css in chosen if css)
        first = one.items[0].title if one.items else ""
        rows.append((command, len(one.items), one.dated, plain(first, limit=60)))
    print_table(("options", "entries", "dated", "the first"), rows)


def explained(looked: Looked) -> list[tuple[bool, str]]:
    """Return each step of a visit in words, and whether it went well."""
    answer, parsed = looked.answer, looked.parsed
    if not isinstance(answer, Fetched):
        return [(False, looked.reason), *_peace(answer)]
    steps = [(True, f"answered {answer.status}, {len(answer.body):,} bytes")]
    if answer.url != looked.url:
        kind = "permanently" if answer.moved_to else "for now"
        steps.append((True, f"redirected {kind} to {answer.url}"))
    steps.append((True, f"content type {answer.content_type or 'not given'}"))
    if parsed is None:
        return [*steps, (False, looked.reason)]
    steps.append((True, f"a feed: {parsed.title!r}, {len(parsed.entries)} entries"))
    steps += [(False, warning) for warning in parsed.warnings]
    steps += _dates(parsed.entries)
    steps.append(_asked_again(looked))
    seconds, who = Asks(answer.fresh_seconds, None, parsed.hints).longest()
    if seconds:
        steps.append((True, f"not visited again within {seconds:g} s: {who}"))
    if parsed.hub is not None:
        steps.append((True, f"its hub offers pushes: {parsed.hub.hub}"))
    return steps


def _peace(answer: NotModified | Failed) -> Iterator[tuple[bool, str]]:
    seconds = answer.retry_after_seconds if isinstance(answer, Failed) else None
    if seconds:
        granted = "" if seconds <= DAY_SECONDS else "; a day is granted"
        yield False, f"it asks not to be visited for {seconds:.0f} s{granted}"


def print_entries(looked: Looked, *, most: int) -> None:
    """Print the first entries of a feed as a table."""
    if looked.parsed is None:
        return
    rows = [
        (
            f"{entry.published_at:%Y-%m-%d %H:%M}" if entry.published_at else "no date",
            plain(entry.title, limit=90),
            plain(entry.link_as_published or "", limit=90),
        )
        for entry in looked.parsed.entries[:most]
    ]
    if rows:
        print_table(("published", "title", "link"), rows)


def _dates(entries: Sequence[Entry]) -> Iterator[tuple[bool, str]]:
    if not entries:
        return
    dated = [entry for entry in entries if entry.published_at]
    assumed = sum(entry.published_zone == "assumed" for entry in dated)
    words = f"{len(dated)} of {len(entries)} entries have a date"
    if assumed:
        words += f", {assumed} without a zone: tell it with --zone"
    yield len(dated) == len(entries), words
    for flag, wrong in (("impossible", "no date at all"), ("future", "in the future")):
        if count := sum(flag in entry.published_flags for entry in entries):
            yield False, f"what {count} of them give as their date is {wrong}"


def _asked_again(looked: Looked) -> tuple[bool, str]:
    answer = looked.answer
    if not isinstance(answer, Fetched) or answer.validators == Validators():
        return False, "no ETag and no Last-Modified: every visit costs a whole answer"
    names = " and ".join(
        name
        for name, value in (
            ("ETag", answer.validators.etag),
            ("Last-Modified", answer.validators.last_modified),
        )
        if value
    )
    if isinstance(looked.conditional, NotModified):
        return True, f"asked again with its {names}, it answers 304"
    return False, f"asked again with its {names}, it does not answer 304"


def _told(
    looked: Looked, steps: list[tuple[bool, str]], behind: list[Looked]
) -> dict[str, object]:
    answer = looked.answer
    return {
        "url": looked.url,
        "is_feed": looked.parsed is not None,
        "status": answer.status,
        "steps": [{"ok": is_well, "words": words} for is_well, words in steps],
        "title": looked.parsed.title if looked.parsed else None,
        "entries": [
            {
                "title": entry.title,
                "link": entry.link_as_published,
                "published_at": entry.published_at,
            }
            for entry in (looked.parsed.entries if looked.parsed else ())
        ],
        "feeds_behind": [one.url for one in behind],
        "lists": [
            {
                **one.selectors.model_dump(),
                "entries": len(one.items),
                "dated": one.dated,
            }
            for one in (suggestions(looked) if looked.parsed is None else ())
        ],
    }
