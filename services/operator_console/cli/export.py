"""All that a search finds, in a file: `search --export`."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rich.status import Status

from communique.errors import NotReadyError, UsageError
from communique.query import Search
from operator_console.cli.connect import elasticsearch_client
from operator_console.cli.output import errors
from operator_console.export.formats import FORMATS, Write, check_parquet
from operator_console.export.whole_file import whole_file
from operator_console.local.home import Home
from search_indexer.filled import unfilled
from search_indexer.search import check_not_empty, every_release

PAGE = 200
"""Releases. One page is in memory, and a release may have megabytes."""

_STDOUT = "-"


def export_format(name: str, said: str | None) -> str:
    """
    Return the format of a file: what `--format` says, or the ending of its name.

    Raises UsageError if that is none of ours.
    """
    found = said or Path(name).suffix.removeprefix(".")
    if found in FORMATS:
        return found
    ways = ", ".join(FORMATS)
    if said is None and name == _STDOUT:
        raise UsageError(f"Say the format with --format: {ways}.")
    raise UsageError(
        f"{found or name!r} is no format of an export: choose {ways}, by the ending of "
        "the file or with --format."
    )


def export(home: Home, asked: Search, name: str, file_format: str) -> None:
    """
    Write all releases that are asked for to the file `name`, or to stdout for "-".

    A file has its name only when it is whole; stdout has what came until an error.

    Raises UsageError if the file cannot be written, NotReadyError if not every release
    can be read or, once the file is there, if some are found by less than others.
    """
    if file_format == "parquet":
        check_parquet()
    try:
        with (
            _opened(name) as out,
            FORMATS[file_format](out) as write,
            errors.status("Exporting …") as status,
        ):
            count, lacking = asyncio.run(_write_all(home, asked, write, status))
    except BrokenPipeError:
        raise  # the reader of stdout left: no error of ours
    except OSError as error:
        where = "stdout" if name == _STDOUT else name
        raise NotReadyError(
            f"{where} cannot be written: {error.strerror or error}."
        ) from error
    what = "release" if count == 1 else "releases"
    errors.print(f"{count:,} {what} exported.", style="dim")
    if lacking:
        raise NotReadyError(lacking)


async def _write_all(
    home: Home, asked: Search, write: Write, status: Status
) -> tuple[int, str | None]:
    count = 0
    async with (
        elasticsearch_client(home) as client,
        every_release(client, asked, size=PAGE) as pages,
    ):
        async for documents in pages:
            write(documents)
            count += len(documents)
            status.update(f"Exporting … {count:,} releases")
        if not count:
            await check_not_empty(client)
        return count, await unfilled(client)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == _STDOUT:
        if sys.stdout.isatty():
            raise UsageError("Send what --export - writes into a file or a program.")
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    path = Path(name)
    if path.is_dir() or not path.parent.is_dir():
        raise UsageError(f"{name} is a folder, or in none that is there.")
    with whole_file(path) as out:
        yield out
