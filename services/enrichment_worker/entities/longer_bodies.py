"""Bodies that a text calls by the beginning or the end of their name."""

from collections.abc import Iterable, Mapping

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.entities.organisation_starts import COMPANIES
from enrichment_worker.entities.organisation_words import AND
from enrichment_worker.text import fold

SHORTEST = 2
"""Words of a beginning: "the Commission" may be any."""
MANY = 50
"""Bodies of one first or last word in a text, beyond which nobody compares them."""
MOST_BEFORE = 3
"""Words before the end of a name that say whose it is."""

_OF = {"of", "de", "des", "du", "del"}


def wholes(candidates: Iterable[Candidate]) -> Mapping[str, Candidate]:
    """
    Return, by the name of a body that nothing is known of, the one body it stands for.

    At the end a name leaves out the rest of a list ("Ministerio de Vivienda[,
    Construcción y Saneamiento]") or whose it is, where it does not say so anyway
    ("Hospital Universitario [de Zz]"); at the beginning it leaves out whose it is
    ("[U.S.] Coast Guard").
    """
    bodies = {one.name: one for one in candidates if one.type == "organisation"}
    words = {name: fold(name).replace(",", " ,").split() for name in bodies}
    alike: dict[str, list[str]] = {}
    for name in bodies:
        for word in {f"{words[name][0]} …", f"… {words[name][-1]}"}:
            alike.setdefault(word, []).append(name)
    found: dict[str, Candidate] = {}
    for name, body in bodies.items():
        if body.target is not None:
            continue
        for word, is_short_for in (
            (f"{words[name][0]} …", _begins),
            (f"… {words[name][-1]}", _ends),
        ):
            others = alike[word] if len(alike[word]) <= MANY else []
            longer = [one for one in others if is_short_for(words[name], words[one])]
            if len(longer) == 1:
                found.setdefault(name, bodies[longer[0]])
    return found


def _begins(short: list[str], long: list[str]) -> bool:
    """Return whether a name of so many words is the beginning of a longer one."""
    if not SHORTEST <= len(short) < len(long) or long[: len(short)] != short:
        return False
    behind = long[len(short)]
    if behind in COMPANIES and len(long) == len(short) + 1:
        return True  # "X Company[ LLC]"
    return behind in AND or behind == "," or (behind in _OF and not _OF & {*short})


def _ends(short: list[str], long: list[str]) -> bool:
    """Return whether a name of so many words is the end of a longer one."""
    before = long[: len(long) - len(short)]
    return (
        len(short) >= SHORTEST
        and 0 < len(before) <= MOST_BEFORE
        and long[len(before) :] == short
        and not {*before} & (_OF | AND | {","})
    )
