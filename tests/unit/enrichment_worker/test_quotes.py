"""Quoted statements, and who said them."""

import pytest

from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.semantics.quotes import quoted
from tests.unit.enrichment_worker.semantics_of import read

WANJIRU = "Health Minister Mary Wanjiru"
CASES = [
    # language, text, expected (first words, speaker)
    (
        "en",
        f"“We will vaccinate every child,” said {WANJIRU}.",
        [("We will", "Mary Wanjiru")],
    ),
    (
        "en",
        f'{WANJIRU} said: "We will vaccinate every child."',
        [("We will", "Mary Wanjiru")],
    ),
    (
        "en",
        f"{WANJIRU} stated that “no child will be left behind”.",
        [("no child", "Mary Wanjiru")],
    ),
    (
        "en",
        f"“We will vaccinate every child,” {WANJIRU} said. “It begins now in Kitui.”",
        [("We will", "Mary Wanjiru"), ("It begins", "Mary Wanjiru")],
    ),
    (
        "en",
        f"{WANJIRU} opened the clinic. “It begins now in Kitui,” the Minister added.",
        [("It begins", "Mary Wanjiru")],
    ),
    (
        "en",
        f"{WANJIRU} opened the clinic. “It begins now in Kitui,” she said.",
        [("It begins", "Mary Wanjiru")],
    ),
    (
        "en",
        f"{WANJIRU} met President John Otieno. “It begins now in Kitui,” he said.",
        [("It begins", None)],
    ),
    (
        "en",
        f"“It begins now in Kitui,” said {WANJIRU}. “That is good to hear.” "
        "President John Otieno added: “We are with you all.”",
        [
            ("It begins", "Mary Wanjiru"),
            ("That is", "Mary Wanjiru"),
            ("We are", "John Otieno"),
        ],
    ),
    (
        "en",
        f"“It begins now in Kitui,” said {WANJIRU} after meeting "
        "President John Otieno.",
        [("It begins", "Mary Wanjiru")],
    ),
    (
        "en",
        f"{WANJIRU}, who met President John Otieno, said: “It begins now in Kitui.”",
        [("It begins", "Mary Wanjiru")],
    ),
    (
        "en",
        "“It begins now in Kitui,” the Ministry of Health official said.",
        [("It begins", None)],
    ),
    (
        "en",
        "“It begins now in all of Kitui,” the World Health Organization said.",
        [("It begins", "World Health Organization")],
    ),
    ("en", "The so-called “herd immunity” and the “soft launch” are near.", []),
    ("en", "He read “The Wealth of Nations” and “War and Peace in Our Time”.", []),
    ("en", "The day has the theme “clean water for every child” this year.", []),
    ("en", 'A plank of 5" and one of 6" lay there, said the Minister.', []),
    (
        "en",
        "“This quote is never closed and goes on, said the Minister.\n\nMore.",
        [],
    ),
    (
        "en",
        f"“One paragraph of what is said.\n\n“And another one of it,” said {WANJIRU}.",
        [("One paragraph", "Mary Wanjiru")],
    ),
    (
        "en",
        f"“I told him ‘do it now’ and he did,” said {WANJIRU}.",
        [("I told him", "Mary Wanjiru")],
    ),
    (
        "en",
        f"‘We don’t wait for the ministers’ plans,’ said {WANJIRU}.",
        [("We don’t", "Mary Wanjiru")],
    ),
    (
        "en",
        f"According to {WANJIRU}, “nobody is to wait for long”.",
        [("nobody is", "Mary Wanjiru")],
    ),
    (
        "fr",
        "« Nous allons construire dix écoles », a déclaré la ministre Awa Ndiaye.",
        [("Nous allons", "Awa Ndiaye")],
    ),
    (
        "fr",
        "Le ministre Jean Dupont a souligné : « La paix est notre horizon. »",
        [("La paix", "Jean Dupont")],
    ),
    (
        "fr",
        "Le ministre Jean Dupont a parlé. « Il faut agir enfin ce soir », a-t-il dit.",
        [("Il faut", "Jean Dupont")],
    ),
    (
        "fr",
        "Selon le ministre Jean Dupont, « il faut agir sans attendre ».",
        [("il faut", "Jean Dupont")],
    ),
    ("fr", "La rentrée a pour thème « une école pour chaque enfant ».", []),
    (
        "es",
        "«Vamos a construir diez escuelas», afirmó la ministra Ana Torres.",
        [("Vamos a", "Ana Torres")],
    ),
    (
        "es",
        "El presidente Luis Pérez dijo: “La paz es nuestro horizonte”.",
        [("La paz", "Luis Pérez")],
    ),
    (
        "es",
        "La ministra Ana Torres habló. “Aquí llovía más adentro que afuera”, recordó.",
        [("Aquí", "Ana Torres")],
    ),
]


@pytest.mark.parametrize(
    ("language", "text", "expected"), CASES, ids=[f"{a} {b[:60]}" for a, b, _ in CASES]
)
def test_a_statement_has_the_speaker_that_its_words_name(
    without_model: Vocabulary, language, text, expected
):
    found = read(without_model, text, language=language).quotes
    assert len(found) == len(expected)
    for one, (words, speaker) in zip(found, expected, strict=True):
        assert one.text.startswith(words)
        assert text[one.start : one.end] == one.text
        assert one.speaker == speaker
        assert (one.speaker_id is None) == (speaker is None)


def test_what_says_who_spoke_is_a_place_in_the_text(without_model: Vocabulary):
    text = f"“We will vaccinate every child,” said {WANJIRU}. Nobody replied."
    (one,) = read(without_model, text).quotes
    assert one.attribution is not None
    assert one.attribution.text == f"said {WANJIRU}."
    assert text[one.attribution.start : one.attribution.end] == one.attribution.text


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        (
            "« Il a dit « c’est fini » à tous ce matin »",
            ["Il a dit « c’est fini » à tous ce matin"],
        ),
        (
            "„Wir bauen zehn neue Schulen im Jahr“",
            ["Wir bauen zehn neue Schulen im Jahr"],
        ),
        ('”” ““ """ «» ‘’', []),
        ("“one two three four” “one two three", ["one two three four"]),
    ],
    ids=["nested", "German", "only marks", "one unclosed"],
)
def test_marks_that_nest_or_stay_open_are_harmless(text, inner):
    assert [text[one.start : one.end] for one in quoted(text)] == inner
