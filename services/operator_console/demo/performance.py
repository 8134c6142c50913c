"""What the demo does: ministries publish, one corrects itself, all of it is found."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from elasticsearch import AsyncElasticsearch

from communique.errors import NotReadyError
from communique.events import Feed
from communique.identity import canonical_link, feed_id, release_id
from operator_console.demo.census import Census, census
from operator_console.demo.ministry import Site, open_sites
from operator_console.demo.releases import Release, sample_correction, sample_releases
from operator_console.demo.server import serve_all

LATER = 4
"""How many of the samples are published while everything runs already."""
POLL_SECONDS = 1.0

Tell = Callable[[str], None]


@dataclass
class Stage:
    """The test ministries on loopback, and what they have published by now."""

    sites: Mapping[str, Site]
    urls: Mapping[str, str]
    later: tuple[Release, ...]
    published: dict[str, Release] = field(default_factory=dict)

    def feeds(self) -> list[Feed]:
        """Return the feeds to register."""
        now = datetime.now(UTC)
        feeds = []
        for key, site in self.sites.items():
            url = self.urls[key] + site.feed_path
            ministry = site.ministry
            feeds.append(
                Feed(
                    feed_id=feed_id(url),
                    url=url,
                    title=ministry.feed_title,
                    ministry=ministry.name,
                    country=ministry.country,
                    language=ministry.language,
                    interval_seconds=POLL_SECONDS,
                    registered_at=now,
                )
            )
        return feeds

    def note(self, release: Release) -> str:
        """Count `release` as published and return its id."""
        site = self.sites[release.ministry]
        link = canonical_link(
            self.urls[release.ministry] + site.page_path(release.slug)
        )
        release_key = release_id(link=link, feed="", guid=None, text="")
        self.published[release_key] = release
        return release_key

    def publish(self, release: Release) -> str:
        """Publish `release` now and return its id."""
        now = replace(release, published_at=datetime.now(UTC))
        self.sites[release.ministry].publish(now)
        return self.note(now)


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    """Serve the test ministries while the block runs; most samples are out already."""
    samples = sample_releases()
    early, later = samples[:-LATER], samples[-LATER:]
    sites = open_sites(early)
    async with AsyncExitStack() as stack:
        urls = await stack.enter_async_context(serve_all(sites))
        stage = Stage(sites, urls, later)
        for release in early:
            stage.note(release)
        yield stage


async def perform(
    stage: Stage, client: AsyncElasticsearch, tell: Tell, *, limit_seconds: float
) -> Census:
    """
    Publish the rest and the correction, and return the census when all is found.

    Raises NotReadyError if that takes longer than `limit_seconds`.
    """
    try:
        async with asyncio.timeout(limit_seconds):
            return await _perform(stage, client, tell)
    except TimeoutError:
        found = await census(client, stage.published)
        raise NotReadyError(
            f"only {found.searchable} of {found.published} releases can be found after "
            f"{limit_seconds:.0f} s; see why with: communique status"
        ) from None


async def _perform(stage: Stage, client: AsyncElasticsearch, tell: Tell) -> Census:
    tell(f"{len(stage.sites)} test ministries have published {len(stage.published)}.")
    await _until(stage, client, lambda found: found.lost == 0)
    tell(f"All {len(stage.published)} can be found. Now {len(stage.later)} more come …")
    for release in stage.later:
        stage.publish(release)
        tell(f"  {stage.sites[release.ministry].ministry.name}: {release.title}")
    await _until(stage, client, lambda found: found.lost == 0)
    correction = sample_correction()
    ministry = stage.sites[correction.ministry].ministry.name
    tell(f"All found. {ministry} corrects a figure …")
    stage.sites[correction.ministry].edit(correction.slug, **correction.changes)
    found = await _until(stage, client, lambda found: found.revised > 0)
    tell("The corrected text has replaced the first one, which is kept as revision 1.")
    return found


async def _until(
    stage: Stage, client: AsyncElasticsearch, done: Callable[[Census], bool]
) -> Census:
    while True:
        found = await census(client, stage.published)
        if done(found):
            return found
        await asyncio.sleep(0.25)
