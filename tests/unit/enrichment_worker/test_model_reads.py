"""What of a text the model is asked to read, and what it is remembered to have seen."""

from collections.abc import Iterator

import pytest

from enrichment_worker.enrich import draft, enrich, finish
from enrichment_worker.entities import mentions
from enrichment_worker.entities.model_reads import LONGEST_PASSAGE, MODEL_READS
from enrichment_worker.knowledge import Passages, Vocabulary
from enrichment_worker.recogniser import Reader, batches
from enrichment_worker.text import RULES_READ
from tests.unit.enrichment_worker.examples import named, raw

FILLER = "the talks went on for many hours and then came to an end without a result "

CASES = {
    "nothing": ("", []),
    "no capitals": (FILLER, []),
    "what the gazetteer has": (f"{FILLER}in Kenya. {FILLER}", []),
    "an adjective of a country": (f"{FILLER}by Kenyan experts. {FILLER}", []),
    "a person with a title": (f"{FILLER}by Dr Amina Odhiambo. {FILLER}", []),
    "a subject": (f"{FILLER}of the Finance. {FILLER}", []),
    "how sentences open": (f"{FILLER}. Farmers said so. {FILLER}", []),
    "a long word": (f"{FILLER} {'Ab' * 30} {FILLER}", []),
    "an unknown name": (f"{FILLER}by Volga Timber and so on. {FILLER}", ["Volga"]),
    "an unknown name twice": (
        f"{FILLER}. Turkana rose. {FILLER} in Turkana. {FILLER}",
        ["Turkana rose", "in Turkana"],
    ),
    "an acronym": (f"{FILLER}by VTX. {FILLER}", ["VTX"]),
    "beyond what a model reads": (FILLER * 1_400 + "by Volga Timber.", []),
}


@pytest.fixture(scope="session")
def english(without_model: Vocabulary) -> Vocabulary:
    from dataclasses import replace

    return replace(without_model, recognisers={"en": lambda texts: [() for _ in texts]})


def passages(text: str, vocabulary: Vocabulary) -> Passages:
    return draft(raw(text, language="en"), vocabulary).passages


@pytest.mark.parametrize(("text", "read"), CASES.values(), ids=CASES)
def test_a_model_reads_around_names_that_nothing_else_decides(
    english: Vocabulary, text: str, read: list[str]
):
    found = passages(text, english)
    shown = [found.text[start:end] for start, end in found.spans]
    assert len(shown) == len(read)
    assert all(part in passage for part, passage in zip(read, shown, strict=True))
    assert all(len(passage) < 120 for passage in shown)


def test_passages_of_a_text_of_names_are_cut_and_do_not_overlap(english: Vocabulary):
    found = passages(FILLER * 60 + "Volga Timber Turkana " * 2_000, english)
    ends = [end for _, end in found.spans]
    starts = [start for start, _ in found.spans]
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
    assert max(b - a for a, b in found.spans) <= LONGEST_PASSAGE
    assert sum(b - a for a, b in found.spans) > 0.95 * 42_000


@pytest.mark.parametrize(
    "text",
    [
        "Turkana County borders Uganda. It was Katsiaryna Svirydzenka who spoke for "
        "Volga Timber Ltd in Lodwar, and the World Bank agreed. " + FILLER,
        "The Indian firm Larsen Widgets Ltd and Aleph Beth signed in New Delhi.",
    ],
    ids=["many", "few"],
)
def test_passages_show_a_model_what_the_whole_text_shows(
    vocabulary: Vocabulary, text: str
):
    one = draft(raw(text, language="en"), vocabulary)
    (whole,) = vocabulary.recognisers["en"]([Passages(text, ((0, len(text)),))])
    everything = mentions.find(one.found, one.headed.both, vocabulary, whole)
    asked = finish(
        one, *vocabulary.recognisers["en"]([one.passages]), vocabulary, generation=0
    )
    names = {mention.candidate.name for mention in everything.mentions}
    assert names == {entity.name for entity in asked.entities}


def test_a_long_text_says_how_much_of_it_was_read(vocabulary: Vocabulary):
    text = FILLER * 4_000 + "It was held in Kenya."
    release = enrich(raw(text, language="en"), vocabulary, 0)
    of = f"of {len(text)} characters"
    assert release.models["ner.en"].endswith(f", title and first {MODEL_READS} {of}")
    assert release.models["rules"].endswith(f", first {RULES_READ} {of}")
    assert "Kenya" in named(release, "place")


class FakeModel:
    """Reads every text as one name, and counts what it reads."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def memory_zone(self):
        from contextlib import nullcontext

        return nullcontext()

    def pipe(self, texts: list[str]) -> Iterator["FakeDocument"]:
        self.read += texts
        return (FakeDocument(text) for text in texts)


class FakeDocument:
    def __init__(self, text: str) -> None:
        self.ents = [FakeEntity(len(text))]


class FakeEntity:
    label_, start_char = "GPE", 0

    def __init__(self, end: int) -> None:
        self.end_char = end


def test_a_passage_that_was_read_is_not_read_again_until_others_have_come_since():
    model = FakeModel()
    reader = Reader(model, remembered=2)  # type: ignore[arg-type]  # all that it asks

    def read(*words: str) -> list[str]:
        text = " ".join(words)
        starts = [text.index(word) for word in words]
        spans = tuple((at, at + len(w)) for at, w in zip(starts, words, strict=True))
        model.read = []
        (found,) = reader.read([Passages(text, spans)])
        assert [(one.start, one.end) for one in found] == list(spans)
        return model.read

    assert read("Aleph", "Beth") == ["Aleph", "Beth"]
    assert read("Beth") == []
    assert read("Gimel", "Beth") == ["Gimel"]
    assert read("Aleph") == ["Aleph"]
    assert (reader.asked, reader.read_by_model) == (6, 4)


def test_a_model_sees_texts_in_batches_of_a_size():
    assert list(batches(["abc", "d", "ef", "g"], size=4)) == [["abc", "d"], ["ef", "g"]]
    assert list(batches([])) == []
