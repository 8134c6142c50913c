"""
What a document is related to: links by their relation, from a header (RFC 8288); pure.

httpx reads the header too, into a dictionary that keeps one link a relation; feeds name
several hubs.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin

from communique.identity import canonical_link

Relations = Mapping[str, tuple[str, ...]]
"""Addresses, as written, by what they are to a document: hub, self, next."""

MAX_HEADER = 8192
MAX_LINKS = 50
_LINK = re.compile(r'<([^<>]*)>((?:[^,"<]|"(?:[^"\\]|\\.)*")*)')
_PARAMETER = re.compile(
    r';\s*([\w!#$&+.^`|~*-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^;,\s]*))?'
)
_ESCAPED = re.compile(r"\\(.)")


def absolute(url: str, link: str) -> str | None:
    """Return `link`, as it stands in the document at `url`, if it leads to the web."""
    try:
        address = urljoin(url, link.strip())
    except ValueError:  # "http://[": half of an address in IPv6
        return None
    return address if canonical_link(address) else None


def relations(links: Iterable[tuple[str, str]]) -> Relations:
    """Return addresses by relation, each once, in the order of `links`."""
    found: dict[str, list[str]] = {}
    for relation, address in list(links)[:MAX_LINKS]:
        known = found.setdefault(relation, [])
        if address and address not in known:
            known.append(address)
    return {relation: tuple(known) for relation, known in found.items() if known}


def header_relations(header: str) -> Relations:
    """
    Return the relations in the value of a Link header, several joined by commas.

    Names of relations in lower case. A link that is about another document (`anchor`)
    is left out, and so is what is broken.
    """
    return relations(
        (relation, address.strip())
        for address, words in _LINK.findall(header[:MAX_HEADER])
        for relation in _relation_names(words)
    )


def _relation_names(words: str) -> list[str]:
    named: dict[str, str] = {}
    for name, value in _PARAMETER.findall(words):
        # The first `rel` counts (section 3.3).
        named.setdefault(name.lower(), _unquoted(value))
    return [] if named.get("anchor") else named.get("rel", "").lower().split()


def _unquoted(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value
