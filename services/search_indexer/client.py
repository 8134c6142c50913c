"""The client of Elasticsearch that settings ask for; and why it refuses us."""

from collections.abc import Mapping
from typing import Any

from elasticsearch import (
    ApiError,
    AsyncElasticsearch,
    AuthenticationException,
    AuthorizationException,
    TransportError,
)
from elasticsearch import SSLError as TlsError

from communique.tls import tls_context
from search_indexer.settings import ElasticsearchSettings

REFUSALS = (AuthenticationException, AuthorizationException, TransportError)
"""Errors of who may not, or of what does not answer."""


def new_client(settings: ElasticsearchSettings) -> AsyncElasticsearch:
    """
    Return a client for the Elasticsearch of `settings`; the caller closes it.

    Raises UsageError if the file of the authorities is not what it should be.
    """
    # What fails is tried again by us, with a pause and a word.
    options: dict[str, Any] = {"max_retries": 0}
    if password := settings.elasticsearch_password:
        user = settings.elasticsearch_username
        options["basic_auth"] = (user, password.get_secret_value())
    if api_key := settings.elasticsearch_api_key:
        options["api_key"] = api_key.get_secret_value()
    if cafile := settings.elasticsearch_ca_certs:
        options["ssl_context"] = tls_context(cafile=cafile)
    return AsyncElasticsearch(settings.hosts, **options)


def refusal(error: ApiError | TransportError, settings: ElasticsearchSettings) -> str:
    """Return in a sentence, for an operator, why `error` came; it shows no secret."""
    where = f"Elasticsearch at {settings.shown_hosts}"
    if isinstance(error, AuthenticationException):
        return f"{where} does not know us: check the user and password, or the API key"
    if isinstance(error, AuthorizationException):
        return f"{where} does not allow it: {reason(error)}"
    if isinstance(error, TlsError):
        return f"{where} is not trusted: {error.message}"
    return f"{where} does not answer"


def reason(error: ApiError) -> str:
    """Return what Elasticsearch names as the cause of `error`, the deepest it says."""
    body = error.body if isinstance(error.body, Mapping) else {}
    cause = body.get("error")
    if not isinstance(cause, Mapping):
        return str(cause or error.message)
    deeper = [one for one in cause.get("root_cause") or () if one.get("reason")]
    return str((deeper or [cause])[0].get("reason") or error.message)
