"""Processes kept running: real ones, as small as can be."""

import asyncio
import os
import signal
import sys

import pytest

from operator_console.local import supervisor as supervisor_module
from operator_console.local.supervisor import PARENT, Program, Supervisor


class Kept:
    """A supervisor with what it said, and a way to wait for a line."""

    def __init__(self, directory):
        self.directory = directory
        self.lines = []
        self.told = asyncio.Event()
        self.supervisor = Supervisor(self.say)

    def say(self, name, line):
        self.lines.append((name, line))
        self.told.set()

    async def line(self, words, times=1):
        """Wait until `words` were said so many times."""
        async with asyncio.timeout(20):
            while sum(words in line for _, line in self.lines) < times:
                self.told.clear()
                await self.told.wait()

    def program(self, name, code, **environment):
        return Program(name, ("-c", code), {"PYTHONUNBUFFERED": "1", **environment})


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor_module, "backoff_seconds", lambda *_, **__: 0.01)
    monkeypatch.setattr(supervisor_module, "STOP_SECONDS", 0.5)
    return Kept(tmp_path)


WAITS = "import signal\nprint('up')\nsignal.pause()"
STUBBORN = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, lambda *_: print('no'))\n"
    "print('up')\n"
    "while True: time.sleep(60)"
)


async def stopped(kept, running):
    kept.supervisor.stop()
    async with asyncio.timeout(20):
        await running


async def test_lines_of_all_processes_come_with_their_name(kept):
    run = asyncio.create_task(
        kept.supervisor.run(
            [
                kept.program("a", "import sys; print('out'); sys.exit(2)"),
                kept.program(
                    "b", "import sys; print('err', file=sys.stderr); sys.exit(2)"
                ),
            ]
        )
    )
    await run
    assert ("a", "out") in kept.lines
    assert ("b", "err") in kept.lines


async def test_a_process_that_fails_is_started_again(kept):
    run = asyncio.create_task(
        kept.supervisor.run([kept.program("a", "import sys; print('up'); sys.exit(1)")])
    )
    await kept.line("up", times=3)
    await stopped(kept, run)
    assert any("ended with 1; starts again" in line for _, line in kept.lines)


@pytest.mark.parametrize(
    "code", ["raise SystemExit(0)", "import os; os.kill(os.getpid(), 9)"]
)
async def test_a_service_that_ends_is_started_again_whatever_it_says(kept, code):
    run = asyncio.create_task(kept.supervisor.run([kept.program("a", code)]))
    await kept.line("starts again", times=2)
    await stopped(kept, run)
    assert sum("starts again" in line for _, line in kept.lines) >= 2


async def test_wrong_settings_are_not_tried_again(kept):
    run = asyncio.create_task(
        kept.supervisor.run([kept.program("a", "import sys; sys.exit(2)")])
    )
    async with asyncio.timeout(20):
        await run
    assert kept.lines == [("a", "stays stopped: its settings cannot work")]


async def test_the_end_of_one_leaves_the_others_alone(kept):
    run = asyncio.create_task(
        kept.supervisor.run(
            [kept.program("a", "import sys; sys.exit(2)"), kept.program("b", WAITS)]
        )
    )
    await kept.line("stays stopped")
    await kept.line("up")
    assert kept.supervisor.pid("a") is None
    os.kill(kept.supervisor.pid("b"), 0)
    await stopped(kept, run)


async def test_a_stop_ends_all_of_them(kept):
    run = asyncio.create_task(
        kept.supervisor.run([kept.program(name, WAITS) for name in "ab"])
    )
    await kept.line("up", times=2)
    pids = [kept.supervisor.pid(name) for name in "ab"]
    await stopped(kept, run)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert not any("starts again" in line for _, line in kept.lines)


async def test_what_does_not_hear_is_killed(kept):
    run = asyncio.create_task(kept.supervisor.run([kept.program("a", STUBBORN)]))
    await kept.line("up")
    pid = kept.supervisor.pid("a")
    await stopped(kept, run)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_stop_does_not_wait_for_the_next_try(kept, monkeypatch):
    monkeypatch.setattr(supervisor_module, "backoff_seconds", lambda *_, **__: 3600.0)
    run = asyncio.create_task(
        kept.supervisor.run([kept.program("a", "import sys; sys.exit(1)")])
    )
    await kept.line("starts again in 3600 s")
    await stopped(kept, run)
    assert run.done()


async def test_a_stop_before_the_start_starts_nothing(kept):
    kept.supervisor.stop()
    await kept.supervisor.run([kept.program("a", WAITS)])
    assert kept.lines == []


async def test_a_process_has_its_own_environment_and_session(kept):
    code = (
        "import os, sys\n"
        "print(os.environ['COMMUNIQUE_X'], os.getsid(0) == os.getpid())\n"
        "sys.exit(2)"
    )
    await kept.supervisor.run([kept.program("a", code, COMMUNIQUE_X="17")])
    assert ("a", "17 True") in kept.lines


async def test_a_very_long_line_or_no_text_at_all_stops_nothing(kept):
    code = (
        "import sys\n"
        "print('x' * 300_000)\n"
        "sys.stdout.buffer.write(b'\\xff\\xfe\\n')\n"
        "print('after'); sys.exit(2)"
    )
    await kept.supervisor.run([kept.program("a", code)])
    assert any(line.endswith("after") for _, line in kept.lines)


async def test_a_killed_process_is_back_under_another_id(kept):
    run = asyncio.create_task(kept.supervisor.run([kept.program("a", WAITS)]))
    await kept.line("up")
    first = kept.supervisor.pid("a")
    os.kill(first, signal.SIGKILL)
    await kept.line("up", times=2)
    assert kept.supervisor.pid("a") not in (None, first)
    await stopped(kept, run)


WATCHES = (
    "import signal, sys\n"
    "from operator_console.local.supervisor import end_with_parent\n"
    "end_with_parent()\n"
)


@pytest.fixture
async def watching():
    """Start processes that watch their parent; none outlives the test."""
    started = []

    async def start(code, **environment):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            WATCHES + code,
            env={**os.environ, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        started.append(process)
        assert await process.stdout.readline() == b"up\n"
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_process_ends_as_told_to_when_the_pipe_of_its_parent_closes(
    watching,
):
    code = (
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit('told to end'))\n"
        "print('up', flush=True)\n"
        "while True: signal.pause()"
    )
    process = await watching(code, **{PARENT: "1"})
    assert process.returncode is None
    process.stdin.close()
    async with asyncio.timeout(20):
        assert await process.wait() == 1


async def test_a_process_that_a_person_started_does_not_end_with_its_input(
    watching,
):
    code = "print('up', flush=True); sys.stdin.read(); print('goes on')"
    process = await watching(code, **{PARENT: ""})
    async with asyncio.timeout(20):
        said, _ = await process.communicate(b"")
    assert (said, process.returncode) == (b"goes on\n", 0)


async def test_a_supervisor_that_is_killed_takes_its_processes_along(tmp_path):
    alive = tmp_path / "alive"
    os.mkfifo(alive)
    child = WATCHES + f"held = open({str(alive)!r}, 'w')\nsignal.pause()"
    parent = (
        "import asyncio\n"
        "from operator_console.local.supervisor import Program, Supervisor\n"
        f"programs = [Program('a', ('-c', {child!r}), {{}})]\n"
        "asyncio.run(Supervisor(print).run(programs))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent)
    async with asyncio.timeout(20):
        # Opens once the child has opened it, and ends when the child has ended.
        held = await asyncio.to_thread(alive.open)
        process.kill()
        await process.wait()
        assert await asyncio.to_thread(held.read) == ""
    held.close()
