"""
Parses documents, each in a process of its own; prints what that took, a line of JSON.

A line of standard input names a kind and a file. The processes are forked by one that
has imported all they need, once; its memory counts as theirs.
"""

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from communique.events import Feed, Selectors
from communique.identity import feed_id
from feed_poller.parse import NotAFeedError, parse
from tests.machine import slowness

URL = "https://ministry.example/rss.xml"


LIST = Selectors(item="tr", link="td a", date="td:nth-child(1), tr > td")


def read(kind: Literal["feed", "html"], file: str, *, imported_mib: int) -> None:
    at_fork_mib = peak_mib()  # less than was imported: what files hold is mapped anew
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
    slow = slowness()
    started = time.process_time()
    try:
        parsed = parse(body, feed=feed, url=URL, seen_at=now)
        said = f"{len(parsed.entries)} entries; {'; '.join(parsed.warnings)}"
    except NotAFeedError as error:
        said = str(error)
    seconds = time.process_time() - started
    slow = (slow + slowness()) / 2
    memory_mib = imported_mib + peak_mib() - at_fork_mib
    found = {
        "cpu_seconds": seconds,
        "slowness": slow,
        "memory_mib": memory_mib,
        "said": said,
    }
    print(json.dumps(found), flush=True)


def peak_mib() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        # Linux lets `ru_maxrss` begin with the memory of the process that forked.
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 // 1024


def main() -> None:
    imported_mib = peak_mib()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            read(*json.loads(line), imported_mib=imported_mib)
            return
        _, status = os.waitpid(child, 0)
        if status != 0:
            print(json.dumps({"died": status}), flush=True)


if __name__ == "__main__":
    main()
