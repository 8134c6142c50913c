"""`vocabulary check`: what is wrong with vocabulary files; needs no engine."""

from pathlib import Path
from typing import Annotated

import typer

from operator_console.cli.output import console, plain, print_json, print_table
from operator_console.cli.search import JsonOption

app = typer.Typer(
    help="The names and phrases by which releases are tagged.", no_args_is_help=True
)


@app.callback()
def vocabulary() -> None:
    """Keep `check` a command of its own, whatever comes beside it."""


@app.command("check")
def check(
    directories: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[DIR]…",
            help="Folders of your own files; by default the shipped ones, and that of "
            "COMMUNIQUE_VOCABULARY_DIR.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Look for entries that are broken, double, ambiguous or dead; exit 1 if any is."""
    from enrichment_worker.settings import EnrichmentSettings
    from enrichment_worker.vocabulary import check as vocabulary_check

    own = EnrichmentSettings().vocabulary_dir
    checked: list[Path | None] = [None, *([own] if own else [])]
    if directories:
        checked = [*directories]
    problems = [one for folder in checked for one in vocabulary_check.check(folder)]
    for one in problems if as_json else ():
        print_json({"file": one.file, "entry": one.entry, "problem": one.message})
    if not as_json and problems:
        print_table(
            ("file", "entry", "problem"),
            [(one.file, one.entry, plain(one.message, "red")) for one in problems],
        )
    if not as_json:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        console.print(f"{count}." if problems else "The vocabulary is sound.")
    if problems:
        raise typer.Exit(1)
