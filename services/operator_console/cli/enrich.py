"""Texts in, tags out: `enrich`."""

import io
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from communique.errors import UsageError
from operator_console.cli.enriched import print_tags
from operator_console.cli.given import given_fields, given_release, tag_line
from operator_console.cli.output import print_json
from operator_console.cli.search import JsonOption


def enrich(
    file: Annotated[
        str | None, typer.Argument(help="A text or a release in JSON; - for stdin.")
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(help="One {id, title, text} a line; - for stdin."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="The headline of a text.")] = None,
    language: Annotated[
        str | None, typer.Option(help="If it is known, as en, fr, es.")
    ] = None,
    explained: Annotated[
        bool,
        typer.Option("--explain", help="Say of each tag why: who said so, who lost."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Tag a text with people, organisations, places and themes; needs no engine."""
    if (file is None) == (batch is None):
        raise UsageError("Give one file to tag, or many with --batch FILE.jsonl.")
    if explained and batch is not None:
        raise UsageError("--explain takes one file; give no --batch with it.")
    from enrichment_worker.enrich import enrich as tag
    from enrichment_worker.settings import EnrichmentSettings
    from enrichment_worker.vocabulary.load import load_vocabulary

    settings = EnrichmentSettings()
    load = partial(load_vocabulary, settings.vocabulary_dir, settings.spacy_models)
    if batch is not None:
        vocabulary = load()
        failed = False
        for line in _lines(batch):
            answer = tag_line(line, lambda release: tag(release, vocabulary, 0))
            failed = failed or "error" in answer
            print_json(answer)
        if failed:
            raise typer.Exit(1)
        return
    given = given_fields(_read(str(file)))
    release = given_release(
        {
            **given,
            **({"title": title} if title else {}),
            **({"language": language} if language else {}),
        }
    )
    vocabulary = load()
    enriched = tag(release, vocabulary, 0)
    if explained:
        from operator_console.cli.explanation import print_explanation

        print_explanation(release, enriched, vocabulary, settings, as_json=as_json)
    elif as_json:
        print_json(enriched.model_dump(mode="json"))
    else:
        print_tags(enriched)


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from None
    return data.decode("utf-8-sig", "replace")


def _lines(file: Path) -> Iterator[str]:
    if str(file) == "-":
        lines = io.TextIOWrapper(sys.stdin.buffer, "utf-8-sig", "replace")
        yield from _not_empty(lines)
        return
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            yield from _not_empty(lines)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _not_empty(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if line.strip())
