"""Persons whom an address of the text names; no model, and no known first name."""

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw

CASES = {
    "a line above the address": (
        "Press Service\nZzerilin Zzuuse\nzzerilin.zzuuse@zz.example",
        {"Zzerilin Zzuuse"},
    ),
    "with an accent": (
        "Zzérilin Zzuuse, zzerilin.zzuuse@zz.example",
        {"Zzérilin Zzuuse"},
    ),
    "a double surname": (
        "Write to Zzerilin Zza-Zzo: zzerilin.zza-zzo@zz.example.",
        {"Zzerilin Zza-Zzo"},
    ),
    "small letters": ("They said zzerilin zzuuse: zzerilin.zzuuse@zz.example", set()),
    "an address alone": ("Write to zzerilin.zzuuse@zz.example.", set()),
    "a desk": ("Ask the Zzerilin Press: zzerilin.press@zz.example", set()),
    "a subject": (
        "The Monetary Policy met. Write to monetary.policy@zz.example.",
        set(),
    ),
    "over two lines": ("Zzerilin\nZzuuse zzerilin.zzuuse@zz.example", set()),
}


@pytest.mark.parametrize(("text", "persons"), CASES.values(), ids=CASES)
def test_an_address_tells_whose_it_is(
    without_model: Vocabulary, text: str, persons: set[str]
):
    release = enrich(raw(text, language="en"), without_model, 0)
    assert set(named(release, "person")) == persons
