"""Edge: whether a site's robots.txt lets us read a page (RFC 9309)."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from communique.safe_http import FetchFailedError, RefusedError, SafeClient, get

AGENT = "Communique"
"""The name that rules are written for; the first word of our User-Agent."""
MAX_BYTES = 500 * 1024
FRESH_SECONDS = 86_400.0
RETRY_SECONDS = 600.0
MAX_SITES = 2_000

_ALL: Protego = Protego.parse("")


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a site answered; None: nothing, so that nothing of it may be read."""

    parsed: Protego | None
    until: float


class Robots:
    """Remembers the rules of each site for a day, and asks for those it has not."""

    def __init__(self, client: SafeClient, *, clock: Callable[[], float]) -> None:
        self._client = client
        self._clock = clock
        self._sites: OrderedDict[str, _Rules] = OrderedDict()

    async def verdict(self, url: str) -> bool | None:
        """Return whether `url` may be read; None: the site does not say it now."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        rules = self._sites.get(site)
        if rules is None or rules.until <= self._clock():
            rules = await self._ask(site)
            self._sites[site] = rules
            if len(self._sites) > MAX_SITES:
                self._sites.popitem(last=False)
        if rules.parsed is None:
            return None
        allowed: bool = rules.parsed.can_fetch(url, AGENT)
        return allowed

    async def _ask(self, site: str) -> _Rules:
        now = self._clock()
        unknown = _Rules(None, now + RETRY_SECONDS)
        try:
            answer = await get(self._client, f"{site}/robots.txt", max_bytes=MAX_BYTES)
        except RefusedError:  # too large, or too many redirects: as if there were none
            return _Rules(_ALL, now + FRESH_SECONDS)
        except FetchFailedError:
            return unknown
        if answer.status == 429 or answer.status >= 500:
            return unknown
        if answer.status >= 300:
            return _Rules(_ALL, now + FRESH_SECONDS)
        return _Rules(parsed(answer.body), now + FRESH_SECONDS)


def parsed(body: bytes) -> Protego:
    """Return the rules in a robots.txt; a page in its place has none."""
    return Protego.parse(body.decode("utf-8", "replace").lstrip("\ufeff"))
