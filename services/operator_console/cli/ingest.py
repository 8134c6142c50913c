"""A file in, a release on its way: `ingest`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from communique.errors import NotReadyError, UsageError
from communique.worker.producer import Producer
from operator_console.cli.connect import (
    elasticsearch_client,
    home_folder,
    kafka_settings,
)
from operator_console.cli.engines import HomeOption
from operator_console.cli.output import console, errors, print_json
from operator_console.cli.search import JsonOption, moment

_WAIT_SECONDS = 60.0


def ingest(
    file: Annotated[Path, typer.Argument(help="A text or an HTML file.")],
    title: Annotated[str | None, typer.Option(help="Its headline.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it was published.")] = None,
    ministry: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO code, as IN.")] = None,
    language: Annotated[str | None, typer.Option(help="As en, fr, es.")] = None,
    published: Annotated[
        str | None, typer.Option(help="When, as 2026-05-01T10:00+05:30.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Wait until it can be found.")] = True,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a file into the system as a release, the way a feed's entry goes."""
    from operator_console.ingest import Facts, entry_of, ingest_record

    now = datetime.now(UTC)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    facts = Facts(
        title=title,
        url=url,
        ministry=ministry,
        country=country,
        language=language,
        published_at=moment(published, now) if published else None,
    )
    entry = entry_of(file.name, data, facts, seen_at=now)
    place = home_folder(home)
    settings = kafka_settings(place)

    async def bring() -> None:
        async with Producer(
            settings.connection, client_id="communique-ingest"
        ) as producer:
            await producer.send_all([ingest_record(entry, settings.naming)])
        if wait:
            with errors.status("Waiting until it can be found …"):
                async with elasticsearch_client(place) as client:
                    await _until_found(client, entry.release_id)

    asyncio.run(bring())
    if as_json:
        print_json({"release_id": entry.release_id, "title": entry.title})
    else:
        console.print(f"Ingested. See it with: communique show {entry.release_id}")


async def _until_found(client: Any, release_id: str) -> None:  # noqa: ANN401
    from search_indexer.search import show

    loop = asyncio.get_running_loop()
    deadline = loop.time() + _WAIT_SECONDS
    while loop.time() < deadline:
        try:
            if await show(client, release_id) is not None:
                return
        except NotReadyError:
            pass  # the index comes with its first release
        await asyncio.sleep(0.3)
    raise NotReadyError(
        f"{release_id} is on its way but cannot be found after {_WAIT_SECONDS:.0f} s; "
        "see what waits with: communique status"
    )
