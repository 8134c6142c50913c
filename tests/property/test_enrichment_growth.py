"""Whatever the text: twice the length is twice the work, and it comes to an end."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.errors import PermanentError
from communique.events import EnrichedRelease
from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import MODELS
from enrichment_worker.pool import Child, Pool
from enrichment_worker.settings import EnrichmentSettings
from enrichment_worker.wire import Start
from tests import vocabularies
from tests.property.test_enrichment_laws import PIECES
from tests.unit.enrichment_worker.examples import raw

pytestmark = pytest.mark.slow

LENGTH = 20_000
GROWN = 4
AT_MOST = 10.0
"""Times as long for a text four times as long; a square would be sixteen."""
NOISE_SECONDS = 0.02

UNITS = [
    "a", "A", "Xa", "é", "e\u0301", "漢", "😀🇮🇳", "وزارة ", ",", ".", "(", ")(",
    "\n", " ", "A\n", "A ", "Xyz ", "a-", "l'", "A.", "a@", "@a ", "#a", "https://",
    "HELLO WORLD ", "of the ", "the Ministry ", "(A", "(AB) ", "India ", "Georgia ",
    "Ministry of Health and ", "Minister of State for Health and ", "Paris, London ",
    "Male ", "Ahmed Latheef, ", "Mr Verma and ", "Health and ", "Centre ",
    "@MinistryTweetstoday ", "malaria terrorism sanctions ", "Joint Working Group on ",
    "National Bank of Kenya (NBK) ",
]  # fmt: skip


def numbered(pattern: str) -> Callable[[int], str]:
    """Return a text of so many characters that says something new each time."""

    def text(length: int) -> str:
        word = [
            pattern.replace("%", _letters(n)) for n in range(length // len(pattern))
        ]
        return "".join(word)[:length]

    return text


def _letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(number))


NEW = {
    pattern: numbered(pattern)
    for pattern in (
        "Mr A% Verma said so. ", "Mr Aleph B% said so. ", "The A% Centre (AC) spoke. ",
        "Ministry of A% and ", "A%, ", "Verma% ", "@A%today ", "a%.example/ ",
    )
}  # fmt: skip
TEXTS = {**{unit: lambda n, u=unit: (u * n)[:n] for unit in UNITS}, **NEW}


TRIES = 10
"""A square is one each time; a busy machine is one for a while."""


def seconds(text: str) -> float:
    release = raw(text, title=text[:200], language="en")
    began = time.process_time()
    with suppress(PermanentError):
        enrich(release, vocabularies.without_model(), 0)
    return time.process_time() - began


def grows(text: Callable[[int], str]) -> float:
    """Return how much longer the longer text took; tried again if that is much."""
    short, long = text(LENGTH), text(GROWN * LENGTH)
    longer = AT_MOST
    for _ in range(TRIES):
        longer = min(longer, seconds(long) / max(seconds(short), NOISE_SECONDS))
        if longer < AT_MOST:
            break
    return longer


@pytest.mark.parametrize("text", TEXTS.values(), ids=map(repr, TEXTS))
def test_no_text_costs_the_square_of_its_length(text: Callable[[int], str]):
    assert grows(text) < AT_MOST


@given(st.lists(st.sampled_from([*PIECES, *UNITS]), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_pattern_costs_the_square_of_its_length(pieces: list[str]):
    unit = " ".join(pieces)
    assert grows(lambda length: (unit * length)[:length]) < AT_MOST


EXTREMES = {
    "nothing": "",
    "5 MB of prose": "The talks with Kenya about malaria went on in Georgia. " * 91_000,
    "emoji": "😀🇮🇳👩‍👩‍👧 " * 100_000,
    "right to left": "وزارة الخارجية في بيان اليوم " * 20_000,
    "a word of 100,000 letters": "x" * 100_000,
    "a name of 100,000 letters": "X" + "x" * 100_000,
    "a million commas": "," * 1_000_000,
    "200,000 capitals": "A " * 200_000,
    "200,000 capitals together": "A" * 200_000,
    "brackets in brackets": "(" * 100_000 + ")" * 100_000,
    "thousands of handles": "@MinistryTweetstoday " * 20_000,
    "a million lines": "\n" * 1_000_000,
    "a file": "\ufffd" * 100_000,
}


async def test_every_extreme_text_has_an_answer_and_the_next_one_too():
    limit = EnrichmentSettings.model_fields["document_seconds"].default
    async with Pool([Child(Start(None, dict(MODELS), limit))]) as pool:
        await pool.ready()
        for name, text in EXTREMES.items():
            began = time.monotonic()
            answer, usual = await pool.enrich([raw(text), raw("It was held in Kenya.")])
            print(f"{name}: {time.monotonic() - began:.1f} s, {type(answer).__name__}")
            assert isinstance(answer, EnrichedRelease | PermanentError), name
            assert usual.countries == ("KE",), name
