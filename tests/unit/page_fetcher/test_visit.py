"""Reading a page: intent, event, done; cut off anywhere, the same events come out."""

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from communique.codec import decode
from communique.events import Entry, RawRelease
from communique.examples import EXAMPLES
from communique.identity import feed_id, fingerprint
from communique.safe_http import SafeClient
from communique.topics import PAGE_FETCHER, Naming
from communique.worker.context import Context
from communique.worker.crashes import Crashes
from communique.worker.metrics import Metrics
from communique.worker.partition_state import PartitionState, Task
from communique.worker.progress import Progress
from communique.worker.reader import RecentMessages
from feed_poller.told import entry_record
from operator_console.dead_letters import replay_record
from operator_console.ingest import ingest_record
from page_fetcher.settings import PageFetcherSettings
from page_fetcher.tasks import PageTask, plan, task_id
from page_fetcher.visit import Visitor
from tests.fakes import Broker, Clock, CrashError, FakeProducer, FakeReader

NAMING = Naming()
RAW = "communique.releases.raw"
STATE = "communique.pages.state"
ENTRY = next(event for event in EXAMPLES if isinstance(event, Entry))
PAGE = (
    "<html><head><title>t</title></head><body><article><h1>Health ministers meet</h1>"
    "<p>{}</p></article></body></html>"
)
LONG = " ".join(f"Sentence {n} of the press release is here." for n in range(30))


def entry(title="Health ministers meet", text="Short.", feed="A", **more):
    url = f"https://ministry.example/{feed}.xml"
    issuer = ENTRY.issuer.model_copy(update={"feed_id": feed_id(url), "feed_url": url})
    changes = {
        "title": title,
        "text": text,
        "fingerprint": fingerprint(title, text),
        "issuer": issuer,
        **more,
    }
    return ENTRY.model_copy(update=changes)


class Fetcher:
    """A page fetcher over fakes; `life()` begins anew with what the topics hold."""

    def __init__(self, directory):
        self.directory = directory
        self.clock = Clock()
        self.broker = Broker(clock=self.clock)
        self.producer = FakeProducer(self.broker)
        self.metrics = Metrics("page-fetcher")
        self.answer = httpx.Response(200, html=PAGE.format(LONG))
        self.requests = []
        self.lives = 0
        self.state = None

    def ministry(self, request):
        self.requests.append(str(request.url))
        return httpx.Response(
            self.answer.status_code,
            headers=self.answer.headers,
            content=self.answer.content,
        )

    async def life(self):
        if self.state is not None:
            self.state.close()
        self.lives += 1
        # A new file each time: what counts is on the topic.
        self.state = PartitionState(
            self.directory / str(self.lives), STATE, self.partition, cluster="c"
        )
        await self.state.restore(FakeReader(self.broker))

    async def publish(self, *entries, record=None):
        """Write entries to their topic, and plan them as the agent does."""
        for one in entries:
            written = (
                record(one, NAMING)
                if record
                else entry_record(one, NAMING, cause="communique.feeds/0/17")
            )
            await self.take(written)

    async def take(self, record):
        """Write a record that carries an entry, and plan it as the agent does."""
        message = self.broker.append(record)
        self.partition = message.partition
        if self.state is None:
            await self.life()
        known = self.state.get(task_id(message))
        planned = plan(message, known, naming=NAMING)
        if planned.note:
            await self.state.save([planned.note], FakeProducer(self.broker))

    @asynccontextmanager
    async def visitor(self, producer=None, **settings):
        context = Context(
            service=PAGE_FETCHER,
            naming=NAMING,
            settings=PageFetcherSettings(**settings),
            producer=producer or self.producer,
            progress=Progress(),
            metrics=self.metrics,
            cluster="c",
            crashes=Crashes(self.directory / "crashes.json"),
            new_reader=lambda purpose: FakeReader(self.broker),
        )
        transport = httpx.MockTransport(self.ministry)
        async with SafeClient(transport=transport) as client:
            yield Visitor(
                context,
                context.settings,
                client,
                FakeReader(self.broker),
                RecentMessages(),
                now=lambda: datetime.fromtimestamp(self.clock(), UTC),
            )

    @property
    def due(self):
        return Task(ENTRY.release_id, "ministry.example:443", self.clock())

    async def visit(self, producer=None, **settings):
        async with self.visitor(producer, **settings) as visitor:
            return await visitor(self.state, self.due)

    async def give_up(self, error, producer=None):
        async with self.visitor(producer) as visitor:
            await visitor.give_up(self.state, self.due, error)

    @property
    def task(self):
        value = self.state.get(ENTRY.release_id)
        return PageTask.of(value) if value else None

    @property
    def events(self):
        return [decode(message, RawRelease) for message in self.broker.messages(RAW)]

    def ids(self):
        return [m.headers["ce_id"].decode() for m in self.broker.messages(RAW)]

    def count(self, outcome):
        return self.metrics.registry.get_sample_value(
            "communique_outcomes_total",
            {"service": "page-fetcher", "outcome": outcome, "reason": ""},
        )


