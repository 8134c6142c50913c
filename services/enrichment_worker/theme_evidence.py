"""What speaks for which theme in a text: phrases, bodies, who deals with whom."""

import re
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from communique.tags import Entity
from enrichment_worker.gazetteer import Gazetteer, Hit, longest
from enrichment_worker.knowledge import CERTAIN, Phrase, Taxonomy
from enrichment_worker.languages import Spoken
from enrichment_worker.semantics.parties import NOBODY, Parties
from enrichment_worker.text import Prose
from enrichment_worker.theme_found import TITLE, Found

FALLBACK = "en"
"""The language as which a text is read whose own has no phrases."""

LEAD, BODY = 1.25, 1.0
_IN_A_NAME = 0.5
_IN_A_LIST = 0.5
_LIST = 3
"""Phrases in a row that make a list: "health, trade and education"."""
_LEAD_SHARE, _LEAD_LEAST = 0.15, 400
_PARTS = 5
"""A text is cut into so many, to see how far a subject is spread."""
_BESIDE, _MOST_ROLES = 14, 8
"""
Code points between a person's name and office, where "Prof Mme" may stand; how many
offices are looked for.
"""
_OFFICES = ("minist", "department", "secretar")
"""How names begin that are whole and yet say no more than whose release it is."""
_NEAR = 120
"""Code points on either side of a phrase in which its context stands."""
_WORD = re.compile(r"[\w'&+]+")
_MOST_BETWEEN = 40
"""Code points between two subjects of a list."""
_NEXT_IN_LIST = re.compile(
    r" ?,? (?:(?:and|or|as well as|et|ou|ainsi que|y|e|o|u|&|the|of|in|for"
    r"|de|du|des|la|le|les|l'|d'|el|los|las) ?){0,3}"
)


def collect(
    prose: Prose,
    title: str,
    spoken: Spoken,
    taxonomy: Taxonomy,
    entities: Iterable[Entity] = (),
    parties: Parties = NOBODY,
) -> dict[str, Found]:
    """
    Return, by slug, what speaks for a theme or subtheme in `title` and `prose`.

    Evidence is in the text only. What is said within the name of an organisation, or
    of somebody's office, is said once and counts half: a release that quotes the
    Minister of Health need not be about health. So does what stands in a list,
    unless it says by itself that something is done about its subject. Where an
    organisation supports a theme, the words in its name do not. That countries deal
    with one another, two or more, may support one too.
    """
    entities = tuple(entities)
    found: dict[str, Found] = {}
    counted: set[tuple[str, int]] = set()
    for entity in entities:
        for phrase in taxonomy.supports.get(entity.id or "", ()):
            for one in entity.mentions:
                counted.add((phrase.slug, one.start))
                span = (one.start, one.end)
                _add(found, phrase.slug, phrase.key, phrase.weight, prose, span)
    _collect_title(found, title, spoken.main, taxonomy, entities)
    for phrase in taxonomy.supports.get(parties.lateral, ()):
        span = _first(entities, parties.counterparts)
        _add(found, phrase.slug, phrase.key, phrase.weight, prose, span)
    names = sorted({*_organisations(entities), *_offices(entities, prose.text)})
    said = _said(prose, spoken, taxonomy)
    listed = _listed(said, prose.folded)
    for hit in said:
        if prose.not_prose.touch(hit.start, hit.end):
            continue
        (phrase,), span = hit.values, (hit.start, hit.end)
        name = _around(span, names)
        if name is None:
            told = span not in listed or phrase.weight >= CERTAIN
            weight = phrase.weight * (1.0 if told else _IN_A_LIST)
            _add(found, phrase.slug, phrase.key, weight, prose, span)
        elif (phrase.slug, name[0]) not in counted:
            counted.add((phrase.slug, name[0]))
            key = prose.folded[name[0] : name[1]]
            if name == span and not key.startswith(_OFFICES):
                _add(found, phrase.slug, phrase.key, phrase.weight, prose, span)
            else:
                _add(found, phrase.slug, key, phrase.weight * _IN_A_NAME, prose, span)
    return found


def _collect_title(
    found: dict[str, Found],
    title: str,
    language: str | None,
    taxonomy: Taxonomy,
    entities: Sequence[Entity],
) -> None:
    """Count what the title says; in names there, half, as in those of the text."""
    names: list[tuple[int, int]] = []
    counted: set[tuple[str, int]] = set()
    for entity in entities:
        spans = [(one.start, one.end) for one in entity.title_mentions]
        if entity.type == "organisation":
            names.extend(spans)
        for phrase in taxonomy.supports.get(entity.id or "", ()) if spans else ():
            counted.update((phrase.slug, start) for start, _ in spans)
            found.setdefault(phrase.slug, Found()).add(phrase.key, phrase.weight, TITLE)
    names.sort()
    for hit in _by_theme(Prose(title), _phrases(language, taxonomy)):
        (phrase,) = hit.values
        name = _around((hit.start, hit.end), names)
        if name is not None and (phrase.slug, name[0]) in counted:
            continue
        weight = phrase.weight * (1.0 if name is None else _IN_A_NAME)
        found.setdefault(phrase.slug, Found()).add(phrase.key, weight, TITLE)


