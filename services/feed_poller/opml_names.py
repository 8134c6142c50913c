"""
Names of columns as names of attributes in OPML, and back; pure.

A spreadsheet may call a column "Owner, since"; XML has no such names, and OPML means
something by some that it has. The first character and those that XML does not allow
are written by their number (`_x0020_`), as spreadsheets do it themselves.
"""

import re
from collections.abc import Container

from lxml import etree

STRUCTURE = frozenset({"text", "title", "xmlurl", "type"})
"""What OPML itself says of a feed, in lower case."""
_TAKEN = STRUCTURE | {"xmlns"}
_WRITTEN = re.compile(r"_x([0-9A-F]{4,6})_")
_TO_WRITE = re.compile(r"[^A-Za-z0-9.-]")


def attribute_name(name: str) -> str:
    """Return `name` as an attribute can have it; `column_name` gives it back."""
    if _is_fit(name):
        return name
    return _number(name[0]) + _TO_WRITE.sub(lambda found: _number(found[0]), name[1:])


def free_name(name: str, taken: Container[str]) -> str:
    """Return `name` written otherwise if it is `taken`, in whatever case."""
    if name.strip().lower() not in taken and not _WRITTEN.match(name):
        return name
    return _number(name[0]) + name[1:]


def column_name(name: str) -> str:
    """Return what `name` was before it was made to fit or to be free."""
    if not _WRITTEN.match(name):
        return name
    try:
        column = _WRITTEN.sub(lambda found: chr(int(found[1], 16)), name)
        column.encode()
    except ValueError:  # the number of no character, or of half of one
        return name
    return column


def _is_fit(name: str) -> bool:
    try:
        etree.QName(name)
    except ValueError:
        return False
    return name.lower() not in _TAKEN and not _WRITTEN.match(name)


def _number(character: str) -> str:
    return f"_x{ord(character):04X}_"
