"""Releases by the hundred: ministries that publish and reword, and what is due."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid5

from communique.codec import Message, decode
from communique.events import EnrichedRelease, Feed
from communique.identity import canonical_link, feed_id, release_id
from operator_console.demo.ministry import Site
from operator_console.demo.releases import Ministry, Release
from operator_console.demo.server import serve_all

MINISTRIES = 48
"""Pages of one host are read one after the other: so many hosts, so many at once."""
WINDOW = 40
"""Releases in a feed, the newest; those of the wave before can still be reworded."""
POLL_SECONDS = 3.0
REWORDED = 0.1
"""The share of a wave that is a later text of a release of the wave before."""
WORDS = """
    minister agreement border harvest budget school hospital railway water energy
    committee regional partners announced signed reviewed visited opened delegation
    cooperation training vaccine harbour tariff fisheries climate fund statement
    joint working group district programme citizens safety standards transport
""".split()  # noqa: SIM905 - easier to read and to add to


@dataclass
class Published:
    """A release and how often its text was changed since."""

    site: Site
    slug: str
    number: int
    edition: int = 1

    @property
    def marks(self) -> list[str]:
        """Return what stands in the text of each revision, and in no other text."""
        return [mark(self.number, edition + 1) for edition in range(self.edition)]


@dataclass
class Load:
    """The ministries, and every release of theirs by id."""

    sites: Sequence[Site]
    urls: Mapping[str, str]
    rng: random.Random
    published: dict[str, Published] = field(default_factory=dict)
    last_wave: list[str] = field(default_factory=list)

    def feeds(self) -> list[Feed]:
        """Return the feeds to register."""
        now = datetime.now(UTC)
        feeds = []
        for site in self.sites:
            url = self.urls[site.ministry.key] + site.feed_path
            feeds.append(
                Feed(
                    feed_id=feed_id(url),
                    url=url,
                    title=site.ministry.feed_title,
                    ministry=site.ministry.name,
                    country=site.ministry.country,
                    language=site.ministry.language,
                    interval_seconds=POLL_SECONDS,
                    registered_at=now,
                )
            )
        return feeds

    def publish(self) -> str:
        """Publish a new release and return its id."""
        number = len(self.published)
        site = self.sites[number % len(self.sites)]
        release = Release(
            slug=f"release-{number}",
            ministry=site.ministry.key,
            published_at=datetime.now(UTC),
            title=self._title(number, 1),
            summary=self._sentence(),
            paragraphs=self._paragraphs(number, 1),
        )
        site.publish(release)
        key = self.urls[site.ministry.key] + site.page_path(release.slug)
        key = release_id(link=canonical_link(key), feed="", guid=None, text="")
        self.published[key] = Published(site, release.slug, number)
        return key

    def reword(self, key: str) -> str:
        """Change the text of a published release and return its id."""
        known = self.published[key]
        known.edition += 1
        known.site.edit(
            known.slug,
            title=self._title(known.number, known.edition),
            paragraphs=self._paragraphs(known.number, known.edition),
        )
        return key

    async def wave(self, releases: int, *, seconds: float = 0.0) -> set[str]:
        """
        Publish `releases`, a tenth of them reworded ones, evenly over `seconds`.

        Only what was settled before is reworded, each once: every text can be seen.
        """
        reworded = min(int(releases * REWORDED), len(self.last_wave))
        old = self.rng.sample(self.last_wave, reworded)
        steps: list[str | None] = [*old, *[None] * (releases - reworded)]
        self.rng.shuffle(steps)
        touched = []
        for step in steps:
            touched.append(self.publish() if step is None else self.reword(step))
            if seconds:
                await asyncio.sleep(seconds / releases)
        self.last_wave = [key for key in touched if key not in old]
        return set(touched)

    def copies(
        self, keys: Iterable[str], messages: Iterable[Message]
    ) -> dict[str, bytes]:
        """Return new releases, as enriched events by id, like those of `keys`."""
        wanted = {key for key in keys if self.published[key].edition == 1}
        copies = {}
        for message in messages:
            if (key := (message.key or b"").decode()) in wanted:
                release = decode(message, EnrichedRelease)
                copy = str(uuid5(UUID(key), "copy"))
                self.published[copy] = self.published[key]
                copies[copy] = release.model_copy(update={"release_id": copy})
        return {key: copy.model_dump_json().encode() for key, copy in copies.items()}

    def expected(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """Return the marks of all revisions of each release."""
        return {key: self.published[key].marks for key in keys}

    def _title(self, number: int, edition: int) -> str:
        return f"{self._sentence()} ({number}/{edition})"

    def _paragraphs(self, number: int, edition: int) -> tuple[str, ...]:
        texts = [" ".join(f"{self._sentence()}." for _ in range(5)) for _ in range(4)]
        return (*texts, f"This text has the mark {mark(number, edition)} in it.")

    def _sentence(self) -> str:
        return " ".join(self.rng.choices(WORDS, k=12)).capitalize()


def mark(number: int, edition: int) -> str:
    """Return words that stand in one text of one release only."""
    return f"serial {number:06d} edition {edition}"


@asynccontextmanager
async def open_load(seed: int) -> AsyncIterator[Load]:
    """Serve the ministries while the block runs; nothing is published yet."""
    sites = {
        f"ministry-{number}": Site(
            Ministry(
                key=f"ministry-{number}",
                name=f"Ministry of Trial {number}",
                country="IN",
                language="en",
                feed_title=f"Trial {number}",
                feed_format=("rss", "atom")[number % 2],
                utc_offset_minutes=330,
            ),
            window=WINDOW,
        )
        for number in range(MINISTRIES)
    }
    async with AsyncExitStack() as stack:
        urls = await stack.enter_async_context(serve_all(sites))
        yield Load(list(sites.values()), urls, random.Random(seed))
