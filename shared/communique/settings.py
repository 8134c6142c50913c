"""Settings that every service shares: one field an environment variable."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import (
    Field,
    FilePath,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from communique.connection import KafkaConnection, Mechanism, Protocol
from communique.errors import UsageError
from communique.topics import Naming

PREFIX = "COMMUNIQUE_"


class EnvironmentSettings(BaseSettings):
    """
    Settings from the environment, where a secret may stand in a file instead.

    A field with a `…_file` beside it is a secret: `NAME_FILE` names the file that has
    what `NAME` would say. No error shows what was given.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _read_files(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(given)
        for name in cls.model_fields:
            path = given.get(f"{name}_file")
            if path is None:
                continue
            variable = variable_of(name)
            if given.get(name) is not None:
                raise UsageError(f"Set {variable} or {variable}_FILE, not both.")
            found[name] = _secret(Path(path), f"{variable}_FILE")
        return found


class KafkaSettings(EnvironmentSettings):
    """Where Kafka is, who we are there, and under which prefix our topics stand."""

    kafka_bootstrap_servers: str = "localhost:9092"
    kafka_security_protocol: Protocol = "PLAINTEXT"
    kafka_sasl_mechanism: Mechanism = "SCRAM-SHA-512"
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_sasl_password_file: Path | None = None
    kafka_ssl_cafile: FilePath | None = None
    kafka_ssl_certfile: FilePath | None = None
    kafka_ssl_keyfile: FilePath | None = None
    topic_prefix: str = Field("communique.", pattern=r"^[A-Za-z0-9.-]*$")

    @property
    def connection(self) -> KafkaConnection:
        """Return how Kafka is reached under these settings."""
        return KafkaConnection(
            self.kafka_bootstrap_servers,
            protocol=self.kafka_security_protocol,
            mechanism=self.kafka_sasl_mechanism,
            username=self.kafka_sasl_username,
            password=self.kafka_sasl_password,
            cafile=self.kafka_ssl_cafile,
            certfile=self.kafka_ssl_certfile,
            keyfile=self.kafka_ssl_keyfile,
        )

    @property
    def naming(self) -> Naming:
        """Return how topics and groups are called under these settings."""
        return Naming(self.topic_prefix)

    @model_validator(mode="after")
    def _check_connection(self) -> Self:
        kafka = self.connection
        stated = f"{PREFIX}KAFKA_SECURITY_PROTOCOL={kafka.protocol}"
        if kafka.is_sasl and not (kafka.username and kafka.password):
            raise UsageError(
                f"{stated} needs {PREFIX}KAFKA_SASL_USERNAME and "
                f"{PREFIX}KAFKA_SASL_PASSWORD (or {PREFIX}KAFKA_SASL_PASSWORD_FILE)."
            )
        if not kafka.is_sasl and (kafka.username or kafka.password):
            raise UsageError(
                f"{PREFIX}KAFKA_SASL_USERNAME and _PASSWORD count for nothing with "
                f"{stated}; set it to SASL_SSL, or leave them out."
            )
        files = (kafka.cafile, kafka.certfile, kafka.keyfile)
        if not kafka.is_tls and any(files):
            raise UsageError(
                f"The files of {PREFIX}KAFKA_SSL_… count for nothing with {stated}; "
                "set it to SASL_SSL or SSL, or leave them out."
            )
        if kafka.keyfile and not kafka.certfile:
            raise UsageError(
                f"{PREFIX}KAFKA_SSL_KEYFILE needs {PREFIX}KAFKA_SSL_CERTFILE."
            )
        kafka.tls_context()  # says now what is wrong with the files
        return self


class WorkerSettings(KafkaSettings):
    """What a service needs to consume; the unit is part of each name."""

    state_dir: Path = Field(
        Path(".communique/state"), description="may be deleted; rebuilt from Kafka"
    )
    instance: NonNegativeInt | None = Field(
        None, description="ordinal of this process; absent: the first free one"
    )
    health_host: str = "127.0.0.1"
    health_port: NonNegativeInt = Field(0, description="0: any free one, see `status`")
    batch_size: PositiveInt = 500
    within_seconds: PositiveFloat = 0.1
    session_timeout_seconds: PositiveFloat = 15.0
    rebalance_timeout_seconds: PositiveFloat = Field(
        30.0, description="for members to come; twice as long outside ends the process"
    )
    backoff_cap_seconds: PositiveFloat = 5.0
    stalled_seconds: PositiveFloat = Field(
        300.0, description="lag without progress that long ends the process"
    )
    deaths_allowed: NonNegativeInt = Field(
        20, description="messages a minute that may die alike before the service stops"
    )
    max_poll_interval_seconds: PositiveFloat = Field(
        864_000.0, description="aiokafka's; low values make a standby leave for good"
    )
    log_format: Literal["auto", "text", "json"] = "auto"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class WebSettings(WorkerSettings):
    """What a service needs that visits the sites of others."""

    contact: str = Field(
        "no contact address set",
        description="who answers for our visits; ministries read it in the User-Agent",
    )
    host_spacing_seconds: NonNegativeFloat = 5.0
    request_timeout_seconds: PositiveFloat = 30.0
    max_document_bytes: PositiveInt = 15 * 1024 * 1024
    allow_private_networks: tuple[str, ...] = Field(
        (), description="networks to visit although they are not public, CIDR, as JSON"
    )
    hosts_file: FilePath | None = Field(
        None, description="TOML: private networks, extra CAs, headers by host"
    )


def variable_of(field: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + field.upper()


def _secret(path: Path, variable: str) -> str:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise UsageError(
            f"{variable} names {path}, which cannot be read: {error.strerror}."
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"{variable} names {path}, which is no text.") from None
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise UsageError(f"{variable} names {path}, which is empty.")
    return secret
