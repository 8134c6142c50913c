"""OPML, the format in which feed readers exchange their lists, to feeds; pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from lxml import etree

from communique.errors import UsageError
from communique.events import Feed
from communique.identity import canonical_link, feed_id
from feed_poller.items import MAX_URL_LENGTH, read_language

MAX_BYTES = 5 * 1024 * 1024


def feeds_from_opml(data: bytes, registered_at: datetime) -> list[Feed]:
    """
    Return the feeds that an OPML file lists, in its order, each address once.

    Folders may be nested. Beside `text` and `xmlUrl` an outline may carry `ministry`,
    `country` (ISO 3166-1 alpha-2), `organisation`, `language` (BCP 47), `timeZone`
    (IANA) and `interval` (seconds).

    Raises UsageError if it is no OPML or an outline says what cannot be; the sentence
    names the line.
    """
    feeds: dict[str, Feed] = {}
    for outline in _root(data).iter("{*}outline"):
        if _attribute(outline, "xmlUrl"):
            feed = _feed(outline, registered_at)
            feeds.setdefault(feed.feed_id, feed)
    return list(feeds.values())


def _root(data: bytes) -> etree._Element:
    if len(data) > MAX_BYTES:
        raise UsageError(f"an OPML file above {MAX_BYTES // 1024 // 1024} MiB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"this is no OPML file: {error}") from None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise UsageError("this is no OPML file: it has no <opml> at its top")
    return root


def _feed(outline: etree._Element, registered_at: datetime) -> Feed:
    url = _attribute(outline, "xmlUrl") or ""
    line = outline.sourceline
    if len(url) > MAX_URL_LENGTH or canonical_link(url) is None:
        raise UsageError(f"line {line}: {url[:80]!r} is no http or https address")
    return Feed(
        feed_id=feed_id(url),
        url=url,
        title=_attribute(outline, "text") or _attribute(outline, "title") or url,
        ministry=_attribute(outline, "ministry"),
        country=_country(_attribute(outline, "country"), line),
        organisation=_attribute(outline, "organisation"),
        language=_language(_attribute(outline, "language"), line),
        time_zone=_zone(_attribute(outline, "timeZone"), line),
        interval_seconds=_interval(_attribute(outline, "interval"), line),
        registered_at=registered_at,
    )


def _attribute(outline: etree._Element, name: str) -> str | None:
    """Return an attribute whatever its case: readers write xmlurl and XMLURL too."""
    for key, value in outline.attrib.items():
        if key.lower() == name.lower():
            return " ".join(value.split()) or None
    return None


def _country(value: str | None, line: int) -> str | None:
    if value is None:
        return None
    if len(value) != 2 or not (value.isascii() and value.isalpha()):
        raise UsageError(f"line {line}: country {value!r} has not two letters, like IN")
    return value.upper()


def _language(value: str | None, line: int) -> str | None:
    if value is None:
        return None
    language = read_language(value)
    if language is None:
        raise UsageError(f"line {line}: language {value!r} is no tag like en or pt-BR")
    return language


def _zone(value: str | None, line: int) -> str | None:
    if value is None:
        return None
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, KeyError):
        raise UsageError(
            f"line {line}: timeZone {value!r} is no zone like Asia/Kolkata"
        ) from None


def _interval(value: str | None, line: int) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 366 * 24 * 3600:
        raise UsageError(f"line {line}: interval {value!r} is no number of seconds")
    return seconds
