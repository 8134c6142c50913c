"""What a release says and is: statements, amounts, dates, a ministry's acts. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from communique.events import RawRelease
from communique.tags import Body, Date, Entity, Evidence
from enrichment_worker.gazetteer import longest
from enrichment_worker.knowledge import Country, Vocabulary
from enrichment_worker.languages import Spoken, in_one
from enrichment_worker.semantics.agreements import agreements
from enrichment_worker.semantics.amounts import MOST, amounts
from enrichment_worker.semantics.calendar_days import published
from enrichment_worker.semantics.cues import FALLBACK, Cues, Told, between, find_cues
from enrichment_worker.semantics.dates import dates
from enrichment_worker.semantics.document_type import document_type
from enrichment_worker.semantics.issuing import declared, jointly, said
from enrichment_worker.semantics.occasion import occasion
from enrichment_worker.semantics.parties import parties
from enrichment_worker.semantics.quotes import quoted
from enrichment_worker.semantics.speakers import Speakers
from enrichment_worker.sentences import Sentences
from enrichment_worker.text import Prose

READ = 200_000
"""Code points of a text that are read for this: no release says more, tables do."""

_BESIDE = 1
"""The weight of words that count only directly before a day: by, until."""
_CLAUSE = 80
_IN = (" in ", " at ", " a ", " en ")
"""What stands before the place where something was done, folded."""
_TITLE = 1_000
"""Code points of a title that are read."""

Found = TypeVar("Found", bound=Evidence)


def semantics(
    release: RawRelease,
    prose: Prose,
    spoken: Spoken,
    entities: Sequence[Entity],
    adjectives: Sequence[tuple[int, int, str]],
    vocabulary: Vocabulary,
) -> Mapping[str, Any]:
    """
    Return the fields of an EnrichedRelease that say what the release says about itself.

    Each part of the text is read in its own language. `adjectives` are spans in the
    text with the ISO code of the country that they name.
    All offsets are into `release.text`, in code points; its first 200,000 are read.
    """
    if len(prose.text) > READ:
        prose = Prose(prose.text[:READ])
        entities = [_within(one) for one in entities if one.mentions[0].end <= READ]
    words = vocabulary.semantics
    title = Prose(release.title[:_TITLE])
    cues = find_cues(prose, spoken, words.cues)
    title_cues = find_cues(title, in_one(spoken.main, title.text), words.cues)
    sentences = Sentences(prose)
    bodies = declared(release.issuers, vocabulary.names, entities)
    home = next((one.country for one in release.issuers if one.country), None)
    issuing = bodies[0] if bodies else said(prose, entities, cues, home)
    home = home or (issuing.country if issuing else None)
    coming = cues.of("occasions", "comes")
    seen = published(
        release.published_at, release.published_zone, words.zones.get(home or "", ())
    )
    found_dates = _by_language(
        spoken,
        lambda language: dates(
            prose,
            words.days.get(language or FALLBACK),
            seen,
            home,
            lambda offset: _comes(offset, coming, sentences),
        ),
    )
    default = words.money.get(FALLBACK)
    found_amounts = _by_language(
        spoken,
        lambda language: (
            amounts(prose, money, home)
            if (money := words.money.get(language or FALLBACK, default))
            else ()
        ),
    )
    dealing = parties(
        entities,
        adjectives,
        cues,
        title_cues,
        _countries(title, vocabulary),
        sentences,
        home,
        words.parents,
    )
    joint = [*bodies[1:], *jointly(entities, cues, sentences, issuing, home)]
    if not joint and _speaks_together(cues, title_cues):
        joint = [_country(code, vocabulary) for code in dealing.counterparts]
    return {
        "quotes": Speakers(
            prose, entities, cues, sentences, quoted(prose.text)
        ).quotes(),
        "amounts": found_amounts,
        "dates": found_dates,
        "document_type": document_type(cues, title_cues, release.text),
        "issuing_ministry": issuing,
        "joint_issuers": tuple(joint),
        "lateral": dealing.lateral,
        "parties": dealing.parties,
        "counterparts": dealing.counterparts,
        "agreements": agreements(
            prose, cues, sentences, _no_names(prose, found_dates, entities)
        ),
        "event": occasion(prose, entities, found_dates, cues, sentences),
    }


def _by_language(
    spoken: Spoken, search: Callable[[str | None], Iterable[Found]]
) -> tuple[Found, ...]:
    """Return what a search in each language finds in the parts that are in it."""
    found = [
        one
        for language in spoken.languages
        for one in search(language)
        if spoken.at(one.start) == language
    ]
    return tuple(sorted(found, key=lambda one: one.start))[:MOST]


def _within(entity: Entity) -> Entity:
    """Return an entity with the mentions that are read."""
    mentions = tuple(one for one in entity.mentions if one.end <= READ)
    return entity.model_copy(update={"mentions": mentions})


def _comes(offset: int, coming: Sequence[Told], sentences: Sentences) -> bool:
    """Return whether a day is to come: "will meet on Friday", "On Friday, X will"."""
    start, end = sentences.around(offset)
    before = between(coming, start, offset)
    if any(one.weight > _BESIDE or offset - one.end <= len(" the ") for one in before):
        return True
    opens = offset - start <= len("On the ")
    behind = between(coming, offset, min(end, offset + _CLAUSE))
    return opens and any(one.weight > _BESIDE for one in behind)


def _no_names(
    prose: Prose, dates: Sequence[Date], entities: Sequence[Entity]
) -> list[int]:
    """Return the starts of dates, and of towns that stand behind "in"."""
    towns = [
        one.start
        for entity in entities
        if entity.type == "place" and entity.id_source == "geonames"
        for one in entity.mentions
        if prose.folded[max(0, one.start - 4) : one.start].endswith(_IN)
    ]
    return sorted([*towns, *(one.start for one in dates)])


def _countries(title: Prose, vocabulary: Vocabulary) -> list[str]:
    """Return the ISO codes of the countries that a title names beyond doubt."""
    found = []
    for hit in longest(vocabulary.names.hits(title)):
        sure = [
            name.target.code
            for name in hit.values
            if isinstance(name.target, Country) and not name.weak
        ]
        if sure and title.text[hit.start].isupper():
            found.append(sure[0])
    return found


def _speaks_together(cues: Cues, title: Cues) -> bool:
    lead = between(cues.of("issuing", "together"), 0, 200)
    return bool(lead or title.of("issuing", "together"))


def _country(code: str, vocabulary: Vocabulary) -> Body:
    return Body(
        name=vocabulary.countries[code].name,
        id=code,
        id_source="iso-3166",
        country=code,
    )
