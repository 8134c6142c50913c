"""How documents get through when Elasticsearch does not just take them."""

import random
import uuid

import pytest

from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from search_indexer.bulk import IN_FLIGHT, MAX_CHUNK_BYTES, BulkWriter
from search_indexer.documents import documents
from search_indexer.outcome import UNKNOWN_TRIES, RefusedError, UnknownRefusalError
from search_indexer.waiting import Waiting
from tests.unit.search_indexer.examples import FIRST_SEEN, VERSION, release
from tests.unit.search_indexer.fake_elasticsearch import FakeElasticsearch, refusal

UNAVAILABLE = refusal(503, "unavailable_shards_exception")
BLOCKED = refusal(403, "cluster_block_exception")
STRICT = refusal(400, "strict_dynamic_mapping_exception")
STRANGE = refusal(500, "null_pointer_exception")


class Written:
    """What a writer did: how long it would have slept, and what was said meanwhile."""

    def __init__(self) -> None:
        self.progress = Progress(reasons={})
        self.metrics = Metrics("search-indexer")
        self.said: list[str] = []
        self.slept: list[float] = []

    def writer(self, client, while_asleep=lambda: None):
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.said.append(self.progress.waiting_for)
            while_asleep()

        return BulkWriter(
            client,
            waiting=Waiting(self.progress, self.metrics),
            rng=random.Random(1),
            sleep=sleep,
        )

    async def write(self, fake, batch, **more):
        async with fake.client() as client:
            fates = await self.writer(client, **more).write(batch)
        assert self.progress.waiting_for is None
        return fates

    def refusals(self, kind):
        return self.metrics.registry.get_sample_value(
            "communique_refusals_total", {"service": "search-indexer", "kind": kind}
        )


def some(count, **changes):
    """Return the documents of `count` releases, each with an id of its own."""
    return [
        documents(release(release_id=str(uuid.UUID(int=n)), **changes))
        for n in range(count)
    ]


def of(number):
    """Return a predicate: is this action one of release `number`?"""
    return lambda action: action["_id"].startswith(str(uuid.UUID(int=number)))


async def test_a_batch_is_indexed_and_its_indices_are_made():
    fake, written = FakeElasticsearch(), Written()
    assert await written.write(fake, some(3)) == ["indexed"] * 3
    assert {index: len(found) for index, found in fake.indices.items()} == {
        "communique-releases-v1-2025": 3,
        "communique-revisions-v1-2025": 3,
    }
    assert written.slept == []
    assert [written.refusals(k) for k in ("retry", "operator", "unknown")] == [0] * 3


async def test_nothing_to_write_asks_nothing():
    fake = FakeElasticsearch()
    assert await Written().write(fake, []) == []
    assert fake.requests == []


async def test_only_what_was_not_taken_is_sent_again():
    fake = FakeElasticsearch(
        refuse=lambda action, request: (
            refusal(429, "es_rejected_execution_exception")
            if request == 1 and of(1)(action)
            else None
        )
    )
    written = Written()
    assert await written.write(fake, some(3)) == ["indexed"] * 3
    again = str(uuid.UUID(int=1))
    assert fake.requests[1] == [again, f"{again}:1"]
    assert len(written.slept) == 1


async def test_an_engine_that_is_away_is_waited_for_and_it_is_said():
    fake, written = FakeElasticsearch(), Written()
    async with fake.client() as client:
        writer = written.writer(client)
        await writer.write(some(1))
        fake.unreachable = 50
        assert await writer.write(some(1)) == ["indexed"]
    assert written.progress.waiting_for is None
    assert len(written.slept) == 50
    assert max(written.slept) <= 5.0
    assert "refused, said the test" in written.said[0]


async def test_what_cannot_be_sent_at_once_is_sent_in_smaller_requests():
    def too_much(actions, _request):
        busy = (429, {"error": {"type": "circuit_breaking_exception"}})
        return busy if len(actions) > 40 else None

    fake, written = FakeElasticsearch(fail=too_much), Written()
    assert await written.write(fake, some(250)) == ["indexed"] * 250
    assert len(written.slept) == 4
    assert max(len(ids) for ids in fake.requests[-17:]) == 31


async def test_an_index_that_cannot_be_made_holds_back_no_other():
    fake, written = FakeElasticsearch(), Written()
    fake.no_room_for = "communique-releases-v1-2024"
    stored = []

    def while_asleep():
        stored.append(sorted(fake.indices))
        if len(stored) == 3:
            fake.no_room_for = None

    last_year = some(1, first_seen_at=FIRST_SEEN.replace(year=2024))
    fates = await written.write(fake, last_year + some(3), while_asleep=while_asleep)
    assert fates == ["indexed"] * 4
    assert {*stored[0]} > {"communique-releases-v1-2025"}
    assert "cannot make the index communique-releases-v1-2024" in written.said[0]
    assert "validation_exception" in written.said[0]
    assert written.refusals("operator") == 3


async def test_an_operators_fault_is_tried_for_ever_and_said_before_others():
    def refuse(action, request):
        if request > 30:
            return None
        return BLOCKED if of(2)(action) else UNAVAILABLE

    written = Written()
    fates = await written.write(FakeElasticsearch(refuse=refuse), some(3))
    assert fates == ["indexed"] * 3
    assert all("cluster_block_exception" in reason for reason in written.said)
    assert written.refusals("operator") == 2 * 30
    assert written.refusals("retry") == 4 * 30


