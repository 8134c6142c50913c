"""
An Elasticsearch in memory, behind the real client: templates, indices, `_bulk`.

It keeps versions as `external_gte` does. A test hands in what goes wrong.
"""

import asyncio
import json
from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any
from urllib.parse import unquote

from elastic_transport import (
    ApiResponseMeta,
    BaseAsyncNode,
    HttpHeaders,
    NodeConfig,
)
from elastic_transport import ConnectionError as EngineConnectionError
from elastic_transport._node import NodeApiResponse
from elasticsearch import AsyncElasticsearch

from search_indexer.families import RELEASES, REVISIONS, alias_of
from search_indexer.templates import mapping

Item = dict[str, Any]


def refusal(status: int, error_type: str | None) -> Item:
    """Return what stands in a bulk answer for an item that is not taken."""
    error = {"type": error_type, "reason": "said the test"} if error_type else None
    return {"status": status, "error": error}


class FakeElasticsearch:
    """
    One Elasticsearch; `client` talks to it.

    `refuse(action, request)` may return a bulk item's refusal, `fail(actions, request)`
    an answer to the whole request, None for none; `request` counts from 1.
    """

    def __init__(
        self,
        *,
        refuse: Callable[[Item, int], Item | None] = lambda _action, _request: None,
        fail: Callable[[list[Item], int], tuple[int, Any] | None] = (
            lambda _actions, _request: None
        ),
        layout: int = 1,
    ) -> None:
        self.layout = layout
        self.refuse = refuse
        self.fail = fail
        self.templates = {
            alias: mapping(alias)["_meta"]["version"] for alias in (RELEASES, REVISIONS)
        }
        self.indices: dict[str, dict[str, tuple[int, Item]]] = {}
        self.aliases: dict[str, str] = {}
        self.requests: list[list[str]] = []
        self.request_bytes: list[int] = []
        self.in_flight = self.most_in_flight = 0
        self.unreachable = 0
        self.no_room_for: str | None = None

    def client(self) -> AsyncElasticsearch:
        """Return a client of this Elasticsearch."""
        fake = self

        class Node(BaseAsyncNode):
            def __init__(self, config: NodeConfig) -> None:
                super().__init__(config)

            async def perform_request(
                self, method, target, body=None, headers=None, request_timeout=None
            ) -> NodeApiResponse:
                if fake.unreachable:
                    fake.unreachable -= 1
                    raise EngineConnectionError("refused, said the test")
                status, answer = await fake.answer(method, target, body)
                meta = ApiResponseMeta(
                    status=status,
                    http_version="1.1",
                    headers=HttpHeaders(
                        {
                            "content-type": "application/json",
                            "x-elastic-product": "Elasticsearch",
                        }
                    ),
                    duration=0.0,
                    node=self.config,
                )
                return NodeApiResponse(meta, json.dumps(answer).encode())

            async def close(self) -> None:
                pass

        return AsyncElasticsearch("http://fake:9200", node_class=Node)

    async def answer(
        self, method: str, target: str, body: bytes | None
    ) -> tuple[int, Any]:
        path = target.partition("?")[0].strip("/").split("/")
        match method, path:
            case _, ["_bulk"]:
                return await self._bulk(body or b"")
            case "GET", ["_index_template", name] if name in self.templates:
                body = {
                    "_meta": {"version": self.templates[name], "layout": self.layout}
                }
                return 200, {"index_templates": [{"index_template": body}]}
            case "GET", [index, "_mapping"] if index in self.indices:
                return 200, {index: {"mappings": mapping(alias_of(index))}}
            case "PUT", [index] if index == self.no_room_for:
                return 400, {"error": {"type": "validation_exception"}}
            case "PUT", [index]:
                self.indices[index] = {}
                self.aliases |= dict.fromkeys(json.loads(body)["aliases"], index)
                return 200, {"acknowledged": True}
            case "GET", [pattern, "_alias"]:
                return 200, {
                    index: {"aliases": {key: {} for key in self.aliases_of(index)}}
                    for index in self.indices
                    if fnmatch(index, unquote(pattern))
                }
        return 404, {"error": {"type": "not_found", "root_cause": [], "reason": ""}}

    def aliases_of(self, index: str) -> list[str]:
        written = [alias for alias, held in self.aliases.items() if held == index]
        return [alias_of(index), *written]

    async def _bulk(self, body: bytes) -> tuple[int, Any]:
        lines = [json.loads(line) for line in body.splitlines() if line]
        actions = [head["index"] for head in lines[::2]]
        self.requests.append([action["_id"] for action in actions])
        self.request_bytes.append(len(body))
        request = len(self.requests)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        if failure := self.fail(actions, request):
            return failure
        pairs = zip(actions, lines[1::2], strict=True)
        items = [self._index(action, document, request) for action, document in pairs]
        return 200, {"items": [{"index": item} for item in items]}

    def _index(self, action: Item, document: Item, request: int) -> Item:
        if refused := self.refuse(action, request):
            return refused
        index = self.indices.get(self.aliases.get(action["_index"], ""))
        if index is None:
            return refusal(404, "index_not_found_exception")
        before = index.get(action["_id"])
        if before is not None and before[0] > action["version"]:
            return refusal(409, "version_conflict_engine_exception")
        index[action["_id"]] = (action["version"], document)
        return {"status": 201 if before is None else 200}
