"""Laws of the semantics: offsets are slices, nothing is raised, the work is linear."""

import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.errors import UnusableTextError
from communique.events import EnrichedRelease
from communique.tags import Evidence
from enrichment_worker.enrich import enrich
from enrichment_worker.languages import in_one
from enrichment_worker.semantics.extraction import READ, semantics
from enrichment_worker.semantics.numerals import decimal_of
from enrichment_worker.semantics.quotes import quoted
from enrichment_worker.sentences import Sentences
from enrichment_worker.text import Prose, check_usable
from tests import vocabularies
from tests.unit.enrichment_worker.examples import SEEN, raw

PIECES = [
    "“", "”", "«", "»", '"', "‘", "’", "said", "a déclaré", "dijo", "he",
    "the Minister",
    "Health Minister Mary Wanjiru", "President", "US$", "$", "Rs", "€", "12", "1,200",
    "1.500,5", "5-10", "million", "crore", "millones de", "Md€", "euros", "dollars",
    "12 May", "May", "2026", "12/05/2026", "2026-02-30", "Monday", "next", "lundi",
    "today", "1er", "mayo de", "12–14", "signed", "Memorandum of Understanding", "on",
    "the Ministry of Health", "Joint statement by", "India", "Kenya", "Nairobi", "met",
    "bilateral", "issued by", "held", ":", ",", ".", "!", "\n", "\n\n", " ", "\u00a0",
    "and", "of", "İ", "ß", "ﬁ", "𝐀", "e\u0301", "\u0000", "９", "½", "²",
]  # fmt: skip

texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=50).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=50).map("".join),
)


def places(release: EnrichedRelease) -> Iterator[Evidence]:
    yield from (*release.quotes, *release.amounts, *release.dates, *release.agreements)
    yield from (one.attribution for one in release.quotes if one.attribution)
    yield from (one.signed for one in release.agreements if one.signed)
    bodies = [*release.joint_issuers]
    if release.issuing_ministry is not None:
        bodies.append(release.issuing_ministry)
    for part in (*bodies, release.document_type, release.event):
        if part is not None:
            yield from part.evidence


@given(
    texts,
    texts,
    st.sampled_from([None, "en", "fr", "es", "dv"]),
    st.sampled_from([None, "IN", "US", "FR", "MX", "XX"]),
    st.none() | st.datetimes().map(lambda at: at.replace(tzinfo=SEEN.tzinfo)),
)
@settings(max_examples=300, deadline=None)
def test_whatever_the_text_every_place_is_a_slice_of_it(
    text, title, language, country, at
):
    try:
        check_usable(text)
        check_usable(title)
    except UnusableTextError:
        return
    release = enrich(
        raw(text, title=title, language=language, country=country, published_at=at),
        vocabularies.without_model(),
        0,
    )
    for one in places(release):
        assert text[one.start : one.end] == one.text != ""
    for kind in (release.amounts, release.dates, release.quotes):
        spans = [(one.start, one.end) for one in kind]
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert set(release.counterparts) <= set(release.parties)
    assert EnrichedRelease.model_validate_json(release.model_dump_json()) == release


@given(st.text(alphabet="0123456789.,' \u00a0", max_size=30), st.sampled_from(".,"))
def test_a_number_is_plain_digits_or_none(written, point):
    value = decimal_of(written, point)
    assert value is None or value.replace(".", "", 1).strip("0123456789") == ""


@given(texts)
def test_every_offset_lies_in_its_sentence(text):
    sentences = Sentences(Prose(text))
    for offset in range(len(text)):
        start, end = sentences.around(offset)
        assert start <= offset < end <= len(text)


@given(texts)
def test_quotes_lie_apart_and_within_their_marks(text):
    last = 0
    for one in quoted(text):
        assert last <= one.outer[0] < one.start < one.end < one.outer[1] <= len(text)
        last = one.outer[1]


HOSTILE = [
    "“", "“ ”", '"a ', "« ", "1", "1,", "1 234 ", "$1 ", "Rs 1 crore ", "12 May ",
    "May ", "Monday ", "12/05/2026 ", "signed an Agreement on ", "said ", "the ",
    "India met Kenya. ", "“we will do it now” said Minister Mary Wanjiru. ", "\n", "A",
    "Joint statement by India, ", "Ministry of Health said ", "2026 ", "1-",
    "one million ", ". ", "he said “a b c d” ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_work_grows_no_faster_than_the_text(piece):
    entities = enrich(
        raw(piece * 100, language="en"), vocabularies.without_model(), 0
    ).entities

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        release = raw(text, language="en", published_at=SEEN)
        prose = Prose(text)
        assert prose.tokens is not None  # other rules have asked for them
        start = time.process_time()
        semantics(
            release,
            prose,
            in_one("en", text),
            entities,
            (),
            vocabularies.without_model(),
        )
        return time.process_time() - start

    short = min(seconds(10_000), seconds(10_000))
    assert min(seconds(50_000), seconds(50_000)) < 10 * short + 0.05


def test_what_follows_the_first_200000_code_points_costs_nothing():
    text = "“We will do it now,” said President Mary Wanjiru. $1 on 12 May.\n" * 3_500
    release = enrich(
        raw(text, language="en", published_at=SEEN), vocabularies.without_model(), 0
    )
    assert max(one.end for one in places(release)) <= READ < len(text)
    assert len(release.quotes) == 200
