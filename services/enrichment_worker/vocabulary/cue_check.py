"""What is wrong with files of cues, and with signs of money: pure."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from enrichment_worker.vocabulary.overlay import REMOVE, Table
from enrichment_worker.vocabulary.problem import (
    Problem,
    unknown_fields,
    word_problems,
)
from enrichment_worker.vocabulary.taxonomy import expand


def cue_problems(
    checked: Mapping[str, Table],
    shipped: Mapping[str, Table],
    *,
    folder: Path,
    languages: Collection[str],
    weights: Collection[str],
) -> Iterator[Problem]:
    """Yield what is wrong with `checked`; `shipped` names the files that are read."""
    for file, table in checked.items():
        path = str(folder / file)
        if file not in shipped:
            yield Problem(path, "", f"cues are read from {', '.join(shipped)} only")
            continue
        known = sorted({name for names in shipped[file].values() for name in names})
        for language, names in table.items():
            if language == REMOVE:
                continue
            if language not in languages or not isinstance(names, Mapping):
                read = ", ".join(languages)
                yield Problem(path, language, f"it must be a table of one of {read}")
                continue
            for name, sections in names.items():
                where = f"{language}.{name}"
                if name == REMOVE:
                    continue
                if name not in known or not isinstance(sections, Mapping):
                    asked = ", ".join(known)
                    yield Problem(path, where, f"it must be a table of one of {asked}")
                    continue
                yield from unknown_fields(path, where, sections, [*weights, REMOVE])
                for section in [one for one in weights if one in sections]:
                    words = sections[section]
                    yield from word_problems(path, where, section, words)
                    yield from _brackets(path, where, section, words)


def _brackets(file: str, where: str, section: str, words: object) -> Iterator[Problem]:
    for word in words if isinstance(words, list) else ():
        try:
            expand(str(word))
        except ValueError:
            yield Problem(
                file, where, f"{section}: a bracket is not closed in {word!r}"
            )


def money_problems(
    table: Table, file: Path, currencies: Collection[str]
) -> Iterator[Problem]:
    """Yield the signs that stand for no currency of ISO 4217."""
    signs = table.get("signs", {})
    for sign, code in signs.items() if isinstance(signs, Mapping) else ():
        if sign != REMOVE and code not in currencies:
            yield Problem(str(file), sign, f"{code!r} is no currency of ISO 4217")
