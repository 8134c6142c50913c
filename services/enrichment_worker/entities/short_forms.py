"""Short forms and other ways in which a text names again what it has named."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.entities.organisation_words import (
    AND,
    ARTICLES,
    LONGEST_NAME,
    OF,
)
from enrichment_worker.knowledge import Shapes
from enrichment_worker.text import Prose, Token, fold, joined

LONGEST_SHORT_FORM = 10

_SYLLABLES = 4
"""Letters from which on a short form may be made of syllables, and written small."""
_DEFINED = re.compile(r"[^\S\n]?\(\s?[“\"'‘]?([A-Z][A-Za-z&.-]{1,11})[”\"'’]?\s?\)")
_LINKS = OF | ARTICLES | AND | {"in", "to", "at", "&", "by", "with", "a"}


def definitions(
    prose: Prose, shapes: Shapes, known: Mapping[int, Candidate]
) -> Iterator[Candidate]:
    """
    Yield what "Long Name (ABC)" defines: the long name, then the short form.

    `known` has the candidates by their end: the short form becomes theirs. A long name
    that is none yet is taken if its initials spell the short form and it has a head.
    """
    for match in _DEFINED.finditer(prose.text):
        short = match.group(1).rstrip(".")
        long = known.get(match.start())
        small = sum(map(str.isupper, short)) * 2 < len(short)
        if len(short) < 2 or (small and not _of_syllables(short, long)):
            continue
        if long is None or long.type == "place":  # "Bank of South Sudan (BSS)"
            long = _spelled(prose, shapes, match.start(), short) or long
        if long is None or long.type == "person":
            continue
        if long is not known.get(match.start()):
            yield long
        yield _short_form(long, short, match.start(1), "definition")


def other_things(prose: Prose, shapes: Shapes) -> frozenset[str]:
    """Return the short forms that a text defines for what is no body: "Act (ISA)"."""
    return frozenset(
        match.group(1)
        for match in _DEFINED.finditer(prose.text)
        if (last := prose.tokens[prose.token_at(max(match.start() - 1, 0))]).capital
        and last.end == match.start()
        and last.folded in shapes.not_organisations
    )


def short_forms(
    prose: Prose, defined: Iterable[Candidate], named: Iterable[Candidate]
) -> Iterator[Candidate]:
    """
    Yield every other use of a short form of `defined`.

    Capitals that nobody defined stand for the one of `named` whose initials they are.
    """
    meanings = {one.alias: one for one in defined if one.alias}
    initials: dict[str, set[str]] = {}
    by_name: dict[str, Candidate] = {}
    for one in named:
        by_name.setdefault(one.name, one)
        for letters in _initials(one.name):
            initials.setdefault(letters, set()).add(one.name)
    for token in prose.tokens:
        if not 2 <= len(token.text) <= LONGEST_SHORT_FORM:
            continue
        meaning = meanings.get(token.text)
        names = initials.get(token.text, set())
        if meaning is None and token.shouted and len(names) == 1:
            meaning = by_name[next(iter(names))]
        if meaning is not None:
            found = _short_form(meaning, token.text, token.start, "short form")
            sure = token.text in meanings
            yield replace(found, rank=Rank.DEFINED) if sure else found


def references(
    prose: Prose, shapes: Shapes, named: Iterable[Candidate]
) -> Iterator[Candidate]:
    """Yield "the Ministry" wherever the text has named exactly one ministry."""
    by_head: dict[str, dict[str, Candidate]] = {}
    for one in named:
        words = one.name.split()
        for head in {words[0], words[-1]}:
            folded = head.lower()
            if folded in shapes.referred:
                by_head.setdefault(folded, {}).setdefault(one.name, one)
    for before, token in zip(prose.tokens, prose.tokens[1:], strict=False):
        if before.folded not in ARTICLES or token.gap != " " or not token.capital:
            continue
        names = by_head.get(token.folded, {})
        if len(names) == 1:
            (meaning,) = names.values()
            yield _refer(meaning, token.start, token.end, "reference", 0.7)


def _initials(name: str) -> Iterator[str]:
    """Yield what a short form of `name` may be: of all of it, and before " on "."""
    for part in {name, re.split(r" (?:on|for|of) ", name)[0]}:
        words = [word for word in re.split(r"[\s-]+", part) if word]
        letters = [w[0] for w in words if w.lower() not in _LINKS]
        if len(letters) >= 3:
            yield "".join(letters).upper()


def _spelled(prose: Prose, shapes: Shapes, end: int, short: str) -> Candidate | None:
    """Return the words before `end` whose initials spell `short`."""
    letters = [c for c in short.upper() if c.isalpha()]
    index = prose.token_at(max(end - 1, 0))
    if not prose.tokens or prose.tokens[index].end != end:
        return None
    last = index
    heads = False
    while index >= 0 and letters and last - index < LONGEST_NAME:
        token = prose.tokens[index]
        initials = [part[0].upper() for part in token.folded.split()]
        before = prose.tokens[index - 1] if index else None
        if _is_link(token) and before is not None and _begins(before, letters[-1]):
            pass  # the F of "Forum for Trade" is Forum's
        elif letters[-len(initials) :] == initials:
            del letters[-len(initials) :]
        elif letters[-1] == initials[0]:
            letters.pop()
        elif token.folded not in _LINKS:
            return None
        heads = heads or token.folded in shapes.after or token.folded in shapes.before
        if not letters:
            break
        if not joined(token.gap) and token.gap != ", ":
            return None
        index -= 1
    if letters or not heads or not prose.tokens[index].capital:
        return None
    if prose.tokens[last].folded in shapes.not_organisations:
        return None  # "Equipment Service Program (ESP)"
    start = prose.tokens[index].start
    name = " ".join(prose.text[start:end].split())
    return Candidate(start, end, "organisation", "definition", Rank.PATTERN, 0.9, name)


def _of_syllables(short: str, long: Candidate | None) -> bool:
    """Return whether a short form in small letters is of a body: "Dirpa", "Minsa"."""
    if long is None or long.type != "organisation" or len(short) < _SYLLABLES:
        return False
    letters = iter(fold(long.name))
    return all(letter in letters for letter in fold(short)) and short.isalpha()


def _is_link(token: Token) -> bool:
    return token.folded in _LINKS and not token.capital


def _begins(token: Token, letter: str) -> bool:
    """Return whether a word has a capital, which is `letter`."""
    return token.capital and token.folded[0].upper() == letter


def _short_form(meaning: Candidate, short: str, start: int, source: str) -> Candidate:
    refer = _refer(meaning, start, start + len(short), source, 0.9)
    rank = refer.rank if source == "short form" else Rank.DEFINED
    return replace(refer, alias=short, rank=rank)


def _refer(
    meaning: Candidate, start: int, end: int, source: str, confidence: float
) -> Candidate:
    return Candidate(
        start=start,
        end=end,
        type=meaning.type,
        source=source,
        rank=Rank.SHORT_FORM,
        confidence=min(confidence, meaning.confidence),
        name=meaning.name,
        target=meaning.target,
    )
