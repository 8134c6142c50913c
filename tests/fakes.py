"""
Hand-written fakes: a clock that stands, and a Kafka in memory.

`Broker` is the log; `FakeProducer` and `FakeReader` are the two sides of it, with the
methods of `communique.worker.producer.Producer` and `communique.worker.reader.Reader`.
"""

from aiokafka import TopicPartition
from aiokafka.structs import RecordMetadata

from communique.codec import Message
from communique.identity import partition_for
from communique.worker.producer import check_size


class Clock:
    """Epoch seconds that pass only when a test says so."""

    def __init__(self, now=1_777_887_000.0):
        self.now = now

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds


class CrashError(Exception):
    """The process ends here, says the test."""


class Broker:
    """Topics in memory: offsets grow, records may be compacted or expire."""

    def __init__(self, *, partitions=12, clock=None):
        self.partitions = partitions
        self.clock = clock or Clock()
        self._logs = {}
        self._ends = {}
        self._firsts = {}

    def append(self, record):
        """Write a `Record` and return it as the `Message` that it now is."""
        partition = record.partition
        if partition is None:
            partition = partition_for(record.key.decode(), self.partitions)
        place = (record.topic, partition)
        message = Message(
            topic=record.topic,
            partition=partition,
            offset=self._ends.get(place, 0),
            key=record.key,
            value=record.value,
            headers=dict(record.headers),
            timestamp_ms=int(self.clock() * 1000),
        )
        self._logs.setdefault(place, []).append(message)
        self._ends[place] = message.offset + 1
        return message

    def messages(self, topic, partition=None):
        """Return what a topic holds, by partition and offset."""
        return [
            message
            for (name, number), log in sorted(self._logs.items())
            if name == topic and partition in (None, number)
            for message in log
        ]

    def compact(self, topic, partition):
        """Keep the newest record of each key only."""
        log = self._logs[(topic, partition)]
        newest = {message.key: message.offset for message in log}
        self._logs[(topic, partition)] = [
            message for message in log if newest[message.key] == message.offset
        ]

    def expire(self, topic, partition, *, before):
        """Remove what stands below offset `before`: retention did."""
        log = self._logs[(topic, partition)]
        self._logs[(topic, partition)] = [m for m in log if m.offset >= before]
        self._firsts[(topic, partition)] = before

    def cut(self, topic, partition, *, end):
        """Lose what stands at `end` and above: the log is shorter than it was."""
        log = self._logs[(topic, partition)]
        self._logs[(topic, partition)] = [m for m in log if m.offset < end]
        self._ends[(topic, partition)] = end

    def bounds(self, topic, partition):
        """Return the first offset kept and the next one to be written."""
        place = (topic, partition)
        return self._firsts.get(place, 0), self._ends.get(place, 0)


class FakeProducer:
    """
    Confirms what it is given, and keeps each call of `send_all` in `sends`.

    `fail(call, records)` is asked twice a call, with `stage` "before" and "after" the
    records are on the log; it may raise. Calls count from 1.
    """

    def __init__(self, broker, *, fail=lambda call, stage, records: None):
        self.broker = broker
        self.fail = fail
        self.sends = []

    async def send_all(self, records):
        for record in records:
            check_size(record)
        call = len(self.sends) + 1
        self.sends.append(list(records))
        self.fail(call, "before", records)
        written = [self.broker.append(record) for record in records]
        self.fail(call, "after", records)
        return [
            RecordMetadata(
                topic=message.topic,
                partition=message.partition,
                topic_partition=TopicPartition(message.topic, message.partition),
                offset=message.offset,
                timestamp=message.timestamp_ms,
                timestamp_type=0,
                log_start_offset=0,
            )
            for message in written
        ]

    @property
    def sent(self):
        """Return every record in the order of sending."""
        return [record for records in self.sends for record in records]


class FakeReader:
    """Reads a `Broker` without a group, `batch` messages at a time."""

    def __init__(self, broker, *, batch=3):
        self.broker = broker
        self.batch = batch
        self.reads = []

    async def partitions(self, topic):
        known = {message.partition for message in self.broker.messages(topic)}
        return sorted(known) or [0]

    async def bounds(self, topic, partitions):
        return {number: self.broker.bounds(topic, number) for number in partitions}

    async def read(self, topic, start):
        self.reads.append((topic, dict(start)))
        for number, offset in dict(start).items():
            end = self.broker.bounds(topic, number)[1]
            log = [
                message
                for message in self.broker.messages(topic, number)
                if offset <= message.offset < end
            ]
            for index in range(0, len(log), self.batch):
                yield log[index : index + self.batch]

    async def one(self, topic, partition, offset):
        for message in self.broker.messages(topic, partition):
            if message.offset == offset:
                return message
        return None
