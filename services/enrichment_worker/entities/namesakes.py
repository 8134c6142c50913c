"""Companies that have the name of somebody whom the text speaks of; pure."""

from collections.abc import Iterator, Sequence

from enrichment_worker.gazetteer import Hit
from enrichment_worker.knowledge import COMPANY, Name, Organisation, Titles
from enrichment_worker.text import Prose, Token, joined


def without_namesakes(
    hits: Sequence[Hit[Name]], prose: Prose, titles: Titles
) -> list[Hit[Name]]:
    """
    Return `hits` less the companies called by a word that is a surname in this text.

    That it is, wherever it stands, if a title or a given name is before it somewhere:
    of "Ms Anna Ericsson" and "Ericsson said" none is the company.
    """
    surnames = {
        token.folded
        for hit in hits
        if any(map(_is_company, hit.values))
        for token in _alone(hit, prose)
        if _is_surname(token, prose, titles)
    }
    if not surnames:
        return list(hits)
    return [one for hit in hits if (one := _other(hit, prose, surnames)).values]


def _other(hit: Hit[Name], prose: Prose, surnames: set[str]) -> Hit[Name]:
    if prose.folded[hit.start : hit.end] not in surnames:
        return hit
    return hit._replace(values=tuple(v for v in hit.values if not _is_company(v)))


def _is_company(name: Name) -> bool:
    return isinstance(name.target, Organisation) and name.target.kind == COMPANY


def _alone(hit: Hit[Name], prose: Prose) -> Iterator[Token]:
    """Yield the word of a name that has but one."""
    token = prose.tokens[prose.token_at(hit.start)]
    if (token.start, token.end) == (hit.start, hit.end):
        yield token


def _is_surname(token: Token, prose: Prose, titles: Titles) -> bool:
    """Return whether a given name, or a title with one word more, stands before it."""
    index = prose.token_at(token.start)
    for distance in (1, 2):
        before = prose.tokens[index - distance : index - distance + 1]
        if not before or not before[0].capital or not _joined(token):
            return False
        (token,) = before
        known = token.folded in titles.honorifics or token.folded in titles.offices
        if known or (distance == 1 and token.folded in titles.given_names):
            return True
    return False


def _joined(token: Token) -> bool:
    return joined(token.gap.removeprefix("."))  # "Mr. Roche"
