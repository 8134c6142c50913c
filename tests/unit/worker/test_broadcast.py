"""A topic that every process reads whole."""

import pytest
from aiokafka.errors import KafkaTimeoutError

from communique.codec import Record
from communique.errors import NotReadyError
from communique.worker.broadcast import Broadcast
from tests.fakes import Broker, FakeReader


async def test_catching_up_hands_on_what_is_new_and_nothing_twice():
    broker, heard = Broker(partitions=1), []
    topic = Broadcast(FakeReader(broker), "t", lambda m: heard.append(m.value))
    for value in (b"1", b"2", b"3", b"4"):
        broker.append(Record("t", b"k", value))
        await topic.catch_up()
    await topic.catch_up()
    assert heard == [b"1", b"2", b"3", b"4"]


async def test_kafka_that_is_away_is_waited_for():
    class Away(FakeReader):
        async def partitions(self, topic):
            raise KafkaTimeoutError

    topic = Broadcast(Away(Broker()), "t", lambda _: None)
    with pytest.raises(NotReadyError, match="t cannot be read"):
        await topic.catch_up()
