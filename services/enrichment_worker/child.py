"""
Edge: a process that enriches for the worker, `python -m enrichment_worker.child`.

It reads tasks from stdin, and ends with it: when the worker is gone, however it went,
so is this. What holds the interpreter, as a regular expression may, ends by an alarm.
"""

import ctypes
import gc
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import TypeAdapter

from communique.errors import NotReadyError, PermanentError
from communique.events import EnrichedRelease, RawRelease
from enrichment_worker.enrich import Draft, draft, finish, recognise
from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.vocabulary.load import load_vocabulary
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

PATIENCE = 2.0
"""After so many times the limit this process ends by itself: nobody has killed it."""

LARGE = 1_000_000
"""Characters from which on a task leaves behind memory that is worth giving back."""

Send = Callable[[object], None]

_ANSWERS = TypeAdapter(EnrichedRelease)


def main() -> None:
    """Load what `Start` names, then enrich what comes until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C: the worker ends us
    pipe = os.dup(1)
    os.dup2(2, 1)  # what a library prints goes to the log
    with os.fdopen(pipe, "wb") as answers:

        def send(frame: object) -> None:
            answers.writelines(pack(frame))
            answers.flush()

        tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
        _serve(tasks, send)
    os._exit(0)  # the thread that reads stdin is no reason to wait


def _listen(tasks: "queue.SimpleQueue[Any]") -> None:
    with open(0, "rb", closefd=False) as pipe:
        while len(head := pipe.read(HEAD)) == HEAD:
            tasks.put(unpack(pipe.read(int.from_bytes(head, "big"))))
    os._exit(0)


def _serve(tasks: "queue.SimpleQueue[Any]", send: Send) -> None:
    start: Start = tasks.get()
    gc.disable()  # while all that is made stays
    try:
        vocabulary = load_vocabulary(start.vocabulary_dir, start.spacy_models)
    except NotReadyError as error:
        send(NotReady(str(error)))
        return
    gc.freeze()  # what is known is never garbage, and large to look through
    gc.enable()
    give_back()
    send(Ready(vocabulary.digest, dict(vocabulary.models)))

    def report(frame: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, PATIENCE * start.document_seconds)
        send(frame)

    while True:
        task: Task = tasks.get()
        try:
            work(task.releases, vocabulary, report)
        except MemoryError:
            raise  # the worker sees us end, and tries again with less
        except Exception:  # noqa: BLE001 - told to the worker, which ends by it
            send(Failed(traceback.format_exc()))
        signal.setitimer(signal.ITIMER_REAL, 0)
        large = sum(len(one.text) for one in task.releases) >= LARGE
        del task
        if large:
            give_back()


def give_back() -> None:
    """Give free memory back to the system; glibc keeps it until it is asked."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def work(releases: Sequence[RawRelease], vocabulary: Vocabulary, send: Send) -> None:
    """Enrich `releases` and send what becomes of each, and which one is at work."""
    drafts: dict[int, Draft] = {}
    for place, release in enumerate(releases):
        send(Begun(place))
        try:
            drafts[place] = draft(release, vocabulary)
        except PermanentError as error:
            send(Done(place, error, None))
    send(Begun(None))
    seen = recognise(list(drafts.values()), vocabulary)
    behind = iter([*drafts, None])
    send(Begun(next(behind)))
    for place, spans in zip(list(drafts), seen, strict=True):
        # A draft goes before its answer is written down: of a long text both are large.
        answer = finish(drafts.pop(place), spans, vocabulary, generation=0)
        send(Done(place, _ANSWERS.dump_json(answer), next(behind)))


if __name__ == "__main__":
    main()
