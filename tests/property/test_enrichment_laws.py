"""Laws of enrichment: whatever the text, offsets are slices and nothing is raised."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from communique.errors import UnusableTextError
from enrichment_worker.enrich import enrich, enrich_all
from enrichment_worker.text import Prose, check_usable, fold
from tests import vocabularies
from tests.unit.enrichment_worker.examples import raw

PIECES = [
    "Ministry of Health", "the Ministry", "Joint Working Group", "on", "of", "and",
    ",", "(", ")", "(MEA)", "(CSC)", "UN", "U.S.", "WHO", "Male", "Malé", "Maldives",
    "India", "#India", "@MEAIndia", "@ForeignSecMVAhmed", "Ahmed Latheef", "MV",
    "President", "Prime Minister", "Mr", "Dr.", "H.E.", "Shri", "Sanjay Verma",
    "Verma", ".", "\n", "\n\n", " ", "’s", "-", "l'", "d'État", "ministre de l'",
    "Señor", "Ministerio de", "terrorism", "sanctions", "energy drink",
    "https://x.example/India", "a@b.example", "é", "e\u0301", "İ", "ß", "ﬁ", "𝐀",
    "漢字", "العربية", "\u200b", "\u0000", "«", "”",
]  # fmt: skip

texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)


def usable(text: str) -> bool:
    try:
        check_usable(text)
    except UnusableTextError:
        return False
    return True


@given(texts, st.sampled_from([None, "en", "fr", "es", "dv"]))
@settings(max_examples=200)
def test_every_offset_slices_to_its_mention_and_every_score_is_a_share(text, language):
    if not usable(text):
        return
    release = enrich(
        raw(text, title=text[:80], language=language), vocabularies.without_model(), 0
    )
    for entity in release.entities:
        assert entity.mentions or entity.title_mentions
        assert 0 <= entity.confidence <= 1
        assert entity.name.strip()
        for one in entity.mentions:
            assert text[one.start : one.end] == one.text != ""
        for one in entity.title_mentions:
            assert release.title[one.start : one.end] == one.text != ""
    for theme in (*release.themes, *release.subthemes):
        assert 0 <= theme.score <= 1
        for one in theme.evidence:
            assert text[one.start : one.end] == one.text != ""


@given(texts)
def test_mentions_do_not_overlap(text):
    if not usable(text):
        return
    release = enrich(raw(text), vocabularies.without_model(), 0)
    spans = sorted(
        (one.start, one.end) for entity in release.entities for one in entity.mentions
    )
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(st.lists(texts.filter(usable), max_size=4))
@settings(max_examples=50)
def test_the_same_text_gives_the_same_bytes_in_any_company(batch):
    releases = [raw(text) for text in batch]
    together = list(enrich_all(releases, vocabularies.without_model(), 3))
    alone = [enrich(release, vocabularies.without_model(), 3) for release in releases]
    assert [one.model_dump_json() for one in together] == [
        one.model_dump_json() for one in alone
    ]


@given(st.text())
def test_folding_and_tokens_keep_every_offset(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
    for token in Prose(text).tokens:
        assert text[token.start : token.end] == token.text


@given(texts, st.integers(0, 300), st.integers(0, 300))
def test_a_part_of_a_text_is_what_it_would_be_alone(text: str, start: int, end: int):
    part = Prose(text).part(start, end)
    assert part == Prose(text[start:end])
    assert part.tokens == Prose(text[start:end]).tokens
