"""Is anything lost? `ledger` holds every group's counts against the log."""

import asyncio
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from communique.errors import UsageError
from communique.identity import feed_id
from communique.settings import KafkaSettings
from communique.topics import REPLAY
from operator_console import ledger as books
from operator_console.cli.connect import home_folder, kafka_settings
from operator_console.cli.engines import HomeOption
from operator_console.cli.output import console, errors, plain, print_json, print_table
from operator_console.cli.search import JsonOption
from operator_console.journey import Fate
from operator_console.snapshot import read_snapshot
from operator_console.trail import follow_feed

SHOWN = 20
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def ledger(
    feed: Annotated[
        str | None, typer.Option(help="Follow the entries of one feed: its id or URL.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold what every service counted against the log; exit 1 if something is lost."""
    wanted = _feed_id(feed) if feed is not None else None
    settings = kafka_settings(home_folder(home))
    if wanted is None:
        is_well = _balance_all(settings, as_json=as_json)
    else:
        is_well = _follow(settings, wanted, as_json=as_json)
    if not is_well:
        raise typer.Exit(1)


def _balance_all(settings: KafkaSettings, *, as_json: bool) -> bool:
    lines = asyncio.run(read_snapshot(settings, now=datetime.now(UTC)))
    faults = books.faults(lines)
    if as_json:
        for line in lines:
            print_json(books.told(line))
        return not faults
    rows = [row for row in books.rows(lines) if not _is_idle(row)]
    print_table(
        ("service", "topic", "all", "outcomes", "waiting", "balances"),
        [_cells(row, settings.topic_prefix) for row in rows],
    )
    console.print()
    for fault in faults:
        console.print(plain(fault, "red"))
    console.print(
        f"It does not balance: {len(faults)} faults."
        if faults
        else "It balances: every message has its outcome or is in flight."
    )
    return not faults


def _follow(settings: KafkaSettings, feed: str, *, as_json: bool) -> bool:
    with errors.status("Reading …") as status:
        steps = asyncio.run(
            follow_feed(settings, feed, lambda text: status.update(f"Reading {text} …"))
        )
    lost = [place for step in steps for place in step.unaccounted]
    if as_json:
        for step in steps:
            counts = {fate.replace(" ", "_"): n for fate, n in step.counts.items()}
            print_json(
                {
                    "service": step.service,
                    "topic": step.topic,
                    "came": len(step.fates),
                    **counts,
                    "without_outcome": step.unaccounted[:SHOWN],
                }
            )
        return not lost
    print_table(
        ("service", "topic", "came", *Fate),
        [
            (step.service, step.topic, len(step.fates), *step.counts.values())
            for step in steps
        ],
    )
    console.print()
    for place in lost[:SHOWN]:
        console.print(plain(f"{place} was passed and has no outcome.", "red"))
    if lost:
        console.print(f"{len(lost)} messages of this feed have no outcome.")
    elif not steps[0].fates:
        console.print("No entry of this feed is kept; see: communique feeds list")
    else:
        console.print("Every entry of this feed has its outcome or waits for it.")
    return not lost


def _feed_id(text: str) -> str:
    if _URL.match(text):
        return feed_id(text)
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise UsageError(
            f"{text!r} is neither the id nor the URL of a feed; "
            "see: communique feeds list --json"
        ) from None


def _cells(row: books.Row, prefix: str) -> Sequence[object]:
    outcomes = ", ".join(f"{count} {name}" for name, count in row.outcomes.items())
    return (
        row.group.removeprefix(prefix),
        row.topic.removeprefix(prefix),
        row.total,
        outcomes or ("never settled anything" if row.is_untouched else ""),
        row.waiting,
        _balance(row),
    )


def _is_idle(row: books.Row) -> bool:
    """Return whether it is a replay topic that nobody ever used."""
    return row.topic.endswith(REPLAY) and row.is_untouched and not row.total


def _balance(row: books.Row) -> Text:
    if row.faults:
        return plain("no", "red")
    return plain("–", "dim") if row.is_untouched else plain("yes", "green")
