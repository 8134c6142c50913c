"""`communique parse`, as a shell sees it."""

import pytest

from tests.unit.operator_console.shells import feed, lines, write


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
