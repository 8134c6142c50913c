"""Which indices a reindex writes anew, and into which: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from communique.errors import NotReadyError
from search_indexer.difference import Index, reasons_to_reindex
from search_indexer.families import FAMILIES, IndexName, parsed
from search_indexer.templates import Templates

CUT_OFF = "a reindex was cut off"
ASKED = "asked for"


@dataclass(frozen=True, slots=True)
class Move:
    """The documents of `source` are to be in `target`; `reasons` say why."""

    source: IndexName
    target: IndexName
    reasons: tuple[str, ...]


def moves(
    indices: Mapping[str, Index],
    ours: Templates,
    *,
    aliases: Iterable[str],
    everything: bool = False,
) -> list[Move]:
    """
    Return the moves that make `indices` as they would be if made of `ours` today.

    One that was cut off goes on where it was: its target is written or half filled,
    and not searched yet. `everything`: also those that need none.

    Raises NotReadyError if the state is one that no reindex of ours leaves behind.
    """
    found = []
    for times in _by_time(indices, aliases):
        searched = [name for name in times if name.alias in times[name].aliases]
        written = [name for name in times if _is_written(times[name])]
        if not searched:
            continue
        if len(searched) > 1 or len(written) > 1:
            names = ", ".join(str(name) for name in times)
            raise NotReadyError(
                f"Several of {names} are behind one alias; take all but one out of it."
            )
        (source,) = searched
        if written and written != searched:
            found.append(Move(source, written[0], (CUT_OFF,)))
            continue
        reasons = reasons_to_reindex(str(source), times[source], ours)
        if everything and not reasons:
            reasons = (ASKED,)
        if reasons:
            found.append(Move(source, _target(source, times, ours), reasons))
    return found


def kept_from_before(
    indices: Mapping[str, Index], aliases: Iterable[str]
) -> list[IndexName]:
    """Return the indices that a reindex has replaced."""
    return [
        name
        for times in _by_time(indices, aliases)
        for live in times
        if live.alias in times[live].aliases
        for name in times
        if not times[name].aliases and _age(name) < _age(live)
    ]


def _by_time(
    indices: Mapping[str, Index], aliases: Iterable[str]
) -> Iterable[Mapping[IndexName, Index]]:
    """Return the indices of each time together, those of the oldest first."""
    wanted = set(aliases)
    times: dict[tuple[str, str], dict[IndexName, Index]] = {}
    for index in sorted(indices):
        name = parsed(index)
        if name is not None and name.alias in wanted:
            times.setdefault((name.alias, name.period), {})[name] = indices[index]
    return times.values()


def _is_written(index: Index) -> bool:
    return any(alias.endswith("-write") for alias in index.aliases)


def _target(
    source: IndexName, times: Mapping[IndexName, Index], ours: Templates
) -> IndexName:
    layout = FAMILIES[source.alias].layout
    number = source.number + 1 if source.layout == layout else 1
    while True:
        name = IndexName(source.alias, layout, source.period, number)
        there = times.get(name)
        # One that an earlier run has begun to fill goes on, if it is as ours.
        if there is None or _is_ours(name, there, ours):
            return name
        number += 1


def _is_ours(name: IndexName, index: Index, ours: Templates) -> bool:
    as_if_live = Index(frozenset({name.alias}), index.mappings, index.settings)
    return not reasons_to_reindex(str(name), as_if_live, ours)


def _age(name: IndexName) -> tuple[int, int]:
    return name.layout, name.number
