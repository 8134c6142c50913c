"""Releases are found, counted, compared and read to the last one: on both engines."""

import asyncio
import csv
import io
import json
import random
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet
import pytest
from elasticsearch import AsyncElasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.errors import CommuniqueError, NotReadyError, UsageError
from communique.query import Search
from communique.tags import DocumentType, Entity, Subtheme, Theme
from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from operator_console import __main__
from search_indexer.bulk import BulkWriter
from search_indexer.documents import documents
from search_indexer.install import install
from search_indexer.search import (
    every_release,
    release_ids,
    search,
    what_is_special,
)
from search_indexer.waiting import Waiting
from tests.engines import Engines
from tests.unit.search_indexer.examples import FIRST_SEEN, release


@pytest.fixture
async def client(engines: Engines) -> AsyncIterator[AsyncElasticsearch]:
    async with AsyncElasticsearch(engines.elasticsearch) as client:
        await install(client, language_analyzers=engines.language_analyzers)
        yield client


@pytest.fixture
def word():
    """A word of this test alone: others leave their releases in the same engine."""
    return f"word{uuid.uuid4().hex}"


def fresh(**changes):
    return release(release_id=str(uuid.uuid4()), **changes)


def tagged(slug, score=0.9):
    return (Theme(slug=slug, score=score, evidence=()),)


def place(name, country):
    return Entity(name=name, type="place", country=country, mentions=(), confidence=1)


async def write(client, *events):
    waiting = Waiting(Progress(), Metrics("search-indexer"))
    writer = BulkWriter(client, waiting=waiting, rng=random.Random(1))
    written = await writer.write([documents(event) for event in events])
    assert set(written) <= {"indexed"}
    await client.indices.refresh(index="communique-*")


async def ids(client, word, **asked):
    return {
        hit.release_id for hit in (await search(client, Search(word, **asked))).hits
    }


async def test_filters_of_place_kind_change_finer_theme_and_end(client, word):
    event = fresh(text=word)
    other = fresh(
        text=word,
        entities=(place("Male", "MV"),),
        subthemes=(
            Subtheme(slug="tariffs", parent="trade-investment", score=0.9, evidence=()),
            Subtheme(slug="vaccination", parent="health", score=0.4, evidence=()),
        ),
        document_type=DocumentType(type="visit", confidence=0.9),
        change="corrected",
        published_at=FIRST_SEEN - timedelta(days=30),
    )
    await write(client, event, other)
    assert await ids(client, word, places=["nairobi"]) == {event.release_id}
    assert await ids(client, word, places=["Male", "Nairobi"]) == {
        event.release_id,
        other.release_id,
    }
    assert await ids(client, word, document_types=["visit"]) == {other.release_id}
    assert await ids(client, word, changes=["corrected"]) == {other.release_id}
    assert await ids(client, word, subthemes=["tariffs"]) == {other.release_id}
    # A score below a half tags neither.
    assert await ids(client, word, subthemes=["vaccination"]) == {event.release_id}
    assert await ids(client, word, themes=["education"], subthemes=["tariffs"]) == {
        other.release_id
    }
    end = FIRST_SEEN - timedelta(days=10)
    assert await ids(client, word, until=end) == {other.release_id}
    assert await ids(client, word, since=end, until=FIRST_SEEN) == {event.release_id}


async def test_facets_count_all_that_is_found_and_not_only_the_hits(client, word):
    last_year = FIRST_SEEN - timedelta(days=90)
    await write(
        client,
        *(fresh(text=word) for _ in range(3)),
        *(
            fresh(
                text=word,
                themes=tagged("trade-investment"),
                countries=("FR", "KE"),
                language="en",
                published_at=last_year,
            )
            for _ in range(2)
        ),
        fresh(text="another"),
    )
    found = await search(client, Search(word, size=1), facets=True)
    assert len(found.hits) == 1
    assert found.facets == {
        "theme": {"health": 3, "trade-investment": 2},
        "countries": {"KE": 5, "FR": 2},
        "issuer_countries": {"KE": 5},
        "ministries": {"Ministry of Health": 5},
        "persons": {"Amina Odhiambo": 5},
        "organisations": {"World Health Organization": 5},
        "places": {"Nairobi": 5},
        "language": {"en": 5},
        "document_type": {"statement": 5},
        "year": {"2024": 2, "2025": 3},
        "month": {"2024-12": 2, "2025-03": 3},
    }


