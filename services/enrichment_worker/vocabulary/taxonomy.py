"""Edge: the files in `data/taxonomy/` to one immutable Taxonomy."""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.knowledge import CERTAIN, Calibration, Phrase, Taxonomy
from enrichment_worker.text import fold
from enrichment_worker.vocabulary.overlay import Table, read_tables

WEIGHTS = {
    "certain": CERTAIN,
    "core": 4.2,
    "strong": 3.0,
    "medium": 1.8,
    "weak": 0.8,
    "excluding": 0.0,
}
"""What a phrase counts; the section of the file that it stands in says which."""

Entries = dict[str, list[tuple[str, Phrase]]]
"""Forms and what they say, by language or, for organisations, by id."""

_NOTHING = frozenset[str]()


def read_themes(directory: Path, own: Path | None = None) -> dict[str, Table]:
    """
    Return what the files in `directory` say, by theme, as those in `own` overrule it.

    Raises OSError or ValueError if a file is broken, or of no theme that there is.
    """
    known = {path.name for path in directory.glob("*.toml")}
    tables = read_tables(directory, own, exclusive=WEIGHTS)
    if others := tables.keys() - known:
        raise ValueError(
            f"{', '.join(sorted(others))}: no theme; put it below one, as a subtheme"
        )
    return {name.removesuffix(".toml"): table for name, table in tables.items()}


def theme_parents(directory: Path, own: Path | None = None) -> dict[str, str | None]:
    """Return every slug that there is, with the theme that a subtheme is below."""
    themes = read_themes(directory, own)
    return {
        **dict.fromkeys(themes),
        **{
            finer: slug
            for slug, theme in themes.items()
            for finer in theme.get("subthemes", ())
        },
    }


def load_taxonomy(
    directory: Path,
    calibration: Table,
    media_topics: Table,
    own: Path | None = None,
) -> Taxonomy:
    """
    Return the taxonomy of the files in `directory`: `<slug>.toml`, one a theme.

    `calibration` says how weights become scores, `media_topics` which topic of a public
    scheme holds which theme.

    A subtheme's phrases speak for its theme too, unless that lists them itself; what
    the theme excludes, its subthemes exclude. Files in `own` overrule them.

    Raises OSError, ValueError, KeyError or TypeError if a file is missing or broken.
    """
    slugs: list[str] = []
    parents: dict[str, str] = {}
    phrases: Entries = {}
    supports: dict[str, list[Phrase]] = {}
    for name, theme in read_themes(directory, own).items():
        subthemes: Mapping[str, Any] = theme.get("subthemes", {})
        slugs.append(name)
        parents.update(dict.fromkeys(subthemes, name))
        for language in languages(theme):
            found = phrases.setdefault(language, [])
            plain = theme.get(language, {})
            finer = {slug: one.get(language, {}) for slug, one in subthemes.items()}
            found += _phrases(name, (plain, *finer.values()))
            for slug, one in finer.items():
                excluded = {"excluding": plain.get("excluding", ())}
                found += _phrases(slug, (one, excluded))
        for slug, one in ((name, theme), *subthemes.items()):
            told = (*one.get("entities", {}).items(), *one.get("parties", {}).items())
            for section, ids in told:
                for identity in ids:
                    phrase = Phrase(slug, identity, WEIGHTS[section])
                    supports.setdefault(identity, []).append(phrase)
    return Taxonomy(
        tuple(slugs),
        MappingProxyType(parents),
        MappingProxyType({one: Gazetteer(found) for one, found in phrases.items()}),
        MappingProxyType({one: tuple(found) for one, found in supports.items()}),
        MappingProxyType({**media_topics["themes"], **media_topics["subthemes"]}),
        Calibration(
            **calibration["themes"],
            times=MappingProxyType(dict(calibration.get("times", {}))),
        ),
    )


def languages(theme: Mapping[str, Any]) -> list[str]:
    """Return the languages in which a theme's file has phrases, such as `en`."""
    return [key for key in theme if len(key) == 2]


def expand(pattern: str) -> list[str]:
    """
    Return the forms that a phrase of the taxonomy stands for.

    "sanction(s)" is two and "terror(ism|ist|ists)" three. Raises ValueError if a
    bracket is not closed.
    """
    parts: list[tuple[str, ...]] = []
    rest = pattern
    while rest:
        fixed, bracket, rest = rest.partition("(")
        parts.append((fixed,))
        if bracket:
            inside, closed, rest = rest.partition(")")
            if not closed:
                raise ValueError(f"a bracket is not closed in {pattern!r}")
            forms = tuple(inside.split("|"))
            parts.append(forms if len(forms) > 1 else ("", *forms))
    return ["".join(chosen) for chosen in product(*parts)]


def _phrases(
    slug: str, parts: tuple[Mapping[str, Any], ...]
) -> Iterator[tuple[str, Phrase]]:
    """Yield the forms that speak for `slug`; of equal ones that of the first part."""
    taken: set[str] = set()
    for part in parts:
        needs, unless = part.get("needs", {}), part.get("unless", {})
        for section, weight in WEIGHTS.items():
            for pattern in part.get(section, ()):
                phrase = Phrase(
                    slug,
                    pattern,
                    weight,
                    needs=_forms(needs.get(pattern, ())),
                    unless=_forms(unless.get(pattern, ())),
                )
                for form in expand(pattern):
                    if fold(form) not in taken:
                        taken.add(fold(form))
                        yield form, phrase


def _forms(patterns: list[str]) -> frozenset[str]:
    if not patterns:
        return _NOTHING  # one for all: each would take 200 bytes
    return frozenset(fold(form) for one in patterns for form in expand(one))
