"""
The sitemaps that an index names, read one a visit, a round after each look at it; pure.

An index names all sitemaps of a site, old ones too. The newest few are read, so that
what is remembered of them stays as small as of one document. Which of them have changed
is what the index says; where it does not, they are asked.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from communique.events import Entry
from communique.parts import Part
from feed_poller.items import MAX_ENTRIES, Named
from feed_poller.relaunch import MARGIN
from feed_poller.validators import Validators

MAX_SITEMAPS = 5
MOST_ENTRIES = MAX_ENTRIES // MAX_SITEMAPS
"""That are read of each, the newest ones."""


class Sitemap(Part):
    """One sitemap of an index."""

    url: str
    changed: str = ""
    """When it last changed, in the words of the index; empty if it does not say."""
    read: str | None = None
    """`changed` when it was last read; None: it never was."""
    validators: Validators = Validators()
    new_since: float | None = None
    """
    When the index was last read without it, in epoch seconds.

    None: the feed's first visit found it, so that all in it is old.
    """

    @property
    def is_due(self) -> bool:
        """Return whether it may hold what was not read yet."""
        return self.read is None or not self.changed or self.changed != self.read

    def has_been_read(self, validators: Validators | None = None) -> Self:
        """Return it as it is after a visit; without validators it is not asked for."""
        return self.model_copy(
            update={"read": self.changed, "validators": validators or self.validators}
        )

    def is_old(self, entry: Entry) -> bool:
        """Return whether `entry`, at the first reading, was there before we looked."""
        if self.read is not None:
            return False
        at = entry.published_at or entry.updated_at
        if self.new_since is None or at is None:
            return True
        return at < datetime.fromtimestamp(self.new_since, UTC) - MARGIN


class Round(Part):
    """The newest sitemaps of an index, and which of them are still to be visited."""

    sitemaps: tuple[Sitemap, ...] = ()
    waiting: tuple[str, ...] = ()
    resume_at: float = 0.0
    """When the index is to be visited, once none is waiting; epoch seconds."""

    @property
    def following(self) -> Sitemap | None:
        """Return the sitemap that is visited next; None: it is the index's turn."""
        named = {sitemap.url: sitemap for sitemap in self.sitemaps}
        return named[self.waiting[0]] if self.waiting else None

    def begun(self, named: Sequence[Named], last_read_at: float | None) -> Self:
        """Return the round after an index that names these, the newest first."""
        known = {sitemap.url: sitemap for sitemap in self.sitemaps}
        sitemaps = []
        for one in named[:MAX_SITEMAPS]:
            new = Sitemap(url=one.address, new_since=last_read_at)
            before = known.get(one.address, new)
            sitemaps.append(before.model_copy(update={"changed": one.changed}))
        return self.model_copy(update={"sitemaps": tuple(sitemaps)}).again()

    def again(self) -> Self:
        """Return the round after an index that is as it was."""
        due = tuple(sitemap.url for sitemap in self.sitemaps if sitemap.is_due)
        return self.model_copy(update={"waiting": due})

    def after(self, visited: Sitemap) -> Self:
        """Return what is left once a sitemap was visited, as it is now."""
        return self.model_copy(
            update={
                "sitemaps": tuple(
                    visited if sitemap.url == visited.url else sitemap
                    for sitemap in self.sitemaps
                ),
                "waiting": tuple(url for url in self.waiting if url != visited.url),
            }
        )

    def stopped(self) -> Self:
        """Return the same with the index next; what was not read stays due."""
        return self.model_copy(update={"waiting": ()})
