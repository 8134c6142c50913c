"""French names of bodies, which go on in small letters behind a capital head."""

from collections.abc import Sequence

from enrichment_worker.text import Token, joined

LONGEST = 16

_OF = {"de", "des", "du", "pour", "d"}
_ARTICLES = {"la", "le", "les"}
_TO = {"à", "au", "aux"}
_ABOUT = {"recherche", "recherches", "etudes", "information"}
_HELP = {
    "appui", "aide", "soutien", "acces", "assistance", "adaptation", "reponse",
    "preparation", "formation",
}  # fmt: skip
_LED_ON = {
    "lutte": {"contre"},
    **{word: {"sur"} for word in _ABOUT},
    **{word: _TO for word in _HELP},
}
"""What a subject is followed by besides "de": "lutte contre la corruption"."""
_NO_SUBJECTS = {
    "cette", "notre", "votre", "leur", "leurs", "plusieurs", "trois", "quatre", "cinq",
    "tous", "toutes", "quelques", "chaque", "celle", "celui", "ceux", "elle",
}  # fmt: skip
_WHOSE = {"gouvernement", "gouvernements", "pays", "royaume", "canton", "siege"}
"""Whose a body is, where it is about something else already."""
_DESKS = {"service", "cellule", "bureau", "unite", "departement"}
_FOR_THE_PRESS = {"presse", "communication"}
"""What a desk that journalists may call is for, which is no body."""
_ADJECTIVES = (
    "al", "ale", "ales", "aux", "ique", "iques", "aire", "aires", "ien", "ienne",
    "iens", "iennes", "if", "ive", "ives", "ifs", "elle", "elles", "caine", "cain",
    "caise", "cais", "aise", "oise", "euse", "iere", "able", "ables",
)  # fmt: skip
"""How French adjectives end, without accents."""


def past_small_words(
    tokens: Sequence[Token], index: int, adjectives: frozenset[str]
) -> int:
    """
    Return the index behind "central de surveillance pénitentiaire" at `index`.

    Commas need a closing "et": "d'analyse, de prévision et de stratégie".
    """
    end = current = index
    subjects = 0
    listed: int | None = None  # the end before a comma whose "et" has not come yet
    while current < min(len(tokens), index + LONGEST):
        token = tokens[current]
        comma = token.gap == ", " and subjects and current == end
        if not (joined(token.gap) or comma):
            break
        if not token.capital and _is_adjective(token.folded, adjectives) and not comma:
            current += 1
            end = current if subjects else end
            continue
        if comma and listed is None:
            listed = end
        if token.folded == "et" and subjects and current + 1 < len(tokens):
            current += 1
            token = tokens[current]
            closes = True
        else:
            closes = False
        before = tokens[current - 1].folded.rpartition("'")[2]
        led = not (comma or closes) and token.text in _LED_ON.get(before, ())
        if not (token.folded in _OF or token.folded[:2] == "d'" or led):
            break
        current = _past_subject(tokens, current, led=led)
        subject = tokens[current - 1]
        if current == 0 or _is_desk(tokens[index - 1], subject):
            break
        if subjects and subject.folded in _WHOSE:
            break
        if closes:
            listed = None
        subjects += 1
        end = current
    return end if listed is None else listed


def _past_subject(tokens: Sequence[Token], index: int, *, led: bool) -> int:
    """Return the index behind "de la surveillance" at `index`, or 0."""
    current = index + (led or tokens[index].folded in _OF)
    while current < len(tokens) and tokens[current].folded in _ARTICLES:
        current += 1
    if current >= len(tokens) or not joined(tokens[current].gap):
        return 0
    token = tokens[current]
    bare = token.folded[2:] if token.folded[1:2] == "'" else token.folded
    fits = not token.capital and len(bare) > 3 and bare.isalpha()
    return current + 1 if fits and bare not in _NO_SUBJECTS else 0


def _is_desk(head: Token, subject: Token) -> bool:
    return head.folded in _DESKS and subject.folded in _FOR_THE_PRESS


def _is_adjective(word: str, adjectives: frozenset[str]) -> bool:
    last = word.rpartition(" ")[2]  # "hydro-agricoles"
    return last in adjectives or (len(last) > 5 and last.endswith(_ADJECTIVES))
