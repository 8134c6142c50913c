"""Deletes indices whose time has passed, where the server does not do so by itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from elasticsearch import AsyncElasticsearch

from communique.errors import UsageError
from search_indexer.families import FAMILIES, parsed
from search_indexer.ready import aliases_of_family


def retention(days: Mapping[str, int]) -> dict[str, timedelta]:
    """
    Return how long the indices of a family are kept, by alias; absent: for ever.

    `days` overrules what the table of families says.

    Raises UsageError if it names no family.
    """
    if unknown := days.keys() - FAMILIES.keys():
        raise UsageError(
            f"{min(unknown)} is no family of indices; there are {', '.join(FAMILIES)}."
        )
    kept = {alias: family.kept for alias, family in FAMILIES.items() if family.kept}
    return kept | {alias: timedelta(days=count) for alias, count in days.items()}


def expired(indices: Iterable[str], before: datetime) -> list[str]:
    """Return those of `indices` whose time was over at `before`, the oldest first."""
    over = [
        (name.until, index)
        for index in indices
        if (name := parsed(index)) and name.until and name.until <= before
    ]
    return [index for _, index in sorted(over)]


async def expire(
    client: AsyncElasticsearch,
    before: Mapping[str, datetime],
    *,
    dry_run: bool = False,
) -> list[str]:
    """
    Delete the indices whose time was over at `before`, by alias; return their names.

    Those are meant too that a reindex has replaced.
    """
    names: list[str] = []
    for alias, moment in before.items():
        names += expired(await aliases_of_family(client, alias), moment)
    if not dry_run:
        for name in names:
            await client.indices.delete(index=name)
    return names
