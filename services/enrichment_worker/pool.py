"""
Edge: processes that enrich, so that nothing else ever waits for it.

A text over which a process hangs or dies is told from its neighbours, and costs them
no more than a second try.
"""

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import structlog

from communique.errors import NotReadyError, PermanentError
from communique.events import EnrichedRelease, RawRelease
from communique.worker.crashes import CrashError
from enrichment_worker.wire import (
    HEAD,
    Begun,
    Done,
    Failed,
    NotReady,
    Ready,
    Start,
    Task,
    pack,
    unpack,
)

COMMAND = (sys.executable, "-m", "enrichment_worker.child")
START_SECONDS = 120.0
"""To load a vocabulary: a few seconds, unless the machine does something else."""
PART_TEXTS, PART_CHARACTERS = 32, 200_000
"""What is given to a process at once, at most."""
FEWEST_TEXTS = 4
"""And at least: the model is a third slower over one text at a time."""
LIVES = 3
"""A text with which a process dies so often is dead."""
_ONE_CORE = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Its matrices are small; a second thread only waits for the first."""

Answer = EnrichedRelease | PermanentError
"""What becomes of a release; its generation is not set yet."""

log = structlog.get_logger(__name__)


class HungError(PermanentError):
    """A text whose enrichment was not done in time."""


class StoppedError(Exception):
    """A process did not answer; `place` is the release that it was at, if known."""

    def __init__(self, reason: str, place: int | None, *, hung: bool) -> None:
        super().__init__(reason)
        self.place = place
        self.hung = hung


class Child:
    """One process: started when it is first needed, and again when it has ended."""

    def __init__(self, start: Start, command: Sequence[str] = COMMAND) -> None:
        self._start = start
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._vocabulary: Ready | None = None
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Return the id of the process that runs, if one does."""
        return self._process.pid if self._process else None

    async def ready(self) -> Ready:
        """
        Return what the process has loaded, once it has.

        Raises NotReadyError if it cannot, and RuntimeError if that is not what the
        first one had: what it would tag were of another generation.
        """
        async with self._starting:
            process = self._process
            running = process is not None and process.returncode is None
            if not running or self._vocabulary is None:
                self._vocabulary = await self._load()
            return self._vocabulary

    async def _load(self) -> Ready:
        await self.kill()
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **_ONE_CORE},
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._send(self._start)
                answer = await self._receive()
        except (TimeoutError, EOFError, OSError) as error:
            await self.kill()
            raise NotReadyError(
                "the process that enriches ended before it was ready; its log says why"
            ) from error
        except BaseException:
            await self.kill()
            raise
        if isinstance(answer, NotReady):
            await self.kill()
            raise NotReadyError(answer.reason)
        vocabulary: Ready = answer
        if self._vocabulary not in (None, vocabulary):
            await self.kill()
            raise RuntimeError("the vocabulary has changed while the worker ran")
        log.info("enriches", pid=self.pid)
        return vocabulary

    async def ask(self, releases: Sequence[RawRelease]) -> list[Answer]:
        """
        Return what becomes of each of `releases`, in order.

        Raises StoppedError if the process dies or, for longer than the limit, says
        nothing; it is gone then. Any other error is one of ours.
        """
        await self.ready()
        answers: dict[int, Answer] = {}
        place: int | None = None
        limit = self._start.document_seconds
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(limit) as timer:
                await self._send(Task(releases))
                while len(answers) < len(releases):
                    match await self._receive():
                        case Begun(at):
                            place = at
                        case Done(at, answer, begun):
                            answers[at] = _read(answer)
                            place = begun
                        case Failed(reason):
                            raise RuntimeError(f"the enrichment failed: {reason}")
                    timer.reschedule(loop.time() + limit)
        except TimeoutError:
            raise StoppedError(
                f"not enriched within {limit:g} s", place, hung=True
            ) from None
        except (EOFError, OSError) as error:
            raise StoppedError(
                "the process that enriches died", place, hung=False
            ) from error
        finally:
            if len(answers) < len(releases):
                await self.kill()
        return [answers[place] for place in range(len(releases))]

    async def kill(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()

    async def _send(self, frame: object) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise EOFError
        process.stdin.writelines(pack(frame))
        await process.stdin.drain()

    async def _receive(self) -> Any:  # noqa: ANN401 - a frame of `wire.py`
        process = self._process
        if process is None or process.stdout is None:
            raise EOFError
        head = await process.stdout.readexactly(HEAD)
        return unpack(await process.stdout.readexactly(int.from_bytes(head, "big")))


def _read(answer: bytes | PermanentError) -> Answer:
    if isinstance(answer, bytes):
        return EnrichedRelease.model_validate_json(answer)
    return answer


@dataclass
class Pool:
    """Some children, each of which has one task at a time."""

    children: Sequence[Child]
    _idle: asyncio.Queue[Child] = field(default_factory=asyncio.Queue, init=False)

    def __post_init__(self) -> None:
        for child in self.children:
            self._idle.put_nowait(child)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(child.kill() for child in self.children))

    async def ready(self) -> Ready:
        """
        Return what the children have loaded, once all of them have.

        Raises NotReadyError if one cannot, RuntimeError if they differ.
        """
        first, *others = [await child.ready() for child in self.children]
        if any(other != first for other in others):
            raise RuntimeError("the vocabulary has changed while the worker started")
        return first

    async def enrich(self, releases: Sequence[RawRelease]) -> list[Answer]:
        """
        Return what becomes of each of `releases`, in order, of no generation yet.

        A text over which a child hangs, or dies three times, is a PermanentError.
        Raises NotReadyError if what a child needs is missing, or RuntimeError for an
        error of ours.
        """
        shares = parts(releases, len(self.children))
        answers = await asyncio.gather(*(self._part(one) for one in shares))
        return [answer for part in answers for answer in part]

    async def _part(self, releases: Sequence[RawRelease]) -> list[Answer]:
        child = await self._idle.get()
        try:
            return await settled(child, releases)
        finally:
            self._idle.put_nowait(child)


