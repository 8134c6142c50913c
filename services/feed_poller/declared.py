"""What a list of feeds says of one of them, in words, to a Feed and back; pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from communique.errors import UsageError
from communique.events import Feed, Kind, Selectors
from communique.identity import canonical_link, feed_id
from feed_poller.document import xml_characters
from feed_poller.items import MAX_URL_LENGTH, read_language

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "ministry": "ministry",
        "country": "country",
        "organisation": "organisation",
        "language": "language",
        "timeZone": "time_zone",
        "interval": "interval_seconds",
        "minInterval": "min_interval_seconds",
        "maxInterval": "max_interval_seconds",
        "expectedEntriesADay": "expected_entries_a_day",
        "paused": "paused",
        "linksUnder": "links_under",
    }
)
"""The names in lists (`timeZone`), and those in events (`time_zone`)."""
KIND = "kind"
SELECTORS: Mapping[str, str] = MappingProxyType(
    {
        "itemSelector": "item",
        "linkSelector": "link",
        "titleSelector": "title",
        "dateSelector": "date",
    }
)
"""Where a page without a feed keeps its list."""
NAMES = (*FIELDS, KIND, *SELECTORS)
"""All that a list can say of a feed beside its address, title and folder."""

_KINDS: Mapping[str, Kind] = MappingProxyType(
    {"feed": "feed", "html": "html", "sitemap": "sitemap"}
)

_WITH_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(r"(?://)?[^\s/:?#@]+\.[^\s/:?#@]+(?::\d+)?(?:[/?#]\S*)?")

MAX_INTERVAL_SECONDS = 30 * 24 * 3600.0
MAX_CHARACTERS = 10_000
"""That are said of one feed: its record is kept in memory, and in Kafka."""
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def declared_feed(
    url: str,
    title: str | None,
    said: Mapping[str, str],
    *,
    where: str,
    registered_at: datetime,
    folder: Sequence[str] = (),
    folder_attributes: Sequence[Mapping[str, str]] = (),
) -> Feed:
    """
    Return the feed at `url` as a list declares it.

    `said` has the words of the list by the names in FIELDS; names that are none of them
    are kept as `attributes`. `where` is the place in the list, as "line 7".
    `folder_attributes` is what it says of each of the folders.

    Raises UsageError if one of them says what cannot be; the sentence names the place.
    """
    url = _address(url, where)
    if "@" in urlsplit(url).netloc:
        raise UsageError(
            f"{where}: an address with a name and password in it, for everybody to "
            "read; give them as a header of the host, in COMMUNIQUE_HOSTS_FILE"
        )
    words = _cleaned(said)
    folders = [
        (name, _cleaned(kept))
        for one, kept in zip_longest(folder, folder_attributes[: len(folder)])
        if (name := _clean(one))
    ]
    _check_length((url, title or "", *folder), (said, *folder_attributes), where)

    def seconds(name: str) -> float | None:
        return _number(words.get(name), name, where, most=MAX_INTERVAL_SECONDS)

    shortest, longest = seconds("minInterval"), seconds("maxInterval")
    if shortest is not None and longest is not None and shortest > longest:
        raise UsageError(f"{where}: minInterval {shortest:g} is above maxInterval")
    return Feed(
        feed_id=feed_id(url),
        url=url,
        title=_clean(title or "") or url,
        ministry=words.get("ministry"),
        country=_country(words.get("country"), where),
        organisation=words.get("organisation"),
        language=_language(words.get("language"), where),
        time_zone=_zone(words.get("timeZone"), where),
        interval_seconds=seconds("interval"),
        min_interval_seconds=shortest,
        max_interval_seconds=longest,
        expected_entries_a_day=_number(
            words.get("expectedEntriesADay"), "expectedEntriesADay", where, most=100_000
        ),
        paused=_flag(words.get("paused"), where),
        links_under=_links_under(words.get("linksUnder"), where),
        folder=tuple(name for name, _ in folders),
        folder_attributes=tuple(kept for _, kept in folders)
        if any(kept for _, kept in folders)
        else (),
        attributes={name: words[name] for name in words if name not in NAMES},
        **_how_to_read(words, where),
        registered_at=registered_at,
    )


def declaration(feed: Feed) -> dict[str, str]:
    """Return what a list says of `feed` beside its address and title, in words."""
    words = {}
    for name, field in FIELDS.items():
        value = getattr(feed, field)
        if isinstance(value, float):
            words[name] = f"{value:g}"
        elif value:
            words[name] = "true" if value is True else str(value)
    if feed.kind != "feed":
        words[KIND] = feed.kind
    for name, field in SELECTORS.items() if feed.selectors else ():
        if value := getattr(feed.selectors, field):
            words[name] = value
    return {
        **words,
        **{name: feed.attributes[name] for name in feed.attributes if name},
    }


def _how_to_read(words: Mapping[str, str], where: str) -> dict[str, Any]:
    named = {field: words[name] for name, field in SELECTORS.items() if name in words}
    kind = _KINDS.get(words.get(KIND, "html" if named else "feed").lower())
    if kind is None:
        raise UsageError(
            f"{where}: kind {words[KIND]!r} is none of {', '.join(_KINDS)}"
        )
    if kind == "html" and "item" not in named:
        raise UsageError(
            f"{where}: a page is read by an itemSelector; find one with: "
            "communique feeds check URL"
        )
    return {"kind": kind, "selectors": Selectors(**named) if kind == "html" else None}


def _address(said: str, where: str) -> str:
    """Return an address with its scheme, which people leave out."""
    url = said.strip()
    if _WITHOUT_SCHEME.fullmatch(url):
        url = f"https://{url.removeprefix('//')}"
    fits = _WITH_SCHEME.match(url) and url.isprintable() and len(url) <= MAX_URL_LENGTH
    if not fits or canonical_link(url) is None:
        raise UsageError(f"{where}: {said[:80]!r} is no http or https address")
    return url


def _check_length(
    words: Iterable[str], said: Iterable[Mapping[str, str]], where: str
) -> None:
    characters = sum(map(len, words)) + sum(
        len(name) + len(value) for one in said for name, value in one.items()
    )
    if characters > MAX_CHARACTERS:
        raise UsageError(
            f"{where}: {characters:,} characters are said of one feed and its folders; "
            f"leave out what makes them more than {MAX_CHARACTERS:,}"
        )


def _cleaned(said: Mapping[str, str] | None) -> dict[str, str]:
    """Return what is said, in clean words; what has no name or no words is left out."""
    named = {name: _clean(value) for name, value in (said or {}).items() if name}
    return {name: value for name, value in named.items() if value}


def _clean(words: str) -> str:
    return " ".join(xml_characters(words).split())


def _links_under(value: str | None, where: str) -> str | None:
    if value is not None and len(value) > MAX_URL_LENGTH:
        raise UsageError(f"{where}: linksUnder has more than {MAX_URL_LENGTH} letters")
    return value


def _country(value: str | None, where: str) -> str | None:
    if value is None:
        return None
    if len(value) != 2 or not (value.isascii() and value.isalpha()):
        raise UsageError(f"{where}: country {value!r} has not two letters, like IN")
    return value.upper()


def _language(value: str | None, where: str) -> str | None:
    if value is None:
        return None
    language = read_language(value)
    if language is None:
        raise UsageError(f"{where}: language {value!r} is no tag like en or pt-BR")
    return language


def _zone(value: str | None, where: str) -> str | None:
    if value is None:
        return None
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, KeyError):
        raise UsageError(
            f"{where}: timeZone {value!r} is no zone like Asia/Kolkata"
        ) from None


def _number(value: str | None, name: str, where: str, *, most: float) -> float | None:
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number <= most:
        raise UsageError(
            f"{where}: {name} {value!r} is no number above 0 and up to {most:.0f}"
        )
    return number


def _flag(value: str | None, where: str) -> bool:
    if value is None or value.lower() in _NO:
        return False
    if value.lower() in _YES:
        return True
    raise UsageError(f"{where}: paused {value!r} is neither true nor false")
