"""A person's word about an entity: pure."""

import re
from collections.abc import Iterable, Sequence
from functools import reduce

from communique.corrections import AppliedCorrection, TagRef
from communique.events import EnrichedRelease
from communique.tags import Entity, Evidence
from enrichment_worker.entities.linking import MOST_MENTIONS, person_id
from enrichment_worker.text import Spans, fold

SOURCE = "correction"


def corrected(
    release: EnrichedRelease, one: AppliedCorrection, tag: TagRef
) -> EnrichedRelease:
    """Return `release` with the entity `tag` as `one` says; itself if it is so."""
    entities = release.entities
    found = named(entities, tag)
    others = [entity for entity in entities if entity not in found]
    if one.action == "add":
        changed = _added(entities, tag, release.text, one.number)
    elif not found:
        return release
    elif one.into is None:
        changed = others
    else:
        known = named(others, one.into)
        renamed = [_called(entity, one.into, one.number) for entity in found]
        new = reduce(_joined, [*known, *renamed])
        if one.action == "merge":
            new = _with_aliases(new, [entity.name for entity in found])
        changed = [*(entity for entity in others if entity not in known), new]
    if changed == list(entities):
        return release
    in_order = tuple(sorted(changed, key=_first_place))
    return release.model_copy(update={"entities": in_order})


def named(entities: Iterable[Entity], tag: TagRef) -> list[Entity]:
    """
    Return the entities that `tag` names: by id if it has one, else by name.

    In any case and accent; by a short form if no name fits.
    """
    fitting = [one for one in entities if one.type == tag.type]
    if tag.id is not None:
        source = tag.id_source
        return [one for one in fitting if (one.id, one.id_source) == (tag.id, source)]
    key = fold(tag.name).strip()
    by_name = [one for one in fitting if fold(one.name) == key]
    return by_name or [one for one in fitting if key in map(fold, one.aliases)]


def places(name: str, text: str) -> tuple[Evidence, ...]:
    """Return where `text` says `name` in these very letters, as whole words."""
    words = name.split()
    if not words:
        return ()
    phrase = r"\s+".join(map(re.escape, words))
    return tuple(
        Evidence(text=found.group(), start=found.start(), end=found.end())
        for found in re.finditer(rf"(?<!\w){phrase}(?!\w)", text)
    )


def _added(
    entities: Sequence[Entity], tag: TagRef, text: str, number: int
) -> list[Entity]:
    """Return `entities` and the new one; where two overlap, the longer one stays."""
    name = " ".join(tag.name.split())
    longer = Spans(
        (place.start, place.end)
        for one in entities
        for place in one.mentions
        if place.end - place.start > len(name)
    )
    mentions = tuple(
        one for one in places(name, text) if not longer.touch(one.start, one.end)
    )[:MOST_MENTIONS]
    known = named(entities, tag)
    if {*mentions} <= {place for one in known for place in one.mentions}:
        return list(entities)
    taken = Spans((one.start, one.end) for one in mentions)
    fields = {"name": name, "type": tag.type, "mentions": mentions}
    new = Entity.model_validate({**fields, "confidence": 1.0})
    called = _called(new, tag, number)
    others = [_outside(one, taken) for one in entities if one not in known]
    return [
        *(one for one in others if one.mentions),
        reduce(_joined, [*(_outside(one, taken) for one in known), called]),
    ]


def _outside(entity: Entity, taken: Spans) -> Entity:
    """Return an entity without its mentions in what is taken."""
    left = tuple(one for one in entity.mentions if not taken.touch(one.start, one.end))
    if left == entity.mentions:
        return entity
    return entity.model_copy(update={"mentions": left})


def _called(entity: Entity, tag: TagRef, number: int) -> Entity:
    """Return `entity` under the name, type and identity that a person gives it."""
    identity = {"id": entity.id, "id_source": entity.id_source}
    facts: dict[str, object] = {}
    if tag.id is not None:
        identity = {"id": tag.id, "id_source": tag.id_source}
    elif tag.type == "person":
        identity = {"id": person_id(tag.name), "id_source": "local"}
    elif tag.type != entity.type:
        identity = {"id": None, "id_source": None}
    if identity["id"] != entity.id:
        facts = {"wikidata": None, "location": None, "country": None}
    if tag.country is not None:
        facts["country"] = tag.country
    return entity.model_copy(
        update={
            **identity,
            **facts,
            "name": " ".join(tag.name.split()),
            "type": tag.type,
            "confidence": 1.0,
            "sources": tuple(dict.fromkeys((*entity.sources, SOURCE))),
            "corrections": (*entity.corrections, number),
        }
    )


def _with_aliases(entity: Entity, names: Iterable[str]) -> Entity:
    known = {fold(one) for one in (entity.name, *entity.aliases)}
    new = (name for name in dict.fromkeys(names) if fold(name) not in known)
    return entity.model_copy(update={"aliases": (*entity.aliases, *new)})


def _joined(one: Entity, other: Entity) -> Entity:
    """Return two entities as one, which is called as the first."""
    spans = {(place.start, place.end): place for place in one.mentions + other.mentions}
    in_order = tuple(spans[span] for span in sorted(spans))
    return one.model_copy(
        update={
            "mentions": in_order[:MOST_MENTIONS],
            "roles": tuple(dict.fromkeys(one.roles + other.roles)),
            "aliases": tuple(dict.fromkeys(one.aliases + other.aliases)),
            "confidence": max(one.confidence, other.confidence),
            "sources": tuple(dict.fromkeys(one.sources + other.sources)),
            "corrections": tuple(sorted({*one.corrections, *other.corrections})),
        }
    )


def _first_place(entity: Entity) -> int:
    return entity.mentions[0].start if entity.mentions else 0
