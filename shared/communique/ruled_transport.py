"""The transport that knows what an operator allows for single hosts."""

import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from communique.errors import UsageError
from communique.host_rules import HostRule, rule_for


class RuledTransport(httpx.AsyncBaseTransport):
    """
    Sends each request, every hop of a redirect too, as the rule for its host says.

    A secret header goes to its own hosts only, and never in clear; an extra CA is
    trusted for its own hosts only.
    """

    def __init__(
        self,
        usual: httpx.AsyncBaseTransport,
        by_ca_file: Mapping[Path, httpx.AsyncBaseTransport],
        rules: Sequence[HostRule],
    ) -> None:
        self._usual = usual
        self._by_ca_file = by_ca_file
        self._rules = rules

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` and return the answer."""
        rule = rule_for(request.url.host, self._rules)
        transport = self._usual
        if rule is not None and rule.ca_file is not None:
            transport = self._by_ca_file[rule.ca_file]
        if rule is not None and request.url.scheme == "https":
            for name, value in rule.headers.items():
                request.headers[name] = value.get_secret_value()
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in (self._usual, *self._by_ca_file.values()):
            await transport.aclose()


def with_extra_ca(file: Path) -> ssl.SSLContext:
    """
    Return a context that trusts the CA in `file` (PEM) beside the public ones.

    Raises UsageError if there is none in it.
    """
    context = httpx.create_ssl_context(trust_env=False)
    try:
        context.load_verify_locations(file)
    except (ssl.SSLError, OSError) as error:
        raise UsageError(f"{file} holds no certificate in PEM: {error}.") from None
    return context