def _add(
    found: dict[str, Found],
    slug: str,
    key: str,
    weight: float,
    prose: Prose,
    span: tuple[int, int],
) -> None:
    start, end = span
    lead = max(_LEAD_LEAST, int(len(prose.text) * _LEAD_SHARE))
    one = found.setdefault(slug, Found())
    one.add(key, weight, LEAD if start < lead else BODY)
    if start == end:
        return
    one.parts.add(start // max(1, len(prose.text) // _PARTS))
    one.spans.append((start, end))


def _first(entities: Iterable[Entity], countries: Collection[str]) -> tuple[int, int]:
    """Return where one of `countries` is first named; an empty span without that."""
    spans = [
        (one.start, one.end)
        for entity in entities
        if entity.type == "place" and entity.country in countries
        for one in entity.mentions[:1]
    ]
    return min(spans, default=(0, 0))


def _organisations(entities: Iterable[Entity]) -> Iterator[tuple[int, int]]:
    """Yield where organisations are named."""
    for entity in entities:
        if entity.type == "organisation":
            yield from ((one.start, one.end) for one in entity.mentions)


def _offices(entities: Iterable[Entity], text: str) -> Iterator[tuple[int, int]]:
    """Yield where the offices of persons stand, before or behind their names."""
    for entity in entities:
        for one in entity.mentions if entity.type == "person" else ():
            reach = 0
            for role in reversed(entity.roles[:_MOST_ROLES]):
                reach += len(role) + _BESIDE  # one stands behind the other
                start = text.find(role, max(0, one.start - reach), one.end + reach)
                if start >= 0:
                    yield start, start + len(role)


def _around(
    span: tuple[int, int], names: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return the name that a span is in, or all of; of two the one that starts last."""
    index = bisect_right(names, (span[0], sys.maxsize)) - 1
    for name in reversed(names[max(0, index - 1) : index + 1]):
        if span[1] <= name[1]:
            return name
    return None


def _said(prose: Prose, spoken: Spoken, taxonomy: Taxonomy) -> list[Hit[Phrase]]:
    """Return, in order, the phrases of each passage that are of its language."""
    said = [
        hit
        for language in spoken.languages
        for hit in _by_theme(prose, _phrases(language, taxonomy))
        if spoken.at(hit.start) == language
    ]
    said.sort(key=_in_order)
    return said


def _listed(said: Iterable[Hit[Phrase]], folded: str) -> set[tuple[int, int]]:
    """
    Return the phrases that stand in a list of subjects: named, and not spoken about.

    A list has three or more, one behind the other, not all of the same subject. `said`
    is in order.
    """
    listed: set[tuple[int, int]] = set()
    row: list[tuple[int, int]] = []
    shared: set[str] = set()  # what all of the row is about
    for span, hits in groupby(said, key=lambda hit: (hit.start, hit.end)):
        slugs = {hit.values[0].slug for hit in hits}
        gap = (row[-1][1], span[0]) if row else (0, sys.maxsize)
        if gap[1] - gap[0] <= _MOST_BETWEEN and _NEXT_IN_LIST.fullmatch(folded, *gap):
            shared = shared & slugs
        else:
            row, shared = [], slugs
        row.append(span)
        if len(row) >= _LIST and not shared:
            listed.update(row)
            row = row[-_LIST:]  # the others are in already
    return listed


def _phrases(language: str | None, taxonomy: Taxonomy) -> Gazetteer[Phrase]:
    none = Gazetteer[Phrase](())
    fallback = taxonomy.phrases.get(FALLBACK, none)
    return taxonomy.phrases.get(language or "", fallback)


def _by_theme(prose: Prose, phrases: Gazetteer[Phrase]) -> list[Hit[Phrase]]:
    """
    Return each theme's longest phrases that have the context they need, in order.

    Each stands for one phrase. One of weight 0 covers the shorter ones in it: "energy
    drink" is no energy.
    """
    by_slug: dict[str, list[Hit[Phrase]]] = {}
    for hit in phrases.hits(prose):
        for phrase in hit.values:
            if in_context(hit, phrase, prose.folded):
                one = hit if len(hit.values) == 1 else hit._replace(values=(phrase,))
                by_slug.setdefault(phrase.slug, []).append(one)
    found = [
        hit
        for hits in by_slug.values()
        for hit in longest(hits)
        if hit.values[0].weight > 0
    ]
    found.sort(key=_in_order)
    return found


def _in_order(hit: Hit[Phrase]) -> tuple[int, int, str]:
    return hit.start, hit.end, hit.values[0].slug


def in_context(hit: Hit[Phrase], phrase: Phrase, folded: str) -> bool:
    """Return whether what a phrase needs is near, and nothing that it must not meet."""
    if not (phrase.needs or phrase.unless):
        return True
    before = _words(folded[max(0, hit.start - _NEAR) : hit.start])
    after = _words(folded[hit.end : hit.end + _NEAR])
    around = f"{before}|{after}"
    if any(f" {one} " in around for one in phrase.unless):
        return False
    return not phrase.needs or any(f" {one} " in around for one in phrase.needs)


def _words(folded: str) -> str:
    return f" {' '.join(_WORD.findall(folded))} "
