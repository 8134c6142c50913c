"""Who issues a release: as its feed declares, else as its text says. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from communique.events import Issuer
from communique.tags import Body, Entity, Evidence
from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.knowledge import Name, Organisation
from enrichment_worker.semantics.cues import Cues, Told, between
from enrichment_worker.sentences import Sentences
from enrichment_worker.text import Prose, fold

MOST_EVIDENCE = 5

_LEAST = 2
"""A body that is said once to have said something, or heads the text."""
_SAYS, _BYLINE, _ISSUED = 2, 3, 4
_VERB_NEAR = 22
"""Code points between a body and its verb: "the Ministry has also said"."""
_LEAD = 400
_LEADS_NEAR = 40
_HEAD = 200
"""Code points within which a line of its own is a byline."""


def declared(
    issuers: Iterable[Issuer], names: Gazetteer[Name], entities: Sequence[Entity]
) -> tuple[Body, ...]:
    """Return the bodies that the feeds of a release declare, each once."""
    bodies: dict[tuple[str, str | None], Body] = {}
    for issuer in issuers:
        name = issuer.ministry or issuer.organisation
        if not name:
            continue
        known = _known(name, issuer.country, names)
        body = Body(
            name=name,
            id=known.id if known else None,
            id_source="communique" if known else None,
            country=issuer.country or (known.country if known else None),
        )
        if known is None:
            body = next(
                (
                    body.model_copy(update={"id": one.id, "id_source": one.id_source})
                    for one in entities
                    if one.type == "organisation"
                    and one.id
                    and fold(one.name) == fold(name)
                ),
                body,
            )
        bodies.setdefault((fold(name), body.country), body)
    return tuple(bodies.values())


def _known(
    name: str, country: str | None, names: Gazetteer[Name]
) -> Organisation | None:
    """Return the one listed body of this name in a country, or of this name at all."""
    known = {
        one.target.id: one.target
        for one in names.get(name)
        if isinstance(one.target, Organisation)
    }
    fitting = [one for one in known.values() if country in (one.country, None)]
    return fitting[0] if len(fitting) == 1 else None


def said(
    prose: Prose, entities: Sequence[Entity], cues: Cues, home: str | None
) -> Body | None:
    """
    Return the body that a text gives as its own, or None where that is not clear.

    A line of its own at the top or the end, "issued by", and what it "said" or
    "announces" speak for a body, once in the lead or twice; two that are equal are
    none, and so is a body of another country than `home`.
    """
    heads = cues.of("issuing", "head")
    says = sorted(
        [*cues.of("speech", "says"), *cues.of("issuing", "acts")],
        key=lambda one: one.start,
    )
    leads = [
        (cues.of("speech", "according"), _SAYS),
        (cues.of("issuing", "alone"), _ISSUED),
    ]
    scored: list[tuple[int, Entity, tuple[Evidence, ...]]] = []
    for entity in entities:
        foreign = home and entity.country and entity.country != home
        if entity.type != "organisation" or foreign or not _is_body(entity, heads):
            continue
        scores = [
            (_score(prose, one, says, leads) + _byline(prose.text, one), one)
            for one in entity.mentions
        ]
        evidence = tuple(one for score, one in scores if score)
        scored.append((sum(score for score, _ in scores), entity, evidence))
    scored.sort(key=lambda one: -one[0])
    if not scored:
        return None
    early = bool(scored[0][2]) and scored[0][2][0].start < _LEAD
    if scored[0][0] < (_LEAST if early else _LEAST + 1):
        return None
    if len(scored) > 1 and scored[1][0] == scored[0][0]:
        return None
    _, entity, evidence = scored[0]
    return body_of(entity, evidence[:MOST_EVIDENCE])


def _is_body(entity: Entity, heads: Sequence[Told]) -> bool:
    """Return whether a name has the head of a body that issues releases."""
    return any(between(heads, one.start, one.end) for one in entity.mentions[:20])


def _score(
    prose: Prose,
    one: Evidence,
    says: Sequence[Told],
    leads: Sequence[tuple[Sequence[Told], int]],
) -> int:
    """Return what the words beside a mention say for its speaking here."""
    score = 0
    behind = prose.text[one.end : one.end + 2]
    if behind[:1].isspace() and between(says, one.end, one.end + _VERB_NEAR):
        score += _SAYS
    for cues, weight in leads:
        told = between(cues, one.start - _LEADS_NEAR, one.start)
        if told and one.start - told[-1].end <= len(" the "):
            score += weight
    return score


def _byline(text: str, one: Evidence) -> int:
    """Return what a line of its own at the top or the end says for a body."""
    top, bottom = one.start < _HEAD, len(text) - one.end < _HEAD
    if not (top or bottom):
        return 0
    first = text.rfind("\n", 0, one.start) + 1
    last = text.find("\n", one.end)
    line = text[first : last if last >= 0 else len(text)].strip(" .:*|–-")
    alone = len(line) <= one.end - one.start + len("the ")
    return _BYLINE * (alone and (last >= 0 or first > 0))


def body_of(entity: Entity, evidence: tuple[Evidence, ...]) -> Body:
    """Return an entity as a body that speaks."""
    return Body(
        name=entity.name,
        id=entity.id,
        id_source=entity.id_source,
        country=entity.country,
        evidence=evidence,
    )


def jointly(
    entities: Sequence[Entity],
    cues: Cues,
    sentences: Sentences,
    own: Body | None,
    home: str | None,
) -> tuple[Body, ...]:
    """Return who else speaks in a text: those named behind "joint statement by"."""
    heads = cues.of("issuing", "head")
    mentions = sorted(
        ((one.start, one, entity) for entity in entities for one in entity.mentions),
        key=lambda one: one[0],
    )
    starts = [start for start, _, _ in mentions]
    found: dict[tuple[str, str | None], Body] = {}
    for cue in cues.of("issuing", "joint"):
        _, end = sentences.around(cue.start)
        first, last = bisect_left(starts, cue.end), bisect_left(starts, end)
        for _, place, entity in mentions[first:last]:
            country = entity.type == "place" and entity.id_source == "iso-3166"
            if not country and not (
                entity.type == "organisation" and _is_body(entity, heads)
            ):
                continue
            if entity.id in {home, own.id if own else home} and entity.id is not None:
                continue
            found.setdefault((entity.name, entity.id), body_of(entity, (place,)))
    return tuple(found.values())
