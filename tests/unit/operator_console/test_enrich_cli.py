"""`communique enrich`, as a shell sees it."""

import io
import json
import os
import subprocess
import sys

import pytest

from operator_console.cli import enrich
from operator_console.cli.output import print_json
from tests import vocabularies
from tests.unit.operator_console.shells import lines, one_sentence, write


class FakeRelease:
    def __init__(self, release):
        self.release = release

    def model_dump(self, mode):
        return self.release.model_dump(mode=mode)


@pytest.fixture
def no_model(monkeypatch):
    """Tag with nothing: what is tested is the way in and out."""
    import enrichment_worker.enrich
    import enrichment_worker.vocabulary.load

    def load(*_):
        return None

    def tag(release, _vocabulary, _generation):
        return FakeRelease(release)

    monkeypatch.setattr(enrichment_worker.vocabulary.load, "load_vocabulary", load)
    monkeypatch.setattr(enrichment_worker.enrich, "enrich", tag)


@pytest.mark.usefixtures("no_model")
def test_a_batch_goes_on_after_a_bad_line_and_ends_with_1(shell):
    batch = write(
        "batch.jsonl",
        '{"id": 1, "text": "One."}\n'
        "\n"
        "no json\n"
        "[1]\n"
        '{"id": "b"}\n'
        '{"id": "c", "text": 5}\n'
        '{"id": "d", "text": "Lone \\ud800 surrogate."}\n'
        '{"id": {"any": "thing"}, "title": "T", "text": "Last."}\n',
    )
    code, out, _ = shell("enrich", "--batch", batch)
    assert code == 1
    told = lines(out)
    assert [line["id"] for line in told] == [
        1, None, None, "b", "c", "d", {"any": "thing"},
    ]  # fmt: skip
    assert ["error" in line for line in told] == [
        False, True, True, True, True, False, False,
    ]  # fmt: skip
    assert (told[-1]["title"], told[-1]["text"]) == ("T", "Last.")


@pytest.mark.usefixtures("no_model")
def test_a_batch_without_a_bad_line_ends_with_0(shell):
    code, out, _ = shell("enrich", "--batch", write("b", '{"id": 1, "text": "x"}'))
    assert code == 0
    assert len(lines(out)) == 1


@pytest.mark.usefixtures("no_model")
def test_a_batch_that_is_missing_is_wrong_usage(shell):
    code, _, err = shell("enrich", "--batch", "missing.jsonl")
    assert code == 2
    assert one_sentence(err)


@pytest.mark.usefixtures("no_model")
def test_a_line_nested_deeply_does_not_end_the_batch(shell):
    line = '{"id": 1, "text": ' + "[" * 100_000
    batch = write("batch.jsonl", line + '\n{"id": 2, "text": "Good."}\n')
    _, out, _ = shell("enrich", "--batch", batch)
    assert out.splitlines()[-1].startswith('{"id": 2')


def test_a_lone_surrogate_can_be_printed(monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", out)
    print_json({"id": "\ud800", "error": "no text"})
    assert json.loads(out.buffer.getvalue())


@pytest.mark.usefixtures("no_model")
def test_a_release_in_json_is_taken_as_it_is_and_options_go_before(shell):
    file = write("r.json", '{"title": "Old", "text": "The text.", "language": "fr"}')
    code, out, _ = shell("enrich", file, "--title", "New", "--json")
    assert code == 0
    (told,) = lines(out)
    assert (told["title"], told["text"], told["language"]) == ("New", "The text.", "fr")


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"text": 5}, "at least a text", id="no text"),
        pytest.param({"text": "x", "ministry": 5}, "ministry: ", id="a wrong ministry"),
        pytest.param({"text": "x", "published_at": "soon"}, "ISO 8601", id="no time"),
        pytest.param(
            {"text": "x", "revision": 1, "issuers": []}, "release_id: ", id="half"
        ),
    ],
)
def test_a_release_that_is_none_says_which_field_is_wrong(shell, given, words):
    code, out, err = shell("enrich", write("r.json", json.dumps(given)))
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.usefixtures("no_model")
def test_the_same_text_gives_the_same_bytes(shell):
    file = write("a.txt", "{this is no json}")
    first, second = (shell("enrich", file, "--json")[1] for _ in range(2))
    assert first == second
    assert lines(first)[0]["text"] == "{this is no json}"


@pytest.fixture
def rules_only(monkeypatch):
    """Tag by rules, with no statistical model to wait for."""
    import enrichment_worker.vocabulary.load

    monkeypatch.setattr(
        enrichment_worker.vocabulary.load,
        "load_vocabulary",
        lambda *_: vocabularies.without_model(),
    )


@pytest.mark.usefixtures("rules_only")
def test_a_release_says_of_itself_what_it_is_and_what_it_is_about(shell):
    given = {
        "title": "Kenya and Uganda sign MoU on malaria",
        "text": "The Ministers met in Kampala on Monday and signed a Memorandum of "
        "Understanding on malaria worth US$2 million. “Both countries will gain by "
        "this,” said Health Minister Mary Wanjiru.",
        "ministry": "Ministry of Health",
        "country": "KE",
        "published_at": "2026-05-12T09:00:00+00:00",
    }
    _, out, _ = shell("enrich", write("release.json", json.dumps(given)))
    told = " ".join(out.split())
    for line in (
        "kind agreement (",
        "issued by Ministry of Health",
        "bilateral KE, UG",
        "signed Memorandum of Understanding on malaria",
        "event 2026-05-11, Kampala",
        "amounts US$2 million (USD 2000000)",
        "dates Monday (2026-05-11)",
        "quotes Mary Wanjiru: Both countries will gain by this,",
    ):
        assert line in told


@pytest.mark.usefixtures("no_model")
def test_a_time_of_publication_that_is_none_is_said(shell):
    file = write("r.json", '{"text": "x", "published_at": "last May"}')
    code, _, err = shell("enrich", file)
    assert code == 2
    assert "published_at" in err


def test_a_text_is_tagged_from_standard_input_as_one_json_object(tmp_path):
    """The one call with the real model: a process of its own, as a shell starts it."""
    done = subprocess.run(
        [sys.executable, "-m", "operator_console", "enrich", "-", "--json"],
        input=b"Health ministers of Kenya met in Nairobi about vaccination.",
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONWARNINGS": ""},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    release = json.loads(done.stdout)
    assert "KE" in release["countries"]
    assert "health" in {theme["slug"] for theme in release["themes"]}
    for entity in release["entities"]:
        for mention in entity["mentions"]:
            start, end = mention["start"], mention["end"]
            assert release["text"][start:end] == mention["text"]


def test_lines_of_a_batch_are_streamed(tmp_path):
    read = []

    def source():
        for number in range(3):
            read.append(number)
            yield f'{{"id": {number}}}'

    stream = enrich._not_empty(source())
    next(stream)
    assert read == [0]
