"""Parses one document in a process of its own; prints what that took, as JSON."""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from communique.events import Feed, Selectors
from communique.identity import feed_id
from feed_poller.parse import NotAFeedError, parse

URL = "https://ministry.example/rss.xml"


LIST = Selectors(item="tr", link="td a", date="td:nth-child(1), tr > td")


def main(file: str, kind: Literal["feed", "html"]) -> None:
    body = Path(file).read_bytes()
    now = datetime.now(UTC)
    feed = Feed(
        feed_id=feed_id(URL),
        url=URL,
        title="",
        registered_at=now,
        kind=kind,
        selectors=LIST if kind == "html" else None,
    )
    started = time.process_time()
    try:
        parsed = parse(body, feed=feed, url=URL, seen_at=now)
        said = f"{len(parsed.entries)} entries; {'; '.join(parsed.warnings)}"
    except NotAFeedError as error:
        said = str(error)
    seconds = time.process_time() - started
    print(json.dumps({"cpu_seconds": seconds, "memory_mib": peak_mib(), "said": said}))


def peak_mib() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        # Linux lets `ru_maxrss` begin with the memory of the process that forked.
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 // 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