@pytest.fixture
async def fetcher(tmp_path):
    made = Fetcher(tmp_path)
    yield made
    if made.state is not None:
        made.state.close()


async def test_a_new_entry_becomes_a_release_with_the_text_of_its_page(fetcher):
    await fetcher.publish(entry())
    assert await fetcher.visit() == 0.0
    (release,) = fetcher.events
    assert (release.change, release.revision, release.text_from) == ("new", 1, "page")
    assert "Sentence 29" in release.text
    assert release.version == int(fetcher.clock() * 1000)
    task = fetcher.task
    assert (task.pending, task.due_at, task.intent) == ((), None, None)
    assert (task.revision, task.version) == (1, release.version)
    assert fetcher.count("released") == 1


async def test_intent_event_and_done_are_each_confirmed_before_the_next(fetcher):
    await fetcher.publish(entry())
    await fetcher.visit()
    first, event, done = fetcher.producer.sends[:3]
    assert json.loads(first[0].value)["intent"]["revision"] == 1
    assert event[0].topic == RAW
    assert json.loads(done[0].value).get("intent") is None
    assert json.loads(done[0].value)["raw"]
    (written,) = fetcher.broker.messages(RAW)
    cause = f"communique.entries/{fetcher.partition}/0"
    assert written.headers["communique_cause"] == cause.encode()


STEPS = [(call, stage) for call in range(1, 7) for stage in ("before", "after")]


@pytest.mark.parametrize(("call", "stage"), STEPS, ids=lambda value: str(value))
async def test_cut_off_anywhere_the_same_events_come_out_once_more_at_most(
    fetcher, call, stage
):
    """Two entries, so intent, event and done twice: six writes."""
    await fetcher.publish(entry(), entry(title="Health ministers met"))

    def fail(number, where, _records):
        if (number, where) == (call, stage):
            raise CrashError

    with pytest.raises(CrashError):
        await fetcher.visit(FakeProducer(fetcher.broker, fail=fail))
    fetcher.clock.advance(60.0)
    await fetcher.life()
    if fetcher.task.pending:
        await fetcher.visit()
    by_id = {}
    for name, event in zip(fetcher.ids(), fetcher.events, strict=True):
        by_id.setdefault(name, []).append(event)
    newest = [events[-1] for events in by_id.values()]
    assert [(e.revision, e.change) for e in newest] == [(1, "new"), (2, "revised")]
    assert newest[0].version < newest[1].version
    for events in by_id.values():
        facts = {
            (e.revision, e.version, e.change, e.title, e.text, e.first_seen_at)
            for e in events
        }
        assert len(facts) == 1, "a repetition says the same"
    assert fetcher.task.pending == ()
    assert fetcher.task.intent is None
    assert (fetcher.task.revision, fetcher.task.version) == (2, newest[1].version)


async def test_crash_after_crash_makes_one_sequence(fetcher):
    await fetcher.publish(entry())

    def fail(number, where, _records):
        if (number, where) == (2, "after"):
            raise CrashError

    for _ in range(4):
        with pytest.raises(CrashError):
            await fetcher.visit(FakeProducer(fetcher.broker, fail=fail))
        fetcher.clock.advance(1.0)
        await fetcher.life()
    await fetcher.visit()
    assert len(fetcher.ids()) == 5
    assert len(set(fetcher.ids())) == 1


