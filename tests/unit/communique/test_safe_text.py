"""Foreign text on our screens: it cannot move the cursor nor turn a line around."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.safe_text import escaped_text, safe_cell, safe_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Plain title", "Plain title", id="plain"),
        pytest.param("", "", id="empty"),
        pytest.param("a\nb\r\nc\td", "a b c d", id="lines"),
        pytest.param("a\u2028b\u2029c", "a b c", id="line separators"),
        pytest.param("\x1b[31mred\x1b[0m", "[31mred [0m", id="ansi colour"),
        pytest.param("\x1b]0;title\x07x", "]0;title x", id="window title"),
        pytest.param("\x9b31mred", "31mred", id="8-bit csi"),
        pytest.param("abc\x08\x08x", "abc x", id="backspace"),
        pytest.param("a\x00b\x7fc", "a b c", id="nul and del"),
        pytest.param("user\u202egnp.exe", "usergnp.exe", id="right-to-left override"),
        pytest.param("a\u2066b\u2069c\u200ed\u061ce", "abcde", id="isolates and marks"),
        pytest.param("a\u200bb\ufeffc\u2060d", "abcd", id="zero width"),
        pytest.param("a\U000e0041b", "ab", id="tag characters"),
        pytest.param("a\ue000b", "ab", id="private use"),
        pytest.param("a\ud800b", "ab", id="lone surrogate"),
        pytest.param("  much   space  ", "much space", id="white space"),
        pytest.param(
            "Ministère – “Ökonomie” 新闻 🇰🇪",
            "Ministère – “Ökonomie” 新闻 🇰🇪",
            id="kept",
        ),
        pytest.param("الوزارة", "الوزارة", id="right-to-left script"),
    ],
)
def test_foreign_text_is_fit_for_a_terminal(text, shown):
    assert safe_text(text) == shown


@given(st.text(st.characters()), st.none() | st.integers(1, 20))
def test_whatever_comes_is_one_short_line_of_visible_characters(text, limit):
    shown = safe_text(text, limit=limit)
    assert not {unicodedata.category(c) for c in shown} & {
        "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp",
    }  # fmt: skip
    assert "\n" not in shown
    assert safe_text(shown) == shown.strip()
    assert limit is None or len(shown) <= limit
    shown.encode()


@pytest.mark.parametrize(
    ("limit", "shown"), [(4, "abc…"), (5, "abcde"), (6, "abcde"), (1, "…")]
)
def test_what_is_cut_ends_in_an_ellipsis(limit, shown):
    assert safe_text("abcde", limit=limit) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Ministère – “新闻”", "Ministère – “新闻”", id="kept"),
        pytest.param("a\u00a0b", "a\u00a0b", id="a space that does not break"),
        pytest.param("\x1b[31mred", r"\u001b[31mred", id="ansi colour"),
        pytest.param("user\u202egnp.exe", r"user\u202egnp.exe", id="override"),
        pytest.param("\udcff", r"\udcff", id="lone surrogate"),
        pytest.param("\U000e0041", r"\udb40\udc41", id="beyond 16 bits"),
    ],
)
def test_who_looks_for_what_is_to_blame_sees_escapes(text, shown):
    assert escaped_text(text) == shown


@given(st.text(st.characters()))
def test_escapes_hide_nothing_and_mean_the_same_in_json(text):
    shown = escaped_text(json.dumps(text, ensure_ascii=False))
    assert safe_text(shown).split() == shown.split()
    # JSON joins two halves of one character, which no text of Python holds apart.
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(shown) == joined


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_a_spreadsheet_runs_no_cell_as_a_formula(text, cell):
    assert safe_cell(text) == cell
