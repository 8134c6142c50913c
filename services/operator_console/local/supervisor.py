"""Runs the services as processes: their logs with a prefix, restarts, a clean stop."""

import asyncio
import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from communique.retry import backoff_seconds

STOP_SECONDS = 12.0
RESTART_CAP_SECONDS = 5.0
"""As long as any engine is waited for between two tries."""
PARENT = "COMMUNIQUE_ENDS_WITH_PARENT"
USAGE = 2
"""The exit code that no restart can cure."""

Say = Callable[[str, str], None]
"""Shows one line of a process: its name, the line."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process to keep running."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]


def end_with_parent() -> None:
    """Stop this process as SIGTERM would when a supervisor that started it is gone."""
    if os.environ.get(PARENT) != "1":
        return

    def watch() -> None:
        # Not sys.stdin: its lock, held here, would abort the interpreter at its end.
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


class Supervisor:
    """Keeps programs running until it is told to stop."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._stopping = asyncio.Event()
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def run(self, programs: Sequence[Program]) -> None:
        """Run until `stop`; returns when every process has ended."""
        async with asyncio.TaskGroup() as group:
            for program in programs:
                group.create_task(self._keep(program))

    def stop(self) -> None:
        """Ask every process to end; what hangs is killed after 12 s."""
        self._stopping.set()
        for process in self._processes.values():
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)

    def pid(self, name: str) -> int | None:
        """Return the id of a running process, or None."""
        process = self._processes.get(name)
        return process.pid if process and process.returncode is None else None

    async def _keep(self, program: Program) -> None:
        rng = random.SystemRandom()
        attempt = 0
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            started = loop.time()
            code = await self._once(program)
            if self._stopping.is_set():
                return
            if code == USAGE:
                self._say(program.name, "stays stopped: its settings cannot work")
                return
            attempt = 0 if loop.time() - started > 60 else attempt + 1
            wait = backoff_seconds(attempt, cap=RESTART_CAP_SECONDS, rng=rng)
            self._say(program.name, f"ended with {code}; starts again in {wait:.0f} s")
            try:
                await asyncio.wait_for(self._stopping.wait(), wait)
            except TimeoutError:
                continue

    async def _once(self, program: Program) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *program.arguments,
            env={**os.environ, **program.environment, PARENT: "1"},
            # Never written to: its end tells the process that we are gone.
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # Ctrl-C on a terminal is for the supervisor alone; it stops the others.
            start_new_session=True,
        )
        self._processes[program.name] = process
        talk = asyncio.create_task(self._talk(program.name, process))
        stop = asyncio.create_task(self._stopping.wait())
        end = asyncio.create_task(process.wait())
        await asyncio.wait({stop, end}, return_when=asyncio.FIRST_COMPLETED)
        if not end.done():
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            done, _ = await asyncio.wait({end}, timeout=STOP_SECONDS)
            if not done:
                process.kill()
        stop.cancel()
        code = await end
        await talk
        return code

    async def _talk(self, name: str, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        while line := await _line(process.stdout):
            self._say(name, line.decode("utf-8", "replace").rstrip())


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:  # a line above the stream's limit
        return await stream.read(65_536)
