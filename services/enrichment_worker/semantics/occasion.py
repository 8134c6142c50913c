"""When and where what a release tells of takes place. Pure."""

from collections.abc import Collection, Sequence

from communique.tags import Date, Entity, Evidence, Occasion
from enrichment_worker.semantics.cues import Cues, between
from enrichment_worker.sentences import Sentences
from enrichment_worker.text import Prose

_LEAD = 1_200
"""Code points in which a release says what it tells of."""
_DATELINE = 90
_IN = ("in", "at", "near", "a", "au", "aux", "en", "dans")
"""Words before the place of an event, folded; "a" is French and Spanish."""
_TO_A_TOWN = (*_IN, "to")
"""The same before a town: "paid a visit to Beijing"."""


def occasion(
    prose: Prose,
    entities: Sequence[Entity],
    dates: Sequence[Date],
    cues: Cues,
    sentences: Sentences,
) -> Occasion | None:
    """
    Return the time and place beside the first word for an event, or None without both.

    What its sentence does not say, the dateline does: "NEW DELHI, 12 June 2026 —".
    """
    places = sorted(
        (
            (one, entity)
            for entity in entities
            if entity.type == "place" and entity.id is not None
            for one in entity.mentions
            if one.start < _LEAD
        ),
        key=lambda pair: pair[0].start,
    )
    days = [
        one
        for one in dates
        if one.precision == "day" and one.date and one.start < _LEAD
    ]
    told = between(cues.of("occasions", "happens"), 0, _LEAD)
    if not told:
        return None
    opens = min(_DATELINE, told[0].start)
    spans = dict.fromkeys(sentences.around(cue.start) for cue in told)
    told_of = [
        (one, entity) for one, entity in places if sentences.around(one.start) in spans
    ]
    for start, end in spans:
        day = next((one for one in days if start <= one.start < end), None)
        here = [(one, entity) for one, entity in places if start <= one.start < end]
        place = _within(prose, here, _TO_A_TOWN, towns=True)
        if day is None and place is None:
            continue
        day = day or next((one for one in days if one.start < opens), None)
        place = place or _dateline(prose, places)
        place = place or _within(prose, told_of, _IN, towns=True)
        return _occasion(day, place or _within(prose, here, _IN, towns=False))
    day = next((one for one in days if one.start < opens), None)
    place = _dateline(prose, places)
    return _occasion(day, place) if day is not None or place is not None else None


def _within(
    prose: Prose,
    places: Sequence[tuple[Evidence, Entity]],
    leads: Collection[str],
    *,
    towns: bool,
) -> tuple[Evidence, Entity] | None:
    """Return the first town, or other place, that stands behind one of `leads`."""
    for one, entity in places:
        before = prose.folded[max(0, one.start - 12) : one.start].split()
        town = entity.id_source == "geonames"
        if town == towns and before and before[-1] in leads:
            return one, entity
    return None


def _dateline(
    prose: Prose, places: Sequence[tuple[Evidence, Entity]]
) -> tuple[Evidence, Entity] | None:
    """Return the town with which a text opens."""
    for one, entity in places:
        line = prose.text.rfind("\n", 0, one.start) + 1
        opens = one.start - line <= 2 and one.start < _DATELINE * 3
        behind = prose.text[one.end : one.end + 1]
        if (
            opens
            and entity.id_source == "geonames"
            and behind in {",", ":", "(", "—", " "}
        ):
            return one, entity
    return None


def _occasion(day: Date | None, place: tuple[Evidence, Entity] | None) -> Occasion:
    evidence: list[Evidence] = []
    if day is not None:
        evidence.append(Evidence(text=day.text, start=day.start, end=day.end))
    if place is not None:
        evidence.append(place[0])
    entity = place[1] if place else None
    return Occasion(
        date=day.date if day else None,
        until=day.until if day else None,
        place=entity.name if entity else None,
        place_id=entity.id if entity else None,
        place_id_source=entity.id_source if entity else None,
        country=entity.country if entity else None,
        location=entity.location if entity else None,
        evidence=tuple(sorted(evidence, key=lambda one: one.start)),
    )
