"""A small server that tells the truth: /livez, /readyz, /metrics."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from communique.worker.serving import serving


@asynccontextmanager
async def health_server(
    progress: Progress, metrics: Metrics, *, host: str, port: int
) -> AsyncIterator[int]:
    """
    Serve while the block runs; yield the port (a free one if `port` is 0).

    It is up before the engines are, and says so: not ready, because ….
    """

    async def livez(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_: web.Request) -> web.Response:
        reason = progress.waiting_for
        return web.json_response(
            {
                "ready": reason is None,
                "waiting_for": reason,
                "partitions": progress.assigned,
                "lag": progress.lag,
            },
            status=200 if reason is None else 503,
        )

    async def show_metrics(_: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(metrics.registry),
            headers={"Content-Type": CONTENT_TYPE_LATEST},
        )

    app = web.Application()
    app.add_routes(
        [
            web.get("/livez", livez),
            web.get("/readyz", readyz),
            web.get("/metrics", show_metrics),
        ]
    )
    async with serving(app, host=host, port=port) as bound:
        yield bound
