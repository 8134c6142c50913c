"""Places by the words beside them: "Turkana County", "the towns of X, Y and Z"."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from enrichment_worker.knowledge import PlaceKind, PlaceWords
from enrichment_worker.text import Prose, Token, joined

LONGEST_NAME = 4
LONGEST_KIND = 3
LONGEST_LIST = 12

_OF = {"of", "de", "des", "du", "del", "d"}
_ARTICLES = {"the", "la", "le", "les", "el", "los", "las", "l"}
_AND = {"and", "et", "y", "e", "ou", "or", "o"}
_AND_SO_ON = {"etc", "among"}
_INNER = {"de", "la", "le", "les", "el", "del", "du", "des", "upon", "sur", "of", "al",
          "los", "las", "do", "da", "dos"}  # fmt: skip
_SMALL_NATURE = {
    "river", "rivers", "mountains", "hills", "forest", "lake", "lakes", "island",
    "islands", "peninsula", "archipelago", "atoll", "desert", "swamp",
}  # fmt: skip
"""What makes an unknown name before it a place in small letters too."""
_REPEATED = {"de", "du", "a", "en", "in", "at"}
_SHORTENED = {"St", "Ste", "Co", "Mt", "Ft", "Brgy"}
_APOSTROPHES = {"'", "’"}
_COMMAS = {", ", ","}


@dataclass(frozen=True, slots=True)
class Spot:
    """A name that the words around it call a place, alone and with its kind."""

    start: int
    end: int
    first: int
    last: int
    kind: PlaceKind


class PlaceShapes:
    """The search for places by their shape in one text."""

    def __init__(
        self,
        prose: Prose,
        words: PlaceWords,
        namelike: Callable[[Token], bool],
        known: Callable[[Token], bool],
    ) -> None:
        self._tokens = prose.tokens
        self._words = words
        self._namelike = namelike
        self._known = known

    def find(self) -> Iterator[Spot]:
        """Yield every name beside a word that says what kind of place it is."""
        for index, token in enumerate(self._tokens):
            if token.folded.partition(" ")[0] in self._words.openers:
                yield from self._behind(index)
                yield from self._before(index)

    def lists(self) -> Iterator[tuple[tuple[int, int], ...]]:
        """Yield the spans of every list of names: "X, Y and Z"."""
        index = 0
        while index < len(self._tokens):
            if not self._tokens[index].capital:
                index += 1
                continue
            items, after = self._list_from(index)
            if len(items) > 1:
                yield tuple(self._span(*item) for item in items)
            index = max(after, index + 1)

    def _behind(self, index: int) -> Iterator[Spot]:
        """Yield the names before "County" or "counties" at `index`."""
        for length in range(LONGEST_KIND, 0, -1):
            kind = self._words.behind.get(self._phrase(index, length))
            many = self._words.many.get(self._phrase(index, length))
            if (kind or many) is None or not self._joined(index):
                continue
            start = self._left(index)
            behind = self._tokens[index + length : index + length + 1]
            of = behind and behind[0].folded == "of" and joined(behind[0].gap)
            bearings = all(
                word.folded in self._words.directions
                for word in self._tokens[start:index]
            )
            if start == index or (of and bearings):
                return  # none, or "the Northern District of Texas"
            last = index + length - 1
            capital = self._tokens[index].capital
            if not capital and self._opens_alone(start, index):
                return  # "Authoritarian states"
            if kind is not None:
                if capital or kind in {"part", "any"}:
                    yield self._spot(start, index, kind, last if capital else None)
                elif self._is_small_nature(start, index):
                    yield self._spot(start, index, kind, last)
            elif many is not None:
                yield self._spot(start, index, many, None)
                yield from self._listed_before(start, many)
            return

    def _opens_alone(self, start: int, index: int) -> bool:
        """Return whether the one word before a kind has its capital for its place."""
        word = self._tokens[start]
        return word.opens and start == index - 1 and not self._known(word)

    def _is_small_nature(self, start: int, index: int) -> bool:
        """Return whether "hills" at `index` stand behind an unknown name."""
        return self._tokens[index].folded in _SMALL_NATURE and not any(
            word.opens or self._known(word) or word.folded in self._words.directions
            for word in self._tokens[start:index]
        )

    def _listed_before(self, start: int, kind: PlaceKind) -> Iterator[Spot]:
        """Yield X and Y of "X, Y and Z counties"."""
        end = start
        for _ in range(LONGEST_LIST):
            before = self._tokens[end - 1] if end else None
            if before is None:
                return
            if before.folded in _AND and joined(self._tokens[end].gap):
                end -= 1
                if self._tokens[end].gap.strip() not in {"", ","}:
                    return
            elif self._tokens[end].gap not in _COMMAS:
                return
            begin = self._left(end)
            if begin == end:
                return
            yield self._spot(begin, end, kind, None)
            end = begin

    def _before(self, index: int) -> Iterator[Spot]:
        """Yield the names behind "River" or "the towns of" at `index`."""
        for length in range(LONGEST_KIND, 0, -1):
            phrase = self._phrase(index, length)
            kind = self._words.before.get(phrase)
            if kind is None:
                continue
            of = phrase.rpartition(" ")[2] in _OF
            elided = of and _bare(self._tokens[index + length - 1].folded) == "d"
            behind = index + length - elided
            capital = self._tokens[index].capital
            while of and behind < len(self._tokens):
                token = self._tokens[behind]
                if token.folded not in _ARTICLES or token.capital:
                    break
                behind += 1
            several = self._tokens[index].folded.endswith("s")
            items, _ = self._list_from(behind) if of or several else ([], 0)
            end = self._right(behind)
            if end == behind or not self._joined(behind):
                return
            if not of and all(
                word.folded in self._words.directions
                for word in self._tokens[behind:end]
            ):
                return  # "Grand River North West"
            headed = kind == "nature" or (not of and kind != "any")
            first = index if capital and headed else None
            yield self._spot(behind, end, kind, None, first)
            if kind == "any" or several:
                for begin, after in items[1:]:
                    yield self._spot(begin, after, kind, None)
            return

    def _list_from(self, index: int) -> tuple[list[tuple[int, int]], int]:
        """Return the names of a list that begins at `index`, and where it ends."""
        items: list[tuple[int, int]] = []
        current = index
        closed = False
        while current < len(self._tokens) and len(items) < LONGEST_LIST:
            end = self._right(current)
            if end == current:
                break
            items.append((current, end))
            if closed or end >= len(self._tokens):
                return items, end
            end, gap = self._past_figure(end)
            if end >= len(self._tokens):
                return items, end
            token = self._tokens[end]
            if token.folded in _AND and gap in {" ", ", "}:
                closed = True
                current = self._past_of(end + 1)
                if current < len(self._tokens) and not joined(
                    self._tokens[current].gap
                ):
                    break
            elif token.folded in _AND_SO_ON and gap in {" ", ", "}:
                return items, end
            elif gap in _COMMAS:
                current = self._past_of(end)
            else:
                break
        after = items[-1][1] if items else index
        return (items if closed and len(items) > 1 else items[:1]), after

    def _past_figure(self, index: int) -> tuple[int, str]:
        """Return the index behind "(40)" in "X (40) and Y", and the gap there."""
        words = self._tokens[index : index + 2]
        figure = len(words) == 2 and words[0].gap == " (" and words[0].text.isdigit()
        if figure and words[1].gap.startswith(")"):
            return index + 1, words[1].gap[1:]
        return index, words[0].gap

    def _past_of(self, index: int) -> int:
        """Return the index behind the "de" of "de X, de Y et de Z"."""
        token = self._tokens[index : index + 1]
        again = token and token[0].folded in _REPEATED and not token[0].capital
        return index + bool(again)

    def _left(self, index: int) -> int:
        """Return where the name that ends before `index` begins."""
        start = index
        while start and index - start < LONGEST_NAME:
            word = self._tokens[start - 1]
            if start < index and not self._joined(start):
                break
            if not self._fits(word):
                break
            start -= 1
        if start and start < index and self._joined(start):
            head = self._tokens[start - 1]
            start -= head.capital and self._words.before.get(head.folded) == "nature"
        return start

    def _right(self, index: int) -> int:
        """Return where the name that begins at `index` ends."""
        end = index + self._article_of_name(index)
        while end < len(self._tokens) and end - index < LONGEST_NAME:
            token = self._tokens[end]
            if end > index and not self._joined(end):
                break
            inner = end > index and token.folded in _INNER and not token.capital
            if inner:
                ahead = end + 1
                while ahead < len(self._tokens) and (
                    self._tokens[ahead].folded in _ARTICLES
                    and not self._tokens[ahead].capital
                ):
                    ahead += 1
                if not (
                    ahead < len(self._tokens)
                    and token.folded != "of"
                    and joined(self._tokens[ahead].gap)
                    and self._fits(self._tokens[ahead])
                    and self._tokens[end - 1].capital
                ):
                    break
                end = ahead
                continue
            if not self._fits(token):
                break
            end += 1
        return end

    def _article_of_name(self, index: int) -> bool:
        """Return whether a name begins with its article: "El Retiro", "Le Havre"."""
        words = self._tokens[index : index + 2]
        return (
            len(words) == 2
            and words[0].folded in _ARTICLES
            and words[0].capital
            and words[0].folded != "the"
            and joined(words[1].gap)
            and self._fits(words[1])
        )

    def _joined(self, index: int) -> bool:
        """Return whether a word goes on with the one before: "St. Ann", "Co. Clare"."""
        gap = self._tokens[index].gap
        return joined(gap) or (
            gap == ". " and index > 0 and self._tokens[index - 1].text in _SHORTENED
        )

    def _fits(self, token: Token) -> bool:
        return (
            token.capital
            and not token.shouted
            and not any(c.isdigit() for c in token.text)
            and token.folded not in self._words.never
            and (token.folded in self._words.directions or self._namelike(token))
        )

    def _spot(
        self,
        start: int,
        end: int,
        kind: PlaceKind,
        last: int | None,
        first: int | None = None,
    ) -> Spot:
        begin, after = self._span(start, end)
        return Spot(
            begin,
            after,
            begin if first is None else self._tokens[first].start,
            after if last is None else self._tokens[last].end,
            kind,
        )

    def _span(self, start: int, end: int) -> tuple[int, int]:
        token = self._tokens[start]
        elided = (
            len(token.text) > 2 and token.text[1] in "'’" and token.text[0].islower()
        )
        return token.start + 2 * elided, self._tokens[end - 1].end

    def _phrase(self, index: int, length: int) -> str:
        words: Sequence[Token] = self._tokens[index : index + length]
        if len(words) < length or not all(joined(word.gap) for word in words[1:]):
            return ""
        return " ".join(_bare(word.folded) for word in words)


def _bare(word: str) -> str:
    """Return a word without an elided article: "d'Odienné" opens no phrase."""
    return word[:1] if word[1:2] == "'" and word[:1] in "dl" else word
