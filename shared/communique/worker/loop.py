"""The event loop that services run on: uvloop, where there is one for the system."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

if sys.platform == "win32":
    new_event_loop = asyncio.new_event_loop
else:
    from uvloop import new_event_loop


def run_on_loop(service: Coroutine[Any, Any, int]) -> int:
    """
    Run `service` to its end and return its exit code.

    The loop is this one's alone: the thread in which Faust asks Kafka makes its own,
    which stays asyncio's, as every library that makes one expects.
    """
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(service)
