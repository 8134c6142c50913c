"""One visit to one feed: in which order it is told, and what is noted meanwhile."""

import asyncio
import random
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from communique.codec import decode
from communique.events import FeedPolled
from communique.identity import feed_id
from communique.safe_http import SafeClient
from communique.topics import FEED_POLLER, Naming
from communique.worker.context import Context
from communique.worker.crashes import Crashes
from communique.worker.metrics import Metrics
from communique.worker.partition_state import Note, PartitionState, Task
from communique.worker.progress import Progress
from feed_poller import visit as visiting
from feed_poller.history import History
from feed_poller.settings import FeedPollerSettings
from feed_poller.tasks import FeedTask
from feed_poller.validators import Validators
from feed_poller.visit import Visitor
from tests.fakes import Broker, Clock, CrashError, FakeProducer, FakeReader
from tests.unit.feed_poller.visited import FEED, NOW, rss, task

NAMING = Naming()
STATE = "communique.feeds.state"


class Poller:
    def __init__(self, directory):
        self.broker = Broker()
        self.clock = Clock(NOW.timestamp())
        self.directory = directory
        self.answers = {}
        self.requests = []
        self.state = None
        self.during = None

    async def open(self, start=None):
        self.state = PartitionState(self.directory, STATE, 0, cluster="c")
        await self.state.restore(FakeReader(self.broker))
        if start is not None:
            await self.state.save([start.note()], FakeProducer(self.broker))

    async def ministry(self, request):
        self.requests.append(request)
        if self.during is not None:
            await self.during()
        return httpx.Response(**{"status_code": 200, **self.answers})

    @asynccontextmanager
    async def visitor(self, fail=lambda *_: None, spacing_seconds=0.0, **settings):
        context = Context(
            service=FEED_POLLER,
            naming=NAMING,
            settings=FeedPollerSettings(**settings),
            producer=FakeProducer(self.broker, fail=fail),
            progress=Progress(),
            metrics=Metrics("feed-poller"),
            cluster="c",
            crashes=Crashes(self.directory / "crashes.json"),
            new_reader=lambda purpose: FakeReader(self.broker),
        )
        transport = httpx.MockTransport(self.ministry)
        async with SafeClient(
            transport=transport, spacing_seconds=spacing_seconds
        ) as client:
            yield Visitor(
                context,
                context.settings,
                client,
                rng=random.Random(1),
                now=lambda: datetime.fromtimestamp(self.clock(), UTC),
            )

    @property
    def due(self):
        return Task(FEED.feed_id, "ministry.example:443", self.clock())

    async def visit(self, fail=lambda *_: None):
        async with self.visitor(fail) as visitor:
            return await visitor(self.state, self.due)

    async def give_up(self, error, fail=lambda *_: None):
        async with self.visitor(fail) as visitor:
            await visitor.give_up(self.state, self.due, error)

    @property
    def task(self):
        value = self.state.get(FEED.feed_id)
        return FeedTask.of(value) if value else None

    def entries(self):
        return self.broker.messages("communique.entries")

    def polled(self):
        return [
            decode(message, FeedPolled)
            for message in self.broker.messages("communique.feeds.polled")
        ]


@pytest.fixture
async def poller(tmp_path):
    made = Poller(tmp_path)
    await made.open(task())
    yield made
    made.state.close()


async def test_a_visit_tells_its_entries_itself_and_when_it_comes_again(poller):
    poller.answers = {"content": rss(2, 1), "headers": {"ETag": '"v9"'}}
    assert not await poller.visit()
    assert len(poller.entries()) == 2
    told = [*poller.entries(), *poller.broker.messages("communique.feeds.polled")]
    assert {m.headers["communique_cause"] for m in told} == {b"communique.feeds/0/17"}
    (polled,) = poller.polled()
    assert (polled.outcome, polled.entries, polled.published) == ("changed", 2, 2)
    assert polled.backfill
    wait = (polled.next_visit_at - NOW).total_seconds()
    assert 810 <= wait <= 990
    assert poller.task.due_at == polled.next_visit_at.timestamp()
    await poller.visit()
    assert poller.requests[1].headers["If-None-Match"] == '"v9"'


