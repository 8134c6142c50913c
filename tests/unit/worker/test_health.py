"""A small server that tells the truth."""

import httpx
import pytest

from communique.worker.health import health_server
from communique.worker.metrics import Metrics
from communique.worker.progress import Progress


@pytest.fixture
async def served():
    progress, metrics = Progress(), Metrics("page-fetcher")
    async with (
        health_server(progress, metrics, host="127.0.0.1", port=0) as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False
        ) as client,
    ):
        yield progress, metrics, client


async def test_not_ready_says_what_it_waits_for(served):
    progress, _, client = served
    progress.waiting("start", None)
    progress.waiting("kafka", "Kafka does not answer at x:1")
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "waiting_for": "Kafka does not answer at x:1",
        "partitions": 0,
        "lag": 0,
    }


async def test_it_is_up_and_alive_before_it_is_ready(served):
    _, _, client = served
    assert (await client.get("/readyz")).json()["waiting_for"] == "it starts"
    assert (await client.get("/livez")).status_code == 200


async def test_ready_says_how_much_there_is_to_do(served):
    progress, _, client = served
    progress.waiting("start", None)
    progress.assigned, progress.lag = 12, 7
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "waiting_for": None,
        "partitions": 12,
        "lag": 7,
    }


async def test_metrics_have_the_names_that_people_know(served):
    _, metrics, client = served
    metrics.count("released", at=1000.0)
    metrics.count("dead", "wrongschema", at=1001.0)
    metrics.gauge(lag=3, waiting=4)
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for line in (
        'communique_outcomes_total{outcome="released",reason="",'
        'service="page-fetcher"} 1.0',
        'communique_outcomes_total{outcome="dead",reason="wrongschema",'
        'service="page-fetcher"} 1.0',
        'communique_consumer_lag_records{service="page-fetcher"} 3.0',
        'communique_tasks_waiting{service="page-fetcher"} 4.0',
        'communique_last_success_timestamp_seconds{service="page-fetcher"} 1001.0',
    ):
        assert line in answer.text


async def test_a_port_that_is_taken_is_said(served):
    _, _, client = served
    with pytest.raises(OSError, match="address already in use"):
        async with health_server(
            Progress(), Metrics("x"), host="127.0.0.1", port=client.base_url.port
        ):
            pytest.fail("two servers on one port")
