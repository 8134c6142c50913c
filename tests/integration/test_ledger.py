"""The ledger balances at any time, and says what does not: on the real Kafka."""

import asyncio
import os
import signal
import sys
import time
import uuid
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.errors import KafkaError

from communique.events import Entry, LedgerLine
from communique.examples import EXAMPLES
from communique.settings import KafkaSettings
from communique.topics import (
    ENRICHMENT_WORKER,
    ENTRIES,
    LEDGER,
    PAGE_FETCHER,
    PAGES_STATE,
    RELEASES_RAW,
    Naming,
    all_topics,
)
from communique.worker.kafka import create_topics
from communique.worker.ledger import record
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from operator_console.ingest import ingest_record
from operator_console.journey import Fate
from operator_console.ledger import faults, rows
from operator_console.snapshot import read_snapshot
from operator_console.trail import follow_feed
from tests.e2e.system import until
from tests.integration.test_faust_forms import MESSAGES, Runs
from tests.programs.recorder import OF_COMPACTED, RECORDER

pytestmark = pytest.mark.engines

ITEMS = RECORDER.reads[0]
ENTRY = next(event for event in EXAMPLES if isinstance(event, Entry))
ENTRIES_SENT = 120


class Group:
    """A recording group, and what the ledger says of it."""

    def __init__(self, kafka, directory, service=RECORDER):
        self.runs = Runs(kafka, directory, "recorder", "ledger")
        self.naming = self.runs.naming
        self.service = service
        self.settings = KafkaSettings(
            kafka_bootstrap_servers=kafka, topic_prefix=self.naming.prefix
        )
        self.items = TopicPartition(self.naming.topic(ITEMS), 0)

    @asynccontextmanager
    async def process(self):
        """Run the program; it is killed at the end, as nothing can prepare for."""
        process = await self.runs.start("")
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()

    async def send(self, count, keys=None):
        async with AIOKafkaProducer(bootstrap_servers=self.runs.kafka) as producer:
            for number in range(count):
                key = b"%d" % (number % keys) if keys else None
                await producer.send_and_wait(
                    self.items.topic, b"%d" % number, key=key, partition=0
                )

    async def snapshot(self):
        return await read_snapshot(
            self.settings, (self.service,), now=datetime.now(UTC)
        )

    async def line(self):
        lines = await self.snapshot()
        assert faults(lines) == []
        return next(line for line in lines if line.topic == self.items.topic)

    async def faults(self):
        return faults(await self.snapshot())

    async def until_read(self):
        """Return the line once nothing is in flight."""
        return await until(
            self.line, lambda line: line.line is not None and line.waiting == 0
        )

    async def commit(self, offset):
        """Set the group's offset, as an operator does; the group must be empty."""

        async def attempt():
            async with AIOKafkaConsumer(
                bootstrap_servers=self.runs.kafka,
                group_id=self.naming.group(self.service),
                enable_auto_commit=False,
            ) as consumer:
                consumer.assign([self.items])
                try:
                    await consumer.commit({self.items: offset})
                except KafkaError:  # its last member has not timed out yet
                    return False
                return True

        await until(attempt, bool)


@pytest.fixture
async def group(real_kafka, tmp_path):
    made = Group(real_kafka.bootstrap_servers, tmp_path)
    await made.runs.fill()
    return made


async def test_it_balances_while_messages_flow_and_after_kill_9(group):
    seen, sent, over = [], MESSAGES, asyncio.Event()

    # Not cancelled: a client of Kafka that is cut off as it starts leaves connections.
    async def flow():
        nonlocal sent
        while not over.is_set():
            await group.send(20)
            sent += 20

    async def watch():
        while not over.is_set():
            line = await group.line()
            seen.append(sum(line.outcomes.values()))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(flow())
        tasks.create_task(watch())
        for _ in range(3):
            settled = max(seen, default=0)
            async with group.process():

                async def counted():
                    return max(seen, default=0)

                await until(counted, lambda now, before=settled: now > before + 30)
        over.set()
    async with group.process():
        line = await group.until_read()
    assert seen == sorted(seen), "what is counted stays counted"
    assert dict(line.outcomes) == {"recorded": line.end}
    assert line.end >= sent


async def test_what_is_read_again_is_not_counted_again(group):
    async with group.process():
        await group.until_read()
    await group.commit(3)
    before = await group.line()
    assert (before.committed, before.waiting) == (3, 0)
    async with group.process():
        await group.until_read()
        await group.send(5)
        after = await group.until_read()
    assert dict(after.outcomes) == {"recorded": MESSAGES + 5}
    assert len(group.runs.file.read_text().splitlines()) >= 2 * MESSAGES - 3 + 5