async def test_each_visit_tells_how_the_feed_stands(poller):
    for status, content in ((200, rss(2, 1)), (304, b""), (500, b""), (200, rss(9, 8))):
        tagged = {"content": content, "headers": {"ETag": '"v1"'}}
        poller.answers = {"status_code": status, **tagged}
        await poller.visit()
        poller.clock.advance(900.0)
    told = poller.polled()
    assert [one.failures for one in told] == [0, 0, 1, 0]
    assert [one.not_modified_share for one in told] == [
        0.0,
        pytest.approx(0.5, abs=0.01),
        pytest.approx(1 / 3, abs=0.01),
        pytest.approx(0.25, abs=0.01),
    ]
    assert {one.standing for one in told} == {()}
    assert [one.gap_at for one in told[:3]] == [None] * 3
    assert told[3].events == ("possible_gap",)
    assert told[3].gap_at == told[3].news_at == told[3].visited_at


@pytest.mark.parametrize("stage", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2], ids=["entries", "memory"])
async def test_a_visit_that_is_cut_off_loses_nothing(poller, call, stage):
    poller.answers = {"content": rss(2, 1)}

    def fail(number, where, _records):
        if (number, where) == (call, stage):
            raise CrashError

    with pytest.raises(CrashError):
        await poller.visit(fail)
    poller.state.close()
    poller.clock.advance(60.0)
    await poller.open()
    await poller.visit()
    ids = [message.headers["ce_id"] for message in poller.entries()]
    assert len(set(ids)) == 2
    assert poller.task.visits >= 1


async def test_a_feed_removed_while_we_were_out_stays_removed(poller):
    poller.answers = {"content": rss(1)}

    async def remove():
        await poller.state.save([Note(FEED.feed_id, None)], FakeProducer(poller.broker))

    poller.during = remove
    assert not await poller.visit()
    assert poller.task is None
    assert poller.entries() == []


async def test_a_feed_changed_while_we_were_out_keeps_the_change(poller):
    poller.answers = {"content": rss(1)}
    paused = FEED.model_copy(update={"paused": True, "title": "Paused"})

    async def pause():
        changed = poller.task.model_copy(update={"feed": paused, "due_at": None})
        await poller.state.save([changed.note()], FakeProducer(poller.broker))

    poller.during = pause
    await poller.visit()
    assert poller.task.feed == paused
    assert poller.task.due_at is None


async def test_a_past_is_followed_at_once_and_the_feed_itself_in_its_time(poller):
    due_at = NOW.timestamp() + 500.0
    history = History(
        since=0.0, resume_at=due_at, way="archives", waiting=("https://m.example/1",)
    )
    asked = poller.task.model_copy(update={"history": history, "due_at": 0.0})
    await poller.state.save([asked.note()], FakeProducer(poller.broker))
    poller.answers = {"content": rss(2, 1)}
    await poller.visit()
    (polled,) = poller.polled()
    assert polled.backfill
    assert "complete, 2 entries in 1 documents" in polled.reason
    assert (poller.task.history, poller.task.due_at) == (None, due_at)
    assert poller.task.visits == asked.visits, "it is no visit to the feed"
    assert len(poller.entries()) == 2


async def test_a_feed_that_is_due_is_visited_before_its_past_goes_on(poller):
    history = History(since=0.0, resume_at=0.0, way="archives", waiting=("x",))
    asked = poller.task.model_copy(update={"history": history})
    await poller.state.save([asked.note()], FakeProducer(poller.broker))
    poller.answers = {"content": rss(1)}
    await poller.visit()
    assert poller.task.visits == asked.visits + 1
    assert poller.task.due_at == NOW.timestamp()
    assert poller.task.history.waiting == ("x",)
    assert poller.task.history.resume_at == poller.polled()[0].next_visit_at.timestamp()


async def test_a_push_that_comes_while_we_are_out_is_a_visit_of_its_own(poller):
    """The document may have been sent before what the push is about."""
    poller.answers = {"content": rss(1)}
    pushed_at = NOW.timestamp() + 1.0

    async def push():
        due = poller.task.model_copy(update={"due_at": pushed_at})
        await poller.state.save([due.note()], FakeProducer(poller.broker))

    poller.during = push
    await poller.visit()
    assert poller.task.due_at == pushed_at
    assert len(poller.entries()) == 1


