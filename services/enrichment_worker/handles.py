"""Hashtags and handles as people write them on social networks."""

import re

HANDLE_LIMIT = 15
"""The longest name that X gives out; a longer run has swallowed the next word."""

_HASHTAG = re.compile(r"(?<![\w#&/])#(\w{1,100})")
_HANDLE = re.compile(r"(?<![\w@./])@(\w{1,100})")
_SWALLOWED = re.compile(
    r"[a-z](?:today|yesterday|tomorrow|with|from|during|after|about|while|which"
    r"|aujourdhui|avec|pendant|hoy|durante|desde)$"
)


def hashtags(text: str) -> tuple[str, ...]:
    """Return the hashtags with their `#`, each once, in order; `#1` is a number."""
    found = (tag for tag in _HASHTAG.findall(text) if not tag.isdecimal())
    return tuple(dict.fromkeys("#" + tag for tag in found))


def handles(text: str) -> tuple[str, ...]:
    """
    Return the handles with their `@`, each once, in order.

    Where a page has lost the space behind a handle, its end is unknown: over-long
    handles and those that end in a swallowed word ("@MinistryTweetstoday") are left
    out, for no handle is better than somebody else's.
    """
    found = (name for name in _HANDLE.findall(text) if _trustworthy(name))
    return tuple(dict.fromkeys("@" + name for name in found))


def glued_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of handles that have swallowed what follows them."""
    return [
        match.span()
        for match in _HANDLE.finditer(text)
        if not _trustworthy(match.group(1))
    ]


def _trustworthy(name: str) -> bool:
    if len(name) > HANDLE_LIMIT or not name.isascii():
        return False
    return name.islower() or _SWALLOWED.search(name) is None
