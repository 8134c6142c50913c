"""
Text as the rules see it: folded without moving an offset, cut into tokens.

Every offset is a code point of the text as it came, so `text[start:end]` is always what
stands there. All of it is linear in the length of the text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from communique.errors import UnusableTextError

RULES_READ = 250_000
"""Characters of a text, a hundred pages, in which each word is looked at."""

_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}(?![^\W_])"  # H.E., U.S.
    r"|[^\W_]+(?:['’‘](?!s\b)[^\W_]+|[-‐‑][^\W_]+)*"  # ‘: Polynesian, for ʻ
)
_BETWEEN_SPACES = re.compile(r"[^ ]+")
_LINKS = (re.compile(r"https?://\S+"), re.compile(r"www\.\S+"))
_MAILBOX, _MOST_MAILBOX = re.compile(r"[\w.+-]{1,64}\Z"), 64
_MAIL_HOST = re.compile(r"@[\w-]{1,64}\.[\w.-]{2,}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOISE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_APOSTROPHES = {"'", "’"}
_LONG_LINE = 60
"""Code points from which on a line has been wrapped, and not ended on purpose."""
_DASHES = "-‐‑‒–—−"
_QUOTES = "’‘ʼ`´"
_ENDS_SENTENCE = re.compile(r"[)\]”’\"']*[.;,]")
_SENTENCE_END = re.compile(r"[.!?:;•\n\r\u2028\u2029“\"]")
_ELIDED = re.compile(r"^[ldLDnN]['’]")


class _Folding(dict[int, str]):
    """One code point to one code point: lower case, no accent, plain punctuation."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """
    Return `text` for comparing: the same length, character for character.

    Lower case, accents dropped, hyphens and any white space as a space.
    """
    return text.translate(_FOLDING)


def is_word_character(character: str) -> bool:
    """Return whether `character` continues a word, combining marks included."""
    return (
        character.isalnum()
        or character == "_"
        or (character > "\x7f" and unicodedata.category(character).startswith("M"))
    )


def on_boundaries(text: str, start: int, end: int) -> bool:
    """Return whether `text[start:end]` begins and ends where words do."""
    before = start == 0 or not is_word_character(text[start - 1])
    return before and (end == len(text) or not is_word_character(text[end]))


class Token(NamedTuple):
    """A word and the gap before it; a tuple, of which thousands are made a second."""

    start: int
    end: int
    text: str
    folded: str
    gap: str
    opens: bool
    """Whether a sentence, line or quote begins here."""
    capital: bool
    """Whether it is capitalised, behind an elision or not."""

    @property
    def shouted(self) -> bool:
        """Return whether the word is an acronym or in capitals: two letters or more."""
        return (
            self.capital
            and self.text.isupper()
            and sum(map(str.isalpha, self.text)) > 1
        )


class Spans:
    """Spans that do not overlap, and whether another one would touch them."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._spans = sorted(spans)

    def touch(self, start: int, end: int) -> bool:
        """Return whether a character of [start, end) lies in one of the spans."""
        index = bisect_right(self._spans, (start, end))
        if index < len(self._spans) and self._spans[index][0] < end:
            return True
        return index > 0 and self._spans[index - 1][1] > start


class Ground:
    """The characters of a text, each of which one span can take."""

    def __init__(self, length: int) -> None:
        self._taken = bytearray(length)

    def take(self, start: int, end: int) -> bool:
        """Take [start, end) if it is free as a whole, and return whether it was."""
        if self._taken.find(1, start, end) >= 0:
            return False
        self._taken[start:end] = b"\1" * (end - start)
        return True


