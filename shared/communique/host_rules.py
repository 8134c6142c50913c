"""
What an operator allows for single hosts: a private network, an extra CA, a header.

Whatever could harm stands in a file of the operator's, never in a topic or a list of
feeds: who may register a feed must not be able to open a network or send a secret.
"""

import fnmatch
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from communique.errors import UsageError


@dataclass(frozen=True, slots=True)
class HostRule:
    """What holds for the hosts that fit `pattern`, such as `*.gov.example`."""

    pattern: str
    allow_private: bool = False
    ca_file: Path | None = None
    """PEM; trusted for these hosts beside the public ones, where chains are broken."""
    headers: Mapping[str, SecretStr] = field(default_factory=dict)
    """Sent over https only."""

    def fits(self, host: str) -> bool:
        """Return whether the rule is for `host`."""
        return fnmatch.fnmatchcase(host.lower().rstrip("."), self.pattern)


def rule_for(host: str, rules: Iterable[HostRule]) -> HostRule | None:
    """Return the first rule that fits `host`."""
    return next((rule for rule in rules if rule.fits(host)), None)


def read_host_rules(path: Path | None) -> tuple[HostRule, ...]:
    """
    Return the rules of a TOML file, a table a host; none without a file.

    Raises UsageError if it cannot be read or says what cannot be.
    """
    if path is None:
        return ()
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}.") from None
    return tuple(_rules(tables, path))


def _rules(tables: Mapping[str, Any], path: Path) -> Iterator[HostRule]:
    for pattern, table in tables.items():
        where = f"{path}, [{pattern!r}]"
        if not isinstance(table, dict):
            raise UsageError(f'{where}: a host is a table, like ["intranet.example"].')
        if unknown := table.keys() - {"allow_private", "ca_file", "headers"}:
            raise UsageError(
                f"{where}: {min(unknown)} is none of allow_private, ca_file, headers."
            )
        private = table.get("allow_private", False)
        if not isinstance(private, bool):
            raise UsageError(f"{where}: allow_private is true or false.")
        yield HostRule(
            pattern.lower(),
            allow_private=private,
            ca_file=_file(table.get("ca_file"), path, where),
            headers=dict(_headers(table.get("headers", {}), where)),
        )


def _file(name: object, path: Path, where: str) -> Path | None:
    if name is None:
        return None
    found = path.parent / str(name)
    if not found.is_file():
        raise UsageError(f"{where}: ca_file {found} is not there.")
    return found


def _headers(table: object, where: str) -> Iterator[tuple[str, SecretStr]]:
    if not isinstance(table, dict):
        raise UsageError(f"{where}: headers is a table of names and values.")
    for name, value in table.items():
        said = f"{name}{value}"
        if not isinstance(value, str) or not (said.isascii() and said.isprintable()):
            raise UsageError(f"{where}: the header {name!r} is no printable ASCII.")
        yield name, SecretStr(value)
