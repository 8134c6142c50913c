"""Index lifecycle management (ILM), where the server has it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from search_indexer.families import FAMILIES

SPANS = {"year": timedelta(days=366), "month": timedelta(days=31)}


def policies(retention: Mapping[str, timedelta]) -> dict[str, dict[str, Any]]:
    """
    Return the policy of each family whose indices are not kept for ever.

    ILM counts from the making of an index, which is when its time begins: until the
    last document of that time is as old as it may be, it is the longest such time more.
    An index of years ago that is made today is kept as long as one of today.
    """
    found: dict[str, dict[str, Any]] = {}
    for alias, kept in retention.items():
        by = FAMILIES[alias].by
        if by is not None:
            days = (SPANS[by] + kept).days
            delete = {"min_age": f"{days}d", "actions": {"delete": {}}}
            found[alias] = {"phases": {"delete": delete}}
    return found


async def installed_policies(
    client: AsyncElasticsearch,
) -> Mapping[str, Mapping[str, Any]] | None:
    """Return the server's policies by name; None: it has no ILM."""
    try:
        answer = await client.ilm.get_lifecycle()
    except NotFoundError:
        return {}
    except ApiError as error:
        if error.meta.status in (400, 405):  # "no handler found for uri"
            return None
        raise
    return {name: held["policy"] for name, held in answer.items()}
