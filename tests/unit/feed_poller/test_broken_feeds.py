"""Every broken feed gives entries or a reason, in bounded time and memory."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from feed_poller.parse import NotAFeedError, parse
from tests.corpus.broken import DATES, Broken, broken, dated
from tests.corpus.heavy import heavy, heavy_pages
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW

CASES = list(broken())
CPU_SECONDS = 2.0
MEMORY_MIB = 200


def read(case: Broken):
    return parse(
        case.body,
        feed=FEED,
        url=FEED_URL,
        seen_at=NOW,
        content_type=case.content_type,
    )


def test_there_are_enough_cases_each_with_a_name_of_its_own():
    assert len({case.name for case in CASES}) == len(CASES) >= 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_feed_gives_the_entries_that_can_be_told_or_a_reason(case: Broken):
    try:
        titles = tuple(entry.title for entry in read(case).entries)
    except NotAFeedError:
        titles = ()
    if case.titles is not None:
        assert titles == case.titles


@pytest.mark.parametrize(
    "text", [part for line in DATES.split("\n") for part in line.split("|") if part]
)
def test_date_is_read_in_every_form(text: str):
    (entry,) = read(dated(text)).entries
    assert entry.published_at is not None
    assert entry.published_at.strftime("%d %H:%M") == "16 14:30"


HEAVY = [
    *(("feed", name, make) for name, make in heavy().items()),
    *(("html", name, make) for name, make in heavy_pages().items()),
]


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    """A process that reads each document in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.programs.parse_file"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "make"),
    [pytest.param(kind, make, id=f"{kind}: {name}") for kind, name, make in HEAVY],
)
def test_heavy_document_is_read_in_bounded_time_and_memory(
    kind, make, tmp_path, reader
):
    file = tmp_path / "document"
    file.write_bytes(make())
    print(json.dumps([kind, str(file)]), file=reader.stdin, flush=True)
    found = json.loads(reader.stdout.readline())
    print(found)  # shown with -rA
    assert found["cpu_seconds"] / found["slowness"] < CPU_SECONDS
    assert found["memory_mib"] < MEMORY_MIB
    assert found["said"]
