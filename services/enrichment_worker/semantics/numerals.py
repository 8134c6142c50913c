"""Numbers as people write them to decimal strings."""

import re
from decimal import Decimal

NUMERAL = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3}(?!\d)){1,6}(?:[.,]\d{1,4}(?!\d))?"
    r"|(?<![\d])\d{1,24}(?:[.,'’]\d{1,6}){0,8}(?![\d])"
)
_SPACES = re.compile(r"[ \u00a0\u202f\u2009'’]")
_GROUPED = 3


def decimal_of(written: str, point: str) -> str | None:
    """
    Return a number as digits with a point: "1,23,456.50" is "123456.50".

    `point` is what stands before decimals where the text alone does not tell: "1.500"
    is fifteen hundred in German and one and a half in English. None if it is no number.
    """
    digits = _SPACES.sub("", written)
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return digits.lstrip("0") or "0"
    last = marks[-1]
    whole, _, rest = digits.rpartition(last)
    if len(set(marks)) == 1:
        grouping = len(rest) == _GROUPED and (
            len(marks) > 1 or (last != point and whole.strip("0") != "")
        )
        if len(marks) > 1 and not grouping:
            return None  # "10.12.24": a date or a paragraph
        if grouping:
            return re.sub("[.,]", "", digits).lstrip("0") or "0"
    elif marks.count(last) > 1:
        return None
    whole = re.sub("[.,]", "", whole).lstrip("0") or "0"
    return f"{whole}.{rest}"


def scaled(number: str, power: int) -> str:
    """Return `number` times ten to `power`, as digits without an exponent."""
    value = Decimal(number).scaleb(power)
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
