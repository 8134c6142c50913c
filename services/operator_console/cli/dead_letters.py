"""What could never succeed: looked at, and put back once the cause is mended."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.progress import Progress

from communique.codec import Message
from communique.errors import UsageError
from communique.settings import KafkaSettings
from communique.topics import SERVICES, Service
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from operator_console.cli.connect import home_folder, kafka_settings
from operator_console.cli.engines import HomeOption
from operator_console.cli.output import console, errors, plain, print_json, print_table
from operator_console.cli.search import JsonOption, moment
from operator_console.dead_letters import (
    DeadLetter,
    LetterId,
    Selection,
    class_named,
    dead_letter_of,
    service_named,
    shown_bytes,
    summary,
    told,
    told_headers,
    told_key,
    told_whole,
)
from operator_console.replay import (
    Letters,
    put_back,
    read_letter,
    read_letters,
)

SHOWN_CHARACTERS = 4_000
_CLIENT = "communique-dead-letters"

app = typer.Typer(
    help="Messages that can never succeed, and how to put them back.",
    no_args_is_help=True,
)

GroupOption = Annotated[
    str | None, typer.Option(help=", ".join(service.name for service in SERVICES))
]
ReasonOption = Annotated[
    str | None, typer.Option(help="An error class, as `list` shows it.")
]
SinceOption = Annotated[str | None, typer.Option(help="As 12h, 2d, 2026-05-01.")]


@app.command("list")
def list_letters(
    group: GroupOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show dead letters, the newest last, and how many there are of which kind."""
    settings = kafka_settings(home_folder(home))
    services = _services(settings, group, ())
    selection = _selection((), reason, since)
    found = asyncio.run(_read(settings, services))
    letters = [letter for letter in found.letters if selection.has(letter)]
    _print_letters(letters, found.replayed, as_json=as_json)
    if not as_json:
        console.print(f"{summary(letters).capitalize()}.", soft_wrap=True)


