"""How the feeds are: `feeds list` and `feeds history`."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from communique.errors import UsageError
from communique.events import Feed
from communique.settings import KafkaSettings
from operator_console.cli.connect import home_folder, kafka_settings
from operator_console.cli.engines import HomeOption
from operator_console.cli.output import console, plain, print_json, print_table
from operator_console.cli.search import JsonOption
from operator_console.feed_health import SORTS, WEEK, Health, health, span
from operator_console.registry import Visits, read_registry, read_visits
from operator_console.registry_changes import chosen

FeedArgument = Annotated[
    str, typer.Argument(help="Its id or the start of it, its address, or its title.")
]
_STYLES = {"waits": "dim", "paused": "yellow", "silent": "yellow", "ok": "green"}
"""What is none of them fails."""


def list_feeds(
    sort: Annotated[str, typer.Option(help=", ".join(SORTS) + ".")] = "country",
    failing: Annotated[bool, typer.Option(help="Only those that fail.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show every feed with its health, its last visit, and the reason in words."""
    if sort not in SORTS:
        raise UsageError(f"--sort is one of {', '.join(SORTS)}, not {sort!r}.")
    feeds, visits = asyncio.run(_read(kafka_settings(home_folder(home))))
    now = datetime.now(UTC)  # after the last visit that was read
    lines = [health(feed, visits.get(key, []), now=now) for key, feed in feeds.items()]
    lines.sort(key=SORTS[sort])
    if failing:
        lines = [line for line in lines if line.is_failing]
    if as_json:
        for line in lines:
            print_json(
                {
                    **line.feed.model_dump(mode="json"),
                    "state": line.state,
                    "failures": line.failures,
                    "published_in_7_days": line.published,
                    "not_modified_share": line.unchanged_share,
                    "last_visit": line.last.model_dump(mode="json")
                    if line.last
                    else None,
                }
            )
        return
    print_table(
        ("id", "from", "feed", "health", "visited", "next", "new in 7 d", "reason"),
        [_row(line, now) for line in lines],
    )
    failed = sum(line.is_failing for line in lines)
    silent = sum(line.state == "silent" for line in lines)
    console.print(f"{len(lines)} feeds, {failed} failing, {silent} silent.")


def history(
    feed: FeedArgument,
    last: Annotated[int, typer.Option(help="So many visits.", min=1)] = 20,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the last visits to a feed, with their reasons in words."""
    settings = kafka_settings(home_folder(home))
    known = chosen(asyncio.run(read_registry(settings)), feed)
    visits = asyncio.run(read_visits(settings, of=known.feed_id))
    made = visits.get(known.feed_id, [])[-last:]
    if as_json:
        for visit in made:
            print_json(visit.model_dump(mode="json"))
        return
    console.print(plain(f"{known.title}  {known.url}", "bold"))
    if not made:
        console.print("Not visited yet, or not in the last 30 days.")
        return
    print_table(
        ("visited", "outcome", "status", "entries", "new", "took", "reason"),
        [
            (
                f"{visit.visited_at:%Y-%m-%d %H:%M:%S}",
                plain(visit.outcome, "red" if visit.outcome == "failed" else "green"),
                visit.status,
                visit.entries,
                visit.published,
                f"{visit.duration_seconds:.1f} s",
                "; ".join((visit.reason, *map(_told, visit.events))),
            )
            for visit in made
        ],
    )
    now = datetime.now(UTC)
    latest = made[-1]
    if verdict := latest.verdict:
        console.print(plain(f"{verdict[0].upper()}{verdict[1:]}."))
    if health(known, made, now=now).is_visited:
        why = f": {latest.next_visit_reason}" if latest.next_visit_reason else ""
        is_late = latest.next_visit_at < now
        due = "It was due" if is_late else "Next visit"
        console.print(plain(f"{due} {span(latest.next_visit_at, now)}{why}."))


def _told(event: str) -> str:
    return event.replace("_", " ").upper()


async def _read(settings: KafkaSettings) -> tuple[dict[str, Feed], Visits]:
    week = datetime.now(UTC) - WEEK
    return await read_registry(settings), await read_visits(settings, since=week)


def _row(line: Health, now: datetime) -> tuple[object, ...]:
    last = line.last
    words = line.state.replace("_", " ")
    if line.failures > 1:
        words += f" ({line.failures} times)"
    if line.has_gap(now):
        words += ", possible gap"
    return (
        line.feed.feed_id[:8],
        line.feed.country or line.feed.organisation,
        plain(line.feed.title, limit=48),
        plain(words, _STYLES.get(line.state, "red")),
        span(last.visited_at, now) if last else "",
        span(last.next_visit_at, now) if last and line.is_visited else "",
        line.published or "",
        plain(last.reason if last else "not visited yet", limit=90),
    )
