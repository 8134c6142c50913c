"""Indices are written anew while releases flow: nothing is lost, on both engines."""

import asyncio
import dataclasses
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from elasticsearch import AsyncElasticsearch

from communique.errors import NotReadyError
from communique.query import Search
from search_indexer import reindex as module
from search_indexer.documents import documents
from search_indexer.families import (
    RELEASES,
    REVISIONS,
    IndexName,
    index_name,
    write_alias,
)
from search_indexer.install import bring, indices, install
from search_indexer.moves import CUT_OFF, kept_from_before
from search_indexer.ready import aliases_of_family, ensure_index
from search_indexer.reindex import drop, plan, reindex
from search_indexer.search import search, show
from tests.engines import Engines
from tests.integration.test_indexing import new_writer
from tests.unit.search_indexer.examples import FIRST_SEEN, VERSION, release

BOTH = (RELEASES, REVISIONS)


@pytest.fixture
async def client(engines: Engines) -> AsyncIterator[AsyncElasticsearch]:
    async with AsyncElasticsearch(engines.elasticsearch) as client:
        await install(client, language_analyzers=engines.language_analyzers)
        await remove_year(client)
        yield client
        await remove_year(client)


YEAR = 1996
SEEN = {"first_seen_at": f"{YEAR}-05-04T00:00:00.000Z"}


async def remove_year(client):
    for alias in BOTH:
        for name in await aliases_of_family(client, alias):
            if f"-{YEAR}" in name:
                await client.indices.delete(index=name)


def fresh(**changes):
    seen = FIRST_SEEN.replace(year=YEAR)
    return release(release_id=str(uuid.uuid4()), first_seen_at=seen, **changes)


async def moves_of_the_year(client, engines, **asked):
    brought = await bring(client, language_analyzers=engines.language_analyzers)
    planned = await plan(client, brought.templates, aliases=BOTH, **asked)
    return [move for move in planned if move.source.period == str(YEAR)]


async def move_all(client, engines, **asked):
    return [
        await reindex(client, move, lambda *_: None)
        for move in await moves_of_the_year(client, engines, **asked)
    ]


async def stored(client, alias):
    """Return version and document of everything of the year that is searched."""
    await client.indices.refresh(index=f"{alias}-v*")
    found = await client.search(
        index=alias,
        query={"range": {"first_seen_at": {"gte": f"{YEAR}", "lt": f"{YEAR + 1}"}}},
        version=True,
        size=5_000,
    )
    hits = found["hits"]["hits"]
    assert len({hit["_id"] for hit in hits}) == len(hits), "found twice"
    return {hit["_id"]: (hit["_version"], hit["_source"]) for hit in hits}


def expected(events):
    """Return what the year's indices hold once all `events` are written."""
    newest: dict[str, dict] = {alias: {} for alias in BOTH}
    for event in events:
        for action in documents(event):
            alias = RELEASES if action.index.startswith(RELEASES) else REVISIONS
            before = newest[alias].get(action.id, (0, None))
            if action.version >= before[0]:
                newest[alias][action.id] = (action.version, action.document)
    return newest


@asynccontextmanager
async def flowing(client, known):
    """Have releases written and revised all the time; yields what was written."""
    written: list = []
    ended = asyncio.Event()

    async def flow():
        writer = new_writer(client)
        number = 0
        while not ended.is_set():
            number += 1
            old = known[number % len(known)]
            batch = [
                fresh(title=f"New {number}"),
                old.model_copy(
                    update={
                        "version": VERSION + number,
                        "revision": number % 3 + 1,
                        "change": "revised",
                        "title": f"Revised {number}",
                    }
                ),
            ]
            fates = await writer.write([documents(event) for event in batch])
            assert fates == ["indexed"] * len(batch)
            written.extend(batch)

    task = asyncio.create_task(flow())
    try:
        yield written
    finally:
        ended.set()
        await task


async def test_nothing_is_lost_while_releases_flow(client, engines):
    known = [fresh(title=f"Old {number}") for number in range(600)]
    await new_writer(client).write([documents(event) for event in known])
    async with flowing(client, known) as written:
        for number in (2, 3):
            before = len(written)
            done = await move_all(client, engines, everything=True)
            assert all(moved.copied >= 600 for moved in done)
            assert len(written) > before, "nothing was written meanwhile"
            for alias in BOTH:
                assert f"{alias}-v1-{YEAR}-{number}" in await client.indices.get_alias(
                    name=alias
                )
    for alias, documents_ in expected([*known, *written]).items():
        assert await stored(client, alias) == documents_


@pytest.mark.parametrize(
    "step", ["_create", "_write_to", "add_block", "verify", "update_aliases"]
)
async def test_cut_off_anywhere_it_goes_on_and_loses_nothing(
    client, engines, step, monkeypatch
):
    known = [fresh() for _ in range(50)]
    await new_writer(client).write([documents(event) for event in known])
    (move, _) = await moves_of_the_year(client, engines, everything=True)

    class CutOffError(Exception):
        pass

    async def cut(*_args, **_options):
        raise CutOffError

    with monkeypatch.context() as patch:
        if step.startswith("_"):
            patch.setattr(module, step, cut)
        elif step == "verify":
            real = module._copy

            async def copy(client, move, say, what):
                return await (
                    cut() if what == "verifying" else real(client, move, say, what)
                )

            patch.setattr(module, "_copy", copy)
        else:
            patch.setattr(type(client.indices), step, cut)
        with pytest.raises(CutOffError):
            await reindex(client, move, lambda *_: None)
    late = fresh(title="Written after it was cut off")
    assert await new_writer(client).write([documents(late)]) == ["indexed"]
    (again, *_) = await moves_of_the_year(client, engines, everything=True)
    assert again.target == move.target
    await move_all(client, engines, everything=True)
    for alias, documents_ in expected([*known, late]).items():
        assert await stored(client, alias) == documents_


