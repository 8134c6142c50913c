"""
A title above its text, as the one text in which names are looked for. Pure.

Both are read together, so that "Verma" in the title is the Sanjay Verma of the text.
What is found there has offsets into both; those of an event are into one of them.
"""

from collections.abc import Sequence
from functools import cached_property

from communique.tags import Evidence
from enrichment_worker.languages import Spoken
from enrichment_worker.text import Prose

MOST_TITLE = 1_000
"""Code points of a title that are read."""
_GAP = "\n\n"


class Headed:
    """A title and a text, together and apart."""

    def __init__(self, title: str, text: str) -> None:
        self.title = title[:MOST_TITLE]
        self._text = text
        above = f"{self.title}{_GAP}" if self.title.strip() else ""
        self.behind = len(above)
        """Where the text begins in both; 0 if there is no title."""
        self.both = Prose(above + text)
        """The title, an empty line and the text."""

    @cached_property
    def text(self) -> Prose:
        """Return the text alone."""
        # Not `part`: of a long text there need be no second copy.
        return self.both.behind(self.behind, self._text) if self.behind else self.both

    def spoken(self, text: Spoken) -> Spoken:
        """Return the languages of both; the title is in the main one of `text`."""
        return text.behind(self.behind) if self.behind else text

    def evidence(
        self, spans: Sequence[tuple[int, int]]
    ) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
        """Return the spans of both that lie in the text, and those in the title."""
        text = [
            (a - self.behind, b - self.behind) for a, b in spans if a >= self.behind
        ]
        title = [span for span in spans if span[0] < self.behind]
        return _evidence(self.text.text, text), _evidence(self.title, title)


def _evidence(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(text=text[a:b], start=a, end=b) for a, b in spans)