async def test_facets_of_nothing_are_there_and_empty(client, word):
    await write(client, fresh())
    found = await search(client, Search(word), facets=True)
    assert found.total == 0
    assert set(map(len, found.facets.values())) == {0}


async def test_what_is_special_is_more_frequent_here_than_everywhere(client, word):
    rare = f"Place {uuid.uuid4().hex}"
    slug = f"theme-{uuid.uuid4().hex}"
    await write(
        client,
        *(
            fresh(text=word, entities=(place(rare, "MV"),), themes=tagged(slug))
            for _ in range(3)
        ),
        *(fresh(themes=tagged(slug)) for _ in range(3)),
        *(fresh() for _ in range(6)),
    )
    result = await what_is_special(client, Search(word))
    assert result.total == 3
    told = {(one.field, one.value): one for one in result.special}
    assert (told["places", rare].found, told["places", rare].among_all) == (3, 3)
    assert (told["theme", slug].found, told["theme", slug].among_all) == (3, 6)
    assert told["places", rare].score > told["theme", slug].score
    assert ("ministries", "Ministry of Health") not in told or told[
        "ministries", "Ministry of Health"
    ].score < told["theme", slug].score


async def test_nothing_is_special_of_nothing_nor_of_everything(client, word):
    await write(client, fresh())
    assert (await what_is_special(client, Search(word))).special == ()
    assert (await what_is_special(client, Search())).special == ()


async def test_more_like_one_finds_its_kin_and_not_itself(client, word):
    text = "Cholera kits, chlorine tablets and clean water reach {} after the floods."
    one = fresh(title="Cholera kits", text=text.format(word))
    kin = fresh(title="More kits", text=text.format(f"Kisumu {word}"))
    far = fresh(title="Tariffs", text="Customs duties on imported steel were reduced.")
    await write(client, one, kin, far)
    like = Search(like=one.release_id)
    found = [hit.release_id for hit in (await search(client, like)).hits]
    assert found[0] == kin.release_id
    assert one.release_id not in found
    french = Search(like=one.release_id, language="fr")
    assert (await search(client, french)).total == 0


async def test_what_is_like_none_or_like_an_erased_release_is_said(client):
    gone = str(uuid.uuid4())
    with pytest.raises(NotReadyError, match=f"no release {gone}"):
        await search(client, Search(like=gone))
    erased = fresh(change="erased", text="", entities=())
    await write(client, erased)
    with pytest.raises(NotReadyError, match="is erased"):
        await search(client, Search(like=erased.release_id))


async def test_every_release_is_read_once_in_pages_the_newest_first(client, word):
    events = [
        fresh(text=word, published_at=FIRST_SEEN - timedelta(hours=number // 3))
        for number in range(25)
    ]
    await write(client, *events, fresh())
    async with every_release(client, Search(word), size=10) as pages:
        read = [list(page) async for page in pages]
    assert [len(page) for page in read] == [10, 10, 5]
    documents = [document for page in read for document in page]
    times = [document["@timestamp"] for document in documents]
    assert times == sorted(times, reverse=True)
    assert {d["release_id"] for d in documents} == {e.release_id for e in events}
    assert all(d["text"] == word and "mentions" in d["entities"][0] for d in documents)


async def test_what_is_written_while_pages_are_read_is_not_in_them(
    client, word, engines
):
    await write(client, *(fresh(text=word) for _ in range(4)))
    async with every_release(client, Search(word), size=2) as pages:
        count = 0
        async for page in pages:
            count += len(page)
            await write(client, fresh(text=word))
    assert count == 4


async def test_ids_are_read_beyond_one_page(client, word):
    events = [fresh(text=word) for _ in range(7)]
    await write(client, *events)
    query = {"match": {"text": word}}
    assert await release_ids(client, query) == {event.release_id for event in events}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('+ - | * " ( ) ~', id="operators"),
        pytest.param('"' * 99, id="quotes"),
        pytest.param("(" * 999, id="parentheses"),
        pytest.param("x " * 10_000, id="ten thousand words"),
        pytest.param("x" * 1_000_000, id="a million letters"),
        pytest.param("a\x00b", id="a null byte"),
        pytest.param("a\ud800b", id="a lone surrogate"),
        pytest.param("\u202eevil\u0007", id="control characters"),
        pytest.param("a~9 b^-1 c~x", id="fuzziness"),
        pytest.param("* " * 20, id="any word, often"),
        pytest.param("\ufdd0\ufdd1", id="our own marks"),
    ],
)
async def test_odd_words_give_a_result_or_a_sentence(client, text):
    await write(client, fresh())
    await told(client, text)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=[]), max_size=80)
    | st.text(st.sampled_from('ab "+-|*()~^\\:[]{}'), max_size=200)
)
async def test_any_words_give_a_result_or_a_sentence(client, text):
    await told(client, text)