async def settled(
    child: Child, releases: Sequence[RawRelease], deaths: int = 0
) -> list[Answer]:
    """Return what becomes of `releases`, with which a child died `deaths` times."""
    try:
        return await child.ask(releases)
    except StoppedError as error:
        stopped = error
    log.warning("restarts", reason=str(stopped), texts=len(releases))
    place = 0 if len(releases) == 1 else stopped.place
    if stopped.hung and place is not None:
        before, behind = releases[:place], releases[place + 1 :]
        culprit = HungError(str(stopped))
        others = await settled(child, [*before, *behind]) if before or behind else []
        return [*others[:place], culprit, *others[place:]]
    if len(releases) > 1:
        alone = [await settled(child, [one], deaths + 1) for one in releases]
        return [answer for answers in alone for answer in answers]
    if deaths + 1 < LIVES:
        return await settled(child, releases, deaths + 1)
    return [CrashError(f"{stopped} {LIVES} times over this text")]


def parts(
    releases: Sequence[RawRelease], children: int = 1
) -> Iterator[Sequence[RawRelease]]:
    """
    Yield `releases` in order, in parts that a process is given at once.

    What is left is shared out, but for the last child's share, so parts get smaller
    towards the end and nobody waits long for another: guided self-scheduling
    (Polychronopoulos and Kuck, 1987). A text longer than a part goes alone.
    """
    left = sum(len(release.text) for release in releases)
    shares = children if children == 1 else 1.5 * children
    part: list[RawRelease] = []
    length = 0
    for release in releases:
        more = len(release.text)
        is_enough = len(part) >= FEWEST_TEXTS and length + more / 2 > left / shares
        if part and (
            is_enough or len(part) == PART_TEXTS or length + more > PART_CHARACTERS
        ):
            yield part
            left -= length
            part, length = [], 0
        part.append(release)
        length += more
    if part:
        yield part
