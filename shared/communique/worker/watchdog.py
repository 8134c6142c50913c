"""Ends a worker that is stuck, at work or at its end; the supervisor restarts it."""

import os
import sys
import threading
import time

from communique.worker.progress import Progress

EXIT_STALLED = 70


def start_watchdog(
    progress: Progress, *, stalled_seconds: float, rebalance_seconds: float
) -> None:
    """
    Watch `progress` once a second from a thread of its own.

    A thread, and `os._exit`: the faults that it cures hang the event loop (aiokafka
    that left its group and never rejoins: ADR 0002).
    """
    never = threading.Event()

    def watch() -> None:
        while not never.wait(1.0):
            reason = progress.verdict(
                time.monotonic(),
                stalled_seconds=stalled_seconds,
                rebalance_seconds=rebalance_seconds,
            )
            if reason is not None:
                print(f"The watchdog ends this worker: {reason}.", file=sys.stderr)
                sys.stderr.flush()
                os._exit(EXIT_STALLED)

    threading.Thread(target=watch, name="watchdog", daemon=True).start()


def end_within(seconds: float, code: int) -> None:
    """
    End this process with `code` after `seconds`, if it has not ended by itself.

    The interpreter waits for threads, and one of Faust's may never come back: a worker
    that fails while its consumer starts would neither work nor be started again.
    """

    def end() -> None:
        sys.stderr.flush()
        os._exit(code)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
