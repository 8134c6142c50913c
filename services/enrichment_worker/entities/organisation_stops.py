"""What the words of a text are, besides parts of names of organisations."""

from collections.abc import Callable, Sequence

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.entities.organisation_words import Stops
from enrichment_worker.gazetteer import Hit
from enrichment_worker.knowledge import City, Name, Organisation, Region, Vocabulary
from enrichment_worker.text import Spans, Token

_ABSTRACT = ("ation", "ment", "ness", "ship", "ology", "graphy", "istics", "nomics")
"""How words end that name a subject, and nobody."""
_LONG = 7
"""Letters from which on an ending says so: not in Clement or Watson."""


def stops_of(
    vocabulary: Vocabulary,
    chosen: Sequence[tuple[Hit[Name], Name]],
    listed: Sequence[Candidate],
    namelike: Callable[[Token], bool],
) -> Stops:
    """Return where names end, by what the gazetteer has found and by kinds of words."""
    places = Spans(
        (hit.start, hit.end)
        for hit, name in chosen
        if not isinstance(name.target, Organisation)
    )
    parts = Spans(
        (hit.start, hit.end)
        for hit, name in chosen
        if isinstance(name.target, City)
        or (isinstance(name.target, Region) and name.target.country is not None)
    )
    titles, subjects = vocabulary.titles, vocabulary.shapes.subjects

    def is_subject(token: Token) -> bool:
        if all(word in subjects for word in token.folded.split()):
            return True
        if len(token.folded) > _LONG and token.folded.endswith(_ABSTRACT):
            return True  # "Emiratisation"
        return not namelike(token)

    def is_title(token: Token) -> bool:
        office = token.folded in titles.offices
        return (office and token.folded not in titles.portfolios) or (
            token.folded in titles.honorifics
        )

    bodies = Spans((one.start, one.end) for one in listed if one.type == "organisation")
    return Stops(
        person_title=is_title,
        place=lambda token: places.touch(token.start, token.end),
        part=lambda token: parts.touch(token.start, token.end),
        organisation=lambda token: bodies.touch(token.start, token.end),
        subject=is_subject,
        portfolio=lambda word: word in titles.portfolios,
        given_name=lambda word: word in titles.given_names,
    )
