"""Mentions to entities: the same thing once, with its identity where we are sure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from communique.tags import Entity, Location
from enrichment_worker.entities.candidates import Candidate, EntityType, words_of
from enrichment_worker.entities.longer_bodies import wholes
from enrichment_worker.entities.mentions import Mentions
from enrichment_worker.entities.merging import Mention
from enrichment_worker.entities.person_identity import person_id, stated_office
from enrichment_worker.headed import Headed
from enrichment_worker.knowledge import City, Country, Known, Region
from enrichment_worker.text import fold

MOST_MENTIONS = 500
"""Mentions kept of one entity; a text of megabytes would outgrow its topic."""
MANY = 50
"""Persons of one name in a text, beyond which nobody can say who is meant."""

_HELD = re.compile(r"^(?:the )?(.{1,60})'s office\b")
"""The Governor's Office, which is the Office of the Governor; folded."""
_NEXT_TO = 3
"""Code points between an adjective or "'s" and the office that it belongs to."""


@dataclass(slots=True)
class _Group:
    """The mentions of one entity, while they are collected."""

    name: str
    type: EntityType
    target: Known | None = None
    mentions: list[Mention] = field(default_factory=list)


def link(mentions: Mentions, headed: Headed) -> tuple[Entity, ...]:
    """Return the entities of a title and its text, those named first before others."""
    full_names = _full_names(mentions.mentions)
    whole = wholes(mention.candidate for mention in mentions.mentions)
    groups: dict[tuple[str, str], _Group] = {}
    for mention in mentions.mentions:
        candidate = mention.candidate
        if candidate.type == "organisation":
            candidate = whole.get(candidate.name, candidate)
        name = candidate.name
        if candidate.type == "person":
            name = full_names.get(_key(name), name)
        target = candidate.target
        identity = _key(name) if target is None else _identity(target)[0] or _key(name)
        group = groups.setdefault(
            (candidate.type, identity), _Group(name, candidate.type, target)
        )
        group.mentions.append(mention)
    return tuple(
        _entity(group, headed, mentions.adjectives) for group in groups.values()
    )


def countries(
    entities: Iterable[Entity], mentions: Mentions, behind: int
) -> tuple[str, ...]:
    """
    Return the ISO codes of the countries a text is about, the first mentioned first.

    Places count by their country, adjectives ("Indian") by theirs; an organisation's
    seat does not. The text begins at `behind`, the title is before it.
    """
    found = [
        (
            place.title_mentions[0].start
            if place.title_mentions
            else behind + place.mentions[0].start,
            place.country,
        )
        for place in entities
        if place.type == "place" and place.country is not None
    ]
    found += [(start, code) for start, _, code in mentions.adjectives]
    return tuple(dict.fromkeys(code for _, code in sorted(found)))


def _full_names(mentions: Sequence[Mention]) -> dict[str, str]:
    """
    Return, by key, the full name that a shorter form of a person's name stands for.

    "Mr Verma" and "S. Verma" stand for Sanjay Verma if no other Verma is named.
    """
    names: dict[str, str] = {}
    for mention in mentions:
        if mention.candidate.type == "person":
            key, name = _key(mention.candidate.name), mention.candidate.name
            if key not in names or names[key].isupper():
                names[key] = name
    by_word: dict[str, list[str]] = {}
    for key in names:
        for word in dict.fromkeys([key.split()[-1], key.split()[0]]):
            by_word.setdefault(word, []).append(key)
    full: dict[str, str] = {}
    for key in names:
        namesakes = by_word[key.split()[-1]]
        if len(key.split()) > 1:
            namesakes = [*namesakes, *by_word[key.split()[0]]]
        longer = [
            other
            for other in (namesakes if len(namesakes) <= MANY else ())
            if other != key and _shortens(key.split(), other.split())
        ]
        if longer and len({tuple(one.split()[:1]) for one in longer}) == 1:
            full[key] = names[max(longer, key=len)]
        else:
            full[key] = names[key]
    return full


def _shortens(short: list[str], long: list[str]) -> bool:
    if len(short) >= len(long) and not any(len(word) == 1 for word in short[:-1]):
        return False
    if len(short) > len(long) or short == long:
        return False
    if len(short) == 1:
        return short[0] in {long[0], long[-1]}  # some put the family name first
    if short[-1] != long[-1]:
        return len(short) > 1 and short == long[: len(short)]  # bin Rashid (Al Falasi)
    if len(short) > 1 and short == long[-len(short) :]:
        return True  # a surname of two words: (Ramon) Dela Torre
    first = short[0] == long[0] or (len(short[0]) == 1 and long[0][0] == short[0])
    rest = set(short[1:-1])
    return first and len(long[0]) > 1 and all(word in long for word in rest)


def _entity(
    group: _Group, headed: Headed, adjectives: Sequence[tuple[int, int, str]]
) -> Entity:
    target = group.target
    candidates = [mention.candidate for mention in group.mentions]
    identity, id_source = _identity(target) if target is not None else (None, None)
    country = _country(target)
    if group.type == "person":
        office, country = stated_office(headed.both.text, candidates, adjectives)
        identity, id_source = person_id(group.name, office, country), "local"
    if target is None and group.type == "place":
        country = next((one.country for one in candidates if one.country), None)
    if target is None and group.type == "organisation":
        country = _country_of(candidates[0], adjectives)
    in_text, in_title = headed.evidence(
        [(one.start, one.end) for one in candidates[:MOST_MENTIONS]]
    )
    return Entity(
        name=group.name,
        type=group.type,
        mentions=in_text,
        title_mentions=in_title,
        id=identity,
        id_source=id_source,
        wikidata=None if isinstance(target, City | None) else target.wikidata,
        country=country,
        location=Location(lat=target.lat, lon=target.lon)
        if isinstance(target, City)
        else None,
        roles=tuple(dict.fromkeys(role for one in candidates for role in one.roles)),
        aliases=tuple(dict.fromkeys(one.alias for one in candidates if one.alias)),
        confidence=max(mention.confidence for mention in group.mentions),
        sources=tuple(
            dict.fromkeys(source for one in group.mentions for source in one.sources)
        ),
    )


def _identity(target: Known) -> tuple[str | None, str | None]:
    if isinstance(target, Country):
        return target.code, "iso-3166"
    if isinstance(target, City):
        return target.id, "geonames"
    if isinstance(target, Region):
        return target.id, target.id_source
    return target.id, "communique"


def _country(target: Known | None) -> str | None:
    if isinstance(target, Country):
        return target.code
    return target.country if target is not None else None


def _country_of(
    one: Candidate, adjectives: Sequence[tuple[int, int, str]]
) -> str | None:
    """Return the country inside a name, or directly before it: "Japan's Ministry"."""
    for start, end, code in adjectives:
        if one.start <= start < one.end or 0 < one.start - end <= _NEXT_TO:
            return code
        if start >= one.end:
            break
    return None


def _key(name: str) -> str:
    name = _HELD.sub(r"office of the \1", fold(name))
    return " ".join(words_of(name.replace(".", " "))) or name
