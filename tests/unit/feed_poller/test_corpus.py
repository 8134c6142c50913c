"""Every feed in tests/corpus/feeds is read as the file beside it says."""

import json
from pathlib import Path

import pytest

from communique.events import Selectors
from feed_poller.parse_files import parse_lines
from tests.unit.feed_poller.examples import NOW

CORPUS = Path(__file__).parents[2] / "corpus" / "feeds"
DOCUMENTS = sorted(
    path for path in CORPUS.iterdir() if not path.name.endswith(".expected.json")
)
OURS = {"file", "fingerprint", "issuer", "seen_at", "backfill", "body_media_type"}
ALWAYS = {"title", "link", "published_at"}


def read(
    path: Path,
    url: str | None = None,
    zone: str = "UTC",
    selectors: dict[str, str] | None = None,
) -> list[dict]:
    lines = parse_lines(
        [(path.name, path.read_bytes())],
        url=url,
        zone=zone,
        seen_at=NOW,
        selectors=Selectors(**selectors) if selectors else None,
    )
    return [
        {
            key: value
            for key, value in line.items()
            if key not in OURS and (key in ALWAYS or value not in (None, [], ""))
        }
        for line in lines
    ]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_document_is_read_as_expected(path: Path):
    expected = json.loads(path.with_suffix(".expected.json").read_text())
    assert read(path, **expected["options"]) == expected["lines"]


def test_every_expected_result_has_its_document():
    stems = {path.stem for path in DOCUMENTS}
    expected = {
        path.name.removesuffix(".expected.json")
        for path in CORPUS.glob("*.expected.json")
    }
    assert expected == stems
