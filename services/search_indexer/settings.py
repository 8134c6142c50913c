"""Settings of the search indexer."""

import re
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, FilePath, PositiveInt, SecretStr, model_validator

from communique.errors import UsageError
from communique.settings import PREFIX, EnvironmentSettings, WorkerSettings

_HOSTS = f"{PREFIX}ELASTICSEARCH_HOSTS"
_USERNAME = f"{PREFIX}ELASTICSEARCH_USERNAME"
_PASSWORD = f"{PREFIX}ELASTICSEARCH_PASSWORD"
_API_KEY = f"{PREFIX}ELASTICSEARCH_API_KEY"


class ElasticsearchSettings(EnvironmentSettings):
    """Where Elasticsearch is, who we are there, and what it can do."""

    # May carry a user and a password, so it is not shown.
    elasticsearch_hosts: str = Field("http://localhost:9200", repr=False)
    """Addresses, separated by commas."""
    elasticsearch_username: str | None = None
    elasticsearch_password: SecretStr | None = None
    elasticsearch_password_file: Path | None = None
    elasticsearch_api_key: SecretStr | None = None
    """As Elasticsearch gives it out under `encoded`."""
    elasticsearch_api_key_file: Path | None = None
    elasticsearch_ca_certs: FilePath | None = None
    language_analyzers: bool = True
    """Whether the server has stemmers; reduced builds do not."""
    index_replicas: int = 0
    index_retention_days: dict[str, PositiveInt] = Field(default_factory=dict)
    """Alias → how long its indices are kept; overrules the table of families."""

    @property
    def hosts(self) -> list[str]:
        """Return the addresses as a list."""
        return [host.strip() for host in self.elasticsearch_hosts.split(",")]

    @property
    def shown_hosts(self) -> str:
        """Return the addresses as a log may show them: without user and password."""
        return ", ".join(re.sub(r"//[^/]*@", "//", host) for host in self.hosts)

    @model_validator(mode="after")
    def _check_access(self) -> Self:
        try:
            urls = [urlsplit(host) for host in self.hosts]
            usable = all(
                url.scheme in ("http", "https") and url.hostname and url.port != 0
                for url in urls
            )
        except ValueError:  # no port, no IPv6 address
            usable = False
        if not usable:
            raise UsageError(
                f"{_HOSTS} takes addresses like https://localhost:9200; a user and "
                "password inside are written percent-encoded."
            )
        if bool(self.elasticsearch_username) != bool(self.elasticsearch_password):
            raise UsageError(f"{_USERNAME} and {_PASSWORD} (or …_FILE) go together.")
        ways = {
            f"{_USERNAME} and {_PASSWORD}": self.elasticsearch_username,
            _API_KEY: self.elasticsearch_api_key,
            f"a user in {_HOSTS}": any(url.username for url in urls),
        }
        if len(given := [way for way, value in ways.items() if value]) > 1:
            raise UsageError(f"Choose one way to log in, not {' and '.join(given)}.")
        if self.elasticsearch_ca_certs and any(url.scheme == "http" for url in urls):
            raise UsageError(
                f"{PREFIX}ELASTICSEARCH_CA_CERTS counts for nothing with http://; "
                f"say https:// in {_HOSTS}, or leave it out."
            )
        return self


class SearchIndexerSettings(WorkerSettings, ElasticsearchSettings):
    """One field an environment variable; the unit is part of the name."""
