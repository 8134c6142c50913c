"""What is wrong with files of the taxonomy: pure."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from enrichment_worker.text import fold
from enrichment_worker.vocabulary.overlay import REMOVE, Table
from enrichment_worker.vocabulary.problem import (
    Problem,
    never_matches,
    unknown_fields,
    word_problems,
)
from enrichment_worker.vocabulary.taxonomy import WEIGHTS, expand, languages

_CONTEXTS = ("needs", "unless")
_LATERAL = ("bilateral", "multilateral")
_IN_CONTEXT = re.compile(r"[\w'&+]+(?: [\w'&+]+)*")


def theme_problems(
    shipped: Mapping[str, Table],
    own: Mapping[str, Table] | None,
    *,
    folder: Path,
    organisations: AbstractSet[str],
    languages: AbstractSet[str],
) -> Iterator[Problem]:
    """
    Yield what is wrong with `own`, or without it with `shipped`; both by file name.

    `organisations` are the ids that there are, `languages` those that texts can be in.
    """
    parents: dict[str, str] = {}
    for name, theme in [*shipped.items(), *(own or {}).items()]:
        for finer in _tables(theme.get("subthemes")):
            parents.setdefault(finer, name)
    for name, theme in (shipped if own is None else own).items():
        file = str(folder / name)
        if name not in shipped:
            yield Problem(
                file, "", "there is no such theme; put it below one as a subtheme"
            )
        known = ["cap", "medtop", "subthemes", "entities", "parties", REMOVE]
        yield from unknown_fields(file, "", theme, [*known, *_spoken(theme)])
        parts = {"": theme, **_tables(theme.get("subthemes"))}
        for slug, part in parts.items():
            if slug and (parents[slug] != name or f"{slug}.toml" in shipped):
                yield Problem(file, slug, "another theme has that slug")
            if slug:
                known = ["entities", "parties", REMOVE, *_spoken(part)]
                yield from unknown_fields(file, slug, part, known)
            yield from _entity_problems(file, slug, part, organisations)
            yield from _party_problems(file, slug, part)
            for language in _spoken(part):
                where = f"{slug}.{language}" if slug else language
                if language not in languages:
                    yield Problem(file, where, "no text is ever of this language")
                yield from _phrase_problems(file, where, part[language])


def curve_problems(table: Table, file: Path, themes: AbstractSet[str]) -> list[Problem]:
    """Return what is wrong with the curve of the scores, given the themes there are."""
    return [
        Problem(str(file), "times", f"{slug!r} is no theme")
        for slug in table.get("times", {})
        if slug not in themes
    ]


def _spoken(part: Table) -> list[str]:
    return languages(part)


def _tables(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        return {}
    return {name: one for name, one in value.items() if isinstance(one, Mapping)}


def _entity_problems(
    file: str, slug: str, part: Table, organisations: AbstractSet[str]
) -> Iterator[Problem]:
    entities = part.get("entities", {})
    yield from unknown_fields(file, slug, entities, [*WEIGHTS, REMOVE])
    for section in WEIGHTS:
        for identity in entities.get(section, ()):
            if identity not in organisations:
                yield Problem(
                    file, slug, f"the id {identity!r} is dead: no file has it"
                )


def _party_problems(file: str, slug: str, part: Table) -> Iterator[Problem]:
    parties = part.get("parties", {})
    yield from unknown_fields(file, slug, parties, [*WEIGHTS, REMOVE])
    for section in WEIGHTS:
        for word in parties.get(section, ()):
            if word not in _LATERAL:
                yield Problem(file, slug, f"parties: {word!r} is none of {_LATERAL}")


def _phrase_problems(file: str, where: str, sections: object) -> Iterator[Problem]:
    if not isinstance(sections, Mapping):
        yield Problem(file, where, "a language is a table of core, strong, medium …")
        return
    yield from unknown_fields(file, where, sections, [*WEIGHTS, *_CONTEXTS, REMOVE])
    listed: dict[str, str] = {}
    patterns: set[str] = set()
    for section in WEIGHTS:
        if section not in sections:
            continue
        problems = list(word_problems(file, where, section, sections[section]))
        yield from problems
        if problems:
            continue
        for pattern in sections[section]:
            patterns.add(pattern)
            yield from _pattern_problems(file, where, pattern, section, listed)
    for context in _CONTEXTS:
        for pattern, around in sections.get(context, {}).items():
            if pattern not in patterns:
                message = f"{context}: {pattern!r} is no phrase of this table"
                yield Problem(file, where, message)
            for one in around:
                yield from _context_problems(file, where, context, one)


def _pattern_problems(
    file: str, where: str, pattern: str, section: str, listed: dict[str, str]
) -> Iterator[Problem]:
    try:
        forms = {fold(form) for form in expand(pattern)}
    except ValueError as error:
        yield Problem(file, where, f"{section}: {error}")
        return
    for form in sorted(forms):
        if never_matches(form):
            yield Problem(file, where, f"{section}: {form!r} can never match")
        if form in listed:
            message = f"{section}: {form!r} stands under {listed[form]} too"
            yield Problem(file, where, message)
        listed[form] = section


def _context_problems(
    file: str, where: str, context: str, pattern: str
) -> Iterator[Problem]:
    try:
        forms = expand(pattern)
    except ValueError as error:
        yield Problem(file, where, f"{context}: {error}")
        return
    for form in forms:
        if not _IN_CONTEXT.fullmatch(fold(form)):
            yield Problem(file, where, f"{context}: {form!r} can never match")
