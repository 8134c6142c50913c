"""Laws of links: one answer for all, no matter who asks, when, or how often."""

import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from communique.codec import Message
from communique.topics import RELEASES_SIGNATURES, Naming
from enrichment_worker.links.signature_index import SignatureIndex
from enrichment_worker.links.signatures import Signatures
from tests.fakes import Broker, FakeProducer, FakeReader
from tests.unit.enrichment_worker.statements import (
    LEAD_IN,
    OTHER,
    STATEMENT,
    SUMMIT,
    number,
    release,
)

TOPIC = Naming().topic(RELEASES_SIGNATURES)
TEXTS = (STATEMENT, STATEMENT.replace("47", "74"), LEAD_IN + STATEMENT)
TEXTS += (SUMMIT + STATEMENT, OTHER, SUMMIT, "The Minister is in Rome.", "")

events = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 3), st.sampled_from(TEXTS)),
    min_size=2,
    max_size=12,
    unique_by=lambda event: event[:2],
)
"""Release, revision, text."""
turns = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 11), st.integers(1, 4), st.booleans()),
    min_size=1,
    max_size=10,
)
"""A worker, where it begins, how many it takes, and whether it dies before the ack."""


def message(place, event):
    index, revision, text = event
    value = release(text, index, revision=revision).model_dump_json().encode()
    return Message("raw", 0, place, number(index).encode(), value)


async def links(worker, batch):
    found = await worker.links(batch)
    return {one.offset: found.get(one) for one in batch}


@given(events, turns)
@settings(max_examples=25, deadline=None)
def test_two_workers_their_deaths_and_a_replay_find_the_same(events, turns):
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        asyncio.run(_play(events, turns, Path(directory), stack))


async def _play(events, turns, directory, stack):
    broker = Broker()
    started = 0

    def start():
        nonlocal started
        started += 1
        path = directory / f"{started}.sqlite"
        return Signatures(
            stack.enter_context(SignatureIndex(path, cluster="c")),
            FakeReader(broker),
            FakeProducer(broker).send_all,
            Naming(),
        )

    messages = [message(place, event) for place, event in enumerate(events)]
    workers = [start(), start()]
    answers = {}
    for who, begin, count, dies in (*turns, (0, 0, len(messages), False)):
        batch = messages[begin % len(messages) :][:count]
        for place, found in (await links(workers[who], batch)).items():
            assert answers.setdefault(place, found) == found
        if dies:
            workers[who] = start()
    first = {}
    for record in broker.messages(TOPIC):
        first.setdefault(record.key.decode(), record.offset)
    for place, found in answers.items():
        if found is None:
            assert not events[place][2]
            continue
        ours = first[number(events[place][0])]
        for target in (found.duplicate_of, found.same_as, found.corrects):
            assert target is None or first[target] < ours
        assert (found.similarity is None) == (found.duplicate_of is None)
