"""
Guesses where a page keeps its list of releases: selectors for a person to judge; pure.

A list is what repeats: elements of one kind that each hold a link with words, mostly
beside a date. The parts around it (menus, footers) repeat too, and are told by their
names, short words and missing dates.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from communique.events import Selectors
from feed_poller.document import NotAFeedError
from feed_poller.html_list import date_words, page_tree, read_list, shown
from feed_poller.items import Item, Reading

MAX_LINKS = 1000
"""Links of a page that are looked at."""
MAX_ITEMS = 100
"""Items that are read to judge a list."""
_CLIMB = 6
_MIN_WORDS = 12
"""Characters of a headline, at least."""
_MIN_ITEMS = 3
_TRIED = 12
_DATE_LENGTH = 80
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}")
_CHANGING = re.compile(r"\d|^(?:odd|even|first|last|active|row|col|item-\w)$|--")
_AROUND = re.compile(
    r"nav|menu|footer|header|breadcrumb|social|share|pag(?:er|inat)|cookie|sidebar|lang",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{4}|\d{1,2}[./]\d{1,2}")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Selectors, and what they find: the higher the `score` (0 to 1), the likelier."""

    selectors: Selectors
    score: float
    items: tuple[Item, ...]
    """The first of them."""
    dated: int
    """How many of the items have a date."""


def suggest(text: str, reading: Reading, *, limit: int = 3) -> tuple[Suggestion, ...]:
    """Return the likeliest lists of an HTML page, the likeliest first; maybe none."""
    try:
        page, _ = page_tree(text)
    except NotAFeedError:
        return ()
    groups = _groups(page)
    ranked = sorted(groups, key=lambda css: -_weight(groups[css]))[:_TRIED]
    found: dict[tuple[str | None, ...], Suggestion] = {}
    for css in ranked:
        made = _suggestion(page, css, groups[css], reading)
        if made is None:
            continue
        links = tuple(item.link for item in made.items)
        if links not in found or found[links].score < made.score:
            found[links] = made
    best = sorted(found.values(), key=lambda suggestion: -suggestion.score)
    return tuple(best[:limit])


def _groups(page: etree._Element) -> dict[str, list[etree._Element]]:
    """Return the elements around links with words, by the selectors that find them."""
    groups: dict[str, dict[etree._Element, None]] = defaultdict(dict)
    for count, anchor in enumerate(page.iter("a")):
        if count >= MAX_LINKS:
            break
        if not anchor.get("href") or not _is_headline(anchor):
            continue
        element = anchor
        for _ in range(_CLIMB):
            parent = element.getparent()
            if parent is None or element.tag in {"body", "html", "main"}:
                break
            for css in _names(element, parent):
                groups[css][element] = None
            element = parent
    return {
        css: list(elements)
        for css, elements in groups.items()
        if len(elements) >= _MIN_ITEMS
    }


def _is_headline(anchor: etree._Element) -> bool:
    words = " ".join(islice(anchor.itertext(), 20))[:1000]
    return len(" ".join(words.split())) >= _MIN_WORDS


def _names(element: etree._Element, parent: etree._Element) -> Iterator[str]:
    own = _name(element)
    if "." in own:
        yield own
    outer = _name(parent)
    if "." not in outer and parent.getparent() is not None:
        outer = f"{_name(parent.getparent())} > {outer}"
    yield f"{outer} > {own}"


def _name(element: etree._Element) -> str:
    """Return a selector of one element by what its neighbours share: no numbers."""
    # A broken page has elements whose names are no names in CSS.
    tag = element.tag if _NAME.fullmatch(element.tag) else "*"
    for name in (element.get("class") or "").split():
        if _NAME.fullmatch(name) and not _CHANGING.search(name):
            return f"{tag}.{name}"
    identity = element.get("id") or ""
    if _NAME.fullmatch(identity) and not _CHANGING.search(identity):
        return f"{tag}#{identity}"
    return str(tag)


