"""Links by way of the topic: the same after a repetition, a restart, a lost file."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from aiokafka.errors import KafkaTimeoutError

from communique.codec import Message, Record
from communique.errors import NotReadyError
from communique.topics import RELEASES_SIGNATURES, Naming
from enrichment_worker.links.duplicates import Links
from enrichment_worker.links.signature_index import SignatureIndex
from enrichment_worker.links.signatures import Signatures
from tests.fakes import Broker, FakeProducer, FakeReader
from tests.unit.enrichment_worker.examples import SEEN
from tests.unit.enrichment_worker.statements import (
    LEAD_IN,
    OTHER,
    STATEMENT,
    SUMMIT,
    number,
    release,
)

TOPIC = Naming().topic(RELEASES_SIGNATURES)
UNLINKED = Links()
TWIN = Links(duplicate_of=number(1), similarity=1.0)


def message(text, index, **changes):
    value = release(text, index, **changes).model_dump_json().encode()
    return Message("communique.releases.raw", 0, index, number(index).encode(), value)


class Worker:
    """A process of the enrichment between its start and its end."""

    def __init__(self, broker, path, stack, cluster="c"):
        self.producer = FakeProducer(broker)
        self.reader = FakeReader(broker)
        self.index = stack.enter_context(SignatureIndex(path, cluster=cluster))
        self.signatures = Signatures(
            self.index, self.reader, self.producer.send_all, Naming()
        )

    async def links(self, *messages):
        """Return the links of `messages`, in order; None for what has none."""
        found = await self.signatures.links(messages)
        return [found.get(one) for one in messages]


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def started(broker, tmp_path):
    """Return how a process is started, with a file of its own by `name`."""
    with ExitStack() as stack:

        def start(name="0", **options):
            return Worker(broker, tmp_path / f"{name}.sqlite", stack, **options)

        yield start


async def test_a_copy_in_the_same_batch_points_to_the_one_before_it(started):
    worker = started()
    assert await worker.links(
        message(STATEMENT, 1), message(OTHER, 2), message(STATEMENT, 3)
    ) == [UNLINKED, UNLINKED, TWIN]
    assert len(worker.producer.sends) == 1  # one round trip a batch


async def test_what_another_worker_wrote_is_seen(started):
    await started("one").links(message(STATEMENT, 1))
    joint = message(SUMMIT + STATEMENT, 2)
    assert await started("two").links(joint) == [Links(same_as=number(1))]


async def test_a_replay_writes_nothing_and_answers_the_same(started, broker):
    worker = started()
    batch = [message(STATEMENT, 1), message(LEAD_IN + STATEMENT, 2)]
    first = await worker.links(*batch)
    end = broker.bounds(TOPIC, 0)
    assert first[1].duplicate_of == number(1)
    assert await worker.links(*reversed(batch)) == first[::-1]
    assert await started("another").links(*batch) == first
    after_restart = started("third")
    await after_restart.signatures.restore()
    assert await after_restart.links(*batch) == first
    assert after_restart.producer.sends == []
    # The one that lagged behind wrote them again: repetitions, which count nothing.
    assert broker.bounds(TOPIC, 0)[1] == end[1] + len(batch)


async def test_a_record_that_is_repeated_counts_where_it_stood_first(started, broker):
    worker = started()
    await worker.links(message(STATEMENT, 1), message(STATEMENT, 2))
    for one in broker.messages(TOPIC)[::-1]:
        broker.append(Record(TOPIC, one.key, one.value, (), 0))
    lagging = started("another")
    assert await lagging.links(message(STATEMENT, 2), message(STATEMENT, 1)) == [
        TWIN,
        UNLINKED,
    ]


async def test_killed_between_the_signature_and_the_ack(started):
    await started("killed").links(message(STATEMENT, 1), message(STATEMENT, 2))
    again = started("started again")
    assert await again.links(message(STATEMENT, 2)) == [TWIN]


async def test_a_revision_never_points_to_what_came_after_its_release(started):
    worker = started()
    await worker.links(message(STATEMENT, 1))
    assert await worker.links(message(STATEMENT, 2)) == [TWIN]
    edited = STATEMENT.replace("47", "74")
    assert await worker.links(message(edited, 1, revision=2)) == [UNLINKED]
    # A later one is compared with each revision, and the edited copy with the first.
    for copy in (message(edited, 2, revision=2), message(edited, 3)):
        (found,) = await worker.links(copy)
        assert found.duplicate_of == number(1)


async def test_no_text_no_signature(started, broker):
    worker = started()
    unreadable = Message("communique.releases.raw", 0, 2, b"", b"\xff{")
    messages = message("", 1, change="erased"), unreadable
    assert await worker.links(*messages) == [None, None]
    assert broker.messages(TOPIC) == []


@pytest.mark.parametrize("days", [-31, -29, 0, 29, 31])
async def test_a_release_is_compared_with_those_of_thirty_days(started, days):
    worker = started()
    other = SEEN + timedelta(days=days)
    await worker.links(message(STATEMENT, 1, revision_seen_at=other))
    expected = TWIN if abs(days) < 30 else UNLINKED
    assert await worker.links(message(STATEMENT, 2)) == [expected]


async def test_foreign_records_on_the_topic_are_passed_over(started, broker):
    broker.append(Record(TOPIC, b"", b"\xff{", (), 0))
    broker.append(Record(TOPIC, b"", None, (), 0))
    worker = started()
    assert await worker.links(message(STATEMENT, 1), message(STATEMENT, 2)) == [
        UNLINKED,
        TWIN,
    ]


async def test_signatures_of_other_rules_are_not_compared(started, broker):
    await started().links(message(STATEMENT, 1))
    (record,) = broker.messages(TOPIC)
    older = record.value.replace(b'"rules":1', b'"rules":99')
    broker.cut(TOPIC, 0, end=0)
    broker.append(Record(TOPIC, record.key, older, (), 0))
    assert await started("anew").links(message(STATEMENT, 2)) == [UNLINKED]


async def test_a_topic_that_was_made_anew_is_read_from_its_beginning(started, broker):
    worker = started()
    await worker.links(message(STATEMENT, 1), message(OTHER, 2))
    broker.cut(TOPIC, 0, end=0)  # the engine lost its last moments
    assert await worker.links(message(STATEMENT, 3)) == [UNLINKED]
    assert await worker.links(message(STATEMENT, 1)) == [
        Links(duplicate_of=number(3), similarity=1.0)
    ]


async def test_a_file_ahead_of_the_topic_or_of_another_cluster_is_made_anew(
    started, broker, tmp_path
):
    with ExitStack() as stack:
        ahead = Worker(broker, tmp_path / "0.sqlite", stack)
        await ahead.links(message(STATEMENT, 1), message(OTHER, 2))
    broker.cut(TOPIC, 0, end=1)
    worker = started()
    await worker.signatures.restore()
    assert worker.index.next_offset == 1
    with ExitStack() as stack:
        moved = Worker(broker, tmp_path / "0.sqlite", stack, cluster="another")
        assert moved.index.next_offset == 0


async def test_what_the_topic_no_longer_keeps_is_forgotten(started, broker):
    worker = started()
    await worker.links(message(STATEMENT, 1), message(OTHER, 2))
    broker.expire(TOPIC, 0, before=1)
    await worker.signatures.restore()
    assert await worker.links(message(STATEMENT, 3), message(OTHER, 4)) == [
        UNLINKED,
        Links(duplicate_of=number(2), similarity=1.0),
    ]


async def test_a_broker_that_does_not_answer_is_no_fault_of_the_release(started):
    worker = started()

    async def silent(*_):
        raise KafkaTimeoutError
        yield

    worker.reader.read = silent
    with pytest.raises(NotReadyError, match="cannot be read"):
        await worker.links(message(STATEMENT, 1))


async def test_a_record_that_is_not_there_is_waited_for(started, broker):
    worker = started()

    async def into_the_void(records):
        return []

    worker.signatures._send_all = into_the_void
    with pytest.raises(NotReadyError, match="is not there"):
        await worker.links(message(STATEMENT, 1))
