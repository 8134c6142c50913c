"""
The process that enriches, with three texts that are its end: `HANG`, `DIE` and `FAIL`.

It knows nothing, so that it starts at once.
`HANG` holds the interpreter, as a regular expression may: no thread gets a turn.
"""

import ctypes
import os
import signal

from communique.events import RawRelease
from enrichment_worker import child
from enrichment_worker.enrich import Draft, draft
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import EMPTY


def troubled(release: RawRelease, vocabulary: Vocabulary) -> Draft:
    match release.text:
        case "HANG":
            ctypes.PyDLL(None).pause()  # unlike CDLL, it keeps the interpreter's lock
        case "DIE":
            os.kill(os.getpid(), signal.SIGKILL)
        case "FAIL":
            raise ZeroDivisionError
    return draft(release, vocabulary)


if __name__ == "__main__":
    child.draft = troubled  # type: ignore[attr-defined]  # it is imported there
    child.load_vocabulary = lambda *_: EMPTY  # type: ignore[attr-defined]
    child.main()