async def test_a_document_that_can_never_be_taken_stops_no_other():
    fake = FakeElasticsearch(
        refuse=lambda action, _request: STRICT if of(1)(action) else None
    )
    first, dead, last = await Written().write(fake, some(3))
    assert (first, last) == ("indexed", "indexed")
    assert isinstance(dead, RefusedError)
    assert "strict_dynamic_mapping_exception said the test" in str(dead)
    assert len(fake.requests) == 1


@pytest.mark.parametrize("where", ["releases", "revisions"])
async def test_a_message_is_dead_if_either_of_its_documents_is(where):
    fake = FakeElasticsearch(
        refuse=lambda action, _request: STRICT if where in action["_index"] else None
    )
    (fate,) = await Written().write(fake, some(1))
    assert isinstance(fate, RefusedError)


async def test_an_old_version_is_superseded_even_if_its_revision_is_new():
    fake = FakeElasticsearch()
    newer, older = some(1, version=VERSION + 1, revision=2), some(1, revision=1)
    assert await Written().write(fake, newer + older) == ["indexed", "superseded"]


async def test_versions_of_one_release_in_one_batch_end_with_the_highest():
    fake = FakeElasticsearch()
    batch = [some(1, version=VERSION + n, title=f"{n}")[0] for n in (1, 3, 2, 3)]
    fates = await Written().write(fake, batch)
    assert fates == ["indexed", "indexed", "superseded", "indexed"]
    ((_, stored),) = fake.indices["communique-releases-v1-2025"].values()
    assert stored["title"] == "3"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((413, {}), id="too large"),
        pytest.param(
            (400, {"error": {"type": "action_request_validation_exception"}}),
            id="an id too long",
        ),
    ],
)
async def test_a_refused_request_is_halved_down_to_the_culprit(answer):
    fake = FakeElasticsearch(
        fail=lambda actions, _request: answer if any(map(of(5), actions)) else None
    )
    written = Written()
    fates = await written.write(fake, some(9))
    assert [n for n, fate in enumerate(fates) if fate != "indexed"] == [5]
    assert isinstance(fates[5], RefusedError)
    assert written.slept == []


async def test_an_unknown_refusal_is_tried_alone_before_it_is_dead():
    fake = FakeElasticsearch(
        refuse=lambda action, _request: STRANGE if of(1)(action) else None
    )
    written = Written()
    first, dead, last = await written.write(fake, some(3))
    assert (first, last) == ("indexed", "indexed")
    assert isinstance(dead, UnknownRefusalError)
    assert len(written.slept) == UNKNOWN_TRIES
    assert dead.error_class == "unknown"
    assert written.refusals("unknown") == 2 * UNKNOWN_TRIES
    together = [len(ids) for ids in fake.requests]
    assert together == [6] + [2] * (UNKNOWN_TRIES - 1) + [1, 1]


async def test_an_unknown_refusal_that_passes_is_no_death():
    fake = FakeElasticsearch(
        refuse=lambda _action, request: STRANGE if request < UNKNOWN_TRIES else None
    )
    assert await Written().write(fake, some(2)) == ["indexed"] * 2


async def test_an_answer_that_lacks_items_is_no_answer():
    fake = FakeElasticsearch(
        fail=lambda _actions, request: (200, {"items": []}) if request == 1 else None
    )
    written = Written()
    assert await written.write(fake, some(2)) == ["indexed"] * 2
    assert "0 answers to 4 items" in written.said[0]


async def test_requests_have_five_hundred_documents_and_two_are_under_way():
    fake = FakeElasticsearch()
    await Written().write(fake, some(1_000))
    assert [len(ids) for ids in fake.requests] == [500] * 4
    assert fake.most_in_flight == IN_FLIGHT


async def test_requests_have_five_megabytes_unless_one_document_has_more():
    fake = FakeElasticsearch()
    batch = some(3, text="x" * 2_000_000) + some(1, text="x" * 6_000_000)
    await Written().write(fake, batch)
    assert sorted(len(ids) for ids in fake.requests) == [1, 1, 2, 2, 2]
    larger = [size for size in fake.request_bytes if size > MAX_CHUNK_BYTES]
    assert len(larger) == 2


async def test_an_index_that_vanished_is_made_again():
    fake = FakeElasticsearch()

    def refuse(action, request):
        if request == 1:
            fake.indices.pop(action["_index"], None)
        return None

    fake.refuse = refuse
    assert await Written().write(fake, some(1)) == ["indexed"]
    assert len(fake.indices) == 2


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        pytest.param(None, "no index template communique-releases", id="absent"),
        pytest.param(0, "has mapping version 0, we need ", id="older"),
    ],
)
async def test_without_our_mapping_nothing_is_written(installed, said):
    fake = FakeElasticsearch()
    ours = dict(fake.templates)
    fake.templates.clear()
    if installed is not None:
        fake.templates.update(dict.fromkeys(ours, installed))
    written, looks = Written(), 0

    def while_asleep():
        nonlocal looks
        looks += 1
        assert fake.indices == {}
        if looks == 3:
            fake.templates.update(ours)

    fates = await written.write(fake, some(1), while_asleep=while_asleep)
    assert fates == ["indexed"]
    assert said in written.said[0]
