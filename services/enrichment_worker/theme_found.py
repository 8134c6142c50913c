"""What speaks for one theme, and how much it weighs together: pure."""

from dataclasses import dataclass, field

TITLE = 1.8
"""How many times more a phrase weighs in the title than in the body of the text."""
_REPEAT = 0.35
"""What the second occurrence of a phrase adds; the third adds half of that …"""
_SPREAD = 0.05
"""What each further part of a text adds in which something is said."""


@dataclass(slots=True)
class Found:
    """What speaks for one theme."""

    weights: dict[str, list[float]] = field(default_factory=dict)
    best: dict[str, float] = field(default_factory=dict)
    in_title: dict[str, float] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Where in the text it is said; of a long one, thousands."""
    parts: set[int] = field(default_factory=set)

    def add(self, key: str, weight: float, place: float) -> None:
        """Count what `key` says, at a place that makes it weigh more or less."""
        self.weights.setdefault(key, []).append(weight * place)
        best = self.in_title if place == TITLE else self.best
        best[key] = max(weight, best.get(key, 0.0))

    @property
    def weight(self) -> float:
        """Return the sum over phrases; a phrase said again adds less each time."""
        total = 0.0
        for weights in self.weights.values():
            best, *others = sorted(weights, reverse=True)
            total += best + sum(
                weight * _REPEAT / 2**nth for nth, weight in enumerate(others[:8])
            )
        spread = 1.0 + _SPREAD * (min(len(self.parts), 4) - 1) if self.parts else 1.0
        return total * spread

    @property
    def times(self) -> int:
        """Return how often anything was said."""
        return sum(len(weights) for weights in self.weights.values())

    @property
    def telling(self) -> tuple[float, ...]:
        """
        Return the three best phrases, as weighed in their files, the best one first.

        A phrase in the title and in the text counts as two.
        """
        weights = [*self.best.values(), *self.in_title.values()]
        return tuple(sorted(weights, reverse=True)[:3])
