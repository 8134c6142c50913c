"""The rule against mass dead-lettering, kept on disk: no restart begins it anew."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from communique.errors import NotReadyError, PermanentError
from communique.safe_text import safe_text
from communique.worker.kept_file import read_kept, write_kept
from communique.worker.mass_death import ALLOWED, MassDeath


class Deaths:
    """
    Lets so many messages die alike in a minute, and no more.

    What a batch may bury is on disk before it is buried. So a full disk buries nothing,
    and a supervisor that starts us again and again does not bury 20 more each time.
    """

    def __init__(
        self,
        path: Path,
        *,
        allowed: int = ALLOWED,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._allowed = allowed
        self._clock = clock
        try:
            self._rule = MassDeath.of(read_kept(path), allowed)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._rule = MassDeath(allowed)  # no file yet, or another's

    def begin(self) -> None:
        """Say that a new batch begins; however often it is tried, it counts once."""
        self._rule.begin(self._clock())

    def check(self, errors: Iterable[PermanentError | None]) -> None:
        """
        Return if the dead of a batch may be buried: an error a dead message, else None.

        Raises NotReadyError if too many died alike, OSError if that cannot be noted.
        """
        found = list(errors)
        was_held = self._rule.held
        kind = self._rule.excess(one.error_class if one else None for one in found)
        if was_held or any(found):
            write_kept(self._path, self._rule.dump())
        if kind is not None:
            raise NotReadyError(self._reason(kind, found))

    def _reason(self, kind: str, errors: Iterable[PermanentError | None]) -> str:
        first = next(one for one in errors if one and one.error_class == kind)
        return (
            f"too many messages die of {kind!r} ({safe_text(str(first), limit=300)}): "
            "that is our fault, not theirs. None of this batch was buried; mend it, "
            "and it goes on. If they are to blame after all, restart with "
            f"COMMUNIQUE_DEATHS_ALLOWED above {self._allowed}"
        )
