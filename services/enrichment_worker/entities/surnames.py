"""Surnames that are towns or countries: "Jordan said", behind "Vivian Jordan"."""

from collections.abc import Iterator, Sequence

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.knowledge import Titles
from enrichment_worker.text import Prose, Token, joined

_CLOSING = '"”»’'


def surnames(
    prose: Prose, titles: Titles, mentions: Sequence[Candidate]
) -> Iterator[Candidate]:
    """
    Yield what is taken for a place and is a person whom the text has named before.

    A title stands before the word; or it is the subject of a sentence or of what was
    quoted, and the text has not spoken of the place until then; or only a model takes
    it for a place. `mentions` are those that win, in order.
    """
    persons: dict[str, Candidate | None] = {}
    places: set[str] = set()
    for one in mentions:
        if one.type == "person":
            for word in one.name.split()[1:] or [one.name]:
                known = persons.setdefault(word, one)
                if known is not None and known.name != one.name:
                    persons[word] = None  # two of them
            continue
        word = prose.text[one.start : one.end]
        person = persons.get(word)
        if person is None or one.type != "place":
            continue
        index = prose.token_at(one.start)
        if prose.tokens[index].end != one.end:
            continue
        titled = index > 0 and _titled(prose.tokens[index - 1], titles)
        subject = word not in places and _opens(prose.tokens[index : index + 2])
        guessed = one.rank == Rank.MODEL_PLACE and (
            one.target is None or one.source == "context"
        )
        if (titled and joined(prose.tokens[index].gap)) or subject or guessed:
            yield Candidate(
                one.start,
                one.end,
                "person",
                "repeat",
                Rank.TITLED_PERSON,
                0.8,
                person.name,
            )
        else:
            places.add(word)


def _titled(before: Token, titles: Titles) -> bool:
    word = before.folded
    return word in titles.honorifics or (
        word in titles.offices and word not in titles.portfolios
    )


def _opens(words: Sequence[Token]) -> bool:
    """Return whether a word opens a sentence that goes on in small letters."""
    if len(words) < 2:
        return False
    token, following = words
    quoted = any(mark in token.gap for mark in _CLOSING)
    return (
        (token.opens or quoted)
        and joined(following.gap)
        and not following.capital
        and not following.text[0].isdigit()
    )
