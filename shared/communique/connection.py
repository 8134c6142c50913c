"""How Kafka is reached: the one value that every client of it is made from."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

from communique.tls import tls_context

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


@dataclass(frozen=True, slots=True)
class KafkaConnection:
    """
    Where Kafka is, and who we are.

    `mechanism`, `username` and `password` count with a SASL protocol, the files (PEM)
    with one of TLS.
    """

    bootstrap_servers: str
    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism = "SCRAM-SHA-512"
    username: str | None = None
    password: SecretStr | None = None
    cafile: Path | None = None
    certfile: Path | None = None
    keyfile: Path | None = None

    @property
    def servers(self) -> list[str]:
        """Return the addresses, each as `host:port`."""
        return [server.strip() for server in self.bootstrap_servers.split(",")]

    @property
    def is_sasl(self) -> bool:
        """Return whether we say who we are by name and password."""
        return self.protocol.startswith("SASL_")

    @property
    def is_tls(self) -> bool:
        """Return whether what we say is encrypted."""
        return self.protocol.endswith("SSL")

    def tls_context(self) -> ssl.SSLContext | None:
        """
        Return what TLS is spoken with, or None where the protocol has none.

        The files are read each time: a new client takes up renewed certificates.

        Raises UsageError if a file is not what it should be.
        """
        if not self.is_tls:
            return None
        return tls_context(
            cafile=self.cafile, certfile=self.certfile, keyfile=self.keyfile
        )

    def client_options(self) -> dict[str, Any]:
        """
        Return how any aiokafka client is told where Kafka is and who we are.

        Raises UsageError if a certificate's file is not what it should be.
        """
        options: dict[str, Any] = {
            "bootstrap_servers": self.servers,
            "security_protocol": self.protocol,
            "ssl_context": self.tls_context(),
        }
        if self.is_sasl:
            options["sasl_mechanism"] = self.mechanism
            options["sasl_plain_username"] = self.username
            if self.password is not None:
                options["sasl_plain_password"] = self.password.get_secret_value()
        return options