async def test_a_push_that_comes_while_we_are_out_waits_if_the_server_asks(poller):
    poller.answers = {"status_code": 503, "headers": {"Retry-After": "600"}}

    async def push():
        due = poller.task.model_copy(update={"due_at": NOW.timestamp() + 1.0})
        await poller.state.save([due.note()], FakeProducer(poller.broker))

    poller.during = push
    await poller.visit()
    assert poller.task.due_at == poller.task.peace_until == NOW.timestamp() + 600


async def test_the_past_waits_too_if_the_server_asks(poller):
    history = History(
        since=0.0, resume_at=NOW.timestamp() + 60, way="pages", waiting=("https://m/2",)
    )
    asked = poller.task.model_copy(update={"history": history})
    await poller.state.save([asked.note()], FakeProducer(poller.broker))
    poller.answers = {"status_code": 503, "headers": {"Retry-After": "600"}}
    await poller.visit()
    assert poller.task.due_at == NOW.timestamp() + 600
    assert poller.task.history.waiting == ("https://m/2",)


async def test_what_a_hub_confirms_while_we_are_out_is_kept(poller):
    poller.answers = {"content": rss(1)}

    async def confirm():
        confirmed = poller.task.model_copy(
            update={"pushed_until": 9e9, "hub_due_at": 8e9}
        )
        await poller.state.save([confirmed.note()], FakeProducer(poller.broker))

    poller.during = confirm
    await poller.visit()
    assert (poller.task.pushed_until, poller.task.hub_due_at) == (9e9, 8e9)
    assert poller.task.due_at > NOW.timestamp()


async def test_a_feed_registered_anew_while_we_were_out_is_due_again(poller):
    poller.answers = {"content": rss(1), "headers": {"ETag": '"old address"'}}
    elsewhere = FEED.model_copy(update={"url": "https://other.example/feed"})

    async def register():
        changed = poller.task.model_copy(
            update={
                "feed": elsewhere,
                "due_at": 7.0,
                "registered": "communique.feeds/0/18",
            }
        )
        await poller.state.save([changed.note()], FakeProducer(poller.broker))

    poller.during = register
    await poller.visit()
    assert (poller.task.due_at, poller.task.validators) == (7.0, Validators())
    assert len(poller.task.known) == 1, "what was told is remembered"


async def test_a_feed_registered_anew_while_its_server_asks_for_peace_waits(poller):
    poller.answers = {"status_code": 503, "headers": {"Retry-After": "600"}}

    async def register():
        changed = {
            "feed": FEED.model_copy(update={"title": "Another"}),
            "registered": "communique.feeds/0/18",
        }
        task = poller.task.model_copy(update=changed)
        await poller.state.save([task.note()], FakeProducer(poller.broker))

    poller.during = register
    await poller.visit()
    assert poller.task.feed.title == "Another"
    assert poller.task.due_at == NOW.timestamp() + 600


async def test_a_host_that_asks_for_peace_gets_it(poller):
    poller.answers = {"status_code": 429, "headers": {"Retry-After": "7200"}}
    assert await poller.visit() == 7200.0
    assert poller.task.due_at >= (NOW + timedelta(hours=2)).timestamp()
    assert poller.polled()[0].outcome == "failed"


async def test_a_server_that_says_in_a_year_has_made_a_mistake(poller):
    poller.answers = {"status_code": 503, "headers": {"Retry-After": "31536000"}}
    assert await poller.visit() <= 86_400.0


@pytest.mark.parametrize("seconds", [1e300, 0.0, -1.0])
def test_an_absurd_interval_is_refused(seconds):
    text = FEED.model_dump_json().replace(
        '"interval_seconds":null', f'"interval_seconds":{seconds}'
    )
    with pytest.raises(ValueError, match="interval_seconds"):
        type(FEED).model_validate_json(text)