async def test_a_message_acked_without_an_outcome_is_named(group):
    async with group.process():
        await group.until_read()
    await group.send(4)
    assert await group.faults() == []
    await group.commit(MESSAGES + 3)
    (fault,) = await group.faults()
    assert fault.startswith(f"{group.naming.group(RECORDER)}, {group.items.topic}/0: ")
    assert f"3 messages were acked without an outcome ({MESSAGES} to" in fault
    await group.commit(MESSAGES)  # what the fault says
    assert await group.faults() == []
    async with group.process():
        line = await group.until_read()
    assert dict(line.outcomes) == {"recorded": MESSAGES + 4}


async def test_messages_that_retention_removed_unread_are_named_and_counted(group):
    async with group.process():
        await group.until_read()
    await group.send(10)
    admin = AIOKafkaAdminClient(bootstrap_servers=group.runs.kafka)
    await admin.start()
    try:  # as retention does, and at once
        await admin.delete_records(
            {group.items: RecordsToDelete(before_offset=MESSAGES + 6)}
        )
    finally:
        await admin.close()
    (fault,) = await group.faults()
    assert f"6 messages are lost ({MESSAGES} to {MESSAGES + 5})" in fault
    async with group.process():
        await until(group.faults, lambda found: not found)
        line = await group.until_read()
    assert dict(line.outcomes) == {"recorded": MESSAGES + 4, "expired": 6}


async def test_compaction_of_the_input_and_of_the_ledger_leaves_it_in_balance(
    real_kafka, tmp_path
):
    group = Group(real_kafka.bootstrap_servers, tmp_path, OF_COMPACTED)
    group.runs.environment["RECORDER_COMPACTED"] = "1"
    await _create_eagerly_compacted(group)
    async with group.process():
        await group.send(20, keys=4)
        await group.until_read()
        await group.send(20, keys=4)
        await group.until_read()
    await group.send(60, keys=4)

    async def kept(topic):
        async with Reader(group.settings.connection, client_id="test") as reader:
            return sum([len(m) async for m in reader.read(topic, {0: 0})])

    async def kept_after_one_more():
        await group.send(1, keys=1)  # closes the segment, which then is compacted
        return await kept(group.items.topic)

    await until(kept_after_one_more, lambda count: count < 40)
    async with group.process():
        line = await group.until_read()
    assert line.outcomes["compacted"] > 0
    assert sum(line.outcomes.values()) == line.end - line.line.first
    ledger = group.naming.topic(LEDGER)
    await until(lambda: kept(ledger), lambda count: count < 10)
    assert (await group.line()).outcomes == line.outcomes


async def test_tasks_balance_across_kill_9_and_are_overdue_when_nobody_does_them(
    real_kafka, tmp_path
):
    settings = KafkaSettings(
        kafka_bootstrap_servers=real_kafka.bootstrap_servers,
        topic_prefix=f"tasks-{time.monotonic_ns()}.",
    )
    connection, naming = settings.connection, settings.naming
    await create_topics(connection, all_topics(), naming)
    away = _entry(0, link="http://127.0.0.1:9/", link_as_published=None, body=None)
    entries = [_entry(number) for number in range(1, ENTRIES_SENT)]
    async with Producer(connection, client_id="test") as producer:
        await producer.send_all(
            [ingest_record(one, naming) for one in (away, *entries)]
        )

    async def tasks(later=timedelta(0)):
        lines = await read_snapshot(
            settings, (PAGE_FETCHER,), now=datetime.now(UTC) + later
        )
        if not later:
            assert faults(lines) == []
        rows_by_topic = {row.topic: row for row in rows(lines)}
        return rows_by_topic[naming.topic(PAGES_STATE)], faults(lines)

    for released in (20, 60, ENTRIES_SENT - 1):
        async with _page_fetcher(settings, tmp_path):
            await until(
                tasks,
                lambda found, n=released: found[0].outcomes.get("released", 0) >= n,
            )
    row, _ = await tasks()
    assert (row.total, row.waiting) == (ENTRIES_SENT, 1)
    assert row.outcomes == {"released": ENTRIES_SENT - 1}
    _, found = await tasks(later=timedelta(minutes=20))
    assert len(found) == 1
    assert "minutes overdue" in found[0]

    feed = ENTRY.issuer.feed_id
    fetched, tagged, _ = await follow_feed(settings, feed, lambda _text: None)
    assert fetched.counts[Fate.LED_ON] == ENTRIES_SENT - 1
    assert fetched.counts[Fate.WAITING] == 1
    assert tagged.counts[Fate.WAITING] == len(tagged.fates) >= ENTRIES_SENT - 1
    line = LedgerLine(  # as from a group that acks first and dies
        group=naming.group(ENRICHMENT_WORKER),
        topic=naming.topic(RELEASES_RAW),
        partition=int(next(iter(tagged.fates)).split("/")[1]),
        first=0,
        next_offset=1,
        outcomes={"enriched": 1},
    )
    async with Producer(connection, client_id="test") as producer:
        await producer.send_all([record(line, naming)])
    _, tagged, _ = await follow_feed(settings, feed, lambda _text: None)
    assert tagged.unaccounted == [f"{line.topic}/{line.partition}/0"]


