"""Names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.folding import folded


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("José Martí", "jose marti"),
        ("Straße", "strasse"),
        ("Møller Łódź", "moller lodz"),
        ("Ægir Þór", "aegir thor"),
        ("İstanbul", "istanbul"),
        ("ＷＨＯ", "who"),
        ("  two \n words ", "two words"),
        ("हिन्दी", "हिन्दी"),
        ("한국", "한국"),
        ("", ""),
    ],
)
def test_a_name_is_found_as_it_is_typed(name, typed):
    assert folded(name) == typed


@given(st.text())
def test_a_folded_name_stays_as_it_is(name):
    assert folded(folded(name)) == folded(name)
