"""
WebSub (W3C Recommendation, 23 January 2018) as a subscriber; pure.

A push never brings content: it means "visit now". So nothing has to be kept between a
subscription and its pushes: the callback's path and the hub's secret follow from the
feed's id and one secret of the operator's, and nobody else can guess them.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feed_poller.web_links import Relations, absolute

MAX_HUBS = 3
"""That are asked; more of them is no use to anybody."""
LEASE_SECONDS = 7 * 24 * 3600
"""What we ask for; a hub may give less."""
_RENEW_SHARE = 0.8
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""Of signatures (section 8); a forged push could cause one visit, so sha1 will do."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed's hub, and the address under which the hub knows the feed."""

    hub: str
    topic: str
    others: tuple[str, ...] = ()
    """More hubs of the feed, for when that one does not take us."""

    @property
    def hubs(self) -> tuple[str, ...]:
        """Return all of them, in the order in which they are asked."""
        return (self.hub, *self.others)


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Where hubs reach us, and what proves that they are who we asked."""

    base: str
    """The public address of the listener, without a slash at its end."""
    secret: bytes

    def url(self, feed_id: str) -> str:
        """Return the address that the hub of a feed is given."""
        return f"{self.base}/push/{feed_id}/{self.token(feed_id)}"

    def token(self, feed_id: str) -> str:
        """Return the part of a callback's path that nobody can guess."""
        return self._derived("callback", feed_id)

    def hub_secret(self, feed_id: str) -> str:
        """Return the secret by which the hub signs its pushes."""
        return self._derived("hub", feed_id)

    def knows(self, feed_id: str, token: str) -> bool:
        """Return whether `token` is that of the feed."""
        return hmac.compare_digest(self.token(feed_id).encode(), token.encode())

    def is_signed(self, feed_id: str, body: bytes, header: str | None) -> bool:
        """Return whether `header` (X-Hub-Signature) proves that the hub sent `body`."""
        method, _, signature = (header or "").strip().partition("=")
        if method.lower() not in _METHODS:
            return False
        secret = self.hub_secret(feed_id).encode()
        expected = hmac.new(secret, body, method.lower()).hexdigest()
        given = signature.lower().encode("utf-8", "replace")
        return hmac.compare_digest(expected.encode(), given)

    def subscription(self, feed_id: str, offer: Offer) -> dict[str, str]:
        """Return the form that asks the hub for pushes (section 5.1)."""
        return {
            "hub.mode": "subscribe",
            "hub.topic": offer.topic,
            "hub.callback": self.url(feed_id),
            "hub.secret": self.hub_secret(feed_id),
            "hub.lease_seconds": str(LEASE_SECONDS),
        }

    def _derived(self, purpose: str, feed_id: str) -> str:
        words = f"{purpose}:{feed_id}".encode()
        return hmac.new(self.secret, words, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Verification:
    """What a hub asks before it pushes (section 5.3)."""

    mode: str
    topic: str
    challenge: str
    lease_seconds: float | None


def verification(query: Mapping[str, str]) -> Verification:
    """Return what the query of a hub's GET asks; absent parts are empty."""
    lease = query.get("hub.lease_seconds", "")
    return Verification(
        mode=query.get("hub.mode", ""),
        topic=query.get("hub.topic", ""),
        challenge=query.get("hub.challenge", ""),
        lease_seconds=float(lease[:12])
        if lease.isascii() and lease.isdigit()
        else None,
    )


def offer(links: Relations, url: str) -> Offer | None:
    """
    Return what a feed offers, by its links `hub` and `self`; `url` is where it was.

    None without a hub that has an http(s) address.
    """
    hubs = _addresses(links.get("hub", ()), url)[:MAX_HUBS]
    if not hubs:
        return None
    topic = next(iter(_addresses(links.get("self", ()), url)), url)
    return Offer(hubs[0], topic, hubs[1:])


def _addresses(links: Sequence[str], url: str) -> tuple[str, ...]:
    return tuple(filter(None, (absolute(url, link) for link in links)))


def renew_at(now: float, lease_seconds: float | None) -> float:
    """Return when to ask the hub again, in epoch seconds: before the lease ends."""
    lease = LEASE_SECONDS if lease_seconds is None else lease_seconds
    return now + _RENEW_SHARE * max(60.0, min(lease, LEASE_SECONDS))
