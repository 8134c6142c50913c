"""A person's word about an entity: pure."""

import re
from collections.abc import Iterable, Sequence
from functools import reduce

from communique.corrections import AppliedCorrection, TagRef
from communique.events import EnrichedRelease
from communique.tags import Entity, Evidence
from enrichment_worker.entities.linking import MOST_MENTIONS
from enrichment_worker.entities.person_identity import person_id, renamed
from enrichment_worker.text import Spans, fold

SOURCE = "correction"
_FIELDS = {"title_mentions": "title", "mentions": "text"}
"""Fields of an entity, and the part of the release that their offsets are into."""


def corrected(
    release: EnrichedRelease, one: AppliedCorrection, tag: TagRef
) -> EnrichedRelease:
    """Return `release` with the entity `tag` as `one` says; itself if it is so."""
    entities = release.entities
    found = named(entities, tag)
    others = [entity for entity in entities if entity not in found]
    if one.action == "add":
        changed = _added(release, tag, one.number)
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


def _added(release: EnrichedRelease, tag: TagRef, number: int) -> list[Entity]:
    """Return the entities and the new one; where two overlap, the longer one stays."""
    entities = release.entities
    name = " ".join(tag.name.split())
    said = {
        field: _free(
            places(name, getattr(release, place)),
            (span for one in entities for span in getattr(one, field)),
        )
        for field, place in _FIELDS.items()
    }
    known = named(entities, tag)
    if all(
        {*spans} <= {span for one in known for span in getattr(one, field)}
        for field, spans in said.items()
    ):
        return list(entities)
    new = Entity.model_validate(
        {"name": name, "type": tag.type, **said, "confidence": 1.0}
    )
    called = _called(new, tag, number)
    others = [_outside(one, new) for one in entities if one not in known]
    return [
        *(one for one in others if one.mentions or one.title_mentions),
        reduce(_joined, [*(_outside(one, new) for one in known), called]),
    ]


def _free(spans: Sequence[Evidence], taken: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return the spans, all of one length, that do not lie in a longer one."""
    longest = max((one.end - one.start for one in spans), default=0)
    longer = Spans(
        (one.start, one.end) for one in taken if one.end - one.start > longest
    )
    free = (one for one in spans if not longer.touch(one.start, one.end))
    return tuple(free)[:MOST_MENTIONS]


def _outside(entity: Entity, new: Entity) -> Entity:
    """Return an entity without its mentions where the new one has its own."""
    left = {}
    for field in _FIELDS:
        taken = Spans((one.start, one.end) for one in getattr(new, field))
        left[field] = tuple(
            one for one in getattr(entity, field) if not taken.touch(one.start, one.end)
        )
    return entity.model_copy(update=left)


def _called(entity: Entity, tag: TagRef, number: int) -> Entity:
    """Return `entity` under the name, type and identity that a person gives it."""
    identity = {"id": entity.id, "id_source": entity.id_source}
    facts: dict[str, object] = {}
    if tag.id is not None:
        identity = {"id": tag.id, "id_source": tag.id_source}
    elif tag.type == "person":
        same = entity.type == "person" and entity.id_source == "local"
        new = renamed(entity.id, tag.name) if same else person_id(tag.name)
        identity = {"id": new, "id_source": "local"}
    elif tag.type != entity.type:
        identity = {"id": None, "id_source": None}
    if identity["id"] != entity.id and not tag.type == entity.type == "person":
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
    return one.model_copy(
        update={
            "mentions": _in_order(one.mentions + other.mentions),
            "title_mentions": _in_order(one.title_mentions + other.title_mentions),
            "roles": tuple(dict.fromkeys(one.roles + other.roles)),
            "aliases": tuple(dict.fromkeys(one.aliases + other.aliases)),
            "confidence": max(one.confidence, other.confidence),
            "sources": tuple(dict.fromkeys(one.sources + other.sources)),
            "corrections": tuple(sorted({*one.corrections, *other.corrections})),
        }
    )


def _in_order(spans: Iterable[Evidence]) -> tuple[Evidence, ...]:
    found = {(one.start, one.end): one for one in spans}
    return tuple(found[span] for span in sorted(found))[:MOST_MENTIONS]


def _first_place(entity: Entity) -> tuple[bool, int]:
    """Return what orders entities: those of the title first, then by the text."""
    first = (*entity.title_mentions, *entity.mentions)[:1]
    return not entity.title_mentions, first[0].start if first else 0
