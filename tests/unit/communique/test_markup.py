"""Foreign text made plain."""

import pytest

from communique.markup import bare_if_crowded, plain_line, plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a <b>bold</b> &amp; x", "a bold & x"),
        ("AT&T", "AT&T"),
        ("Imports < 5% & exports > 3%", "Imports < 5% & exports > 3%"),
        ("Law <Amendment> Bill", "Law <Amendment> Bill"),
        ("Q&amp;A", "Q&A"),
        ("&lt;b&gt;x&lt;/b&gt;", "x"),
        ("<p>One\n two</p><p>3<br>4<ul><li>a<li>b</ul>", "One two\n3\n4\na\nb"),
        ("line 1\r\nline  2\n\n\nline 3", "line 1\nline 2\nline 3"),
        ("<p>a<script>x()</script><style>b{}</style>c", "ac"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</table>", "a b\nc"),
        ("a\x00<b>b</b>\x07c", "abc"),
        ("\ud800<i>x</i>", "x"),
        ("\ud800x", "x"),
        ("<!-- hidden -->shown", "shown"),
        ("<![CDATA[left open", ""),
        ("<p>" + "<div>" * 400 + "deep", "deep"),
        ("", ""),
    ],
)  # fmt: skip
def test_markup_is_taken_off_and_lines_are_kept(text, plain):
    assert plain_text(text) == plain


def test_a_title_is_one_line():
    assert plain_line(" One<br>two \n three ") == "One two three"


def test_only_a_tag_with_very_many_attributes_loses_them():
    long = f"<a title='{'x' * 2000}' href=/1>"
    crowded = "<p " + " ".join(f"a{n}" for n in range(400)) + ">"
    assert bare_if_crowded(f"{long}A</a>{crowded}B") == f"{long}A</a><p>B"
