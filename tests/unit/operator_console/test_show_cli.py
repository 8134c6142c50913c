"""`communique show`, as a shell sees it."""

from contextlib import asynccontextmanager

import pytest

from operator_console.cli import show as cli_show
from search_indexer.search import Shown


def test_show_says_what_a_release_says_of_itself(shell, monkeypatch):
    newest = {
        "title": "MoU signed",
        "document_type": "agreement",
        "issuing_ministry": {"name": "Ministry of Health"},
        "counterparts": ["UG"],
        "agreements": ["MoU on malaria"],
        "quotes": [{"text": "a"}, {"text": "b"}],
    }

    @asynccontextmanager
    async def client(_home):
        yield None

    async def show(_client, _release_id):
        return Shown(newest, ())

    monkeypatch.setattr(cli_show, "elasticsearch_client", client)
    monkeypatch.setattr(cli_show.index, "show", show)
    _, out, _ = shell("show", "an-id")
    told = " ".join(out.split())
    assert "document type agreement issued by Ministry of Health" in told
    assert "counterparts UG agreements MoU on malaria quotes 2" in told


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, []),
        (
            {"duplicate_of": "a", "similarity": 0.906, "same_as": "b"},
            ["near-duplicate of a (91% alike)", "the same statement as in b"],
        ),
        ({"corrects": "c"}, ["correction of c"]),
    ],
    ids=["nothing", "a copy that stands in another one too", "a correction"],
)
def test_what_a_release_has_to_do_with_earlier_ones_is_said(document, said):
    assert list(cli_show._links(document)) == said