@pytest.mark.parametrize(
    "seconds",
    [
        60.0,
        0.0,
    ],
)
async def test_a_repeated_revision_is_the_same_to_the_byte(fetcher, seconds):
    await fetcher.publish(entry())
    await fetcher.visit()
    fetcher.clock.advance(seconds)
    await fetcher.publish(entry(title="Reworded"))

    def fail(number, where, _records):
        if (number, where) == (2, "after"):
            raise CrashError

    with pytest.raises(CrashError):
        await fetcher.visit(FakeProducer(fetcher.broker, fail=fail))
    fetcher.clock.advance(60.0)
    await fetcher.life()
    await fetcher.visit()
    assert fetcher.ids()[1] == fetcher.ids()[2]
    _, first, again = fetcher.broker.messages(RAW)
    assert (first.value, first.headers) == (again.value, again.headers)


async def test_a_page_that_changes_between_crash_and_restart_is_revised(fetcher):
    await fetcher.publish(entry())

    def fail(number, where, _records):
        if (number, where) == (2, "after"):
            raise CrashError

    with pytest.raises(CrashError):
        await fetcher.visit(FakeProducer(fetcher.broker, fail=fail))
    fetcher.clock.advance(60.0)
    fetcher.answer = httpx.Response(200, html=PAGE.format(LONG + " And one more."))
    await fetcher.life()
    await fetcher.visit()
    versions = [event.version for event in fetcher.events]
    assert versions == sorted(set(versions))
    changes = [(event.revision, event.change) for event in fetcher.events]
    assert changes == [(1, "new"), (2, "revised")]


async def test_versions_grow_even_when_the_clock_goes_back(fetcher):
    await fetcher.publish(entry())
    await fetcher.visit()
    fetcher.clock.advance(-3600.0)
    await fetcher.publish(entry(title="Reworded"))
    await fetcher.visit()
    first, second = fetcher.events
    assert second.version == first.version + 1
    assert second.revision == 2


async def test_an_entry_that_says_nothing_new_makes_no_event(fetcher):
    await fetcher.publish(entry())
    await fetcher.visit()
    await fetcher.publish(entry(text="Other teaser."))  # the page is what counts
    await fetcher.visit()
    assert len(fetcher.events) == 1
    assert fetcher.count("unchanged") == 1
    assert fetcher.task.pending == ()


async def test_a_second_feed_is_named_beside_the_first(fetcher):
    await fetcher.publish(entry(feed="A"), entry(feed="B"))
    await fetcher.visit()
    last = fetcher.events[-1]
    assert [e.change for e in fetcher.events] == ["new", "updated"]
    assert [i.feed_url[-5:] for i in last.issuers] == ["A.xml", "B.xml"]
    assert last.revision == 1
    assert len(fetcher.requests) == 1, "one page, read once"


async def test_a_page_out_of_reach_is_tried_again_later_and_then_given_up(fetcher):
    fetcher.answer = httpx.Response(503)
    await fetcher.publish(entry(text="The feed's own text."))
    waits = []
    for _ in range(3):
        await fetcher.visit(page_attempts=4, retry_seconds=30)
        waits.append(fetcher.task.due_at - fetcher.clock())
        fetcher.clock.now = fetcher.task.due_at
    assert waits == [30.0, 60.0, 120.0]
    assert fetcher.events == []
    await fetcher.visit(page_attempts=4)
    (release,) = fetcher.events
    assert (release.text, release.text_from) == ("The feed's own text.", "feed")


async def test_a_host_that_asks_for_peace_gets_it(fetcher):
    fetcher.answer = httpx.Response(429, headers={"Retry-After": "600"})
    await fetcher.publish(entry())
    assert await fetcher.visit() == 600.0
    assert fetcher.task.due_at == fetcher.clock() + 600.0


async def test_a_server_that_says_in_a_year_has_made_a_mistake(fetcher):
    fetcher.answer = httpx.Response(503, headers={"Retry-After": "31536000"})
    await fetcher.publish(entry())
    await fetcher.visit()
    assert fetcher.task.due_at <= fetcher.clock() + 86_400.0


async def test_a_page_that_is_gone_is_not_asked_for_again(fetcher):
    fetcher.answer = httpx.Response(404)
    await fetcher.publish(entry(text="The feed's own text."))
    await fetcher.visit()
    assert fetcher.events[0].text_from == "feed"


async def test_an_entry_that_came_while_the_page_was_read_is_due_at_once(fetcher):
    await fetcher.publish(entry())
    ministry = fetcher.ministry

    async def slow(request):
        await fetcher.publish(entry(title="Reworded"))
        return ministry(request)

    fetcher.ministry = slow
    await fetcher.visit()
    assert [e.title for e in fetcher.events] == ["Health ministers meet"]
    assert len(fetcher.task.pending) == 1
    assert fetcher.task.due_at == fetcher.clock()