@dataclass(frozen=True)
class Prose:
    """A text with what every rule asks of it, computed once."""

    text: str
    folded: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", fold(self.text))

    def part(self, start: int = 0, end: int | None = None) -> "Prose":
        """Return the text from `start` to `end` alone, without folding it again."""
        return self.behind(start, self.text[start:end])

    def behind(self, start: int, text: str) -> "Prose":
        """Return `text`, which stands here from `start` on, not folded again."""
        part = object.__new__(Prose)
        object.__setattr__(part, "text", text)
        object.__setattr__(part, "folded", self.folded[start : start + len(text)])
        return part

    @cached_property
    def head(self) -> "Prose":
        """Return as much of the text as the rules read word by word."""
        if len(self.text) <= RULES_READ:
            return self
        cut = self.text.rfind(" ", 0, RULES_READ)
        return self.part(end=cut if cut > 0 else RULES_READ)

    @cached_property
    def words(self) -> int:
        """Return how many words the text has; of a long one, about."""
        if self.head is self:
            return len(self.tokens)
        return sum(1 for _ in _BETWEEN_SPACES.finditer(self.folded))

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Return the words of the text, in order."""
        found: list[Token] = []
        last = 0
        for match in _TOKEN.finditer(self.text):
            gap = self.text[last : match.start()]
            word = match.group()
            if gap in _APOSTROPHES and found and word == "s":
                continue  # "Kenya's": no word
            if "\n" in gap and self._wrapped(gap, last):
                gap = " "
            opens = not found or (gap != " " and _SENTENCE_END.search(gap) is not None)
            start, end = match.span()
            elided = word[1:2] in _APOSTROPHES and _ELIDED.match(word)
            first = word[2:3] if elided else word[:1]
            capital = first.isupper() or first.istitle()
            folded = self.folded[start:end]
            found.append(Token(start, end, word, folded, gap, opens, capital))
            last = match.end()
        return tuple(found)

    def _wrapped(self, gap: str, at: int) -> bool:
        """Return whether a gap is a line break within a sentence, as in a PDF."""
        if not gap.isspace() or gap.count("\n") != 1 or len(gap) > 3:
            return False
        return at - (self.text.rfind("\n", max(0, at - 400), at) + 1) >= _LONG_LINE

    @cached_property
    def times(self) -> Counter[str]:
        """Return how often the text has each word."""
        return Counter(token.text for token in self.tokens)

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    @cached_property
    def not_prose(self) -> Spans:
        """Return the spans of links and e-mail addresses: nothing in them is a name."""
        return Spans(_not_prose(self.text))

    @cached_property
    def _headlines(self) -> Spans:
        """Return the lines in which nearly every word has a capital."""
        lines: dict[int, list[Token]] = {}
        line = 0
        for token in self.tokens:
            if "\n" in token.gap:
                line = token.start
            lines.setdefault(line, []).append(token)
        return Spans(
            (words[0].start, words[-1].end)
            for words in lines.values()
            if 5 <= len(words) <= 30
            and _title_case(words)
            and _ENDS_SENTENCE.match(self.text, words[-1].end) is None
        )

    def in_headline(self, offset: int) -> bool:
        """Return whether `offset` lies in a line where capitals say nothing."""
        return self._headlines.touch(offset, offset + 1)

    def token_at(self, offset: int) -> int:
        """Return the index of the last token that starts at or before `offset`."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def capital_behind(self, offset: int) -> bool:
        """Return whether the word behind `offset` is capitalised and joined to it."""
        index = self.token_at(max(offset - 1, 0)) + 1
        following = self.tokens[index : index + 1]
        return bool(following) and joined(following[0].gap) and following[0].capital

    def capitals_around(self, start: int, end: int) -> bool:
        """Return whether the words around are in capitals too, as in a headline."""
        around = self.text[max(0, start - 40) : start] + self.text[end : end + 40]
        letters = [c for c in around if c.isalpha()]
        return len(letters) >= 8 and sum(map(str.isupper, letters)) > 0.7 * len(letters)


def _not_prose(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of links and addresses, looking closely only where one may be."""
    for link in _LINKS:
        yield from (match.span() for match in link.finditer(text))
    for host in _MAIL_HOST.finditer(text):
        at = host.start()
        first = max(0, at - _MOST_MAILBOX)
        if mailbox := _MAILBOX.search(text[first:at]):
            yield first + mailbox.start(), host.end()


def _title_case(words: list[Token]) -> bool:
    long = [word for word in words if len(word.text) > 3]
    return len(long) >= 4 and sum(w.capital for w in long) >= 0.9 * len(long)


def joined(gap: str) -> bool:
    """Return whether a gap is white space within a line."""
    return gap == " " or (len(gap) < 6 and gap.isspace() and "\n" not in gap)


def check_usable(text: str) -> None:
    """
    Do nothing if `text` can be enriched.

    Raises UnusableTextError if it holds lone surrogates, which no JSON in UTF-8 can
    carry, or is mostly control and replacement characters: a file, not a text.
    """
    if _SURROGATE.search(text):
        raise UnusableTextError("the text holds lone surrogates; it is no Unicode text")
    noise = sum(1 for _ in _NOISE.finditer(text))
    if noise > 16 and noise * 3 > len(text):
        raise UnusableTextError(
            f"{noise} of {len(text)} characters are control or replacement characters; "
            "this is no text"
        )


def _fold_character(character: str) -> str:
    if character.isspace() or character in _DASHES:
        return " "
    if character in _QUOTES:
        return "'"
    base = unicodedata.normalize("NFKD", character)[:1]
    if len(base.lower()) == 1 and base.isalnum():
        return base.lower()
    return character
