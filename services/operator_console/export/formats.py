"""
How an export is written: JSONL, CSV or Parquet, a page of documents at a time.

Each format is a context manager around an open file; it gives the function that writes
a page, and ends the file when its block ends without an error.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, BinaryIO

from communique.errors import NotReadyError
from operator_console.export.columns import COLUMNS, Document, Kind, cells, value

Write = Callable[[Sequence[Document]], None]
Format = Callable[[BinaryIO], AbstractContextManager[Write]]

ROWS = 10_000
CHARACTERS = 16_000_000
"""A row group of Parquet has so many rows, or so much text, whichever comes first."""


@contextmanager
def jsonl(out: BinaryIO) -> Iterator[Write]:
    """Write each document as it is stored, one JSON object a line."""

    def write(documents: Sequence[Document]) -> None:
        for document in documents:
            out.write(json.dumps(document, ensure_ascii=False).encode() + b"\n")

    yield write


@contextmanager
def csv_rows(out: BinaryIO) -> Iterator[Write]:
    """Write a header and one row a document (RFC 4180)."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(COLUMNS)

    def write(documents: Sequence[Document]) -> None:
        rows.writerows(cells(document) for document in documents)

    try:
        yield write
    finally:
        text.detach()  # it would close a file that is not ours


@contextmanager
def parquet(out: BinaryIO) -> Iterator[Write]:
    """
    Write a table with the types of the fields, a row group when one is full.

    Raises NotReadyError if pyarrow is not installed.
    """
    check_parquet()
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    schema = pa.schema([(name, _types()[kind]) for name, kind in COLUMNS.items()])
    waiting: list[dict[str, Any]] = []
    characters = 0

    def flush() -> None:
        nonlocal characters
        if waiting:
            table.write_table(pa.Table.from_pylist(waiting, schema=schema))
        waiting.clear()
        characters = 0

    def write(documents: Sequence[Document]) -> None:
        nonlocal characters
        for document in documents:
            waiting.append({name: value(document, name) for name in COLUMNS})
            characters += len(waiting[-1]["text"] or "")
            if len(waiting) >= ROWS or characters >= CHARACTERS:
                flush()

    with ParquetWriter(out, schema, compression="zstd") as table:
        yield write
        flush()


def check_parquet() -> None:
    """Raise NotReadyError, which says how to get it, if pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise NotReadyError(
            "Parquet needs pyarrow, which is not installed: "
            "pip install 'communique[parquet]', or export to .jsonl or .csv."
        ) from None


def _types() -> Mapping[Kind, Any]:
    import pyarrow as pa

    return {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "time": pa.timestamp("ms", tz="UTC"),
        "number": pa.int64(),
        "share": pa.float64(),
        "flag": pa.bool_(),
    }


FORMATS: Mapping[str, Format] = {"jsonl": jsonl, "csv": csv_rows, "parquet": parquet}
"""The ending of a file's name → how it is written."""
