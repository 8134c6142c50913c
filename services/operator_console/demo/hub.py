"""A hub of WebSub: takes subscriptions, verifies them, and pushes to who subscribed."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from communique.worker.serving import serving

_CHALLENGE = "prove that you asked"


@dataclass
class Hub:
    """Who wants to hear of which feed; confirmed subscriptions alone are kept."""

    lease_seconds: int = 3600
    url: str = ""
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    """The secret of each subscription, by topic and callback."""
    confirmed: asyncio.Event = field(default_factory=asyncio.Event)
    _verifying: set[asyncio.Task[None]] = field(default_factory=set)

    async def push(self, topic: str, body: bytes, *, signed: bool = True) -> list[int]:
        """Push `body` to everybody who subscribed to `topic`; return their answers."""
        answers = []
        async with aiohttp.ClientSession() as session:
            for (wanted, callback), secret in self.secrets.items():
                if wanted != topic:
                    continue
                key = secret if signed else "guessed"
                signature = hmac.new(key.encode(), body, "sha256").hexdigest()
                headers = {"X-Hub-Signature": f"sha256={signature}"}
                async with session.post(callback, data=body, headers=headers) as answer:
                    answers.append(answer.status)
        return answers

    async def subscribe(self, request: web.Request) -> web.Response:
        """Answer a subscription at once, and verify it afterwards."""
        asked = {key: str(value) for key, value in (await request.post()).items()}
        task = asyncio.create_task(self._verify(asked))
        self._verifying.add(task)
        task.add_done_callback(self._verifying.discard)
        return web.Response(status=202)

    async def _verify(self, asked: dict[str, str]) -> None:
        query = {
            "hub.mode": asked["hub.mode"],
            "hub.topic": asked["hub.topic"],
            "hub.challenge": _CHALLENGE,
            "hub.lease_seconds": str(self.lease_seconds),
        }
        callback = asked["hub.callback"]
        async with (
            aiohttp.ClientSession() as session,
            session.get(callback, params=query) as answer,
        ):
            if answer.status == 200 and await answer.text() == _CHALLENGE:
                self.secrets[asked["hub.topic"], callback] = asked["hub.secret"]
                self.confirmed.set()


@asynccontextmanager
async def serve_hub(*, host: str = "127.0.0.1") -> AsyncIterator[Hub]:
    """Serve a hub while the block runs."""
    hub = Hub()
    app = web.Application()
    app.router.add_post("/", hub.subscribe)
    async with serving(app, host=host, port=0) as port:
        hub.url = f"http://{host}:{port}/"
        yield hub