@app.command("show")
def show_letter(
    letter: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    raw: Annotated[
        bool, typer.Option("--raw", help="The original bytes alone, untouched.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show all of one dead letter: why it died, its headers, its bytes."""
    if raw and sys.stdout.isatty():
        raise UsageError(
            "These bytes could lead a terminal astray; send them into a file: "
            f"communique dead-letters show {letter} --raw > letter.bin"
        )
    settings = kafka_settings(home_folder(home))
    (wanted,) = _ids(settings, [letter])
    service = service_named(wanted.service, settings.naming)

    message, replayed = asyncio.run(_read_one(settings, service, wanted))
    if raw:
        sys.stdout.buffer.write(message.value or b"")
        sys.stdout.buffer.flush()
        return
    facts = told(dead_letter_of(message, service), replayed=wanted in replayed)
    if as_json:
        print_json({**facts, **told_whole(message)})
        return
    headers = told_headers(message)
    print_table(("dead letter", ""), list(facts.items()))
    console.print()
    print_table(("header", ""), [("(key)", told_key(message)), *headers.items()])
    console.print()
    _print_value(message.value, wanted)


@app.command("replay")
def replay_letters(
    letters: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="As `list` shows it.")
    ] = None,
    group: GroupOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every dead letter of every group.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Those too that were put back before.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be put back.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put dead letters back, for their own group alone, once the cause is mended."""
    if not (letters or group or reason or since or everything):
        raise UsageError(
            "Say which: name dead letters by their ids, or choose them with --group, "
            "--reason or --since; --all takes every one."
        )
    settings = kafka_settings(home_folder(home))
    ids = _ids(settings, letters or ())
    services = _services(settings, group, ids)
    selection = _selection(ids, reason, since)
    found = asyncio.run(_read(settings, services))
    if missing := set(ids) - {letter.id for letter in found.letters}:
        raise _not_kept(sorted(missing, key=str))
    meant = [letter for letter in found.letters if selection.has(letter)]
    fresh = [one for one in meant if again or one.id not in found.replayed]
    chosen = [one for one in fresh if one.target is not None]
    if dry_run:
        _print_letters(chosen, found.replayed, as_json=as_json)
    else:
        asyncio.run(_put_back(settings, services, chosen, as_json=as_json))
    if not as_json:
        verb = "Would put back" if dry_run else "Put back"
        console.print(f"{verb} {summary(chosen)}.", soft_wrap=True)
        _tell_left_out(len(meant) - len(fresh), len(fresh) - len(chosen))


def _services(
    settings: KafkaSettings, group: str | None, ids: Sequence[LetterId]
) -> list[Service]:
    if group is not None:
        return [service_named(group, settings.naming)]
    named = {one.service for one in ids}
    return [service for service in SERVICES if not named or service.name in named]


def _selection(
    ids: Sequence[LetterId], reason: str | None, since: str | None
) -> Selection:
    return Selection(
        ids=frozenset(ids),
        error_class=class_named(reason) if reason else None,
        since=moment(since, datetime.now(UTC)) if since else None,
    )


def _ids(settings: KafkaSettings, texts: Sequence[str]) -> list[LetterId]:
    return [LetterId.of(text, settings.naming) for text in texts]


def _not_kept(ids: Sequence[LetterId]) -> UsageError:
    return UsageError(
        f"There is no dead letter {', '.join(map(str, ids))} (any more); see: "
        "communique dead-letters list"
    )


async def _read(settings: KafkaSettings, services: Sequence[Service]) -> Letters:
    everything = Letters([], set())
    async with Reader(settings.connection, client_id=_CLIENT) as reader:
        for service in services:
            found = await read_letters(reader, service, settings.naming)
            everything.letters.extend(found.letters)
            everything.replayed.update(found.replayed)
    everything.letters.sort(key=lambda letter: letter.at)
    return everything


async def _put_back(
    settings: KafkaSettings,
    services: Sequence[Service],
    chosen: Sequence[DeadLetter],
    *,
    as_json: bool,
) -> None:
    bar = Progress(console=errors, transient=True, disable=not errors.is_terminal)
    kafka, naming = settings.connection, settings.naming
    async with (
        Reader(kafka, client_id=_CLIENT) as reader,
        Producer(kafka, client_id=_CLIENT) as producer,
    ):
        with bar:
            task = bar.add_task("Putting back", total=len(chosen))
            for service in services:
                ids = {one.id for one in chosen if one.id.service == service.name}
                done = put_back(reader, producer, service, naming, ids)
                async for one, place in done:
                    bar.advance(task)
                    if as_json:
                        print_json({"id": str(one), "put_back": place})


async def _read_one(
    settings: KafkaSettings, service: Service, wanted: LetterId
) -> tuple[Message, set[LetterId]]:
    async with Reader(settings.connection, client_id=_CLIENT) as reader:
        message = await read_letter(reader, wanted, service, settings.naming)
        if message is None:
            raise _not_kept([wanted])
        found = await read_letters(reader, service, settings.naming)
        return message, found.replayed


def _print_value(value: bytes | None, wanted: LetterId) -> None:
    if value is None:
        console.print("The value is null.")
        return
    shown = shown_bytes(value, limit=SHOWN_CHARACTERS)
    console.print(shown, markup=False, soft_wrap=True)
    console.print(
        f"{len(value)} bytes; as they are: "
        f"communique dead-letters show {wanted} --raw > letter.bin",
        style="dim",
        soft_wrap=True,
    )


def _print_letters(
    letters: Sequence[DeadLetter], replayed: set[LetterId], *, as_json: bool
) -> None:
    if as_json:
        for letter in letters:
            print_json(told(letter, replayed=letter.id in replayed))
        return
    if letters:
        columns = ("id", "died", "class", "reason", "origin", "attempts", "put back")
        print_table(
            columns,
            [
                (
                    str(letter.id),
                    f"{letter.at:%Y-%m-%d %H:%M:%S}",
                    plain(letter.error_class, "red"),
                    plain(letter.reason, limit=80),
                    letter.origin,
                    letter.attempts,
                    "yes" if letter.id in replayed else "",
                )
                for letter in letters
            ],
        )


def _tell_left_out(before: int, lost: int) -> None:
    if before:
        console.print(f"{before} left out, put back before; --again takes them too.")
    if lost:
        console.print(
            f"{lost} left out: they do not say where they come from; see them with: "
            "communique dead-letters show ID"
        )
