"""The registry of feeds, from the shell."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from communique.codec import Message, decode
from communique.errors import PermanentError, UsageError
from communique.events import Feed, FeedPolled
from communique.settings import KafkaSettings
from communique.topics import FEEDS, FEEDS_POLLED
from communique.worker.broadcast import Broadcast
from communique.worker.reader import Reader
from operator_console.cli.connect import home_folder, kafka_settings
from operator_console.cli.engines import HomeOption
from operator_console.cli.output import console, plain, print_json, print_table
from operator_console.registry import register

app = typer.Typer(help="The feeds that are polled.", no_args_is_help=True)


@app.command("import")
def import_feeds(
    file: Annotated[Path, typer.Argument(help="An OPML file.")],
    home: HomeOption = None,
) -> None:
    """Register every feed of an OPML file; running pollers take them up at once."""
    feeds = read_opml(file)
    settings = kafka_settings(home_folder(home))
    asyncio.run(register(settings.connection, settings.naming, feeds))
    console.print(f"Registered {len(feeds)} feeds.")


@app.command("list")
def list_feeds(
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """Show every feed with its last visit, and the reason in words."""
    feeds, visits = asyncio.run(_health(kafka_settings(home_folder(home))))
    if as_json:
        for feed in feeds:
            visit = visits.get(feed.feed_id)
            print_json(
                {
                    **feed.model_dump(mode="json"),
                    "last_visit": visit.model_dump(mode="json") if visit else None,
                }
            )
        return
    rows = []
    for feed in feeds:
        visit = visits.get(feed.feed_id)
        outcome = visit.outcome if visit else "waits"
        style = {"failed": "red", "waits": "dim"}.get(outcome, "green")
        rows.append(
            (
                feed.country or feed.organisation,
                plain(feed.title, limit=48),
                plain(outcome, style),
                plain(visit.reason if visit else "not visited yet", limit=90),
            )
        )
    print_table(("from", "feed", "last visit", "reason"), rows)


def read_opml(file: Path) -> list[Feed]:
    """Return the feeds of an OPML file; raises UsageError if it is none."""
    from feed_poller.opml import feeds_from_opml

    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    return feeds_from_opml(data, datetime.now(UTC))


async def _health(
    settings: KafkaSettings,
) -> tuple[list[Feed], dict[str, FeedPolled]]:
    feeds: dict[str, Feed] = {}
    visits: dict[str, FeedPolled] = {}

    def take_feed(message: Message) -> None:
        key = (message.key or b"").decode("utf-8", "replace")
        if message.value is None:
            feeds.pop(key, None)
        else:
            feeds[key] = decode(message, Feed)

    def take_visit(message: Message) -> None:
        visit = decode(message, FeedPolled)
        visits[visit.feed_id] = visit

    async with Reader(settings.connection, client_id="communique-feeds") as reader:
        naming = settings.naming
        await Broadcast(reader, naming.topic(FEEDS), _skip_bad(take_feed)).catch_up()
        await Broadcast(
            reader, naming.topic(FEEDS_POLLED), _skip_bad(take_visit)
        ).catch_up()
    ordered = sorted(
        feeds.values(), key=lambda feed: (feed.country or "~", feed.title.casefold())
    )
    return ordered, visits


def _skip_bad(take: Callable[[Message], None]) -> Callable[[Message], None]:
    """Return `take` for a topic that may hold what the services call a dead letter."""

    def careful(message: Message) -> None:
        with suppress(PermanentError):
            take(message)

    return careful