async def test_a_reindex_that_was_cut_off_behind_its_switch_is_seen_as_one(
    client, engines
):
    await new_writer(client).write([documents(fresh())])
    (move, other) = await moves_of_the_year(client, engines, everything=True)
    await module._create(client, str(move.target))
    await module._write_to(client, move)
    planned = await moves_of_the_year(client, engines)
    assert planned == [dataclasses.replace(move, reasons=(CUT_OFF,))]
    await ensure_index(client, str(move.source))  # an indexer that starts meanwhile
    held = await aliases_of_family(client, RELEASES)
    assert RELEASES not in held[str(move.target)], "found twice"
    await move_all(client, engines)
    assert await moves_of_the_year(client, engines) == []
    assert other.source.alias == REVISIONS


async def test_new_fields_are_filled_in_documents_from_before(client, engines):
    event = fresh()
    await new_writer(client).write([documents(event)])
    index = documents(event)[0].index
    # As an older Communique left it: without the copies, of an older mapping version.
    old = {
        key: value
        for key, value in documents(event)[0].document.items()
        if key not in {"folded", "suggest", "subtheme"}
    }
    await client.index(
        index=index,
        id=event.release_id,
        document=old,
        version=documents(event)[0].version,
        version_type="external_gte",
    )
    await client.indices.put_mapping(index=index, meta={"version": 2})
    with pytest.raises(NotReadyError, match="mapping version 2, we need"):
        await ensure_index(client, index)
    told = await install(client, language_analyzers=engines.language_analyzers)
    assert {d.state for d in told.differences if d.name == index} == {
        "changed",
        "reindex",
    }
    await ensure_index(client, index)
    (move,) = await moves_of_the_year(client, engines)
    assert move.reasons[0].startswith("documents from before mapping version")
    await reindex(client, move, lambda *_: None)
    assert (await stored(client, RELEASES)) == expected([event])[RELEASES]
    assert await moves_of_the_year(client, engines) == []


async def test_the_old_index_is_kept_until_told_and_takes_no_more(client, engines):
    event = fresh()
    await new_writer(client).write([documents(event)])
    await move_all(client, engines, everything=True)
    old = f"{RELEASES}-v1-{YEAR}"
    assert (await client.count(index=old))["count"] == 1
    with pytest.raises(Exception, match="cluster_block_exception"):
        await client.index(index=old, document={"release_id": "x"})
    assert (await show(client, event.release_id)).newest["revision"] == 1
    kept = kept_from_before(await indices(client, BOTH), BOTH)
    of_the_year = [name for name in kept if name.period == str(YEAR)]
    assert of_the_year == [IndexName(alias, 1, str(YEAR)) for alias in BOTH]
    await drop(client, of_the_year)
    assert not await client.indices.exists(index=old)
    assert (await search(client, Search(f'"{event.title}"'))).total >= 1


async def test_a_document_that_the_new_index_refuses_leaves_the_old_one_searched(
    client, engines
):
    event = fresh()
    await new_writer(client).write([documents(event)])
    (move, _) = await moves_of_the_year(client, engines, everything=True)
    await client.indices.create(index=str(move.target))
    odd = {"index": str(move.source), "id": "odd", "document": {"odd": True, **SEEN}}
    await client.indices.put_mapping(
        index=str(move.source), properties={"odd": {"type": "boolean"}}
    )
    await client.index(**odd)
    with pytest.raises(NotReadyError, match=r"refuses the document odd: .*\bodd\b"):
        await reindex(client, move, lambda *_: None)
    held = await aliases_of_family(client, RELEASES)
    assert {RELEASES, move.source.write_alias} <= held[str(move.source)]
    assert held[str(move.target)] == set()


async def test_what_an_index_completes(client, engines):
    event = fresh()
    await new_writer(client).write([documents(event)])
    await client.indices.refresh(index=RELEASES)

    async def completed(kind, prefix):
        completion = {"field": f"suggest.{kind}", "skip_duplicates": True}
        answer = await client.search(
            index=write_alias(index_name(RELEASES, event.first_seen_at)),
            suggest={"names": {"prefix": prefix, "completion": completion}},
            source=False,
        )
        return [option["text"] for option in answer["suggest"]["names"][0]["options"]]

    assert await completed("persons", "ami") == ["Amina Odhiambo"]
    assert await completed("persons", "odh") == ["Odhiambo, Amina"]
    assert await completed("organisations", "who") == ["WHO"]
    assert await completed("places", "nai") == ["Nairobi"]


async def test_odd_names_are_taken(client):
    odd = ("—", "a\x1fb", "\x00", "😀", "x" * 81, "\u202e", "' \"", "…a", "\ud7ff1")
    (person, *_) = release().entities
    event = fresh(
        entities=tuple(person.model_copy(update={"name": name}) for name in odd)
    )
    assert await new_writer(client).write([documents(event)]) == ["indexed"]


async def test_installing_twice_differs_in_nothing(client, engines):
    again = await install(
        client, language_analyzers=engines.language_analyzers, dry_run=True
    )
    left = [d for d in again.differences if d.kind != "index"]
    assert left == []