async def test_entries_that_expired_before_their_turn_are_counted(fetcher):
    await fetcher.publish(entry())
    fetcher.broker.expire("communique.entries", fetcher.partition, before=1)
    await fetcher.visit()
    assert fetcher.events == []
    assert fetcher.count("expired") == 1
    assert fetcher.task.due_at is None


async def test_a_task_that_is_gone_is_not_worked_on(fetcher):
    await fetcher.publish(entry())
    fetcher.state._db.execute("DELETE FROM task")
    assert await fetcher.visit() is None
    assert fetcher.producer.sends == []


async def test_what_was_ingested_needs_no_page(fetcher):
    body = "A headline\n\nThe text of the file."
    await fetcher.publish(
        entry(
            link=None, link_as_published=None, body=body, body_media_type="text/plain"
        ),
        record=ingest_record,
    )
    await fetcher.visit()
    (release,) = fetcher.events
    assert release.text_from == "ingest"
    assert "The text of the file." in release.text
    assert fetcher.requests == []


async def test_a_page_above_what_a_topic_takes_stops_nothing(fetcher, monkeypatch):
    await fetcher.publish(entry())
    monkeypatch.setattr("communique.codec.MAX_RECORD_BYTES", 20_000)
    fetcher.answer = httpx.Response(
        200,
        headers={"Content-Type": "text/plain"},
        content=b"One more line of it.\n" * 1000,
    )
    await fetcher.visit()
    assert fetcher.events == []
    (letter,) = fetcher.broker.messages("communique.page-fetcher.dlq")
    assert letter.headers["communique_error"] == b"toolarge"
    assert letter.value == fetcher.broker.messages("communique.entries")[0].value
    assert fetcher.count("dead") == 1
    assert fetcher.task.pending == ()


async def test_a_release_older_than_the_topic_goes_on_counting(fetcher):
    await fetcher.publish(entry())
    await fetcher.visit()
    (message,) = fetcher.broker.messages(RAW)
    fetcher.broker.expire(RAW, message.partition, before=message.offset + 1)
    await fetcher.publish(entry(title="Reworded"))
    await fetcher.visit()
    (release,) = fetcher.events
    assert (release.revision, release.change) == (2, "revised")


async def test_texts_brought_one_after_the_other_each_become_a_revision(fetcher):
    texts = [f"Press note\n\nThe figure is {number}." for number in (1, 2, 3)]
    await fetcher.publish(
        *(
            entry(fingerprint=letter * 32, body=text, body_media_type="text/plain")
            for letter, text in zip("abc", texts, strict=True)
        )
    )
    assert await fetcher.visit() is None  # nobody was asked
    assert [release.revision for release in fetcher.events] == [1, 2, 3]
    assert [f"figure is {n}" in e.text for n, e in enumerate(fetcher.events, 1)] == [
        True,
        True,
        True,
    ]


DLQ = "communique.page-fetcher.dlq"


async def test_a_release_that_crashes_us_buries_its_entries_with_their_origin(fetcher):
    await fetcher.publish(entry(), entry(title="Reworded"))
    await fetcher.give_up(ZeroDivisionError("our bug"))
    letters = fetcher.broker.messages(DLQ)
    entries = fetcher.broker.messages("communique.entries")
    assert [m.value for m in letters] == [m.value for m in entries]
    for letter, original in zip(letters, entries, strict=True):
        assert letter.headers["communique_origin"].decode() == original.place
        assert letter.headers["communique_error"] == b"crash"
        assert b"ZeroDivisionError('our bug')" in letter.headers["communique_reason"]
    assert (fetcher.task.pending, fetcher.task.due_at) == ((), None)
    assert fetcher.count("dead") == 2
    assert fetcher.events == []


async def test_a_release_that_was_given_up_goes_on_with_its_next_entry(fetcher):
    await fetcher.publish(entry())
    await fetcher.give_up(ZeroDivisionError())
    await fetcher.publish(entry(title="Reworded"))
    await fetcher.visit()
    (release,) = fetcher.events
    assert (release.title, release.revision, release.change) == ("Reworded", 1, "new")


