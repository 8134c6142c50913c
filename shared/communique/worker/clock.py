"""The time of day for schedules and versions: it never goes back."""

import time
from collections.abc import Callable


class SteadyClock:
    """
    Epoch seconds: the wall clock, except where that is set back.

    Then it goes on from where it was at its own pace, for as long as the process runs.
    Otherwise what is due in a second would be due in a minute and a second.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._elapsed = elapsed
        self._ahead = wall() - elapsed()

    def __call__(self) -> float:
        """Return the seconds since 1970."""
        elapsed = self._elapsed()
        self._ahead = max(self._ahead, self._wall() - elapsed)
        return self._ahead + elapsed
