"""When and where what a release tells of takes place. Pure."""

from collections.abc import Sequence

from communique.events import Date, Entity, Evidence, Occasion
from enrichment_worker.cues import Cues, between
from enrichment_worker.sentences import Sentences
from enrichment_worker.text import Prose

_LEAD = 1_200
"""Code points in which a release says what it tells of."""
_DATELINE = 90
_IN = ("in", "at", "near", "a", "au", "aux", "en", "dans")
"""Words before the place of an event, folded; "a" is French and Spanish."""


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
    spans: list[tuple[int, int]] = []
    for cue in between(cues.of("occasions", "happens"), 0, _LEAD):
        span = sentences.around(cue.start)
        if span not in spans:
            spans.append(span)
    day = _first_day(days, spans)
    place = _first_place(prose, places, spans, towns=True)
    if spans and day is None:
        day = next((one for one in days if one.start < _DATELINE), None)
    if spans and place is None:
        place = _dateline(prose, places)
        place = place or _first_place(prose, places, spans, towns=False)
    if day is None and place is None:
        return None
    return _occasion(day, place)


def _first_day(days: Sequence[Date], spans: Sequence[tuple[int, int]]) -> Date | None:
    for start, end in spans:
        for day in days:
            if start <= day.start < end:
                return day
    return None


def _first_place(
    prose: Prose,
    places: Sequence[tuple[Evidence, Entity]],
    spans: Sequence[tuple[int, int]],
    *,
    towns: bool,
) -> tuple[Evidence, Entity] | None:
    """Return the first town, or other place, behind "in" beside an event."""
    for start, end in spans:
        for one, entity in places:
            town = entity.id_source == "geonames"
            if start <= one.start < end and town == towns:
                before = prose.folded[max(0, one.start - 12) : one.start].split()
                if before and before[-1] in _IN:
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
