"""The names of the gazetteer that a text writes as names, and means as such. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from enrichment_worker.gazetteer import Gazetteer, Hit, longest
from enrichment_worker.knowledge import COMPANY, City, Name, Organisation, Region
from enrichment_worker.languages import NAMED_IN, Spoken
from enrichment_worker.text import Prose

ENOUGH = 500
"""Places of a name behind the head of a text: an entity keeps no more anyway."""
_REACH = 40
"""Code points before a name in which the word that tells what it is may stand."""
_SHIPS = {
    "frigate", "destroyer", "corvette", "submarine", "warship", "tanker", "trawler",
    "hms", "hmas", "hmcs", "ins", "uss", "usns", "fregate", "petrolier",
    "chalutier", "sous marin", "porte avions", "fragata", "corbeta", "submarino",
    "petrolero", "portaaviones", "patrullera", "buque", "navire",
}  # fmt: skip
"""Words, folded, behind which a name is that of a ship."""
_SMALL_KINDS = {
    "river", "rivers", "mountains", "hills", "valley", "delta", "basin", "island",
    "islands", "coast", "peninsula", "desert", "region", "plateau", "plain", "plains",
    "highlands", "archipelago", "forest", "corridor", "sea", "lake", "bay", "strait",
    "gulf", "district", "province", "county",
}  # fmt: skip
"""What a name of a place may end with in small letters: the Niger delta."""
_MODEL = re.compile(r" [A-Z]{0,3}-?\d")
_QUOTES = " '\"“”«»‘’"


def written(names: Gazetteer[Name], prose: Prose, spoken: Spoken) -> list[Hit[Name]]:
    """Return the names in a text that are some as they are written; none overlap."""
    hits = longest(_written_so(names.hits(prose), prose, spoken))
    return list(_without_no_places(hits, prose))


def _written_so(
    hits: Iterable[Hit[Name]], prose: Prose, spoken: Spoken
) -> Iterator[Hit[Name]]:
    """
    Yield the hits with those names alone that the text writes as names.

    Behind the head of the text nothing can support a weak name any more, and what was
    found hundreds of times there is not looked for again.
    """
    reach = len(prose.head.text)
    found: Counter[str] = Counter()
    for hit in hits:
        read = hit.end <= reach
        if not read:
            form = prose.folded[hit.start : hit.end]
            found[form] += 1
            if found[form] > ENOUGH:
                continue
        if (
            prose.not_prose.touch(hit.start, hit.end)
            or prose.text[hit.start - 1 : hit.start] == "@"
            or prose.text[hit.end : hit.end + 1] == "$"  # "US$"
            or _is_model(hit, prose)
        ):
            continue
        language = spoken.at(hit.start)
        if language not in NAMED_IN and language is not None:
            language = "en"
        names = [
            name
            for name in hit.values
            if (read or not name.weak) and _is_written_so(name, hit, prose, language)
        ]
        if names:
            yield Hit(hit.start, hit.end, tuple(names))


def _is_model(hit: Hit[Name], prose: Prose) -> bool:
    """Return whether it is what a company makes: an Airbus A320, a Boeing 737."""
    return _MODEL.match(prose.text, hit.end) is not None and all(
        isinstance(name.target, Organisation) and name.target.kind == COMPANY
        for name in hit.values
    )


def _is_written_so(
    name: Name, hit: Hit[Name], prose: Prose, language: str | None
) -> bool:
    """Return whether the text writes `name` as a name is written in its language."""
    written = prose.text[hit.start : hit.end]
    if name.languages and language not in name.languages and language is not None:
        return False
    if name.exact:
        headline = written.isupper() and prose.capitals_around(hit.start, hit.end)
        money = prose.text[hit.end : hit.end + 1] == "$"
        return written == name.form and not headline and not money
    if not any(c.isalpha() for c in written):
        return False
    small = name.demonym and language in {"fr", "es"}
    if small or not name.form[:1].isupper():
        return True
    if not (written[0].isupper() or written[:2].istitle()):
        return False
    last = written.replace("-", " ").split()[-1]
    if last in _SMALL_KINDS and isinstance(name.target, Region):
        return True
    return last[0].isupper() or name.form.replace("-", " ").split()[-1][0].islower()


def _without_no_places(hits: Sequence[Hit[Name]], prose: Prose) -> Iterator[Hit[Name]]:
    """
    Yield `hits` without the towns and regions that are none where they stand.

    In "Étang-Salé" is no Salé: a hyphen joins it to a word that is no name by itself.
    Between two names, as in "Madrid-Barcelona", both are what they are. And a frigate
    Bretagne is no Bretagne.
    """
    starts, ends = {hit.start for hit in hits}, {hit.end for hit in hits}
    text = prose.text
    for hit in hits:
        before, behind = text[hit.start - 2 : hit.start], text[hit.end : hit.end + 2]
        in_word = (
            len(before) == 2
            and before[1] == "-"
            and before[0].isalpha()
            and hit.start - 1 not in ends
        ) or (behind[:1] == "-" and behind[1:].isupper() and hit.end + 1 not in starts)
        if not (in_word or _is_ship(hit, prose)):
            yield hit
            continue
        others = tuple(
            name for name in hit.values if not isinstance(name.target, City | Region)
        )
        if others:
            yield Hit(hit.start, hit.end, others)


def _is_ship(hit: Hit[Name], prose: Prose) -> bool:
    before = prose.folded[max(0, hit.start - _REACH) : hit.start].rstrip(_QUOTES)
    words = before.split()
    return bool(words) and (words[-1] in _SHIPS or " ".join(words[-2:]) in _SHIPS)
