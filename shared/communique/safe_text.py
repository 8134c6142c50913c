"""Foreign text, shown to people: no control or bidi characters, no markup."""

import unicodedata

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_SEPARATORS = {"Cc", "Zl", "Zp"}
_INVISIBLE = {"Cf", "Cs", "Co", "Cn"}


def safe_text(text: str, *, limit: int | None = None) -> str:
    """
    Return `text` fit for a terminal or a log line.

    Control, bidi and other format characters become spaces or vanish, so that a title
    cannot move the cursor, recolour the screen or turn a line around. Longer than
    `limit` characters, it is cut and ends in "…".
    """
    shown = "".join(_shown(character) for character in text)
    shown = " ".join(shown.split())
    if limit is not None and len(shown) > limit:
        return shown[: max(limit - 1, 0)] + "…"
    return shown


def escaped_text(text: str) -> str:
    r"""
    Return `text` with what `safe_text` hides or drops as JSON escapes: "\u202e".

    For those who look into a document that is to blame; inside JSON it means the same.
    """
    if text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def safe_cell(text: str) -> str:
    """Return `text` for a CSV cell: a spreadsheet must not run it as a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SEPARATORS:
        return " "
    return "" if category in _INVISIBLE else character


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _SEPARATORS | _INVISIBLE:
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(
        f"\\u{units[index] << 8 | units[index + 1]:04x}"
        for index in range(0, len(units), 2)
    )
