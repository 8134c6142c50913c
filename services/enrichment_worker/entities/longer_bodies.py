"""Bodies that a text calls by the beginning of their name: "Ministerio de Vivienda"."""

from collections.abc import Iterable, Mapping

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.entities.organisation_words import AND
from enrichment_worker.text import fold

SHORTEST = 2
"""Words of a beginning: "the Commission" may be any."""
MANY = 50
"""Bodies of one head in a text, beyond which nobody compares them all."""

_OF = {"of", "de", "des", "du", "del"}


def wholes(candidates: Iterable[Candidate]) -> Mapping[str, Candidate]:
    """
    Return, by the name of a body that nothing is known of, the one body it begins.

    What is left out is the rest of a list ("… de Vivienda[, Construcción y
    Saneamiento]") or whose it is, behind a name that does not say so ("Hospital
    Universitario [de Zz]").
    """
    bodies = {one.name: one for one in candidates if one.type == "organisation"}
    by_head: dict[str, list[str]] = {}
    words = {name: fold(name).replace(",", " ,").split() for name in bodies}
    for name in bodies:
        by_head.setdefault(words[name][0], []).append(name)
    found: dict[str, Candidate] = {}
    for name, body in bodies.items():
        alike = by_head[words[name][0]]
        if body.target is not None or len(alike) > MANY:
            continue
        longer = [one for one in alike if _begins(words[name], words[one])]
        if len(longer) == 1:
            found[name] = bodies[longer[0]]
    return found


def _begins(short: list[str], long: list[str]) -> bool:
    """Return whether a name of so many words is the beginning of a longer one."""
    if not SHORTEST <= len(short) < len(long) or long[: len(short)] != short:
        return False
    behind = long[len(short)]
    return behind in AND or behind == "," or (behind in _OF and not _OF & {*short})
