"""What a search finds, as a file: whole or not at all."""

import csv
import io
import json
import sys
import tracemalloc
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pyarrow.parquet
import pytest

from communique.errors import NotReadyError, UsageError
from communique.query import Search
from operator_console.cli import export as cli_export
from operator_console.cli.export import export, export_format
from operator_console.export import formats
from operator_console.export.columns import COLUMNS
from operator_console.export.formats import FORMATS
from search_indexer.documents import documents
from search_indexer.templates import mapping
from tests.unit.search_indexer.examples import release

TYPES = {
    "text": {"keyword", "text", "date"},
    "texts": {"keyword"},
    "time": {"date"},
    "number": {"integer", "long"},
    "share": {"float"},
    "flag": {"boolean"},
}


def document(**changes):
    return dict(documents(release(**changes))[0].document)


def written(name, *pages):
    out = io.BytesIO()
    with FORMATS[name](out) as write:
        for page in pages:
            write(page)
    return out.getvalue()


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("column", COLUMNS)
def test_each_column_is_a_field_of_the_index_with_a_fitting_type(column):
    field = {"properties": mapping("communique-releases")["properties"]}
    for step in column.split("."):
        field = field["properties"][step]
    assert field["type"] in TYPES[COLUMNS[column]]


def test_a_row_of_csv_says_what_a_release_is():
    (row,) = rows(written("csv", [document()]))
    assert row["title"] == "Measles vaccination campaign opens in Nairobi"
    assert row["@timestamp"] == "2025-03-04T08:30:00+00:00"
    assert row["persons"] == "Amina Odhiambo"
    assert row["url.full"] == "https://health.example/releases/1?id=7"
    assert row["issuing_ministry.name"] == "Ministry of Health"
    assert (row["revision"], row["similarity"], row["withdrawn"]) == (
        "1",
        "0.9",
        "false",
    )


def test_several_values_stand_in_one_cell_of_csv():
    (row,) = rows(written("csv", [document(countries=("KE", "UG"))]))
    assert row["countries"] == "KE; UG"


@pytest.mark.parametrize("start", "=+-@\t\r")
@pytest.mark.parametrize("field", ["title", "categories"])
def test_no_cell_of_csv_is_a_formula(start, field):
    foreign = f"{start}HYPERLINK(1)"
    changed = foreign if field == "title" else (foreign, "b")
    (row,) = rows(written("csv", [document(**{field: changed})]))
    assert row[field].startswith(f"'{start}HYPERLINK")


def test_a_text_with_quotes_and_lines_comes_back_from_csv():
    text = 'One, "two"\r\nthree;\n\nfour'
    (row,) = rows(written("csv", [document(text=text)]))
    assert row["text"] == text


@pytest.mark.parametrize("old", [{}, {"theme": "health", "release_id": "a"}])
@pytest.mark.parametrize("name", FORMATS)
def test_documents_of_an_older_mapping_are_written_with_what_they_have(name, old):
    assert written(name, [old])


def test_jsonl_has_the_whole_document():
    stored = document(title="\u202eTitre «été»")
    (line,) = written("jsonl", [stored]).splitlines()
    assert json.loads(line) == json.loads(json.dumps(stored))


def test_parquet_has_the_types_of_the_fields(tmp_path):
    (tmp_path / "a.parquet").write_bytes(written("parquet", [document()], []))
    table = pyarrow.parquet.read_table(tmp_path / "a.parquet")
    assert table.column_names == list(COLUMNS)
    (row,) = table.to_pylist()
    assert row["@timestamp"] == datetime(2025, 3, 4, 8, 30, tzinfo=UTC)
    assert row["persons"] == ["Amina Odhiambo"]
    assert row["similarity"] == pytest.approx(0.9)
    assert row["withdrawn"] is False


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found_is_a_file_without_rows(name, tmp_path):
    data = written(name)
    if name == "parquet":
        assert pyarrow.parquet.read_table(io.BytesIO(data)).num_rows == 0
    else:
        assert data.decode().splitlines() == ([",".join(COLUMNS)] * (name == "csv"))


