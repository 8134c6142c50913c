"""Files in, events out: `parse`, `enrich` and `ingest`."""

import asyncio
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from communique.errors import CommuniqueError, NotReadyError, UsageError
from communique.events import EnrichedRelease, Issuer, RawRelease, Selectors
from communique.identity import feed_id, fingerprint, release_id
from communique.worker.producer import Producer
from operator_console.cli.connect import (
    elasticsearch_client,
    home_folder,
    kafka_settings,
)
from operator_console.cli.engines import HomeOption
from operator_console.cli.output import console, errors, plain, print_json, print_table
from operator_console.cli.search import JsonOption, moment

_SOURCE = "urn:communique:enrich"
_WAIT_SECONDS = 60.0


def parse(
    files: Annotated[list[Path], typer.Argument(help="Feed documents, or pages.")],
    url: Annotated[
        str | None, typer.Option(help="Where they come from, for relative links.")
    ] = None,
    zone: Annotated[str, typer.Option(help="For dates without a zone (IANA).")] = "UTC",
    item: Annotated[
        str | None,
        typer.Option(help="Of a page without a feed: the CSS selector of its items."),
    ] = None,
    link: Annotated[
        str | None, typer.Option(help="Within an item; by default its first link.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Within an item; by default the link's words.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Within an item; by default none.")
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Show selectors that may suit a page.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the entries of feed documents, as the poller would read them."""
    from feed_poller.parse_files import parse_lines, suggestion_lines

    if item is None and (link or title or date):
        raise UsageError("Name the items of the page too: --item SELECTOR.")
    now = datetime.now(UTC)
    contents = _contents(files)
    if suggest:
        _print_lines(
            suggestion_lines(contents, url=url, seen_at=now), _SUGGESTED, as_json
        )
        return
    selectors = _selectors(item, link, title, date) if item else None
    lines = parse_lines(contents, url=url, zone=zone, seen_at=now, selectors=selectors)
    _print_lines(lines, _PARSED, as_json)


_PARSED = {"file": "file", "published": "published_at", "title": "title"}
_SUGGESTED = {
    "file": "file",
    "--item": "item",
    "--link": "link",
    "--date": "date",
    "entries": "entries",
    "dated": "dated",
    "the first": "titles",
}
"""What stands in the columns of a table, by their heads."""


def _selectors(
    item: str, link: str | None, title: str | None, date: str | None
) -> Selectors:
    try:
        return Selectors(item=item, link=link, title=title, date=date)
    except ValidationError:
        raise UsageError("A selector has at most 300 characters.") from None


def _print_lines(
    lines: Iterator[dict[str, Any]], columns: Mapping[str, str], as_json: bool
) -> None:
    """Print lines as JSON or as a table, and the errors; raises Exit if there are."""
    failed = False
    rows = []
    for line in lines:
        failed = failed or "error" in line
        if as_json:
            print_json(line)
        elif "error" in line:
            errors.print(plain(f"{line['file']}: {line['error']}", "red"))
        else:
            rows.append([_cell(key, line[key]) for key in columns.values()])
    if rows:
        print_table(tuple(columns), rows)
    if failed:
        raise typer.Exit(1)


def _cell(key: str, value: Any) -> object:  # noqa: ANN401
    if key == "published_at":
        return str(value or "no date")[:16].replace("T", " ")
    return value[0] if key == "titles" else value


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
    from enrichment_worker.vocabulary import load_vocabulary

    settings = EnrichmentSettings()
    load = partial(load_vocabulary, settings.vocabulary_dir, settings.spacy_models)
    if batch is not None:
        vocabulary = load()
        failed = False
        for line in _lines(batch):
            answer = _tag_line(line, lambda release: tag(release, vocabulary, 0))
            failed = failed or "error" in answer
            print_json(answer)
        if failed:
            raise typer.Exit(1)
        return
    given = _given(_read(str(file)))
    release = _release(
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
        _print_tags(enriched)


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


def _tag_line(line: str, tag: Any) -> dict[str, Any]:  # noqa: ANN401
    given: dict[str, Any] = {}
    try:
        given = json.loads(line)
        if not isinstance(given, dict):
            given = {}
            raise UsageError("a line is one JSON object with id, title and text")
        enriched: EnrichedRelease = tag(_release(given))
    except (CommuniqueError, ValueError, RecursionError) as error:
        return {"id": given.get("id"), "error": str(error)}
    return {"id": given.get("id"), **enriched.model_dump(mode="json")}


def _release(given: dict[str, Any]) -> RawRelease:
    """Return what a person gave as a raw release; only its text has to be there."""
    if "revision" in given and "issuers" in given:
        try:
            return RawRelease.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(step) for step in first["loc"])
            raise UsageError(f"This is no release: {where}: {first['msg']}.") from None
    text, title = given.get("text"), given.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        raise UsageError("A release in JSON has at least a text, as a string.")
    text = text.encode("utf-8", "replace").decode()  # no lone surrogates
    language = given.get("language")
    digest = fingerprint(title, text)
    # No clock: the same text gives the same bytes.
    epoch = datetime.fromtimestamp(0, UTC)
    return RawRelease(
        release_id=release_id(link=None, feed=_SOURCE, guid=None, text=digest),
        revision=1,
        version=1,
        change="new",
        fingerprint=digest,
        title=title,
        text=text,
        text_from="ingest",
        issuers=(
            Issuer(
                feed_id=feed_id(_SOURCE),
                feed_url=_SOURCE,
                title=str(given.get("ministry") or "enriched by hand"),
                ministry=given.get("ministry"),
                country=given.get("country"),
            ),
        ),
        language=language if isinstance(language, str) else None,
        first_seen_at=epoch,
        revision_seen_at=epoch,
        **_published(given.get("published_at")),
    )


def _published(stated: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return when a release was published, by which its dates go; nothing if unsaid."""
    if stated is None:
        return {}
    try:
        at = datetime.fromisoformat(stated)
    except (TypeError, ValueError):
        raise UsageError(
            "published_at is a time in ISO 8601, as 2026-05-01T10:00+05:30."
        ) from None
    zone = "stated" if at.tzinfo else "assumed"
    return {"published_at": at.replace(tzinfo=at.tzinfo or UTC), "published_zone": zone}


def _given(text: str) -> dict[str, Any]:
    if text.lstrip().startswith("{"):
        try:
            given = json.loads(text)
        except ValueError:
            return {"text": text}
        if isinstance(given, dict) and "text" in given:
            return given
    return {"text": text}


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


def _contents(files: list[Path]) -> Iterator[tuple[str, bytes | OSError]]:
    for file in files:
        try:
            yield str(file), file.read_bytes()
        except OSError as error:
            yield str(file), error


def _print_tags(release: EnrichedRelease) -> None:
    print_table(
        ("type", "name", "where", "id", "roles and short forms", "sure"),
        [
            (
                entity.type,
                entity.name,
                entity.country,
                f"{entity.id_source}:{entity.id}" if entity.id else "not linked",
                ", ".join((*entity.roles, *entity.aliases)),
                f"{entity.confidence:.2f}",
            )
            for entity in release.entities
        ],
    )
    console.print()
    print_table(
        ("theme", "score", "because of"),
        [
            (
                theme.slug,
                f"{theme.score:.2f}",
                ", ".join(dict.fromkeys(place.text for place in theme.evidence)),
            )
            for theme in release.themes
        ],
    )
    console.print()
    for name, values in (
        ("language", [release.language or "unknown"]),
        ("countries", release.countries),
        ("hashtags", release.hashtags),
        ("handles", release.handles),
        *_semantics(release),
    ):
        if values:
            console.print(plain(f"{name:10} " + ", ".join(values)))


def _semantics(release: EnrichedRelease) -> Iterator[tuple[str, list[str]]]:
    """Yield what a release says of itself, in words for a person."""
    kind, ministry, told = (
        release.document_type,
        release.issuing_ministry,
        release.event,
    )
    if kind is not None and kind.type != "other":
        yield "kind", [f"{kind.type} ({kind.confidence:.2f})"]
    if ministry is not None:
        yield "issued by", [ministry.name, *(one.name for one in release.joint_issuers)]
    yield release.lateral, list(release.parties)
    yield "signed", [one.name for one in release.agreements]
    if told is not None:
        yield "event", [part for part in (told.date, told.place) if part]
    yield (
        "amounts",
        [
            f"{one.text} ({one.currency or 'unknown'} {one.value})"
            for one in release.amounts
        ],
    )
    yield "dates", [f"{one.text} ({one.date or 'unknown'})" for one in release.dates]
    yield (
        "quotes",
        [f"{one.speaker or 'unknown'}: {one.text}" for one in release.quotes],
    )
