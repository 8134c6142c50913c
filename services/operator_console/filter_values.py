"""What a person writes in a filter → the value that releases have: pure."""

from collections.abc import Mapping
from difflib import get_close_matches

from communique.errors import UsageError

_NEAR, _ALIKE = 3, 0.75


def known_value(
    said: str, known: Mapping[str, str], *, what: str, otherwise: str
) -> str:
    """
    Return the value that `said` means: itself, in any case, or the one so called.

    `known` is value → name in English, `what` the filter in words: "country".

    Raises UsageError if there is none: it names near ones, or says `otherwise`.
    """
    named = {name.casefold(): value for value, name in known.items()}
    named |= {value.casefold(): value for value in known}
    wanted = said.strip().casefold()
    if wanted in named:
        return named[wanted]
    near = dict.fromkeys(
        named[word] for word in get_close_matches(wanted, named, n=_NEAR, cutoff=_ALIKE)
    )
    told = [
        value if known[value] == value else f"{value} ({known[value]})"
        for value in near
    ]
    advice = f"Did you mean {' or '.join(told)}?" if told else otherwise
    raise UsageError(f"There is no {what} {said!r}. {advice}")
