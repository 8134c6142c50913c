"""spaCy's French reads as it always does, without the seconds of its tokenizer."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
import srsly
from hypothesis import given
from hypothesis import strategies as st
from spacy.util import get_package_path

from enrichment_worker import french
from enrichment_worker.knowledge import MODELS

_LETTERS = "a-zß-öø-ÿ" + "".join(chr(one) for one in range(0x101, 0x350, 2))
"""A class as large as those of which a tail begins at the first."""

_HEADS = st.sampled_from(["anti[-–]", "a[ée]ro[-–]", "vie(?:ux|i?lles?)[-–]", "r['’]"])
_TAILS = st.sampled_from([f"[{_LETTERS}]+$", f"[{_LETTERS}]*$", "$"])
_LISTED = st.lists(st.tuples(_HEADS, _TAILS), min_size=1, max_size=6)
_WORDS = st.text("antiéroviexulsr-–'’ıſK\n", max_size=8).flatmap(
    lambda end: st.sampled_from(["anti-", "aéro–", "Vieilles-", "r'", ""]).map(
        lambda start: start + end
    )
)

WORDS = [
    "Val-de-Marne",
    "VAL-DE-MARNE",
    "Saint-Étienne-du-Rouvray",
    "Fontaine-lès-Dijon",
    "Saint-Julien-en-l'Isle",
    "sous-préfet",
    "Sous‑préfet",
    "anti-",
    "anti-2024",
    "États-Unis",
    "entr'aide",
    "entr’aide",
    "r'",
    "rendez-vous",
    "week-end",
    "Provence-Alpes-Côte",
    "d'Ivoire",
    "Île-de-France",
    "chape-chuté",
    "premier-ministre\n",
    "droit-de-l'homme",
]


@given(_LISTED, _WORDS)
def test_tails_told_once_match_what_the_list_matches(
    listed: list[tuple[str, str]], word: str
) -> None:
    """A law: the same words match, whatever is listed."""
    pattern = "(?iu)" + "|".join(f"(?:^{head}{tail})" for head, tail in listed)
    once = french.tails_once(pattern)
    assert bool(re.match(once, word)) == bool(re.match(pattern, word))
    assert once.count(_LETTERS) == len({tail for _, tail in listed} - {"$"})


@pytest.mark.parametrize(
    "pattern", ["(?iu)(?:^a$)|(?:b$)", "(?:^a$)|(?:^b$)", "^a$", ""], ids=repr
)
def test_a_pattern_that_is_no_such_list_stays(pattern: str) -> None:
    """What another model's author wrote is compiled as it is."""
    assert french.tails_once(pattern) == pattern


@pytest.fixture(scope="module")
def saved() -> Callable[[str], bool]:
    """Whether the pattern that the model was saved with keeps a word as one token."""
    (file,) = Path(get_package_path(MODELS["fr"])).glob("*/tokenizer")
    compiled = re.compile(srsly.msgpack_loads(file.read_bytes())["token_match"])
    return lambda word: compiled.match(word) is not None


def test_the_model_keeps_the_words_together_that_it_was_saved_with(
    saved: Callable[[str], bool],
) -> None:
    """The pattern of the model that ships, on words with marks inside."""
    french.register()
    model = spacy.load(MODELS["fr"], exclude=["ner", "parser", "lemmatizer"])
    kept = {word: bool(model.tokenizer.token_match(word)) for word in WORDS}
    assert kept == {word: saved(word) for word in WORDS}
    assert {True, False} == set(kept.values())


def test_french_is_loaded_without_the_module_whose_import_takes_seconds() -> None:
    """A process of its own: others may have imported it here."""
    code = (
        "import sys; from enrichment_worker.recogniser import load_model; "
        f"load_model('{MODELS['fr']}'); print('spacy.lang.fr' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "False"