@pytest.mark.parametrize(
    ("rows_a_group", "characters", "groups"),
    [(4, 10**6, [4, 4, 2]), (100, 150, [2, 2, 2, 2, 2])],
    ids=["so many rows", "so much text"],
)
def test_a_row_group_of_parquet_is_bounded(
    monkeypatch, rows_a_group, characters, groups
):
    monkeypatch.setattr(formats, "ROWS", rows_a_group)
    monkeypatch.setattr(formats, "CHARACTERS", characters)
    pages = [[document(text="x" * 80)] * 5] * 2
    file = pyarrow.parquet.ParquetFile(io.BytesIO(written("parquet", *pages)))
    sizes = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert sizes == groups


class Counting(io.RawIOBase):
    """A file that keeps nothing."""

    def writable(self):
        return True

    def write(self, data):
        return len(data)


@pytest.mark.parametrize("name", FORMATS)
def test_memory_does_not_grow_with_the_number_of_releases(name, monkeypatch):
    monkeypatch.setattr(formats, "ROWS", 100)
    one = document(text="x" * 40_000)

    def peak(pages):
        tracemalloc.start()
        with FORMATS[name](Counting()) as write:
            for _ in range(pages):
                write([{**one, "text": one["text"] + str(n)} for n in range(100)])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)  # what is imported and cached once
    few, many = peak(2), peak(8)
    assert many < few + 2_000_000  # six more pages are 24 MB of text


@pytest.fixture
def found(monkeypatch):
    """Let an export find the pages that are given, or fail where one is an error."""

    def find(*pages, lacking=None):
        @asynccontextmanager
        async def client(_home):
            yield None

        @asynccontextmanager
        async def every_release(_client, _asked, *, size):
            async def read():
                for page in pages:
                    if isinstance(page, BaseException):
                        raise page
                    yield page

            yield read()

        async def check_not_empty(_client):
            return

        monkeypatch.setattr(cli_export, "elasticsearch_client", client)
        monkeypatch.setattr(cli_export, "every_release", every_release)

        async def unfilled(_client):
            return lacking

        monkeypatch.setattr(cli_export, "check_not_empty", check_not_empty)
        monkeypatch.setattr(cli_export, "unfilled", unfilled)

    return find


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_has_its_name_when_it_is_whole(found, tmp_path, name):
    found([document()], [document()])
    path = tmp_path / f"a.{name}"
    export(None, Search(), str(path), name)
    assert path.stat().st_size
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_there_also_if_some_releases_are_found_by_less(found, tmp_path):
    found([document()], lacking="Run: communique index reindex")
    path = tmp_path / "a.jsonl"
    with pytest.raises(NotReadyError, match="index reindex"):
        export(None, Search(), str(path), "jsonl")
    assert path.read_text().count("\n") == 1


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "error", [NotReadyError("gone"), KeyboardInterrupt()], ids=["failed", "cut off"]
)
def test_what_is_cut_off_leaves_nothing_and_the_file_of_before(
    found, tmp_path, name, error
):
    found([document()], error)
    path = tmp_path / f"a.{name}"
    path.write_text("before")
    with pytest.raises(type(error)):
        export(None, Search(), str(path), name)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_is_full_is_said(found, tmp_path):
    found([document()], OSError(28, "No space left on device"))
    with pytest.raises(NotReadyError, match=r"a\.csv cannot be written: No space left"):
        export(None, Search(), str(tmp_path / "a.csv"), "csv")
    assert list(tmp_path.iterdir()) == []


def test_parquet_without_pyarrow_says_how_to_get_it(found, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(NotReadyError, match=r"pip install 'communique\[parquet\]'"):
        export(None, Search(), str(tmp_path / "a.parquet"), "parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("a.jsonl", None, "jsonl"),
        ("a.b.csv", None, "csv"),
        ("a.txt", "parquet", "parquet"),
        ("-", "csv", "csv"),
    ],
)
def test_a_format_is_said_or_the_ending_of_the_name(name, said, expected):
    assert export_format(name, said) == expected


@pytest.mark.parametrize(
    ("name", "said", "words"),
    [
        ("-", None, "--format: jsonl, csv, parquet"),
        ("a.xlsx", None, "'xlsx' is no format"),
        ("a", None, "'a' is no format"),
        ("a.csv", "xml", "'xml' is no format"),
    ],
)
def test_a_format_that_is_none_is_wrong_usage(name, said, words):
    with pytest.raises(UsageError, match=words):
        export_format(name, said)


@pytest.mark.parametrize("name", [".", "missing/a.csv"])
def test_a_file_that_cannot_be_is_wrong_usage(found, tmp_path, name):
    found([document()])
    with pytest.raises(UsageError):
        export(None, Search(), str(tmp_path / name), "csv")
