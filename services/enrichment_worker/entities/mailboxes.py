"""Persons whom a text names beside their address: first.last@ministry.gov. Pure."""

import re
from collections.abc import Iterator, Set

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.entities.common_words import is_common
from enrichment_worker.knowledge import Titles
from enrichment_worker.text import Prose, fold, on_boundaries

MANY = 50
"""Addresses and places of a name that are looked at: beyond, it is no release."""

_NAMED = re.compile(
    r"(?<![\w.+-])([a-z]{2,30})[._]([a-z]{2,30}(?:-[a-z]{2,30})?)@", re.I
)
_OFFICES = {
    "press", "media", "info", "office", "contact", "public", "news", "communications",
    "service", "services", "support", "help", "enquiries", "inquiries", "relations",
}  # fmt: skip
"""Parts of an address that is nobody's own."""


def mailbox_owners(
    prose: Prose, titles: Titles, subjects: Set[str]
) -> Iterator[Candidate]:
    """
    Yield each name of the text that an address of the text spells.

    Words that name a subject are a desk's: monetary.policy@bank.example.
    """
    seen: set[str] = set()
    for match in list(_NAMED.finditer(prose.text))[:MANY]:
        first, last = (fold(part) for part in match.groups())
        name = f"{first} {last}"
        if name in seen or {first, last} & _OFFICES:
            continue
        if all(is_common(word, titles, subjects) for word in (first, last)):
            continue
        seen.add(name)
        yield from _places(prose, name)


def _places(prose: Prose, name: str) -> Iterator[Candidate]:
    at = prose.folded.find(name)
    for _ in range(MANY):
        if at < 0:
            return
        end = at + len(name)
        written = prose.text[at:end]
        capitals = all(word[0].isupper() for word in written.split())
        if "\n" not in written and capitals and on_boundaries(prose.folded, at, end):
            yield Candidate(
                start=at,
                end=end,
                type="person",
                source="mailbox",
                rank=Rank.TITLED_PERSON,
                confidence=0.9,
                name=" ".join(written.split()),
            )
        at = prose.folded.find(name, end)
