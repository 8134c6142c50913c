"""One ministry's web site as a value that changes: what it has published by now."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import Unpack

from operator_console.demo.answer import Answer
from operator_console.demo.behaviours import Behaviour
from operator_console.demo.feeds import (
    FEED_TYPES,
    Contents,
    render_feed,
    render_sitemap_index,
)
from operator_console.demo.pages import render_index, render_page
from operator_console.demo.releases import (
    Changes,
    Ministry,
    Release,
    sample_ministries,
)

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment; the clock of a site unless it is given another."""
    return datetime.now(UTC)


class Site:
    """
    A ministry's releases, feed and pages, and who asked for them.

    The feed lists the newest `window` releases; their pages stay. A sitemap index names
    a sitemap for each month in which there was one.

    The server counts in `requests` every request by path (without query), and in
    `not_modified` those that it answered with 304.
    """

    def __init__(
        self, ministry: Ministry, *, window: int = 1_000, clock: Clock = utc_now
    ) -> None:
        self.ministry = ministry
        self.window = window
        self.clock = clock
        self.requests: Counter[str] = Counter()
        self.not_modified: Counter[str] = Counter()
        self.feed_path = f"/{ministry.key}/feed.xml"
        self.index_path = f"/{ministry.key}/sitemap.xml"
        self._releases: dict[str, Release] = {}  # by the path of the page
        self._changed_at: dict[str, datetime] = {self.feed_path: clock()}
        self._withdrawn: set[str] = set()
        self._behaviours: dict[str, tuple[Behaviour, ...]] = {}

    def page_path(self, slug: str) -> str:
        """Return where the release has its page, published or not."""
        return f"/{self.ministry.key}/releases/{slug}.html"

    def publish(self, release: Release) -> None:
        """
        Put a release on the site and into the feed, also one withdrawn before.

        Raises ValueError if it is published already; `edit` changes it.
        """
        path = self.page_path(release.slug)
        if path in self._releases:
            raise ValueError(f"{release.slug} is published already; edit it instead")
        self._withdrawn.discard(path)
        self._put(path, release)

    def edit(self, slug: str, **changes: Unpack[Changes]) -> Release:
        """
        Change a published release in place and return it as it stands now.

        The page shows the new text at once. The feed shows a later `updated`, and its
        own text changes if the title or the summary does. Raises KeyError if the
        release is not published.
        """
        path = self.page_path(slug)
        release = replace(self._releases[path], updated_at=self.clock(), **changes)
        self._put(path, release)
        return release

    def withdraw(self, slug: str) -> None:
        """Take a release out of the feed; its page is gone. KeyError if unknown."""
        path = self.page_path(slug)
        del self._releases[path]
        self._withdrawn.add(path)
        self._changed_at[self.feed_path] = self.clock()

    def behave(self, path: str, *behaviours: Behaviour) -> None:
        """Misbehave on `path` from now on, left to right; with none, behave again."""
        self._behaviours[path] = behaviours

    def behaviour_for(self, path: str) -> Behaviour:
        """Return what turns the true answer for `path` into the one to be sent."""
        behaviours = self._behaviours.get(path, ())
        return lambda answer: reduce(
            lambda so_far, bad: bad(so_far), behaviours, answer
        )

    def answer(self, path: str, *, base_url: str) -> Answer:
        """Return the true answer for `path`; feeds link to pages under `base_url`."""
        if path == "/":
            body = render_index(
                self.ministry, self._newest_first(), feed_path=self.feed_path
            )
            return Answer(200, body, modified_at=self._changed_at[self.feed_path])
        if path == self.feed_path:
            return self._feed(base_url)
        if path == self.index_path:
            return self._sitemap_index(base_url)
        if releases := self._months().get(path):
            return self._sitemap(releases, base_url)
        if path in self._withdrawn:
            return Answer(410, b"<h1>410 Gone</h1>")
        if release := self._releases.get(path):
            body = render_page(self.ministry, release, feed_path=self.feed_path)
            return Answer(200, body, modified_at=self._changed_at[path])
        return Answer(404, b"<h1>404 Not Found</h1>")

    def _feed(self, base_url: str) -> Answer:
        changed_at = self._changed_at[self.feed_path]
        contents = Contents(
            self.ministry,
            [
                (base_url + path, release)
                for path, release in self._newest_first()[: self.window]
            ],
            url=base_url + self.feed_path,
            home_url=f"{base_url}/",
            updated_at=changed_at,
        )
        body = render_feed(contents)
        content_type = FEED_TYPES[self.ministry.feed_format]
        return Answer(200, body, content_type, modified_at=changed_at)

    def sitemap_path(self, month: datetime) -> str:
        """Return where the releases of a month have their sitemap."""
        return f"/{self.ministry.key}/sitemap-{month:%Y-%m}.xml"

    def _sitemap_index(self, base_url: str) -> Answer:
        changed = {
            base_url + path: max(self._changed_at[page] for page, _ in releases)
            for path, releases in self._months().items()
        }
        body = render_sitemap_index(list(changed.items()))
        return Answer(200, body, FEED_TYPES["sitemap"])

    def _sitemap(
        self, releases: Sequence[tuple[str, Release]], base_url: str
    ) -> Answer:
        contents = Contents(
            replace(self.ministry, feed_format="sitemap"),
            [(base_url + path, release) for path, release in releases],
            url=base_url + self.index_path,
            home_url=f"{base_url}/",
            updated_at=max(self._changed_at[path] for path, _ in releases),
        )
        return Answer(200, render_feed(contents), FEED_TYPES["sitemap"])

    def _months(self) -> dict[str, list[tuple[str, Release]]]:
        months: dict[str, list[tuple[str, Release]]] = {}
        for path, release in reversed(self._newest_first()):
            month = self.sitemap_path(release.published_at)
            months.setdefault(month, []).append((path, release))
        return months

    def _newest_first(self) -> list[tuple[str, Release]]:
        def published_at(item: tuple[str, Release]) -> datetime:
            return item[1].published_at

        return sorted(self._releases.items(), key=published_at, reverse=True)

    def _put(self, path: str, release: Release) -> None:
        self._releases[path] = release
        self._changed_at[path] = self._changed_at[self.feed_path] = self.clock()


def open_sites(
    releases: Iterable[Release] = (), *, clock: Clock = utc_now
) -> dict[str, Site]:
    """Return the demo's sites by key of the ministry, with `releases` published."""
    ministries = sample_ministries()
    sites = {key: Site(ministry, clock=clock) for key, ministry in ministries.items()}
    for release in releases:
        sites[release.ministry].publish(release)
    return sites
