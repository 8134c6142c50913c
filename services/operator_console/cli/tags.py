"""What people correct about tags: `tags edit | list | undo`."""

import asyncio
import getpass
import shlex
from datetime import UTC, datetime
from typing import Annotated

import typer

from communique.codec import decode
from communique.corrections import AppliedCorrection, Correction
from communique.errors import NotReadyError, UsageError
from communique.events import EnrichedRelease
from communique.settings import KafkaSettings
from communique.topics import RELEASES_ENRICHED, RELEASES_RAW, TAGGINGS
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from enrichment_worker.corrections.apply import in_force
from operator_console.cli.connect import home_folder, kafka_settings
from operator_console.cli.engines import HomeOption
from operator_console.cli.filters import theme_parents
from operator_console.cli.output import console, plain, print_json, print_table
from operator_console.cli.retag import found, sentence, tag_again
from operator_console.cli.search import JsonOption
from operator_console.corrections import (
    again,
    check_changes,
    correction_of,
    correction_record,
    edit,
    told,
    undoing,
)
from operator_console.local.home import Home
from operator_console.retagging import newest_of, put_again
from operator_console.selection import Selection, touched

_CLIENT = "communique-tags"

app = typer.Typer(
    help="What people correct about tags: it holds from then on.",
    no_args_is_help=True,
)

ByOption = Annotated[
    str | None, typer.Option("--by", help="Who says so; by default, who is logged in.")
]
WhyOption = Annotated[
    str, typer.Option("--why", help="The reason, for others to read.")
]
RetagOption = Annotated[
    bool,
    typer.Option("--retag", help="Of all: tag the releases again that it concerns."),
]


@app.command("edit")
def edit_tags(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[RELEASE] drop|add|merge|rename TAG [INTO]",
            help="A TAG is person:NAME, organisation:NAME, place:NAME or theme:SLUG; "
            "an entity also TYPE:SOURCE:ID, as `communique enrich` prints it.",
        ),
    ],
    everywhere: Annotated[
        bool, typer.Option("--all", help="Of all releases; then name no RELEASE.")
    ] = False,
    identity: Annotated[
        str | None,
        typer.Option("--id", help="SOURCE:ID of what is added, or of INTO."),
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="ISO code of what is added, or of INTO.")
    ] = None,
    why: WhyOption = "",
    by: ByOption = None,
    retag: RetagOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """
    Correct a tag of one release, or of all.

    drop: it is wrong. add: it is missing, and the text says it in these very letters.
    merge: TAG is INTO by another name. rename: TAG is called INTO, or is of its type.
    """
    one = edit(
        words,
        theme_parents(),
        everywhere=everywhere,
        identity=identity,
        country=country,
        by=by or getpass.getuser(),
        why=why,
    )
    _write(one, home_folder(home), retag=retag, as_json=as_json)


@app.command("list")
def list_corrections(
    release: Annotated[
        str | None, typer.Argument(help="Only those of this release, and of all.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show corrections, the newest last, and whether they still hold."""
    settings = kafka_settings(home_folder(home))
    known = asyncio.run(_read(settings))
    standing = {one.number for one in in_force(known)}
    shown = [one for one in known if release is None or _is_about(one, release)]
    if as_json:
        for one in shown:
            print_json({**one.model_dump(mode="json"), "holds": one.number in standing})
        return
    if not shown:
        console.print("Nobody has corrected anything.")
        return
    print_table(
        ("number", "when", "who", "of", "what", "why", "holds"),
        [
            (
                one.number,
                f"{one.at:%Y-%m-%d %H:%M:%S}",
                one.by,
                one.release_id or "all",
                told(one),
                plain(one.why, limit=80),
                "yes" if one.number in standing else "undone",
            )
            for one in shown
        ],
    )


@app.command("undo")
def undo_correction(
    number: Annotated[int, typer.Argument(help="As `list` shows it.")],
    why: WhyOption = "",
    by: ByOption = None,
    retag: RetagOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a correction back; it stays on the list as undone."""
    place = home_folder(home)
    known = asyncio.run(_read(kafka_settings(place)))
    one = undoing(number, known, by=by or getpass.getuser(), why=why)
    _write(one, place, retag=retag, as_json=as_json)


def _write(one: Correction, home: Home, *, retag: bool, as_json: bool) -> None:
    settings = kafka_settings(home)
    if one.release_id is None:
        number = asyncio.run(_correct_all(one, settings))
        follows = "of all releases from now on."
        if not retag:
            follows += f" {_for_those_before(one)}"
    else:
        number = asyncio.run(_correct_one(one, settings))
        follows = f"and the release is tagged again: communique show {one.release_id}"
    if as_json:
        print_json({"number": number, **one.model_dump(mode="json")})
    else:
        line = f"Correction {number} holds: {told(one)}, {follows}"
        console.print(plain(line), soft_wrap=True)
    if retag and one.release_id is None:
        meant = Selection(frozenset(), (touched(one),))
        ids = asyncio.run(found(home, meant))
        counted = tag_again(settings, ids=ids)
        if not as_json:
            console.print(sentence(counted), soft_wrap=True)


async def _correct_all(one: Correction, settings: KafkaSettings) -> int:
    async with Producer(settings.connection, client_id=_CLIENT) as producer:
        return await _send(producer, one, settings)


async def _correct_one(one: Correction, settings: KafkaSettings) -> int:
    """
    Write a correction of one release, have that tagged again, return the number.

    The raw release is read after the correction is written: one that comes later still
    is tagged by a worker that knows of it (ADR 0014).

    Raises UsageError if the release is not there, or has nothing to correct.
    """
    naming, release_id = settings.naming, str(one.release_id)
    async with (
        Reader(settings.connection, client_id=_CLIENT) as reader,
        Producer(settings.connection, client_id=_CLIENT) as producer,
    ):
        enriched = await newest_of(reader, naming, RELEASES_ENRICHED, release_id)
        if enriched is None:
            raise UsageError(
                f"There is no release {release_id} on releases.enriched (any more)."
            )
        check_changes(one, decode(enriched, EnrichedRelease))
        number = await _send(producer, one, settings)
        raw = await newest_of(reader, naming, RELEASES_RAW, release_id)
        if raw is None:
            raise NotReadyError(
                f"correction {number} holds, but releases.raw does not keep "
                f"{release_id} any more: it cannot be tagged again"
            )
        await put_again(producer, naming, [raw])
    return number


async def _send(producer: Producer, one: Correction, settings: KafkaSettings) -> int:
    record = correction_record(one, settings.naming, at=datetime.now(UTC))
    (confirmed,) = await producer.send_all([record])
    return int(confirmed.offset)


async def _read(settings: KafkaSettings) -> list[AppliedCorrection]:
    known: list[AppliedCorrection] = []
    async with Reader(settings.connection, client_id=_CLIENT) as reader:
        name = settings.naming.topic(TAGGINGS)
        start = dict.fromkeys(await reader.partitions(name), 0)
        async for messages in reader.read(name, start):
            known += [one for m in messages if (one := correction_of(m)) is not None]
    return known


def _is_about(one: Correction, release: str) -> bool:
    return one.release_id in {None, release}


def _for_those_before(one: Correction) -> str:
    only = again(one)
    if only is None:
        return "For those tagged before: communique retag --since 30d, or --retag."
    return f"For those tagged before: communique retag --only {shlex.quote(only)}"
