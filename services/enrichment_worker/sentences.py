"""Where sentences begin and end: a rule of thumb that knows titles and initials."""

import re
from bisect import bisect_right

from enrichment_worker.text import Prose

LONGEST = 1_500
"""Code points after which a sentence without an end is taken to end."""

_END = re.compile(
    r"[.!?…][\"”»’)\]]{0,3}[^\S\n]{1,4}(?=[^\W\d_a-zà-ÿ]|[\"“«‘¿¡(\d])|\n+"
)
_SHORT = re.compile(
    r"(?:\b[^\W\d_]|\b(?:mr|mrs|ms|dr|hon|shri|smt|prof|gen|lt|col|maj|capt|amb|sen|rep"
    r"|no|nos|rs|st|sr|sra|dra|mme|mlle|excmo|excma|lic|ing|art|approx|resp|jan|feb|mar"
    r"|apr|aug|sept|sep|oct|nov|dec))$",
    re.IGNORECASE,
)


class Sentences:
    """The sentences of one text."""

    def __init__(self, prose: Prose) -> None:
        self._length = len(prose.text)
        self._starts = [0]
        for match in _END.finditer(prose.text):
            at = match.start()
            if prose.text[at] == "." and _SHORT.search(prose.text, max(0, at - 8), at):
                continue
            self._starts.append(match.end())

    def around(self, offset: int) -> tuple[int, int]:
        """Return the span of the sentence that holds `offset`, 1,500 long at most."""
        index = bisect_right(self._starts, offset) - 1
        start = self._starts[index]
        last = index + 1 == len(self._starts)
        end = self._length if last else self._starts[index + 1]
        return max(start, offset - LONGEST), min(end, offset + LONGEST)
