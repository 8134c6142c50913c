"""
Quoted statements: where they begin and end, and which are no statement. Pure.

One pass over the quotation marks. A mark that is never closed ends with its paragraph
and is none; inside a quote, marks of another kind are part of what is said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FEWEST_WORDS = 4
"""Fewer words in quotation marks are a name or an irony, and no statement."""
LONGEST = 10_000
MOST = 200
"""Quotes kept of one text."""

_MARK = re.compile('[“”„"«»‘’]|\n\\s*\n|\n')
_PAIRS = {"“": "”", "„": "“”", '"': '"', "«": "»", "‘": "’"}
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LEADS_IN = " \t\u00a0\u202f([{—–-:;,\n'‘’“«"
_ENDS = ".!?…,;"


@dataclass(frozen=True, slots=True)
class Span:
    """A quote: `start` to `end` inside its marks, `outer` with them."""

    start: int
    end: int
    outer: tuple[int, int]


def quoted(text: str) -> list[Span]:
    """Return the statements in quotation marks, in order, 200 at most."""
    found: list[Span] = []
    for start, end in _pairs(text):
        inner = text[start + 1 : end]
        left = start + 1 + len(inner) - len(inner.lstrip())
        right = end - (len(inner) - len(inner.rstrip()))
        if left < right and _is_statement(text, left, right):
            found.append(Span(left, right, (start, end + 1)))
        if len(found) == MOST:
            break
    return found


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each quote opens and closes."""
    opened: int | None = None
    depth = 0
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        if mark[0] == "\n":
            if opened is not None and not _goes_on(text, match.end(), text[opened]):
                opened = None
            continue
        if opened is None:
            if mark in _PAIRS and _opens(text, at):
                opened, depth = at, 0
            continue
        kind = text[opened]
        if at - opened > LONGEST:
            opened = at if mark in _PAIRS and _opens(text, at) else None
        elif mark in _PAIRS[kind] and _closes(text, at):
            if depth:
                depth -= 1
            else:
                yield opened, at
                opened = None
        elif mark == kind and mark == "«":
            depth += 1


def _opens(text: str, at: int) -> bool:
    mark = text[at]
    if mark in "“„«":
        return True
    before = text[at - 1] if at else " "
    behind = text[at + 1 : at + 2]
    return before in _LEADS_IN and bool(behind) and not behind.isspace()


def _closes(text: str, at: int) -> bool:
    """Return whether a mark closes; an apostrophe does not."""
    behind = text[at + 1 : at + 2]
    if text[at] == "’":
        return behind in _ENDS or not (behind.isalnum() or text[at - 1] == "s")
    return text[at] != '"' or not behind.isalnum()


def _goes_on(text: str, at: int, mark: str) -> bool:
    """Return whether the next paragraph begins with the mark that is still open."""
    return text[at : at + 1] == mark


def _is_statement(text: str, start: int, end: int) -> bool:
    """Return whether enough is said, and said in a sentence: no title of a book."""
    words = [
        match.group() for match in _WORD.finditer(text, start, min(end, start + 600))
    ]
    if len(words) < FEWEST_WORDS:
        return False
    long = [word for word in words if len(word) > 3]
    capitals = sum(word[0].isupper() for word in long)
    return not (len(long) >= 2 and capitals > 0.7 * len(long) and len(words) < 15)
