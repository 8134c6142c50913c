"""Names are found wherever they stand in a text."""

import pytest

from enrichment_worker import gazetteer
from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.text import Prose

NAMES = Gazetteer([("New Delhi", 1), ("Delhi", 2), ("Male", 3)])
TEXT = "From New Delhi to Malé: New Delhi, Delhi and male voices; not Delhis."


@pytest.mark.parametrize("size", range(1, 20))
def test_a_name_is_found_across_the_pieces_in_which_a_text_is_read(monkeypatch, size):
    whole = list(NAMES.hits(Prose(TEXT)))
    monkeypatch.setattr(gazetteer, "_PIECE", size)
    assert list(NAMES.hits(Prose(TEXT))) == whole
    assert [hit.values for hit in whole].count((1,)) == 2


def test_an_empty_text_and_a_gazetteer_without_names_have_none():
    assert list(NAMES.hits(Prose(""))) == list(Gazetteer([]).hits(Prose(TEXT))) == []
