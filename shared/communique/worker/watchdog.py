"""Ends a worker that has lag and makes no progress; the supervisor starts it again."""

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