def _entry(number, **changes):
    text = f"The text of release {number}."
    fields = {
        "release_id": str(uuid.uuid5(uuid.NAMESPACE_URL, str(number))),
        "fingerprint": f"{number:032x}",
        "link": None,
        "link_as_published": None,
        "body": text,
        "body_media_type": "text/plain",
    }
    return ENTRY.model_copy(update={**fields, **changes})


@asynccontextmanager
async def _page_fetcher(settings, directory):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "operator_console.service", PAGE_FETCHER.name),
        env={
            **os.environ,
            "COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
            "COMMUNIQUE_TOPIC_PREFIX": settings.topic_prefix,
            "COMMUNIQUE_STATE_DIR": str(directory / "state"),
            "COMMUNIQUE_SESSION_TIMEOUT_SECONDS": "6",
            "COMMUNIQUE_INSTANCE": "0",
            "COMMUNIQUE_BATCH_SIZE": "50",
            "COMMUNIQUE_ALLOW_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def _create_eagerly_compacted(group):
    service = group.service
    topics = [ITEMS, LEDGER, service.replay, service.dead_letters]
    admin = AIOKafkaAdminClient(bootstrap_servers=group.runs.kafka)
    await admin.start()
    try:
        await admin.create_topics(
            [
                NewTopic(
                    group.naming.topic(topic),
                    topic.partitions,
                    1,
                    topic_configs={
                        "cleanup.policy": "compact",
                        "segment.ms": "200",
                        "min.cleanable.dirty.ratio": "0.01",
                        "max.compaction.lag.ms": "500",
                    }
                    if topic in (ITEMS, LEDGER)
                    else {},
                )
                for topic in topics
            ]
        )
    finally:
        await admin.close()


@pytest.fixture
async def shell(real_kafka):
    """Run `communique` on topics of its own; exit code, stdout, stderr."""
    naming = Naming(f"shell-{time.monotonic_ns()}.")
    settings = KafkaSettings(
        kafka_bootstrap_servers=real_kafka.bootstrap_servers, topic_prefix=naming.prefix
    )
    await create_topics(settings.connection, all_topics(), naming)

    async def run(*arguments):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "operator_console", *arguments),
            env={
                **os.environ,
                "COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS": real_kafka.bootstrap_servers,
                "COMMUNIQUE_TOPIC_PREFIX": naming.prefix,
                "COLUMNS": "200",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode, out.decode(), err.decode()

    run.settings = settings
    return run


async def test_the_command_names_the_line_that_does_not_balance(shell):
    code, out, err = await shell("ledger")
    assert (code, err) == (0, "")
    assert "never settled anything" in out
    assert out.splitlines()[-1].startswith("It balances")

    settings = shell.settings
    entries = TopicPartition(settings.naming.topic(ENTRIES), 7)
    servers = settings.kafka_bootstrap_servers
    async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
        await producer.send_and_wait(entries.topic, b"{}", partition=7)
    async with AIOKafkaConsumer(
        bootstrap_servers=servers,
        group_id=settings.naming.group(PAGE_FETCHER),
        enable_auto_commit=False,
    ) as consumer:
        consumer.assign([entries])
        await consumer.commit({entries: 1})
    code, out, err = await shell("ledger")
    assert (code, err) == (1, "")
    assert f"page-fetcher, {entries.topic}/7: it is committed up to offset 1" in out
    assert out.splitlines()[-1] == "It does not balance: 1 faults."
