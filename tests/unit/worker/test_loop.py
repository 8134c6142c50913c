"""The loop of a service: it ends with the service's code, at a signal, and with it."""

import asyncio
import os
import signal
import sys

import pytest

from communique.worker.loop import run_on_loop


async def code_at(number: signal.Signals) -> int:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(number, told.set)
    os.kill(os.getpid(), number)
    await asyncio.wait_for(told.wait(), 10)
    return 7


@pytest.mark.skipif(sys.platform == "win32", reason="no signal handlers of a loop")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_hears_that_it_is_to_stop_and_its_code_is_returned(number):
    assert run_on_loop(code_at(number)) == 7


def test_what_a_service_raises_is_raised():
    async def fails() -> int:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        run_on_loop(fails())


@pytest.mark.skipif(sys.platform == "win32", reason="there is none for it")
def test_it_is_uvloop_and_other_threads_have_their_own():
    async def loops() -> int:
        def other() -> str:
            loop = asyncio.new_event_loop()
            loop.close()
            return type(loop).__module__

        assert type(asyncio.get_running_loop()).__module__ == "uvloop"
        assert (await asyncio.to_thread(other)).startswith("asyncio.")
        return 0

    assert run_on_loop(loops()) == 0
