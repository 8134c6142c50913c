"""Commands for the indices in Elasticsearch: install, reindex, expire."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypedDict

import typer
from elasticsearch import ApiError, AsyncElasticsearch, TransportError
from rich.progress import Progress

from communique.errors import NotReadyError, UsageError
from operator_console.cli.connect import elasticsearch_client, home_folder
from operator_console.cli.output import console, errors, plain, print_json
from operator_console.cli.search import moment
from search_indexer.answers import of_failure
from search_indexer.difference import Difference
from search_indexer.expire import expire, retention
from search_indexer.families import FAMILIES
from search_indexer.install import Installation, bring, indices, install
from search_indexer.moves import Move, kept_from_before
from search_indexer.reindex import Moved, drop, plan, reindex
from search_indexer.settings import ElasticsearchSettings

app = typer.Typer(help="The indices in Elasticsearch.", no_args_is_help=True)

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Folder of a local Communique.")
]
AliasesArgument = Annotated[
    list[str] | None, typer.Argument(help="As communique-releases; all, if none.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object a line.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would be done.")
]


class Wanted(TypedDict):
    """What settings say of our indices."""

    language_analyzers: bool
    replicas: int
    retention: Mapping[str, timedelta]


_DONE = {
    "new": "installed",
    "changed": "changed",
    "reindex": "wants `communique index reindex`",
    "newer": "left alone: a newer Communique made it",
}
_WOULD = {**_DONE, "new": "would install", "changed": "would change"}


@app.command("install")
def index_install(
    home: HomeOption = None,
    dry_run: DryRunOption = False,
    json_output: JsonOption = False,
) -> None:
    """Put our templates and new fields into Elasticsearch, and say what differed."""
    done = asyncio.run(_install(home, dry_run=dry_run))
    for difference in done.differences:
        if json_output:
            print_json(
                {
                    "kind": difference.kind,
                    "name": difference.name,
                    "state": difference.state,
                    "details": difference.details,
                }
            )
        else:
            _tell(difference, dry_run=dry_run)
    for note in done.notes:
        errors.print(note, soft_wrap=True)
    if not done.differences and not json_output:
        console.print("Everything is installed as it should be.")


@app.command("reindex")
def index_reindex(
    aliases: AliasesArgument = None,
    home: HomeOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also indices that do not need it.")
    ] = False,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Delete the indices that were replaced.")
    ] = False,
    dry_run: DryRunOption = False,
    json_output: JsonOption = False,
) -> None:
    """
    Write the documents of indices into new ones, while the indexer goes on.

    Cut off, it goes on when it is run again. The old indices are kept, and written to
    no more, until --drop-old.
    """
    names = _families(aliases)
    try:
        asyncio.run(
            _reindex(
                home,
                names,
                everything=everything,
                drop_old=drop_old,
                dry_run=dry_run,
                json_output=json_output,
            )
        )
    except KeyboardInterrupt:
        errors.print("Cut off; nothing is lost. Run it again and it goes on.")
        raise typer.Exit(1) from None


@app.command("expire")
def index_expire(
    aliases: AliasesArgument = None,
    home: HomeOption = None,
    older_than: Annotated[
        str | None,
        typer.Option(help="As 90d, 5y; without it, what each family is kept for."),
    ] = None,
    dry_run: DryRunOption = False,
    json_output: JsonOption = False,
) -> None:
    """
    Delete the indices of years and months that are over for longer than they are kept.

    Releases and revisions are kept for ever unless you say otherwise, here or in
    COMMUNIQUE_INDEX_RETENTION_DAYS.
    """
    now = datetime.now(UTC)
    names = _families(aliases)
    if older_than is not None:
        before = dict.fromkeys(names, moment(older_than, now))
    else:
        kept = retention(ElasticsearchSettings().index_retention_days)
        before = {name: now - kept[name] for name in names if name in kept}
    gone = asyncio.run(_expire(home, before, dry_run=dry_run))
    done = "would delete" if dry_run else "deleted"
    for name in gone:
        if json_output:
            print_json({"index": name, "deleted": not dry_run})
        else:
            console.print(plain(f"{done} {name}"))
    if not gone and not json_output:
        console.print("No index is old enough to be deleted.")


async def _install(home: Path | None, *, dry_run: bool) -> Installation:
    async with _client(home) as client:
        return await install(client, **_wanted(), dry_run=dry_run)


def _wanted() -> Wanted:
    settings = ElasticsearchSettings()
    return {
        "language_analyzers": settings.language_analyzers,
        "replicas": settings.index_replicas,
        "retention": retention(settings.index_retention_days),
    }


async def _reindex(
    home: Path | None,
    aliases: Collection[str],
    *,
    everything: bool,
    drop_old: bool,
    dry_run: bool,
    json_output: bool,
) -> None:
    async with _client(home) as client:
        ours = (await bring(client, **_wanted())).templates
        planned = await plan(client, ours, aliases=aliases, everything=everything)
        for move in planned:
            moved = None if dry_run else await _with_progress(client, move)
            _report(move, moved, json_output=json_output)
        if not planned and not json_output:
            console.print("Every index is as it would be made today.")
        if drop_old:
            kept = kept_from_before(await indices(client, aliases), aliases)
            names = [str(n) for n in kept] if dry_run else await drop(client, kept)
            for name in names:
                if json_output:
                    print_json({"index": name, "deleted": not dry_run})
                else:
                    done = "would delete" if dry_run else "deleted"
                    console.print(plain(f"{done} {name}"))


async def _with_progress(client: AsyncElasticsearch, move: Move) -> Moved:
    with Progress(
        console=errors, transient=True, disable=not errors.is_terminal
    ) as bar:
        task = bar.add_task(str(move.target))

        def say(what: str, done: int, total: int) -> None:
            bar.update(
                task,
                description=f"{move.target}: {what}",
                completed=done,
                total=total,
            )

        return await reindex(client, move, say)


async def _expire(
    home: Path | None, before: dict[str, datetime], *, dry_run: bool
) -> list[str]:
    async with _client(home) as client:
        return await expire(client, before, dry_run=dry_run)


@asynccontextmanager
async def _client(home: Path | None) -> AsyncIterator[AsyncElasticsearch]:
    """
    Hold a client open.

    Raises NotReadyError, with a sentence, if Elasticsearch is away or refuses.
    """
    try:
        async with elasticsearch_client(home_folder(home)) as client:
            yield client
    except ApiError as error:
        raise NotReadyError(
            f"Elasticsearch does not do it: {of_failure(error)}. Nothing is lost; "
            "mend it and run this again."
        ) from error
    except TransportError as error:
        raise NotReadyError(
            f"Elasticsearch does not answer: {error.message}. Run this again once it "
            "does."
        ) from error


def _families(aliases: Sequence[str] | None) -> list[str]:
    for alias in aliases or ():
        if alias not in FAMILIES:
            raise UsageError(f"{alias} is none of {', '.join(FAMILIES)}.")
    return list(aliases or FAMILIES)


def _tell(difference: Difference, *, dry_run: bool) -> None:
    done = (_WOULD if dry_run else _DONE)[difference.state]
    console.print(plain(f"{difference.kind} {difference.name}: {done}"), soft_wrap=True)
    for detail in difference.details:
        console.print(plain(f"  {detail}"), soft_wrap=True)


def _report(move: Move, moved: Moved | None, *, json_output: bool) -> None:
    if json_output:
        print_json(
            {
                "from": str(move.source),
                "to": str(move.target),
                "reasons": move.reasons,
                "documents": moved and moved.documents,
            }
        )
        return
    where = f"{move.source} → {move.target}"
    done = f"{moved.documents} documents, verified" if moved else "would be written"
    console.print(plain(f"{where}: {done} ({'; '.join(move.reasons)})"), soft_wrap=True)
