"""One engine's process: started until it answers, stopped, killed, started again."""

import os
import random
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HOST = "127.0.0.1"
START_SECONDS = 90.0
STOP_SECONDS = 30.0
LOG_LINES = 40


class EngineError(RuntimeError):
    """An engine does not start or does not stop; its last log lines say why."""


@dataclass(frozen=True)
class Launch:
    """What to run: the command, its environment, and who runs it if not we."""

    command: list[str]
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Mapping[str, Any] = field(default_factory=dict)  # arguments of Popen


class Server(ABC):
    """
    An engine in the folder `data_dir`, on ports that stay the same over restarts.

    A subclass says how it is launched and when it answers. `with` starts it and stops
    it. The process leads a group of its own: Ctrl-C reaches the tests, not the engine,
    and `kill` also ends its children.
    """

    def __init__(self, data_dir: Path, ports: tuple[int, ...]) -> None:
        self.data_dir = data_dir.resolve()
        self.ports = ports
        self.log = self.data_dir / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def launch(self) -> Launch:
        """Return what to run, with `data_dir` made ready for it."""

    @abstractmethod
    def answers(self) -> bool:
        """Return whether it serves requests; OSError counts as no."""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Return whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """
        Start the engine and return it when it answers.

        Raises EngineError if it ends first, or does not answer in time.
        """
        if self.running:
            raise EngineError(f"{self.log} belongs to an engine that already runs")
        if taken := [port for port in self.ports if not _is_free(port)]:
            raise EngineError(f"{type(self).__name__} cannot have the ports {taken}")
        self.data_dir.mkdir(parents=True, exist_ok=True)
        launch = self.launch()
        with self.log.open("ab") as log:
            earlier = log.tell()
            self._process = subprocess.Popen(
                launch.command,
                env=launch.env,
                cwd=self.data_dir,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **launch.account,
            )
        try:
            if not _within(START_SECONDS, lambda: self._answers() or not self.running):
                raise EngineError(self._report("does not answer", earlier))
            if not self.running:
                code = self._process.returncode
                raise EngineError(self._report(f"ended with {code}", earlier))
        except BaseException:
            self._end()
            raise
        return self

    def stop(self) -> None:
        """Ask the engine to end (SIGTERM) and wait until it has; kill it if need be."""
        if self.running:
            assert self._process is not None
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._end()
        self._wait_until_gone()

    def kill(self) -> None:
        """End the engine and its children at once (SIGKILL), as a power cut would."""
        self._end()
        self._wait_until_gone()

    def restart(self) -> Self:
        """Stop the engine if it runs; start it on the same ports and data."""
        self.stop()
        return self.start()

    def _end(self) -> None:
        if self.running:
            assert self._process is not None
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return self.answers()
        except OSError:
            return False

    def _wait_until_gone(self) -> None:
        # A child may outlive the leader by a moment, and with it the sockets.
        if not _within(STOP_SECONDS, lambda: all(map(_is_free, self.ports))):
            raise EngineError(self._report(f"still holds one of {self.ports}", 0))

    def _report(self, what: str, since: int) -> str:
        with self.log.open("rb") as log:
            log.seek(since)
            lines = log.read().decode(errors="replace").splitlines()[-LOG_LINES:]
        return "\n".join([f"{type(self).__name__} {what}; {self.log} ends:", *lines])


def free_ports(count: int) -> tuple[int, ...]:
    """
    Return different ports on which nobody listens.

    They lie below those that systems give to outgoing connections (from 32768 on, or
    higher). Otherwise a client that keeps trying to reconnect to a stopped engine can
    be given that very port, connect to itself, and keep the engine from its port.
    """
    candidates = random.sample(range(15_000, 32_000), 1_000)
    free = (port for port in candidates if _is_free(port))
    return tuple(next(free) for _ in range(count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
