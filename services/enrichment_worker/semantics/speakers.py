"""Who said what is quoted: the person or body beside the verb that says so. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from communique.tags import Entity, Evidence, Quote
from enrichment_worker.semantics.cues import Cues, Told, between
from enrichment_worker.semantics.quotes import Span
from enrichment_worker.sentences import Sentences
from enrichment_worker.text import Prose, fold

_REACH = 220
"""Code points beside a quote in which its verb is looked for."""
_FROM_VERB = 120
"""Code points between a verb and who it is about."""
_BARE = 24
"""Code points of "he added," and the like, with no room for another name."""
_REACH_ON = 90
"""The same, behind a quote that has ended its sentence."""
_PARAGRAPH = 1_000
_TITLED = 24
"""Code points before a quote in which it is called a theme or a title."""
_SMALL = 4
"""Letters of the small words inside titles: of, the, and, del."""
_RELATIVE = (", who ", ", qui ", ", quien ")
_ENDS = ".!?…"
_LEADS = ":,"


@dataclass(frozen=True, slots=True)
class _Named:
    """A mention of a person or body."""

    start: int
    end: int
    entity: Entity


class Speakers:
    """The speakers that one text names."""

    def __init__(
        self,
        prose: Prose,
        entities: Sequence[Entity],
        cues: Cues,
        sentences: Sentences,
        spans: Sequence[Span],
    ) -> None:
        self._prose = prose
        self._text = prose.text
        self._says = cues.of("speech", "says", "according")
        self._pronouns = cues.of("speech", "pronoun")
        self._offices = cues.of("speech", "office")
        self._office_words = {
            prose.folded[one.start : one.end] for one in self._offices
        }
        self._unnamed = cues.of("speech", "unnamed")
        self._titles = cues.of("speech", "title")
        self._sentences = sentences
        self._spans = spans
        self._named = sorted(
            (
                _Named(one.start, one.end, entity)
                for entity in entities
                if entity.type != "place"
                for one in entity.mentions
            ),
            key=lambda one: one.start,
        )
        self._starts = [one.start for one in self._named]
        self._roles = _by_office(entities)

    def quotes(self) -> tuple[Quote, ...]:
        """Return the quotes with their speakers, in order."""
        found: list[Quote] = []
        last: Entity | None = None
        before: Entity | None = None
        for index, span in enumerate(self._spans):
            if between(self._titles, span.outer[0] - _TITLED, span.outer[0]):
                continue  # under the theme “…”
            speaker, words = self._speaker(index, last)
            if words is None and found and self._same_breath(index):
                speaker, words = before, found[-1].attribution
            before, last = speaker, speaker or last
            found.append(
                Quote(
                    text=self._text[span.start : span.end],
                    start=span.start,
                    end=span.end,
                    speaker=speaker.name if speaker else None,
                    speaker_id=speaker.id if speaker else None,
                    attribution=words,
                )
            )
        return tuple(found)

    def _speaker(
        self, index: int, last: Entity | None
    ) -> tuple[Entity | None, Evidence | None]:
        """Return who the words behind or before a quote name, and the words."""
        for low, high in self._clauses(index):
            verbs = between(self._says, low, high)
            if not verbs:
                continue
            verb = verbs[0] if low >= self._spans[index].end else verbs[-1]
            who = self._beside(verb, low, high)
            if who is None and self._is_pronoun(verb, low, high):
                who = self._just_named(self._spans[index].start) or last
            words = self._text[low:high]
            start = low + len(words) - len(words.lstrip(" ,\n\u00a0"))
            end = max(low + len(words.rstrip()), verb.end)
            return who, Evidence(text=self._text[start:end], start=start, end=end)
        return None, None

    def _just_named(self, offset: int, among: Sequence[Entity] = ()) -> Entity | None:
        """Return the one person whom the paragraph names before, of `among` if any."""
        line = max(self._text.rfind("\n", 0, offset), offset - _PARAGRAPH)
        first, last = (bisect_left(self._starts, at) for at in (line, offset))
        persons = {
            one.entity.name: one.entity
            for one in self._named[first:last]
            if one.entity.type == "person" and (not among or one.entity in among)
        }
        return next(iter(persons.values())) if len(persons) == 1 else None

    def _clauses(self, index: int) -> Iterator[tuple[int, int]]:
        """Yield where the words behind a quote stand, then those that lead to it."""
        opens, closes = self._spans[index].outer
        before, behind = self._spans[:index][-1:], self._spans[index + 1 :][:1]
        if not self._text[closes : closes + 3].lstrip(" .,\u00a0").startswith("\n"):
            _, end = self._sentences.around(min(closes + 1, len(self._text)))
            following = behind[0].outer[0] if behind else end
            ended = self._text[closes - 2] in _ENDS or self._text[closes:][:1] in _ENDS
            end = min(end, following, closes + (_REACH_ON if ended else _REACH))
            lead = self._text[closes:end].rstrip()[-1:]
            if not (ended and end == following and lead in _LEADS):
                yield closes, end
        previous = before[0].outer[1] if before else 0
        start, _ = self._sentences.around(max(opens - 2, 0))
        start = max(start, previous, opens - _REACH)
        lead = self._text[start:opens].rstrip()
        if lead and (lead[-1] in _LEADS or lead[-1].isalpha()):
            yield start, opens

    def _beside(self, verb: Told, low: int, high: int) -> Entity | None:
        """Return the person who is the verb's own, then an office, then a body."""
        first, last = (bisect_left(self._starts, at) for at in (low, high))
        close = [
            one
            for one in self._named[first:last]
            if max(one.start - verb.end, verb.start - one.end) <= _FROM_VERB
        ]
        persons = [one for one in close if one.entity.type == "person"]
        leading = [one for one in persons if one.end <= verb.start]
        behind = [one for one in persons if one.start >= verb.end]
        if leading and (not behind or not self._follows(verb.end, behind[0].start)):
            return self._subject(leading)
        if behind and self._follows(verb.end, behind[0].start):
            return behind[0].entity
        return self._office(low, high) or self._body(close, verb, low, high)

    def _subject(self, leading: Sequence[_Named]) -> Entity:
        """Return the last person before a verb, or whom ", who met X," is about."""
        for one, following in pairwise(leading):
            between_them = self._prose.folded[one.end : following.start]
            if any(between_them.startswith(word) for word in _RELATIVE):
                return one.entity
        return leading[-1].entity

    def _follows(self, start: int, end: int) -> bool:
        """Return whether only a title stands between a verb and a name."""
        words = self._text[start:end].replace(",", " ").split()
        return all(
            word[:1].isupper()
            or len(word) <= _SMALL
            or fold(word) in self._office_words
            for word in words
        )

    def _body(
        self, close: Sequence[_Named], verb: Told, low: int, high: int
    ) -> Entity | None:
        """Return the body that a verb is about, unless somebody speaks for it."""
        if between(self._unnamed, low, high):
            return None
        for one in close:
            alone = one.start > verb.start or one.start - low <= len(" , the ")
            distance = max(one.start - verb.end, verb.start - one.end)
            if alone and distance <= len(" the ") and one.entity.type != "person":
                return one.entity
        return None

    def _office(self, low: int, high: int) -> Entity | None:
        """Return the one person who holds "the Minister" that is said to speak."""
        for office in between(self._offices, low, high):
            holders = self._roles.get(self._prose.folded[office.start : office.end], [])
            if len(holders) > 1:
                return self._just_named(low, holders)
            if holders:
                return holders[0]
        return None

    def _is_pronoun(self, verb: Told, low: int, high: int) -> bool:
        """Return whether only "he" or nobody stands beside the verb."""
        beside = between(
            self._pronouns, max(low, verb.start - _BARE), min(high, verb.end + _BARE)
        )
        words = self._prose.folded[low:high].strip(" ,.:;\n")
        return bool(beside) or len(words) <= verb.end - verb.start + 3

    def _same_breath(self, index: int) -> bool:
        """Return whether a quote follows the one before in the same paragraph."""
        before, this = self._spans[index - 1].outer[1], self._spans[index].outer[0]
        return this - before < _REACH and "\n" not in self._text[before:this]


def _by_office(entities: Sequence[Entity]) -> dict[str, list[Entity]]:
    """Return the persons of the text by each word of their offices."""
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        for word in {word for role in entity.roles for word in fold(role).split()}:
            found.setdefault(word, []).append(entity)
    return found
