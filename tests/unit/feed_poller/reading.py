"""A poller that reads the test ministry, on a clock that the test moves."""

import random
from datetime import UTC, datetime

from communique.codec import decode
from communique.events import Entry, Feed, FeedPolled
from communique.identity import feed_id, host_key
from communique.safe_http import safe_client
from communique.topics import FEED_POLLER, Naming
from communique.worker.context import Context
from communique.worker.crashes import Crashes
from communique.worker.metrics import Metrics
from communique.worker.partition_state import PartitionState, Task
from communique.worker.progress import Progress
from feed_poller.settings import FeedPollerSettings
from feed_poller.tasks import FeedTask
from feed_poller.visit import Visitor
from operator_console.demo.ministry import Site
from operator_console.demo.releases import Release, sample_ministries
from operator_console.demo.server import serve
from tests.fakes import Broker, Clock, FakeProducer, FakeReader

MONDAY = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
HOUR, DAY = 3600.0, 86_400.0


class Reading:
    """A poller that reads one ministry's feed, on a clock that the test moves."""

    def __init__(self, directory, stack):
        self.directory = directory
        self.stack = stack
        self.clock = Clock(MONDAY.timestamp())
        self.site = Site(sample_ministries()["in-mea"], window=20, clock=self.now)
        self.path = self.site.feed_path
        self.broker = Broker(clock=self.clock)
        self.number = 0

    def now(self):
        return datetime.fromtimestamp(self.clock(), UTC)

    async def open(self, **settings):
        client = await self.stack.enter_async_context(
            safe_client(
                user_agent=FeedPollerSettings(contact="desk@example.org").user_agent,
                allow_private=["127.0.0.0/8"],
                timeout_seconds=settings.pop("timeout_seconds", 30.0),
                max_bytes=1_000_000,
            )
        )
        self.base = base = await self.stack.enter_async_context(serve(self.site))
        self.url = f"{base}{self.path}"
        self.feed = Feed(
            feed_id=feed_id(self.url),
            url=self.url,
            title="Ministry",
            registered_at=self.now(),
            **settings,
        )
        context = Context(
            service=FEED_POLLER,
            naming=Naming(),
            settings=FeedPollerSettings(),
            producer=FakeProducer(self.broker),
            progress=Progress(),
            metrics=Metrics("feed-poller"),
            cluster="c",
            crashes=Crashes(self.directory / "crashes.json"),
            new_reader=lambda purpose: FakeReader(self.broker),
        )
        self.visitor = Visitor(
            context, context.settings, client, rng=random.Random(1), now=self.now
        )
        self.state = PartitionState(self.directory, "feeds.state", 0, cluster="c")
        self.stack.callback(self.state.close)
        await self.state.restore(FakeReader(self.broker))
        first_task = FeedTask(
            host=host_key(self.url), due_at=0.0, feed=self.feed, registered="f/0/1"
        )
        await self.save(first_task)

    async def save(self, task):
        await self.state.save([task.note()], FakeProducer(self.broker))

    def publish(self, count=1, **facts):
        for _ in range(count):
            self.number += 1
            self.clock.advance(1.0)
            fields = {"title": f"Release {self.number}", "summary": "Words."} | facts
            self.site.publish(
                Release(
                    slug=f"r{self.number}",
                    ministry="in-mea",
                    paragraphs=("Text.",),
                    **{"published_at": self.now()} | fields,
                )
            )

    async def visit(self, *, after=HOUR):
        """Let time pass, visit, and return what was told of it."""
        self.clock.advance(after)
        self.pause = await self.visitor(
            self.state, Task(self.feed.feed_id, host_key(self.url), 0.0)
        )
        return self.polled()[-1]

    @property
    def task(self):
        return FeedTask.of(self.state.get(self.feed.feed_id))

    @property
    def wait(self):
        return self.task.due_at - self.clock()

    def polled(self):
        topic = self.broker.messages("communique.feeds.polled")
        return [decode(message, FeedPolled) for message in topic]

    def entries(self):
        topic = self.broker.messages("communique.entries")
        return [decode(message, Entry) for message in topic]

    def told(self, event):
        return sum(event in polled.events for polled in self.polled())
