"""
The engines that tests run on: the embedded one, and the real Kafka and Elasticsearch.

Tests ask for the fixtures in `fixtures.py`. A test that kills an engine starts its own
`KafkaServer`, `ElasticsearchServer` or `NoidaServer` in the folder `engine_dir`, so
that the engines everybody shares stay up. The servers block while they start and stop:
inside a coroutine call them through `asyncio.to_thread`.
"""

from dataclasses import dataclass
from typing import Literal

from communique.connection import KafkaConnection


@dataclass(frozen=True)
class Engines:
    """One Kafka and one Elasticsearch that answer, and what tests must know of them."""

    kafka: str  # bootstrap servers
    elasticsearch: str  # URL
    name: Literal["embedded", "real"]
    language_analyzers: bool  # `english` and stemmers; the real one lacks their module

    @property
    def connection(self) -> KafkaConnection:
        """Return how our own clients reach this Kafka."""
        return KafkaConnection(self.kafka)
