"""The way out goes by the loop's own sockets: it is tried on each loop we run on."""

import asyncio

from communique.worker.loop import new_event_loop

BY_SOCKETS = {"test_connections.py", "test_safe_http.py", "test_safe_http_caps.py"}


def pytest_asyncio_loop_factories(item):
    if item.path.name not in BY_SOCKETS:
        return {"asyncio": asyncio.new_event_loop}
    return {"asyncio": asyncio.new_event_loop, "services": new_event_loop}
