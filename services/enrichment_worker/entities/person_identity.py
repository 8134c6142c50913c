"""Who a person is: name, first stated office and its country, as one local id."""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Sequence

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.text import fold

_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_REACH = 200
"""Code points between a name and an office that is said of it."""
_ITS = re.compile(r"(?:['’]s)?[ \u00a0]")
"""What stands between "Canadian" or "Canada's" and the office behind it."""
_LONGEST_COUNTRY = 60
_LEADS_ON = {"of", "the", "for", "de", "du", "des", "la", "del", "l"}


def person_id(name: str, role: str = "", country: str | None = None) -> str:
    """
    Return the id of who has this name, office and country: `person:name:office:ke`.

    It is local and no more certain than they are; what is not known is left out.
    """
    slug = _slug(name)
    if not slug:
        slug = hashlib.blake2b(name.encode(), digest_size=8).hexdigest()
    parts = (slug, _slug(role), (country or "").lower())
    return ":".join(("person", *(part for part in parts if part)))


def renamed(identity: str | None, name: str) -> str:
    """Return the id of the same person under another name."""
    _, _, rest = (identity or "").removeprefix("person:").partition(":")
    return ":".join((person_id(name), *([rest] if rest else [])))


def stated_office(
    text: str, mentions: Sequence[Candidate], countries: Sequence[tuple[int, int, str]]
) -> tuple[str, str | None]:
    """
    Return the first office that is said of a person, and the ISO code of its country.

    The office is without its country: "Foreign Minister" of "Foreign Minister of the
    Maldives" and of "Maldivian Foreign Minister". `countries` are the spans that name
    one, in order. Without an office it is "", without a country None.
    """
    first = ""
    for one in mentions[:_REACH]:
        for role in one.roles:
            first = first or role
            at = text.rfind(role, max(0, one.start - _REACH), one.start)
            if at < 0:
                at = text.find(role, one.end, one.end + _REACH)
            if at < 0:
                continue
            end = at + len(role)
            near = bisect_left(countries, (max(0, at - _LONGEST_COUNTRY),))
            for start, stop, code in countries[near:]:
                if start >= end:
                    break
                if start >= at:
                    return _without(role, start - at), code
                if _ITS.fullmatch(text, stop, at):
                    return role, code
    return first, None


def _without(role: str, country: int) -> str:
    """Return an office without the country that its name has at an offset."""
    words = role[:country].replace("’", "'").replace("l'", "").split()
    while words and fold(words[-1]) in _LEADS_ON:
        words.pop()
    return " ".join(words) or role


def _slug(words: str) -> str:
    return _NOT_IN_IDS.sub("-", fold(words)).strip("-")
