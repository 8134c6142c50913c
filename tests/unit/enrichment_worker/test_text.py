import pytest

from enrichment_worker.gazetteer import Gazetteer, Hit, longest
from enrichment_worker.handles import glued_spans, handles, hashtags
from enrichment_worker.languages import decide, primary
from enrichment_worker.text import Prose, Spans, fold, joined


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("Counter‑Terrorism", "counter terrorism"),
        ("İstanbul\u00a0ß", "istanbul ß"),
        ("ﬁn", "ﬁn"),
    ],
    ids=["accent and quote", "hyphen", "two for one", "ligature"],
)
def test_folding_keeps_every_offset(text: str, folded: str):
    assert len(fold(text)) == len(text)
    assert fold(text) in {folded, folded.replace("ﬁ", "f")}


def test_tokens_keep_abbreviations_hyphens_and_elisions_together():
    prose = Prose("H.E. Jean-Yves d'Ormesson's U.S. visit, 2nd.")
    assert [token.text for token in prose.tokens] == [
        "H.E.", "Jean-Yves", "d'Ormesson", "U.S.", "visit", "2nd",
    ]  # fmt: skip
    assert prose.tokens[2].capital
    assert not prose.tokens[2].shouted


def test_a_wrapped_line_goes_on_and_a_short_one_ends():
    wrapped = Prose(
        "This line is long enough to have been wrapped by the Ministry\nof X"
    )
    ended = Prose("Ministry\nof X")
    assert joined(wrapped.tokens[-2].gap)
    assert not joined(ended.tokens[-2].gap)


def test_spans_know_what_touches_them():
    spans = Spans([(5, 8), (10, 12)])
    assert [spans.touch(*one) for one in [(0, 5), (7, 9), (8, 10), (11, 20)]] == [
        False, True, False, True,
    ]  # fmt: skip


def test_a_gazetteer_finds_names_on_word_boundaries_only():
    names = Gazetteer([("Oman", "OM"), ("Roman law", "law"), ("é", "e")])
    hits = list(names.hits(Prose("Oman, Romania; roman law in Omán")))
    assert [(hit.start, hit.values) for hit in hits] == [
        (0, ("OM",)), (15, ("law",)), (28, ("OM",)),
    ]  # fmt: skip
    assert names.get("OMAN") == ("OM",)
    assert names.get("Omani") == ()
    assert list(Gazetteer[str]([]).hits(Prose("Oman"))) == []


def test_of_hits_that_overlap_the_longer_is_kept():
    hits = [Hit(0, 3, ("a",)), Hit(2, 9, ("b",)), Hit(10, 11, ("c",))]
    assert longest(hits) == hits[1:]


def test_hashtags_and_handles_are_listed_once_in_order():
    text = "#India-#Maldives #1 a#b &#39; @MEAIndia, (@un) x@y.example #India @MEAIndia"
    assert hashtags(text) == ("#India", "#Maldives")
    assert handles(text) == ("@MEAIndia", "@un")


def test_a_handle_that_has_swallowed_a_word_is_left_out():
    text = "at @MyMinistrytoday with @MinistryOfHealthAhmed and @USATODAY, @mintoday"
    assert handles(text) == ("@USATODAY", "@mintoday")
    assert [text[start:end] for start, end in glued_spans(text)] == [
        "@MyMinistrytoday", "@MinistryOfHealthAhmed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ranked", "declared", "letters", "language"),
    [
        ([("en", 0.9), ("fr", 0.1)], None, 500, "en"),
        ([("en", 0.9), ("fr", 0.1)], "fr-CA", 30, "fr"),
        ([("en", 0.9), ("fr", 0.1)], "fr", 5_000, "en"),
        ([("en", 0.9)], "not a tag", 5_000, "en"),
        ([], "es_MX", 0, "es"),
        ([], None, 0, None),
    ],
    ids=["seen", "short text", "long text", "nonsense declared", "no text", "nothing"],
)
def test_the_declared_language_weighs_more_in_short_texts(
    ranked: list[tuple[str, float]],
    declared: str | None,
    letters: int,
    language: str | None,
):
    assert decide(ranked, declared, letters) == language


def test_a_tag_has_a_primary_subtag():
    assert [primary(tag) for tag in ("en-IN", "PT_br", "", None, "english")] == [
        "en", "pt", None, None, None,
    ]  # fmt: skip
