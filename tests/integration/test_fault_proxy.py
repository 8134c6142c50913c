"""Each fault of the proxy really happens, and none without one."""

import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from elasticsearch import ApiError, AsyncElasticsearch
from elasticsearch import ConnectionError as EngineConnectionError

from tests.engines import Engines
from tests.faults.proxy import (
    CutAnswers,
    Delay,
    FaultProxy,
    RefuseItems,
    RefuseRequests,
)


@dataclass
class Setting:
    proxy: FaultProxy
    through: AsyncElasticsearch
    direct: AsyncElasticsearch
    index: str

    async def bulk(self, count=20):
        """Return the items of the answer to `count` new documents."""
        lines = []
        for number in range(count):
            lines += [{"index": {"_index": self.index, "_id": str(number)}}, {"n": 1}]
        return (await self.through.bulk(operations=lines, refresh=True))["items"]

    async def stored(self):
        found = await self.direct.search(index=self.index, size=100)
        return {hit["_id"] for hit in found["hits"]["hits"]}


@pytest.fixture(params=[False, True], ids=["plain", "gzip"])
async def setting(engines: Engines, request) -> AsyncIterator[Setting]:
    index = f"faults-{uuid.uuid4()}"
    async with (
        FaultProxy(engines.elasticsearch) as proxy,
        AsyncElasticsearch(
            proxy.url, http_compress=request.param, max_retries=0
        ) as through,
        AsyncElasticsearch(engines.elasticsearch) as direct,
    ):
        await direct.indices.create(index=index)
        yield Setting(proxy, through, direct, index)
        await direct.indices.delete(index=index)


async def test_without_a_fault_everything_is_handed_on(setting):
    assert {item["index"]["status"] for item in await setting.bulk()} == {201}
    assert len(await setting.stored()) == 20
    assert (await setting.through.count(index=setting.index))["count"] == 20
    assert setting.proxy.struck == 0


@pytest.mark.parametrize("status", [413, 429, 500, 503])
async def test_a_refused_request_never_reaches_the_engine(setting, status):
    setting.proxy.fault = RefuseRequests(status)
    with pytest.raises(ApiError) as caught:
        await setting.bulk()
    assert caught.value.meta.status == status
    assert await setting.stored() == set()
    assert setting.proxy.struck == 1
    setting.proxy.fault = None
    await setting.bulk()
    assert len(await setting.stored()) == 20


async def test_a_share_of_the_requests_is_refused(setting):
    setting.proxy.fault = RefuseRequests(503, share=0.5)
    refused = 0
    for _ in range(20):
        try:
            await setting.bulk(1)
        except ApiError:
            refused += 1
    assert 0 < refused == setting.proxy.struck < 20


@pytest.mark.parametrize(
    ("status", "error_type"),
    [
        (429, "es_rejected_execution_exception"),
        (503, "unavailable_shards_exception"),
    ],
)
async def test_refused_items_keep_their_places_among_the_others(
    setting, status, error_type
):
    setting.proxy.fault = RefuseItems(status, share=0.5)
    items = [item["index"] for item in await setting.bulk()]
    assert [item["_id"] for item in items] == [str(n) for n in range(20)]
    refused = [item for item in items if "error" in item]
    assert {(item["status"], item["error"]["type"]) for item in refused} == {
        (status, error_type)
    }
    assert 0 < len(refused) == setting.proxy.struck < 20
    taken = {item["_id"] for item in items if "error" not in item}
    assert await setting.stored() == taken


async def test_every_item_can_be_refused(setting):
    setting.proxy.fault = RefuseItems(429)
    assert {item["index"]["status"] for item in await setting.bulk()} == {429}
    assert await setting.stored() == set()


async def test_a_cut_answer_is_lost_after_the_work_was_done(setting):
    setting.proxy.fault = CutAnswers()
    with pytest.raises(EngineConnectionError):
        await setting.bulk()
    assert len(await setting.stored()) == 20
    assert setting.proxy.struck == 1


async def test_a_slow_sink_does_the_work_and_answers_late(setting):
    setting.proxy.fault = Delay(0.5)
    before = time.monotonic()
    await setting.bulk()
    assert time.monotonic() - before >= 0.5
    assert len(await setting.stored()) == 20


async def test_an_engine_that_is_away_refuses_connections_and_comes_back(setting):
    await setting.bulk()
    async with setting.proxy.away():
        with pytest.raises(EngineConnectionError):
            await setting.bulk()
    await setting.bulk()
    assert setting.proxy.struck == 1