def _weight(elements: list[etree._Element]) -> float:
    """Return how much a group looks like a list, before it is read."""
    around = sum(map(_is_around, elements[:10])) / len(elements[:10])
    dated = sum(bool(_DIGITS.search(date_words(e))) for e in elements[:10])
    return min(len(elements), 30) * (1 + dated) * (0.1 if around > 0.5 else 1.0)


def _is_around(element: etree._Element) -> bool:
    return any(
        outer.tag in {"nav", "header", "footer", "aside"}
        or _AROUND.search(f"{outer.get('class') or ''} {outer.get('id') or ''}")
        for outer in (element, *element.iterancestors())
        if outer.tag not in {"html", "body"}
    )


def _suggestion(
    page: etree._Element, css: str, elements: list[etree._Element], reading: Reading
) -> Suggestion | None:
    best: Suggestion | None = None
    link = _link(elements)
    for date in (*_dates(elements, reading), None):
        selectors = Selectors(item=css, link=link, date=date)
        items = read_list(page, selectors, reading, limit=MAX_ITEMS).items
        dated = sum(item.published_at is not None for item in items)
        links = {item.link for item in items if item.link}
        if len(links) < _MIN_ITEMS:
            return None
        words = sorted(len(item.title) for item in items)[len(items) // 2]
        score = (
            (0.4 + 0.6 * dated / len(items))
            * min(words, 50) / 50
            * min(len(links), 10) / 10
            * len(links) / len(items)
            * (0.2 if sum(map(_is_around, elements)) * 2 > len(elements) else 1.0)
            * (0.5 if _crowded(elements) else 1.0)
        )  # fmt: skip
        if best is None or score > best.score:
            best = Suggestion(selectors, round(score, 3), items, dated)
    return best


def _crowded(elements: list[etree._Element]) -> bool:
    """Return whether the elements are containers: many links with words in each."""
    counts = [
        sum(map(_is_headline, islice(element.iter("a"), 20)))
        for element in elements[:5]
    ]
    return sum(counts) > 3 * len(counts)


def _link(elements: list[etree._Element]) -> str | None:
    """Return where the headline's link is, unless it is the first with words."""
    votes: Counter[str | None] = Counter()
    for element in elements[:10]:
        anchors = (anchor for anchor in element.iter("a") if anchor.get("href"))
        lengths = {anchor: len(shown(anchor)) for anchor in islice(anchors, 20)}
        longest = max(lengths, key=lengths.__getitem__, default=None)
        first = next((anchor for anchor, length in lengths.items() if length), None)
        if longest is None or longest is first:
            votes[None] += 1
            continue
        parent = longest.getparent()
        own = _name(longest)
        votes[own if "." in own else f"{_name(parent)} > a"] += 1
    return votes.most_common(1)[0][0] if votes else None


def _dates(elements: list[etree._Element], reading: Reading) -> list[str]:
    """Return selectors of what is a date in the first elements, the smallest first."""
    votes: Counter[str] = Counter()
    for element in elements[:8]:
        seen: set[str] = set()
        for inner in reversed(list(islice(element.iter(), 100))):
            words = _own_words(inner)
            if 6 <= len(words) <= _DATE_LENGTH and reading.date(words):
                seen.update(_date_names(inner, element))
        if not seen and reading.date(_own_words(element)):
            seen.add(_name(element))
        votes.update(seen)
    return [css for css, _ in votes.most_common(4)]


def _own_words(element: etree._Element) -> str:
    """Return the words of an element without its headlines, which may name days."""
    words = date_words(element)
    for anchor in islice(element.iter("a"), 5):
        headline = date_words(anchor)
        if headline and (anchor is not element or len(anchor) == 0):
            words = words.replace(headline, " ")
    return words


def _date_names(inner: etree._Element, element: etree._Element) -> Iterator[str]:
    if inner is element:
        return
    if inner.tag in {"td", "th"}:
        place = sum(1 for _ in inner.itersiblings(preceding=True)) + 1
        yield f"{inner.tag}:nth-child({place})"
    elif inner.tag != "a":
        yield _name(inner)
