"""
Who is who: canonical links, release and feed ids, fingerprints, partitions.

All of it is pure and deterministic: a replay, a second poller and a subscriber in
another language compute the same. The rules are public; a change of them needs an ADR.
"""

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from aiokafka.partitioner import murmur2
from url_normalize import url_normalize

NAMESPACE = uuid.UUID("5f2b6e0c-6c7e-5d0e-9d0b-0d1f6f7c1a52")
"""The UUIDv5 namespace of every id of ours (RFC 9562, section 5.5)."""

TRACKING_PARAMETERS = frozenset(
    [
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
        "utm_id",
        "utm_name",
        "utm_reader",
        "utm_social",
        "utm_referrer",
        "fbclid",
        "gclid",
        "gbraid",
        "wbraid",
        "dclid",
        "msclkid",
        "yclid",
        "igshid",
        "twclid",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "vero_id",
        "oly_anon_id",
        "oly_enc_id",
        "pk_campaign",
        "pk_kwd",
        "mtm_campaign",
        "mtm_source",
        "mtm_medium",
        "ga_source",
        "ga_medium",
        "ga_campaign",
    ]
)
"""
Parameters that only ever say where a reader came from.

The list is short on purpose: `id`, `cid`, `eid` or `ref` are how many ministries name a
page, and dropping one of those would make many releases one.
"""

_LONG = 500
"""Code points above which a link is not remembered: no feed fills our memory."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WHITE_SPACE = re.compile(r"\s+")


def canonical_link(link: str) -> str | None:
    """
    Return `link` in its one canonical form, or None if it is no http(s) address.

    Scheme and host in lower case, IDN in ASCII, default ports, dot segments, tracking
    parameters and the fragment dropped (RFC 3986, section 6.2).
    """
    return _canonical(link) if len(link) > _LONG else _remembered(link)


def _canonical(link: str) -> str | None:
    try:
        url = url_normalize(link.strip())
        if url is None:
            return None
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in _DEFAULT_PORTS or not host or " " in host:
            return None
        _ = parts.port  # raises ValueError when it is out of range
    except (ValueError, UnicodeError):
        return None
    kept = [
        parameter
        for parameter in parts.query.split("&")
        if parameter.partition("=")[0].lower() not in TRACKING_PARAMETERS
    ]
    return parts._replace(query="&".join(kept), fragment="").geturl()


# A feed with news lists nearly all of its links again.
_remembered = lru_cache(maxsize=10_000)(_canonical)


def release_id(*, link: str | None, feed: str, guid: str | None, text: str) -> str:
    """
    Return the id under which a release is known for ever, as a UUID in text form.

    `link` is the canonical link of the entry and enough by itself; an entry without
    one is known by its feed and guid, and one without either by its feed and `text`,
    its fingerprint: what is known by its feed stays in that feed's partition. A feed
    that reuses one link for many entries passes `shared_link`.
    """
    if link:
        return str(uuid.uuid5(NAMESPACE, link))
    if guid:
        return str(uuid.uuid5(NAMESPACE, f"{feed}\n{guid}"))
    return str(uuid.uuid5(NAMESPACE, f"{feed}\n\n{text}"))


def shared_link(link: str, guid: str) -> str:
    """Return what stands for the link of an entry whose feed reuses it for others."""
    return f"{link}\n{guid}"


def feed_id(url: str) -> str:
    """Return the id of the feed at `url`, as a UUID in text form."""
    return str(uuid.uuid5(NAMESPACE, "feed\n" + (canonical_link(url) or url)))


def fingerprint(*parts: str) -> str:
    """
    Return a digest of what a reader sees in `parts`: 32 hexadecimal digits.

    Equal for texts that differ in white space, Unicode form or invisible characters
    only, so such edits make no revision.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(_visible(part).encode("utf-8", "surrogatepass") + b"\x00")
    return digest.hexdigest()


def host_key(url: str) -> str:
    """
    Return `host:port` of `url`, by which politeness and partitions go.

    Raises ValueError if `url` names no host.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(f"no host in {url!r}")
    return f"{parts.hostname}:{parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)}"


def partition_for(key: str, partitions: int) -> int:
    """Return the partition of `key` as every Kafka client computes it (murmur2)."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def reused_links(links: Iterable[str | None]) -> frozenset[str]:
    """Return the links that more than one entry of a feed document carries."""
    seen: set[str] = set()
    twice: set[str] = set()
    for link in links:
        if link is not None:
            (twice if link in seen else seen).add(link)
    return frozenset(twice)


def _visible(text: str) -> str:
    shown = "".join(character for character in text if _is_visible(character))
    return _WHITE_SPACE.sub(" ", unicodedata.normalize("NFKC", shown)).strip()


def _is_visible(character: str) -> bool:
    category = unicodedata.category(character)
    return character.isspace() or category not in {"Cc", "Cf", "Cs"}