async def test_entries_that_were_put_back_are_read_again_and_released(fetcher):
    await fetcher.publish(entry(), entry(title="Reworded"))
    await fetcher.give_up(ZeroDivisionError("our bug"))
    for letter in fetcher.broker.messages(DLQ):
        await fetcher.take(replay_record(letter, PAGE_FETCHER, NAMING))
    assert fetcher.task.pending == ("r0", "r1")
    await fetcher.visit()
    assert [event.change for event in fetcher.events] == ["new", "revised"]
    assert fetcher.events[-1].title == "Reworded"
    causes = [m.headers["communique_cause"] for m in fetcher.broker.messages(RAW)]
    assert causes[0].startswith(b"communique.page-fetcher.replay/")


async def test_entries_that_expired_are_not_buried(fetcher):
    await fetcher.publish(entry(), entry(title="Reworded"))
    fetcher.broker.expire("communique.entries", fetcher.partition, before=1)
    await fetcher.give_up(ZeroDivisionError())
    (letter,) = fetcher.broker.messages(DLQ)
    assert letter.headers["communique_origin"].endswith(b"/1")
    assert fetcher.task.due_at is None


async def test_a_crash_while_burying_buries_again_under_the_same_origin(fetcher):
    await fetcher.publish(entry(), entry(title="Reworded"))

    def fail(number, where, _records):
        if (number, where) == (2, "after"):
            raise CrashError

    with pytest.raises(CrashError):
        await fetcher.give_up(
            ZeroDivisionError(), FakeProducer(fetcher.broker, fail=fail)
        )
    await fetcher.life()
    assert fetcher.task.pending
    await fetcher.give_up(ZeroDivisionError())
    places = {m.place for m in fetcher.broker.messages("communique.entries")}
    letters = fetcher.broker.messages(DLQ)
    assert {m.headers["communique_origin"].decode() for m in letters} == places
    assert fetcher.task.pending == ()


async def test_a_task_that_is_gone_is_not_given_up(fetcher):
    await fetcher.publish(entry())
    fetcher.state._db.execute("DELETE FROM task")
    await fetcher.give_up(ZeroDivisionError())
    assert fetcher.producer.sends == []


@pytest.mark.parametrize("call", [1, 2, 3], ids=["intent", "event", "done"])
async def test_a_release_given_up_in_the_middle_of_an_event_numbers_no_two_alike(
    fetcher, call
):
    """The event may be out: what follows is neither new again nor numbered as it."""
    await fetcher.publish(entry())

    def fail(number, where, _records):
        if (number, where) == (call, "before"):
            raise CrashError

    with pytest.raises(CrashError):
        await fetcher.visit(FakeProducer(fetcher.broker, fail=fail))
    fetcher.clock.advance(60.0)
    await fetcher.life()
    await fetcher.give_up(CrashError())
    await fetcher.publish(entry(title="Reworded"))
    await fetcher.visit()
    revisions = [event.revision for event in fetcher.events]
    assert revisions == sorted(set(revisions))
    changes = [event.change for event in fetcher.events]
    assert changes.count("new") <= 1


async def test_an_event_that_may_be_out_keeps_its_numbers_while_its_page_is_gone(
    fetcher,
):
    """Crash after the event; then no page, the page again, and a newer one."""
    await fetcher.publish(entry())
    await fetcher.visit()

    def fail(number, where, _records):
        if (number, where) == (2, "after"):
            raise CrashError

    second = httpx.Response(200, html=PAGE.format(LONG + " A second text."))
    third = httpx.Response(200, html=PAGE.format(LONG + " A third text."))
    fetcher.answer = second
    await fetcher.publish(entry(text="Teaser 2."))
    with pytest.raises(CrashError):
        await fetcher.visit(FakeProducer(fetcher.broker, fail=fail))
    for teaser, answer in enumerate([httpx.Response(404), second, third], start=3):
        fetcher.clock.advance(60.0)
        await fetcher.life()
        fetcher.answer = answer
        await fetcher.publish(entry(text=f"Teaser {teaser}."))
        await fetcher.visit()
    numbers = {
        name: (event.revision, event.text[-14:])
        for name, event in zip(fetcher.ids(), fetcher.events, strict=True)
    }
    assert [revision for revision, _ in numbers.values()] == [1, 2, 3]
    assert numbers[fetcher.ids()[-1]][1] == " A third text."
    assert fetcher.task.intent is None
