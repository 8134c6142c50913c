"""How many of a feed's visits cost one empty answer (304): a fading memory; pure."""

import math

from communique.parts import Part

FADING_SECONDS = 7 * 86_400.0
"""After a week a visit counts for 1/e; what is told is the share of the last week."""


class Empties(Part):
    """Visits and those of them that were answered 304, each the less the older."""

    visits: float = 0.0
    empty: float = 0.0
    at: float = 0.0
    """When the last one was counted; epoch seconds."""

    def after(self, *, empty: bool, at: float) -> "Empties":
        """Return the memory with one more visit, at `at` in epoch seconds."""
        kept = math.exp(-max(0.0, at - self.at) / FADING_SECONDS)
        return Empties(
            visits=round(self.visits * kept + 1, 3),
            empty=round(self.empty * kept + empty, 3),
            at=round(at, 1),
        )

    @property
    def share(self) -> float | None:
        """Return which part of the visits was empty, 0 to 1; None before the first."""
        return round(min(1.0, self.empty / self.visits), 3) if self.visits else None
