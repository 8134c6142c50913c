"""Names as people type them: lower case, without accents. Pure."""

import unicodedata

_ACCENTS = ("\u0300", "\u036f")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that Unicode does not take apart."""


def folded(name: str) -> str:
    """
    Return `name` in lower case, without accents, with single spaces.

    Signs of scripts that are not written with such accents stay, as the vowels of
    Devanagari: without them it would be another word.
    """
    first, last = _ACCENTS
    parts = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in parts if not first <= letter <= last)
    # NFKD brings capitals back that stood in a sign: ℠, 𝐀.
    lower = unicodedata.normalize("NFC", bare).casefold()
    return " ".join(lower.translate(_LETTERS).split())
