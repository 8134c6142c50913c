"""The command line as a shell sees it: what is printed where, and the exit code."""

import subprocess
import sys

import pytest

from tests.unit.operator_console.shells import RSS, feed, one_sentence, write


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["run", "nope"], "choose of feed-poller, page-fetcher", id="run"),
        pytest.param(["enrich"], "--batch FILE.jsonl", id="enrich nothing"),
        pytest.param(["enrich", "a", "--batch", "b"], "one file", id="enrich both"),
        pytest.param(["enrich", "missing.txt"], "No such file", id="enrich missing"),
        pytest.param(["ingest", "missing.txt"], "No such file", id="ingest missing"),
        pytest.param(["feeds", "import", "missing"], "No such file", id="feeds import"),
        pytest.param(
            ["feeds", "backfill", "x", "--since", "2999-01-01"],
            "name a day of the past",
            id="feeds backfill",
        ),
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


def test_a_list_of_no_feeds_does_not_retire_all_there_are(shell):
    code, _, err = shell("feeds", "apply", write("feeds.csv", "url,title\n"))
    assert (code, one_sentence(err)) == (2, True)
    assert "feeds.csv lists no feed" in err