async def test_a_feed_that_crashes_us_is_put_off_for_a_day_and_says_so(poller):
    poller.answers = {"content": rss(2, 1)}
    await poller.visit()
    before = poller.task
    await poller.give_up(ZeroDivisionError("our bug"))
    tomorrow = poller.clock() + 86_400.0
    changed = {"failures": before.failures + 1, "due_at": tomorrow}
    assert poller.task == before.model_copy(update=changed)
    polled = poller.polled()[-1]
    assert (polled.outcome, polled.published) == ("failed", 0)
    assert "ZeroDivisionError('our bug')" in polled.reason
    assert polled.next_visit_at.timestamp() == tomorrow


async def test_a_feed_that_was_put_off_goes_on_where_it_was(poller):
    poller.answers = {"content": rss(2, 1)}
    await poller.visit()
    await poller.give_up(ZeroDivisionError())
    poller.clock.advance(86_400.0)
    poller.answers = {"content": rss(3, 2, 1)}
    await poller.visit()
    assert len(poller.entries()) == 3
    assert poller.polled()[-1].published == 1
    assert poller.task.failures == 0
    wait = poller.task.due_at - poller.clock()
    assert wait < 900, "at its own interval again"


@pytest.mark.parametrize("call", [1, 2], ids=["telling", "memory"])
async def test_a_crash_while_putting_a_feed_off_leaves_it_due(poller, call):
    due_at = poller.task.due_at

    def fail(number, where, _records):
        if (number, where) == (call, "before"):
            raise CrashError

    with pytest.raises(CrashError):
        await poller.give_up(ZeroDivisionError(), fail)
    assert poller.task.due_at == due_at


async def test_a_feed_that_is_gone_is_not_put_off(poller):
    await poller.state.save([Note(FEED.feed_id, None)], FakeProducer(poller.broker))
    await poller.give_up(ZeroDivisionError())
    assert poller.polled() == []
    assert poller.task is None


async def test_who_waits_for_its_outcome_to_be_written_holds_up_no_request(
    poller, monkeypatch
):
    monkeypatch.setattr(visiting, "REQUESTS_AT_ONCE", 2)
    out, most = set(), 0

    async def during():
        nonlocal most
        out.add(request := object())
        most = max(most, len(out))
        await asyncio.sleep(0.01)
        out.remove(request)

    poller.during = during
    tasks = [_of_host(f"ministry-{number}.example") for number in range(5)]
    await poller.state.save([one.note() for one in tasks], FakeProducer(poller.broker))
    async with poller.visitor() as visitor:
        async with poller.state.lock:  # as while the partition is written
            visits = [
                asyncio.create_task(
                    visitor(poller.state, Task(one.feed.feed_id, one.host, 0.0))
                )
                for one in tasks
            ]
            async with asyncio.timeout(10):
                while len(poller.requests) < len(visits) or out:
                    await asyncio.sleep(0)
            assert not any(visit.done() for visit in visits)
        await asyncio.gather(*visits)
    assert most == 2


async def test_many_feeds_of_one_hub_do_not_wait_for_it(poller, monkeypatch):
    monkeypatch.setattr(visiting, "REQUESTS_AT_ONCE", 2)
    hub = '<https://hub.example/>; rel="hub"'
    poller.answers = {"content": rss(1), "headers": {"Link": hub}}
    tasks = [_of_host(f"ministry-{number}.example") for number in range(9)]
    await poller.state.save([one.note() for one in tasks], FakeProducer(poller.broker))
    push = {"push_url": "https://push.example", "push_secret": "s" * 16}
    async with poller.visitor(spacing_seconds=60.0, **push) as visitor:
        visits = [
            asyncio.create_task(
                visitor(poller.state, Task(one.feed.feed_id, one.host, 0.0))
            )
            for one in tasks
        ]
        async with asyncio.timeout(10):
            while sum(visit.done() for visit in visits) < 8 or len(poller.polled()) < 9:
                await asyncio.sleep(0.01)
        asked = [one for one in poller.requests if one.url.host == "hub.example"]
        assert len(asked) == 1
        (waiting,) = [visit for visit in visits if not visit.done()]
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


def _of_host(host):
    url = f"https://{host}/rss"
    feed = FEED.model_copy(update={"feed_id": feed_id(url), "url": url})
    return task(host=f"{host}:443", feed=feed)
