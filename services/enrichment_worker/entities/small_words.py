"""French names of bodies, which go on in small letters behind a capital head."""

from collections.abc import Sequence

from enrichment_worker.text import Token, joined

LONGEST = 14

_OF = {"de", "des", "du", "pour", "d"}
_ARTICLES = {"la", "le", "les"}
_NO_SUBJECTS = {
    "cette", "notre", "votre", "leur", "leurs", "plusieurs", "trois", "quatre", "cinq",
    "tous", "toutes", "quelques", "chaque", "celle", "celui", "ceux", "elle",
}  # fmt: skip
_ADJECTIVES = (
    "al", "ale", "ales", "aux", "ique", "iques", "aire", "aires", "ien", "ienne",
    "iens", "iennes", "if", "ive", "ives", "ifs", "elle", "elles", "caine", "cain",
    "caise", "cais", "aise", "oise", "euse", "iere", "able", "ables",
)  # fmt: skip
"""How French adjectives end, without accents."""


def past_small_words(
    tokens: Sequence[Token], index: int, adjectives: frozenset[str]
) -> int:
    """Return the index behind "central de surveillance pénitentiaire" at `index`."""
    end = current = index
    subjects = 0
    while current < min(len(tokens), index + LONGEST):
        token = tokens[current]
        if not joined(token.gap):
            break
        if not token.capital and _is_adjective(token.folded, adjectives):
            current += 1
            end = current if subjects else end
            continue
        if token.folded == "et" and subjects and current + 1 < len(tokens):
            token = tokens[current + 1]
            current += 1
        if not (token.folded in _OF or token.folded[:2] == "d'"):
            break
        current = _past_subject(tokens, current)
        if current == 0:
            break
        subjects += 1
        end = current
    return end


def _past_subject(tokens: Sequence[Token], index: int) -> int:
    """Return the index behind "de la surveillance" at `index`, or 0."""
    current = index + (tokens[index].folded in _OF)
    while current < len(tokens) and tokens[current].folded in _ARTICLES:
        current += 1
    if current >= len(tokens) or not joined(tokens[current].gap):
        return 0
    token = tokens[current]
    bare = token.folded[2:] if token.folded[1:2] == "'" else token.folded
    fits = not token.capital and len(bare) > 3 and bare.isalpha()
    return current + 1 if fits and bare not in _NO_SUBJECTS else 0


def _is_adjective(word: str, adjectives: frozenset[str]) -> bool:
    return word in adjectives or (len(word) > 5 and word.endswith(_ADJECTIVES))
