"""When a feed that redirects for good has really moved; pure."""

from communique.parts import Part

VISITS = 3
SPAN_SECONDS = 86_400.0
GIVE_UP_FAILURES = 5
"""After so many failures in a row at the new address the old one is tried again."""


class Move(Part):
    """Where permanent redirects have led, since when (epoch seconds), how often."""

    to: str
    since: float
    visits: int = 1

    def is_stable(self, now: float) -> bool:
        """Return whether it is believed: three visits, and a day between them."""
        return self.visits >= VISITS and now - self.since >= SPAN_SECONDS


def moving(
    move: Move | None, moved_to: str | None, url: str, now: float
) -> Move | None:
    """
    Return the move as it stands after a visit to `url` that found a feed.

    `moved_to` is where permanent redirects (301, 308) alone led; None ends the row. A
    move from https to http is none: nobody gives up the lock on a door.
    """
    if moved_to is None or moved_to == url or len(moved_to) > 2048:
        return None
    if url.startswith("https:") and not moved_to.startswith("https:"):
        return None
    if move is None or move.to != moved_to:
        return Move(to=moved_to, since=now)
    return move.model_copy(update={"visits": move.visits + 1})
