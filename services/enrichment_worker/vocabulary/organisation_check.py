"""What is wrong with entries of organisations: pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from enrichment_worker.knowledge import Name, Organisation
from enrichment_worker.text import fold
from enrichment_worker.vocabulary.organisation_files import NATIONAL, names_of
from enrichment_worker.vocabulary.overlay import REMOVE
from enrichment_worker.vocabulary.problem import (
    Problem,
    never_matches,
    unknown_fields,
    word_problems,
)

KINDS = {
    "agency", "armed", "bank", "civil", "company", "court", "force", "grouping",
    "humanitarian", "intergovernmental", "joint", "ministry", "office", "parliament",
    "sport", "standards", "treaty",
}  # fmt: skip
FIELDS = ("name", "kind", "country", "wikidata", "common", "short", "weak", "long")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Entry:
    """A table of a file; its key is the id behind `org:`."""

    file: str
    key: str
    table: Any

    @property
    def home(self) -> str | None:
        """Return the country that the file is of."""
        path = PurePath(self.file)
        return path.stem.upper() if path.parent.name == NATIONAL else None

    def problem(self, message: str) -> Problem:
        """Return what is wrong with this entry."""
        return Problem(self.file, self.key, message)


def organisation_problems(
    shipped: Sequence[Entry],
    own: Sequence[Entry] | None,
    *,
    countries: AbstractSet[str],
    wikidata: AbstractSet[str],
    listed: Sequence[str],
) -> Iterator[Problem]:
    """
    Yield what is wrong with `own`, or without it with `shipped`.

    `listed` are the keys that were ever given, `countries` ISO codes, `wikidata` the
    ids that can be supported.
    """
    checked = shipped if own is None else own
    for key, count in Counter(entry.key for entry in checked).items():
        if count > 1:
            twice = [entry for entry in checked if entry.key == key]
            yield from (one.problem("the id is given twice") for one in twice)
    known = {entry.key: entry for entry in shipped}
    sound: list[Entry] = []
    for entry in checked:
        if isinstance(entry.table, Mapping) and entry.table.get(REMOVE) is True:
            if known.pop(entry.key, None) is None:
                yield entry.problem("there is none to remove")
            continue
        problems = list(_entry_problems(entry, countries, wikidata))
        yield from problems
        if not problems:
            sound.append(entry)
    if own is None:
        yield from _unlisted(shipped, listed)
    if not sound:
        return
    everything = {**known, **{entry.key: entry for entry in sound}}
    yield from _ambiguous(list(everything.values()), {id(one) for one in sound})


def _entry_problems(
    entry: Entry, countries: AbstractSet[str], wikidata: AbstractSet[str]
) -> Iterator[Problem]:
    table = entry.table
    if not isinstance(table, Mapping):
        yield entry.problem("it must be a table with a name and a kind")
        return
    if not _ID.fullmatch(entry.key):
        yield entry.problem("an id has small letters, digits and hyphens only")
    languages = [field for field in table if len(field) == 2 and field.isalpha()]
    yield from unknown_fields(entry.file, entry.key, table, [*FIELDS, *languages])
    name = table.get("name")
    if not isinstance(name, str) or never_matches(name):
        yield entry.problem("it has no name")
    if table.get("kind") not in KINDS:
        yield entry.problem(f"its kind is none of {', '.join(sorted(KINDS))}")
    country = table.get("country", entry.home)
    if country is not None and country not in countries:
        yield entry.problem(f"{country!r} is no country of ISO 3166-1")
    qid = table.get("wikidata")
    if qid is not None and qid not in wikidata:
        yield entry.problem(f"rigour does not know the Wikidata id {qid!r}")
    for field in ("short", "weak", "long", *languages):
        if field in table:
            yield from word_problems(entry.file, entry.key, field, table[field])


def _unlisted(shipped: Iterable[Entry], listed: Sequence[str]) -> Iterator[Problem]:
    keys = {entry.key for entry in shipped}
    for entry in shipped:
        if entry.key not in listed:
            yield entry.problem("the id is not in ids.txt")
    for key in listed:
        if key not in keys:
            yield Problem(
                "organisations/ids.txt", key, "the id is dead: no file has it"
            )


def _ambiguous(entries: Sequence[Entry], told: AbstractSet[int]) -> Iterator[Problem]:
    """Yield the names that several have and that are not marked as such."""
    exact: dict[str, list[tuple[Entry, Name]]] = defaultdict(list)
    loose: dict[str, list[tuple[Entry, Name]]] = defaultdict(list)
    for entry in entries:
        table = entry.table
        country = table.get("country", entry.home)
        target = Organisation(entry.key, table["name"], table["kind"], country)
        for name in names_of(table, target):
            if name.exact:
                exact[name.form].append((entry, name))
            else:
                loose[fold(name.form)].append((entry, name))
    yield from _shared(exact, told, _several_sure, "the short form")
    yield from _shared(loose, told, _one_sure, "the name")


def _shared(
    having: Mapping[str, Sequence[tuple[Entry, Name]]],
    told: AbstractSet[int],
    is_wrong: Callable[[Sequence[tuple[Entry, Name]]], bool],
    what: str,
) -> Iterator[Problem]:
    for found in having.values():
        if len({entry.key for entry, _ in found}) > 1 and is_wrong(found):
            for entry, name in found:
                others = sorted({one.key for one, _ in found} - {entry.key})
                if id(entry) in told and not name.weak:
                    yield entry.problem(
                        f"{what} {name.form!r} is also that of {', '.join(others)}; "
                        "put it under `weak`, or mark what is `common`"
                    )


def _several_sure(found: Sequence[tuple[Entry, Name]]) -> bool:
    return len({entry.key for entry, name in found if not name.weak}) > 1


def _one_sure(found: Sequence[tuple[Entry, Name]]) -> bool:
    return any(not name.weak for _, name in found)
