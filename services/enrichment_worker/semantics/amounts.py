"""
Amounts of money: what stands there, and its currency and value beside it. Pure.

Each number is looked at once, with what stands in the few characters around it, so the
work grows with the length of the text and no faster.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from communique.tags import Amount
from enrichment_worker.semantics.money import Money, Sign
from enrichment_worker.semantics.numerals import NUMERAL, decimal_of, scaled
from enrichment_worker.text import Prose, fold

MOST = 500
"""Amounts kept of one text; a table of megabytes would outgrow its topic."""

_BEFORE = 12
_BEHIND = 64
_LEAST_OF_A_WORD = 1_000
"""What a code that is a word too counts from: "COP 28" is a conference."""

_NO_SIGN = frozenset("0123456789 ,;:()[]{}\n\t-–—\"“”«»'’%?!")
"""What no sign of money ends or begins with: most numbers are no amount."""

_WORDS_BEHIND = re.compile(r"[ \u00a0\u202f\n-]{0,2}([^\W\d_][^\W\d_.']{0,20})")
_TO_NAME = re.compile(r"[ \u00a0\u202f\n-]{0,2}(?:(?:of|de)[ \u00a0\n]|d['’])?")
_NAME = re.compile(r"(?:U\.S\. ?)?[^\W\d_]+(?:[ \u00a0\n](?:[^\W\d_]|[.'’])+){0,4}")
_RANGE = re.compile(r" ?[-–—] ?| (?:to|à|a) ")


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in the text, the scale behind it, and where both end."""

    start: int
    end: int
    value: str
    power: int
    indian: bool


def amounts(prose: Prose, money: Money, country: str | None) -> tuple[Amount, ...]:
    """
    Return the amounts of money in a text, in order, 500 at most.

    `country` is whose money is meant where a sign is that of several, as "$" is; its
    currency is None where even that does not tell.
    """
    found: list[Amount] = []
    search = _Search(prose, money, country)
    for amount in search.amounts():
        if not found or amount.start >= found[-1].end:
            found.append(amount)
        if len(found) == MOST:
            break
    return tuple(found)


