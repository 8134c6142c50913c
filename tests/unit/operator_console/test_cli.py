"""The command line as a shell sees it: what is printed where, and the exit code."""

import io
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from operator_console import __main__
from operator_console.cli import enrich
from operator_console.cli import show as cli_show
from operator_console.cli.output import print_json
from search_indexer.search import Shown

RSS = (
    '<rss version="2.0"><channel><title>M</title><item><title>{title}</title>'
    "<link>/17</link><guid>17</guid><pubDate>Mon, 04 May 2026 09:30:00 {zone}</pubDate>"
    "</item></channel></rss>"
)


@pytest.fixture
def shell(tmp_path, monkeypatch, capfd):
    """Run `communique` in this process, in an empty folder; code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMMUNIQUE_HOME", raising=False)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["communique", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            __main__.main()
        printed = capfd.readouterr()
        return end.value.code or 0, printed.out, printed.err

    return run


def write(name, text):
    Path(name).write_text(text, encoding="utf-8")
    return name


def feed(name="a.xml", title="Ministers meet", zone="GMT"):
    return write(name, RSS.format(title=title, zone=zone))


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


def one_sentence(err):
    return err.startswith("communique: ") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["run", "nope"], "choose of feed-poller, page-fetcher", id="run"),
        pytest.param(["enrich"], "--batch FILE.jsonl", id="enrich nothing"),
        pytest.param(["enrich", "a", "--batch", "b"], "one file", id="enrich both"),
        pytest.param(["enrich", "missing.txt"], "No such file", id="enrich missing"),
        pytest.param(["ingest", "missing.txt"], "No such file", id="ingest missing"),
        pytest.param(["feeds", "import", "missing"], "No such file", id="feeds import"),
        pytest.param(["up", "--feeds", "missing"], "No such file", id="up"),
        pytest.param(["search", "--sort", "best"], "not 'best'", id="sort"),
        pytest.param(["search", "--theme", "helth"], "mean health?", id="theme"),
        pytest.param(
            ["search", "--export", "a.csv", "--facets"], "leave out", id="export"
        ),
        pytest.param(["search", "--format", "csv"], "for --export", id="format"),
        pytest.param(["search", "x " * 101], "up to 100 words", id="long search"),
        pytest.param(["ledger", "--feed", "x"], "neither the id nor", id="ledger"),
        pytest.param(["search", "--since", "soon"], "is no time", id="since"),
        pytest.param(["parse", "a.xml", "--zone", "Mars/X"], "Mars/X", id="zone"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(shell, arguments, words):
    feed()
    code, out, err = shell(*arguments)
    assert code == 2, err
    assert words in err
    assert one_sentence(err)
    assert out == ""


@pytest.mark.parametrize(
    "arguments",
    [["nope"], ["parse"], ["search", "--size", "-1"], ["run"], ["feeds", "nope"]],
    ids=" ".join,
)
def test_a_command_that_is_none_is_exit_code_2(shell, arguments):
    code, out, err = shell(*arguments)
    assert code == 2
    assert "Usage" in err
    assert out == ""


@pytest.mark.parametrize("arguments", [["--help"], ["parse", "--help"]], ids=" ".join)
def test_help_is_no_error(shell, arguments):
    code, out, _ = shell(*arguments)
    assert code == 0
    assert "Usage" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["search", "x"],
        ["tail"],
        ["ledger"],
        ["feeds", "list"],
        ["dead-letters", "list"],
        ["topics", "create"],
    ],
    ids=" ".join,
)
def test_without_engines_a_command_says_what_to_do(shell, arguments):
    code, out, err = shell(*arguments)
    assert (code, out) == (1, "")
    assert "communique up" in err
    assert one_sentence(err)


def test_down_where_nothing_runs_is_done(shell):
    code, out, _ = shell("down")
    assert code == 0
    assert "Nothing runs" in out


def test_a_wrong_setting_is_named_and_exit_code_2(shell, monkeypatch):
    monkeypatch.setenv("COMMUNIQUE_INSTANCE", "first")
    code, _, err = shell("run", "feed-poller")
    assert code == 2
    assert err.startswith("communique: COMMUNIQUE_INSTANCE: ")


def test_parse_prints_an_entry_a_line(shell):
    code, out, err = shell(
        "parse", feed(), feed("b.xml"), "--url", "https://x.example/feed", "--json"
    )
    assert (code, err) == (0, "")
    first, second = lines(out)
    assert (first["file"], second["file"]) == ("a.xml", "b.xml")
    assert first["title"] == "Ministers meet"
    assert first["link"] == "https://x.example/17"
    assert first["published_at"] == "2026-05-04T09:30:00+00:00"


def test_parse_takes_dates_without_a_zone_in_the_one_given(shell):
    file = feed(zone="")
    _, out, _ = shell("parse", file, "--zone", "Africa/Nairobi", "--json")
    assert lines(out)[0]["published_at"] == "2026-05-04T06:30:00+00:00"


def test_parse_tells_a_bad_file_and_goes_on_to_the_others(shell):
    bad = write("bad.xml", "no feed at all")
    code, out, _ = shell("parse", bad, "missing.xml", feed(), "--json")
    assert code == 1
    told = lines(out)
    assert [line["file"] for line in told] == ["bad.xml", "missing.xml", "a.xml"]
    assert ["error" in line for line in told] == [True, True, False]
    assert "cannot be read" in told[1]["error"]


def test_parse_for_people_is_a_table_without_control_characters(shell):
    file = feed(title="&lt;b&gt;Red [red]x[/red] \u202edlo&lt;/b&gt;")
    code, out, _ = shell("parse", file)
    assert code == 0
    assert "[red]x[/red]" in out
    assert "\u202e" not in out


LIST = "".join(
    f'<li class="news"><a href="/{n}">{title}</a><i class="day">{5 - n}.5.2026</i>'
    for n, title in enumerate(
        ("Ministers meet in Nairobi", "A bridge opens", "School meals are extended"), 1
    )
)


def test_parse_reads_a_page_without_a_feed_by_selectors(shell):
    page = write("page.html", LIST)
    code, out, _ = shell(
        "parse", page, "--item", "li.news", "--date", ".day",
        "--url", "https://x.example/", "--json",
    )  # fmt: skip
    assert code == 0
    first, *_ = lines(out)
    assert first["title"] == "Ministers meet in Nairobi"
    assert first["link"] == "https://x.example/1"
    assert first["published_at"] == "2026-05-04T00:00:00+00:00"


def test_parse_suggests_selectors_for_a_page(shell):
    page = write("page.html", LIST)
    code, out, _ = shell("parse", page, "--suggest", "--json")
    best = lines(out)[0]
    assert (code, best["item"], best["date"]) == (0, "li.news", "i.day")
    assert (best["entries"], best["dated"]) == (3, 3)
    _, out, _ = shell("parse", page, "--suggest")
    assert "li.news" in out


def test_parse_says_where_it_can_suggest_nothing(shell):
    code, out, _ = shell(
        "parse", write("page.html", "<p>Words"), "missing.html", write("empty", ""),
        "--suggest", "--json",
    )  # fmt: skip
    assert code == 1
    assert ["error" in line for line in lines(out)] == [True, True, True]


@pytest.mark.parametrize(
    "options", [["--date", ".day"], ["--item", "x" * 301]], ids=["no item", "too long"]
)
def test_parse_refuses_selectors_that_cannot_be(shell, options):
    code, _, err = shell("parse", write("page.html", LIST), *options)
    assert code == 2
    assert err.startswith("communique: ")


def test_errors_of_parse_for_people_are_on_stderr(shell):
    code, out, err = shell("parse", write("bad.xml", "no feed"))
    assert (code, out) == (1, "")
    assert "bad.xml" in err


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

    rules = enrichment_worker.vocabulary.load.load_vocabulary(spacy_models={})
    monkeypatch.setattr(
        enrichment_worker.vocabulary.load, "load_vocabulary", lambda *_: rules
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


def test_show_says_what_a_release_says_of_itself(shell, monkeypatch):
    newest = {
        "title": "MoU signed",
        "document_type": "agreement",
        "issuing_ministry": {"name": "Ministry of Health"},
        "counterparts": ["UG"],
        "agreements": ["MoU on malaria"],
        "quotes": [{"text": "a"}, {"text": "b"}],
    }

    @asynccontextmanager
    async def client(_home):
        yield None

    async def show(_client, _release_id):
        return Shown(newest, ())

    monkeypatch.setattr(cli_show, "elasticsearch_client", client)
    monkeypatch.setattr(cli_show.index, "show", show)
    _, out, _ = shell("show", "an-id")
    told = " ".join(out.split())
    assert "document type agreement issued by Ministry of Health" in told
    assert "counterparts UG agreements MoU on malaria quotes 2" in told


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


@pytest.mark.parametrize("text", ["99999999y", "9999999999d"])
def test_a_time_out_of_range_is_wrong_usage(shell, text):
    code, _, err = shell("search", "--since", text)
    assert code == 2
    assert one_sentence(err)


def test_a_home_that_is_a_file_is_said(shell):
    code, _, err = shell("up", "--home", write("file", ""))
    assert code in (1, 2)
    assert one_sentence(err)


def test_ingest_reads_the_file_before_it_looks_for_engines(shell):
    code, _, err = shell("ingest", write("empty.txt", " "))
    assert code == 2
    assert "There is no text in empty.txt" in err
    code, _, err = shell("ingest", write("a.txt", "Text."))
    assert code == 1
    assert "communique up" in err


def test_the_reader_of_our_output_may_leave(tmp_path):
    (tmp_path / "a.xml").write_text(RSS.format(title="x" * 5000, zone="GMT"))
    with subprocess.Popen(
        [sys.executable, "-m", "operator_console", "parse", *["a.xml"] * 50, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_lines_of_a_batch_are_streamed(tmp_path):
    read = []

    def source():
        for number in range(3):
            read.append(number)
            yield f'{{"id": {number}}}'

    stream = enrich._not_empty(source())
    next(stream)
    assert read == [0]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, []),
        (
            {"duplicate_of": "a", "similarity": 0.906, "same_as": "b"},
            ["near-duplicate of a (91% alike)", "the same statement as in b"],
        ),
        ({"corrects": "c"}, ["correction of c"]),
    ],
    ids=["nothing", "a copy that stands in another one too", "a correction"],
)
def test_what_a_release_has_to_do_with_earlier_ones_is_said(document, said):
    assert list(cli_show._links(document)) == said
