"""Asks Elasticsearch; what keeps it from a whole answer becomes one sentence."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from elasticsearch import (
    ApiError,
    AsyncElasticsearch,
    AuthenticationException,
    AuthorizationException,
    TransportError,
)

from communique.errors import NotReadyError
from search_indexer.client import reason

TIMEOUT_SECONDS = 30.0


async def ask(
    client: AsyncElasticsearch, index: str | None, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    """
    Return the answer to a search, which may be incomplete: see `lack`.

    `index` None: the body names a point in time, which knows its indices.

    Raises NotReadyError if Elasticsearch is away, refuses, or has no such index.
    """
    with in_words(index):
        answer = await client.options(
            max_retries=0, request_timeout=TIMEOUT_SECONDS
        ).search(index=index, body=dict(body))
    found: Mapping[str, Any] = answer.body
    return found


async def ask_all(
    client: AsyncElasticsearch, index: str | None, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    """
    Return the whole answer to a search.

    Raises NotReadyError as `ask` does, and if the answer lacks something.
    """
    answer = await ask(client, index, body)
    if missing := lack(answer):
        raise NotReadyError(missing)
    return answer


@contextmanager
def in_words(index: str | None) -> Iterator[None]:
    """Turn what Elasticsearch refuses about `index` into a NotReadyError."""
    try:
        yield
    except (AuthenticationException, AuthorizationException):
        raise  # whoever knows the settings says which user this is
    except (ApiError, TransportError) as error:
        raise NotReadyError(refused(error, index)) from error


def lack(answer: Mapping[str, Any]) -> str | None:
    """Return what an answer does not cover, in a sentence; None if it is whole."""
    shards = answer.get("_shards", {})
    total = int(shards.get("total", 0))
    # Not `failed`: Elasticsearch does not count a shard there that has no copy at all.
    unread = max(total - int(shards.get("successful", total)), 0)
    if unread:
        failures = shards.get("failures") or [{}]
        index = failures[0].get("index")
        why = failures[0].get("reason", {}).get("reason")
        where = f" ({index}: {why})" if index and why else ""
        return (
            f"Elasticsearch could not read {unread} of {total} shards{where}, so what "
            "is found is not all. Whoever runs Elasticsearch sees more at "
            "_cluster/health and _cat/indices."
        )
    if answer.get("timed_out"):
        return (
            "Elasticsearch ran out of time, so what is found is not all. Ask for less, "
            "or again later."
        )
    return None


def refused(error: ApiError | TransportError, index: str | None) -> str:
    """Return in a sentence why Elasticsearch did not answer a search in `index`."""
    if not isinstance(error, ApiError):
        return f"Elasticsearch does not answer: {error.message}"
    kind, why = error.error, reason(error)
    if kind == "index_not_found_exception":
        return (
            f"Elasticsearch has no index {index} yet: it comes with the first release "
            "that the search indexer writes"
        )
    if kind == "index_closed_exception":
        return f"Elasticsearch has closed an index ({why}): it must be opened first."
    if error.status_code == 404:
        return (
            "Elasticsearch has given up the point in time that was read from (it "
            "expired, or a node was restarted). Start again."
        )
    if error.status_code == 429:
        return "Elasticsearch has too much to do just now. Ask again later."
    if error.status_code == 503:
        return (
            "Elasticsearch cannot read what is asked for: its shards are away. Whoever "
            "runs it sees more at _cluster/health and _cat/indices."
        )
    return f"Elasticsearch refuses this search: {why}"