class _Search:
    """The search in one text."""

    def __init__(self, prose: Prose, money: Money, country: str | None) -> None:
        self._prose = prose
        self._text = prose.text
        self._money = money
        self._home = money.own.get(country or "")
        self._point = money.decimal(country)

    def amounts(self) -> Iterator[Amount]:
        """Yield every amount by its number, in the order of the numbers."""
        numbers = sorted(
            [*self._numerals(), *self._in_words()], key=lambda one: one.start
        )
        signs = [self._sign(number) for number in numbers]
        for index, number in enumerate(numbers):
            start, end, sign = signs[index]
            if index + 1 < len(numbers) and self._ranges(number, numbers[index + 1]):
                later, (_, _, named) = numbers[index + 1], signs[index + 1]
                if sign is None or (named is None and not number.power):
                    sign = sign or named
                    power = number.power or later.power
                    number = replace(number, power=power, indian=later.indian)
                if named is None:
                    signs[index + 1] = (later.start, later.end, sign)
            if sign is not None:
                yield self._amount(start, end, number, sign)

    def _ranges(self, first: _Number, second: _Number) -> bool:
        """Return whether two numbers are the ends of a range: "$10–15 million"."""
        return _RANGE.fullmatch(self._text, first.end, second.start) is not None

    def _sign(self, number: _Number) -> tuple[int, int, Sign | None]:
        """Return where the amount of a number begins and ends, and of what it is."""
        before, behind = self._before(number), self._behind(number)
        start, sign = before or (number.start, None)
        end, named = behind or (number.end, None)
        if sign and named and not sign.of & named.of:
            end = number.end  # "$5 million euros": the name is another's
        return start, end, sign or named

    def _amount(self, start: int, end: int, number: _Number, sign: Sign) -> Amount:
        return Amount(
            text=self._text[start:end],
            start=start,
            end=end,
            value=scaled(number.value, number.power),
            currency=sign.currency(self._home, indian=number.indian),
        )

    def _numerals(self) -> Iterator[_Number]:
        for match in NUMERAL.finditer(self._text):
            written = match.group()
            value = decimal_of(written, self._point)
            if value is not None:
                end, power, indian = self._scale(match.end())
                yield _Number(match.start(), end, value, power, indian)

    def _in_words(self) -> Iterator[_Number]:
        """Yield "two million" and "un millón": never a bare word."""
        for token in self._prose.tokens:
            value = self._money.numbers.get(token.folded)
            if value is not None:
                end, power, indian = self._scale(token.end)
                if power:
                    yield _Number(token.start, end, str(value), power, indian)

    def _scale(self, at: int) -> tuple[int, int, bool]:
        """Return where the scale behind a number ends, its power, whether Indian."""
        end, power, indian = at, 0, False
        words: list[str] = []
        for _ in range(2):
            match = _WORDS_BEHIND.match(self._text, end, at + _BEHIND)
            if match is None:
                break
            word = match.group(1)
            words.append(fold(word))
            near = match.start(1) - at <= 1
            known = self._money.scales.get(" ".join(words))
            if known is None and len(words) == 1 and near:
                known = self._money.exact_scales.get(word)
            if known is None:
                break
            end, power = match.end(), known
            indian = indian or words[-1] in {"crore", "crores", "lakh", "lakhs", "cr"}
        return end, power, indian

    def _before(self, number: _Number) -> tuple[int, Sign] | None:
        """Return where a sign or code before a number begins, and what it means."""
        text, end = self._text, number.start
        while end and number.start - end < 2 and text[end - 1] in " \u00a0\u202f":
            end -= 1
        if not end or text[end - 1] in _NO_SIGN:
            return None
        for length in range(min(_BEFORE, end), 0, -1):
            start = end - length
            written = text[start:end]
            sign = self._money.signs.get(written)
            if sign is None and length > 2:  # "Kshs. 5"
                sign = self._money.signs.get(written.removesuffix("."))
            if sign is None and length == 3:
                sign = self._code(written, number)
            if sign is None or not self._stands_alone(start, end):
                continue
            if (
                len(written) == 1
                and written.isalpha()
                and not (end == number.start and self._home in sign.of)
            ):
                continue  # "R5bn" in South Africa only
            return start, sign
        return None

    def _behind(self, number: _Number) -> tuple[int, Sign] | None:
        """Return where a sign, code or name behind a number ends, and what it means."""
        text, at = self._text, number.end
        start = _TO_NAME.match(text, at, at + 8)
        at = start.end() if start else at
        if at == len(text) or text[at] in _NO_SIGN or text[at] == ".":
            return None
        for length in range(min(6, len(text) - at), 0, -1):
            written = text[at : at + length]
            sign = self._money.signs.get(written)
            if sign is None and length == 3:
                sign = self._code(written, number)
            alone = self._stands_alone(at, at + length, led=at > number.end)
            if sign and alone and not (length == 1 and written.isalpha()):
                following = text[at + length : at + length + 1]
                if not (following.isdigit() and at > number.end):
                    return at + length, sign
        match = _NAME.match(text, at, at + _BEHIND)
        if match is None:
            return None
        words = self._prose.folded[at : match.end()].split(" ")
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count]).rstrip(".'’")
            meant = self._money.names.get(name)
            word = name in self._money.word_names and not number.power
            if meant is not None and not word:
                return at + len(name), meant
        return None

    def _code(self, written: str, number: _Number) -> Sign | None:
        if written not in self._money.codes:
            return None
        if written in self._money.words and not (
            written == self._home
            and float(scaled(number.value, number.power)) >= _LEAST_OF_A_WORD
        ):
            return None
        return Sign(frozenset({written}))

    def _stands_alone(self, start: int, end: int, *, led: bool = True) -> bool:
        """Return whether no letter hangs on a sign: "XY$" is no dollar of ours."""
        text = self._text
        if led and start and text[start - 1].isalpha():
            return False
        return not (text[end - 1].isalpha() and text[end : end + 1].isalpha())
