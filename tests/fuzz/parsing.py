"""
Atheris on what reads foreign documents: `make fuzz`, with SECONDS=600 by default.

An input is read as a feed, as a page with a list, or by the guesser of selectors.
What counts as found: anything raised but NotAFeedError, an entry that is no JSON, and
an input that takes longer than two seconds.
"""

import json
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import atheris

with atheris.instrument_imports(
    include=["feed_poller", "feedparser", "communique.markup", "communique.encoding"]
):
    from communique.events import Feed, Selectors
    from feed_poller.document import document_text
    from feed_poller.items import Reading
    from feed_poller.parse import NotAFeedError, parse
    from feed_poller.suggest import suggest

from tests.corpus.broken import broken
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW

LIST = FEED.model_copy(
    update={
        "kind": "html",
        "selectors": Selectors(item="li, tr, article", date="time, td:nth-child(1)"),
    }
)
TYPES = (None, "text/html", "text/xml; charset=utf-16", "x; charset=gb18030")
READING = Reading(FEED_URL, ZoneInfo("Asia/Kolkata"), NOW)
CPU_SECONDS = 2.0
CORPUS = Path(__file__).parents[1] / "corpus"


def read(data: bytes) -> None:
    """Read `data` as its first byte says: by which reader, under which media type."""
    way, body = (data[0] if data else 0), data[1:]
    content_type = TYPES[way % len(TYPES)]
    started = time.process_time()
    match way // len(TYPES) % 3:
        case 0:
            _entries(body, FEED, content_type)
        case 1:
            _entries(body, LIST, content_type)
        case _:
            _suggestions(body, content_type)
    took = time.process_time() - started
    assert took < CPU_SECONDS, f"took {took:.1f} s"


def _suggestions(body: bytes, content_type: str | None) -> None:
    try:
        text, _ = document_text(body, content_type)
    except NotAFeedError:
        return
    for found in suggest(text, READING):
        assert 0 <= found.score <= 1


def _entries(body: bytes, feed: Feed, content_type: str | None) -> None:
    try:
        parsed = parse(
            body, feed=feed, url=FEED_URL, seen_at=NOW, content_type=content_type
        )
    except NotAFeedError:
        return
    for entry in parsed.entries:
        json.loads(entry.model_dump_json())


def seeds(folder: Path) -> None:
    """Write what the fuzzer starts from: the corpus, each file to be read every way."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(broken()):
        (folder / f"broken-{number}").write_bytes(b"\0" + case.body)
    for file in CORPUS.glob("feeds/*"):
        (folder / f"feed-{file.name}").write_bytes(b"\0" + file.read_bytes())
    for file in CORPUS.glob("pages/*"):
        for way in (4, 8):
            name = f"page-{way}-{file.name}"
            (folder / name).write_bytes(bytes([way]) + file.read_bytes())


if __name__ == "__main__":
    seeds(Path(sys.argv[1]))
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