async def told(client, text):
    for ask in (
        lambda: Search(text),
        lambda: Search("a", persons=[text], places=[text], ministry=text),
    ):
        try:
            found = await search(client, ask(), facets=True)
        except CommuniqueError:
            continue  # a sentence
        assert found.total >= 0


@pytest.mark.parametrize("text", ["x " * 101, "x" * 1_001, "\udfff"])
def test_words_that_no_engine_bears_are_refused_before_it_is_asked(text):
    with pytest.raises(UsageError):
        Search(text)


@pytest.fixture
def shell(engines, monkeypatch, capfd, tmp_path):
    """Run `communique` on the engines; code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMUNIQUE_ELASTICSEARCH_HOSTS", engines.elasticsearch)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["communique", *map(str, arguments)])
        code = 0
        try:
            __main__.main()
        except SystemExit as end:
            code = end.code or 0
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    async def run(*arguments):
        # A command has an event loop of its own.
        return await asyncio.to_thread(call, *arguments)

    return run


async def test_a_person_sees_hits_facets_and_what_is_special(client, word, shell):
    await write(client, *(fresh(title="Wards open", text=word) for _ in range(3)))
    code, out, err = await shell("search", word, "--size", 1)
    assert (code, err) == (0, "")
    assert "Wards open" in out
    assert out.rstrip().endswith("3 found, 1 shown.")
    asked = [word, "--size", 0, "--facets", "--special"]
    code, out, _ = await shell("search", *asked)
    assert code == 0
    assert "mentions       KE 3" in out
    assert "times as often" in out or "Nothing is special" in out
    code, out, _ = await shell("search", *asked, "--json")
    counted, contrast = map(json.loads, out.splitlines())
    assert (counted["total"], counted["facets"]["countries"]) == (3, {"KE": 3})
    assert contrast["total"] == 3
    assert (await shell("search", f"no{word}"))[1] == "Nothing found.\n"


async def test_every_filter_of_the_command_finds_the_release(client, word, shell):
    event = fresh(text=f"{word} terror financing", title="On terror")
    await write(client, event)
    code, out, err = await shell(
        *("search", f'"terror financing" {word} -tariffs financ*', "--json"),
        *("--mentions-country", "Kenya", "--issuer-country", "ke"),
        *("--theme", "health", "--theme", "vaccination", "--ministry", "Health"),
        *("--person", "Amina Odhiambo", "--organisation", "WHO", "--place", "Nairobi"),
        *("--language", "english", "--document-type", "statement", "--change", "new"),
        *("--since", "2025-03-04", "--until", "2025-03-04", "--sort", "newest"),
    )
    assert (code, err) == (0, "")
    assert json.loads(out)["release_id"] == event.release_id


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
async def test_a_search_is_exported_to_the_last_release(client, word, shell, ending):
    events = [  # more than two pages, and of two indices
        fresh(text=word, first_seen_at=FIRST_SEEN.replace(year=1995 + number % 2))
        for number in range(450)
    ]
    await write(client, *events)
    code, out, err = await shell("search", word, "--export", f"a.{ending}")
    assert (code, out) == (0, "")
    assert err == "450 releases exported.\n"
    data = Path(f"a.{ending}").read_bytes()
    if ending == "parquet":
        found = pyarrow.parquet.read_table(io.BytesIO(data))["release_id"].to_pylist()
    elif ending == "csv":
        found = [
            row["release_id"] for row in csv.DictReader(io.StringIO(data.decode()))
        ]
    else:
        found = [json.loads(line)["release_id"] for line in data.splitlines()]
    assert sorted(found) == sorted(event.release_id for event in events)


async def test_an_export_goes_to_stdout_too(client, word, shell):
    await write(client, fresh(text=word))
    code, out, _ = await shell("search", word, "--export", "-", "--format", "jsonl")
    assert code == 0
    assert json.loads(out)["text"] == word
