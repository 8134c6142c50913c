"""Signed texts by name: "Memorandum of Understanding on fisheries". Pure."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from communique.tags import Agreement
from enrichment_worker.semantics.cues import Cues, Told, between
from enrichment_worker.sentences import Sentences
from enrichment_worker.text import Prose, Spans, joined

MOST = 50
_MOST_WORDS = 28
"""Words of a name behind its head; what is longer is no name any more."""
_MOST_BEFORE = 7

_GOES_ON = {
    "on", "for", "in", "concerning", "regarding", "to", "of", "about", "relating", "at",
    "against", "from", "relative", "sur", "pour", "dans", "relatif", "en", "portant",
    "de", "du", "des", "d", "a", "au", "aux", "sobre", "para", "relativo", "del",
    "contra",
}  # fmt: skip
"""Words with which a name goes on behind its head."""
_ARTICLES = {
    "the", "a", "an", "le", "la", "les", "l", "el", "los", "las", "un", "une", "una",
    "this", "its",
}  # fmt: skip
_AND = {"and", "et", "y"}
_STOP = re.compile(r"[.,;:()\[\]\n“”\"«»…!?]")


def agreements(
    prose: Prose, cues: Cues, sentences: Sentences, stops: Sequence[int]
) -> tuple[Agreement, ...]:
    """
    Return the agreements that a text says were signed, each name once, in order.

    A name counts where a word for signing stands in its sentence, however far, unless
    that has not been done: "will sign". `stops` are the starts of dates and towns, in
    order, which are no part of a name.
    """
    undone = cues.of("agreements", "unsigned")
    inside = Spans((one.start, one.end) for one in undone)
    signs = [
        one
        for one in cues.of("agreements", "signs")
        if not inside.touch(one.start, one.end)
    ]
    ends = cues.of("agreements", "ends")
    found: dict[str, Agreement] = {}
    done = 0
    for head in cues.of("agreements", "named"):
        if head.start < done:
            continue
        low, high = sentences.around(head.start)
        acts = between(signs, low, high)
        if not acts:
            continue
        start = _start(prose, head, max(low, done))
        end = _end(prose, head, ends, stops, high)
        done = end
        name = " ".join(prose.text[start:end].split())
        if name.islower() and " " not in name:
            continue  # "signed an agreement": one without a name
        act = min(acts, key=lambda one: abs(one.start - head.start))
        found.setdefault(
            name.lower(),
            Agreement(
                text=prose.text[start:end],
                start=start,
                end=end,
                name=name,
                signed=act.evidence(prose.text),
            ),
        )
        if len(found) == MOST:
            break
    return tuple(found.values())


def _start(prose: Prose, head: Told, low: int) -> int:
    """Return where the capitals before a head begin: "Economic Partnership …"."""
    index = prose.token_at(head.start)
    if not prose.tokens[index].capital:
        return head.start
    first = index
    while first and index - first < _MOST_BEFORE:
        before, token = prose.tokens[first - 1], prose.tokens[first]
        small = before.folded in {"and", "of", "for", "&"} and first < index
        if not joined(token.gap) or before.start < low or token.opens:
            break
        if not (before.capital or small) or before.folded in _ARTICLES:
            break
        first -= 1
    while first < index and not prose.tokens[first].capital:
        first += 1
    return prose.tokens[first].start


def _end(
    prose: Prose, head: Told, ends: Sequence[Told], stops: Sequence[int], high: int
) -> int:
    """Return where a name ends: at a full stop or comma, or a word that leads on."""
    tokens = prose.tokens
    index = prose.token_at(head.end - 1)
    end = head.end
    if (
        index + 1 >= len(tokens)
        or tokens[index + 1].folded.split("'")[0] not in _GOES_ON
    ):
        return end
    leading_on = between(ends, head.end, high)
    limit = leading_on[0].start if leading_on else high
    first = bisect_left(stops, head.end)
    limit = min([limit, *stops[first : first + 1]])
    last = index
    for at in range(index + 1, min(index + 1 + _MOST_WORDS, len(tokens))):
        token = tokens[at]
        if token.end > limit or _STOP.search(token.gap):
            break
        last = at
    while last > index and tokens[last].folded in _GOES_ON | _ARTICLES | {
        "and",
        "et",
        "y",
    }:
        last -= 1
    return max(end, tokens[last].end)
