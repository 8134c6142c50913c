"""Writing the registry: `feeds import`, `export`, `apply`, `pause`, `remove` …."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from communique.codec import Record
from communique.errors import UsageError
from communique.events import Feed, FeedPushed
from communique.settings import KafkaSettings
from operator_console.cli.connect import home_folder, kafka_settings
from operator_console.cli.engines import HomeOption
from operator_console.cli.feed_health import FeedArgument
from operator_console.cli.output import console, plain
from operator_console.cli.search import moment
from operator_console.registry import (
    feed_record,
    read_registry,
    register,
    removal_record,
    send,
)
from operator_console.registry_changes import (
    RegistryChanges,
    chosen,
    differences,
    registry_changes,
)

FileArgument = Annotated[Path, typer.Argument(help="An OPML or a CSV file.")]
DryRunOption = Annotated[bool, typer.Option(help="Show it, and write nothing.")]


def import_feeds(file: FileArgument, home: HomeOption = None) -> None:
    """Register every feed of a file; running pollers take them up at once."""
    feeds = read_feeds(file)
    settings = kafka_settings(home_folder(home))
    asyncio.run(register(settings.connection, settings.naming, feeds))
    console.print(f"Registered {len(feeds)} feeds.")


def export(
    file: Annotated[
        Path | None, typer.Argument(help="As feeds.opml or feeds.csv; none: stdout.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
    home: HomeOption = None,
) -> None:
    """Write the whole registry as a file, which `import` and `apply` read back."""
    from feed_poller.feed_csv import csv_from_feeds
    from feed_poller.opml import opml_from_feeds

    feeds = asyncio.run(read_registry(kafka_settings(home_folder(home)))).values()
    if as_csv or (file is not None and _is_csv(file)):
        data = csv_from_feeds(feeds)
    else:
        data = opml_from_feeds(feeds, title="Communique", made_at=datetime.now(UTC))
    if file is None:
        sys.stdout.buffer.write(data)
        return
    try:
        file.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from None
    console.print(plain(f"Wrote {len(feeds)} feeds to {file}."))


def apply(
    file: FileArgument, dry_run: DryRunOption = False, home: HomeOption = None
) -> None:
    """Make the registry what a file says: register, change and retire feeds."""
    wanted = read_feeds(file)
    if not wanted:  # cut, or the wrong file: it would retire all there are
        raise UsageError(
            f"{file} lists no feed; to retire one: communique feeds remove FEED"
        )
    settings = kafka_settings(home_folder(home))
    changes = registry_changes(asyncio.run(read_registry(settings)), wanted)
    for feed in changes.added:
        console.print(plain(f"+ {feed.title}  {feed.url}", "green"))
    for before, after in changes.changed:
        names = ", ".join(differences(before, after))
        console.print(plain(f"~ {after.title}  {after.url}  ({names})", "yellow"))
    for feed in changes.retired:
        console.print(plain(f"- {feed.title}  {feed.url}", "red"))
    if not dry_run:
        asyncio.run(send(settings.connection, _records(changes, settings)))
    console.print(
        f"{len(changes.added)} added, {len(changes.changed)} changed, "
        f"{len(changes.retired)} retired, "
        f"{len(wanted) - len(changes.added) - len(changes.changed)} as they were"
        + ("; nothing written (--dry-run)." if dry_run else ".")
    )


def pause(feed: FeedArgument, home: HomeOption = None) -> None:
    """Visit a feed no more until it is resumed; nothing of it is forgotten."""
    _set_paused(feed, home, paused=True)


def resume(feed: FeedArgument, home: HomeOption = None) -> None:
    """Visit a paused feed again, at once."""
    _set_paused(feed, home, paused=False)


def remove(feed: FeedArgument, home: HomeOption = None) -> None:
    """Take a feed out of the registry; its releases stay."""
    settings = kafka_settings(home_folder(home))
    known = chosen(asyncio.run(read_registry(settings)), feed)
    asyncio.run(send(settings.connection, [removal_record(known, settings.naming)]))
    console.print(plain(f"Removed {known.title}  {known.url}"))


def backfill(
    feed: FeedArgument,
    since: Annotated[str, typer.Option(help="As 2026-01-01 or 90d.")],
    home: HomeOption = None,
) -> None:
    """Fetch what a feed published before it was registered; alerts nobody."""
    from feed_poller.pushes import pushed_record

    now = datetime.now(UTC)
    start = moment(since, now)
    if start >= now:
        raise UsageError(f"--since {since} is not over yet; name a day of the past.")
    settings = kafka_settings(home_folder(home))
    known = chosen(asyncio.run(read_registry(settings)), feed)
    if known.paused:
        raise UsageError(
            f"{known.title} is paused, its past too; first: communique feeds resume "
            f"{known.feed_id[:8]}"
        )
    pushed = FeedPushed(
        feed_id=known.feed_id,
        reason="a person asked for its past",
        at=now,
        backfill_since=start,
    )
    record = pushed_record(pushed, known, settings.naming)
    asyncio.run(send(settings.connection, [record]))
    console.print(plain(f"{known.title} is followed back to {start:%Y-%m-%d}."))
    console.print(f"See how far with: communique feeds history {known.feed_id[:8]}")


def read_feeds(file: Path) -> list[Feed]:
    """Return the feeds of an OPML or CSV file; raises UsageError if it is neither."""
    from feed_poller.feed_csv import feeds_from_csv
    from feed_poller.opml import feeds_from_opml

    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    read = feeds_from_csv if _is_csv(file) else feeds_from_opml
    return read(data, datetime.now(UTC))


def _is_csv(file: Path) -> bool:
    return file.suffix.lower() == ".csv"


def _set_paused(words: str, home: Path | None, *, paused: bool) -> None:
    settings = kafka_settings(home_folder(home))
    known = chosen(asyncio.run(read_registry(settings)), words)
    state = "paused" if paused else "visited again from now on"
    if known.paused == paused:
        console.print(
            plain(f"{known.title} is {'paused' if paused else 'not paused'}.")
        )
        return
    changed = known.model_copy(
        update={"paused": paused, "registered_at": datetime.now(UTC)}
    )
    asyncio.run(register(settings.connection, settings.naming, [changed]))
    console.print(plain(f"{known.title} is {state}."))


def _records(changes: RegistryChanges, settings: KafkaSettings) -> list[Record]:
    naming = settings.naming
    wanted = [*changes.added, *(after for _, after in changes.changed)]
    return [
        *(feed_record(feed, naming) for feed in wanted),
        *(removal_record(feed, naming) for feed in changes.retired),
    ]
