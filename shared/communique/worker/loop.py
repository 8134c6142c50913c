"""The event loop that services run on: uvloop, where there is one for the system."""

import asyncio
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

if sys.platform == "win32":
    new_event_loop = asyncio.new_event_loop
else:
    from uvloop import new_event_loop

THREADS = 2
"""
Threads for long documents (`asyncio.to_thread`).

The interpreter runs one thread at a time: more of them read nothing sooner, and let the
loop wait for as many turns whenever it has let go, as at each request and each query.
"""
TURN_SECONDS = 0.001
"""How long such a turn is; 5 ms are usual."""


def run_on_loop(service: Coroutine[Any, Any, int]) -> int:
    """
    Run `service` to its end and return its exit code.

    The loop is this one's alone: the thread in which Faust asks Kafka makes its own,
    which stays asyncio's, as every library that makes one expects.
    """
    sys.setswitchinterval(TURN_SECONDS)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.get_loop().set_default_executor(ThreadPoolExecutor(THREADS, "document"))
        return runner.run(service)
