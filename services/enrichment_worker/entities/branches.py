"""Branches in a country of what the world knows: British Red Cross, Oxfam Kenya."""

from collections.abc import Iterator, Sequence

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.gazetteer import Hit
from enrichment_worker.knowledge import Country, Name, Organisation
from enrichment_worker.text import Prose

_BRANCHED = {"humanitarian", "civil"}
"""Kinds of organisations that are another one in each country."""
_OF = {" ", " of ", " de ", " du ", " de la ", " del ", " d'", " d’"}


def branches(
    prose: Prose, chosen: Sequence[tuple[Hit[Name], Name]]
) -> Iterator[Candidate]:
    """Yield each such organisation that stands beside the name of a country."""
    for index, (hit, name) in enumerate(chosen):
        body = name.target
        if not isinstance(body, Organisation) or body.kind not in _BRANCHED:
            continue
        if body.country is not None:
            continue
        start, end = hit.start, hit.end
        if index:
            before, of = chosen[index - 1]
            gap = prose.text[before.end : hit.start]
            if isinstance(of.target, Country) and gap == " ":
                start = before.start
        for behind, of in chosen[index + 1 : index + 2]:
            gap = prose.text[hit.end : behind.start]
            country = isinstance(of.target, Country) and (gap in _OF)
            if start == hit.start and country and (gap == " " or _is_society(body)):
                end = behind.end
        if (start, end) != (hit.start, hit.end):
            yield Candidate(
                start=start,
                end=end,
                type="organisation",
                source="pattern",
                rank=Rank.ORGANISATION,
                confidence=0.85,
                name=" ".join(prose.text[start:end].split()),
            )


def _is_society(body: Organisation) -> bool:
    return body.name.startswith("Red C")
