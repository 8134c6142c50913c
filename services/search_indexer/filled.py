"""Whether all releases have what our mapping has; others are found by less."""

from elasticsearch import AsyncElasticsearch

from search_indexer.ask import in_words
from search_indexer.families import RELEASES
from search_indexer.install import indices
from search_indexer.templates import version


async def unfilled(client: AsyncElasticsearch) -> str | None:
    """
    Return which releases are from before our mapping, in a sentence; None: all have it.

    A search sees them, but finds them by nothing that came since.

    Raises NotReadyError if Elasticsearch is away or refuses.
    """
    own = version(RELEASES)
    with in_words(RELEASES):
        found = await indices(client, [RELEASES])
    older = [
        name
        for name, index in sorted(found.items())
        if RELEASES in index.aliases and index.filled < own
    ]
    if not older:
        return None
    more = f" and {len(older) - 1} more" if older[1:] else ""
    return (
        f"Releases in {older[0]}{more} are from before version {own} of the mapping: "
        "nothing that is new in it finds them. Run: communique index install, then "
        "communique index reindex"
    )
