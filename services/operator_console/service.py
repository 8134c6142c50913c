"""
One service as a process: `python -m operator_console.service NAME`.

Beside the command line and not within it: a service that is started by the supervisor
need not import what only people use, and is ready two seconds sooner.
"""

import sys
from collections.abc import Callable, Coroutine
from typing import Any

from communique.errors import UsageError
from communique.logs import configure_logs
from communique.settings import WorkerSettings
from communique.worker.loop import run_on_loop
from communique.worker.watchdog import end_within
from operator_console.local.supervisor import end_with_parent
from operator_console.reporting import report_errors

END_SECONDS = 1.0
"""What the interpreter has for its own end, once a service has put all down."""


def run_named(name: str) -> int:
    """
    Run the service `name` until it is told to stop, and return its exit code.

    Raises UsageError if there is none of that name.
    """
    if name not in _STARTS:
        names = ", ".join(_STARTS)
        raise UsageError(f"There is no service {name!r}; choose of {names}.")
    settings, serve = _STARTS[name]()
    configure_logs(service=name, form=settings.log_format, level=settings.log_level)
    end_with_parent()
    return run_on_loop(_ended(serve(settings)))


async def _ended(service: Coroutine[Any, Any, int]) -> int:
    code = await service
    end_within(END_SECONDS, code)
    return code


Start = tuple[WorkerSettings, Callable[[Any], Coroutine[Any, Any, int]]]


# Each imports its service when asked to: a model need not be loaded to poll feeds.
def _feed_poller() -> Start:
    from feed_poller.app import run as serve
    from feed_poller.settings import FeedPollerSettings

    return FeedPollerSettings(), serve


def _page_fetcher() -> Start:
    from page_fetcher.app import run as serve
    from page_fetcher.settings import PageFetcherSettings

    return PageFetcherSettings(), serve


def _enrichment_worker() -> Start:
    from enrichment_worker.app import run as serve
    from enrichment_worker.settings import EnrichmentSettings

    return EnrichmentSettings(), serve


def _search_indexer() -> Start:
    from search_indexer.app import run as serve
    from search_indexer.settings import SearchIndexerSettings

    return SearchIndexerSettings(), serve


def _push_listener() -> Start:
    from feed_poller.push_app import run as serve
    from feed_poller.settings import PushListenerSettings

    return PushListenerSettings(), serve


_STARTS: dict[str, Callable[[], Start]] = {
    "feed-poller": _feed_poller,
    "page-fetcher": _page_fetcher,
    "enrichment-worker": _enrichment_worker,
    "search-indexer": _search_indexer,
    "push-listener": _push_listener,
}


if __name__ == "__main__":
    report_errors(lambda: sys.exit(run_named(sys.argv[1])))
