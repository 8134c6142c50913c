"""The cluster: is it there, who is it, which topics has it."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from functools import partial

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError

from communique.connection import KafkaConnection
from communique.errors import NotReadyError
from communique.topics import Naming, Topic
from communique.worker.refusal import rights_needed, unreachable
from communique.worker.until_ready import until_ready

_ALREADY_EXISTS = 36


@asynccontextmanager
async def admin_client(kafka: KafkaConnection) -> AsyncIterator[AIOKafkaAdminClient]:
    """
    Hold an admin client open.

    Raises NotReadyError if Kafka is away or does not let us in.
    """
    admin = AIOKafkaAdminClient(**kafka.client_options())
    try:
        try:
            await admin.start()
        except (KafkaError, OSError) as error:
            raise await unreachable(kafka) from error
        yield admin
    finally:
        await admin.close()


async def create_topics(
    kafka: KafkaConnection,
    topics: Iterable[Topic],
    naming: Naming,
    *,
    replication_factor: int = 1,
) -> list[str]:
    """
    Create the `topics` that are missing and return the names of those created.

    Raises NotReadyError if the broker refuses one, or does not let us in.
    """
    wanted = [
        NewTopic(
            naming.topic(topic),
            topic.partitions,
            replication_factor,
            topic_configs=topic.config,
        )
        for topic in topics
    ]
    async with admin_client(kafka) as admin:
        answer = await admin.create_topics(wanted)
    created = []
    for name, code, *message in answer.topic_errors:
        if code == 0:
            created.append(name)
        elif code != _ALREADY_EXISTS:
            reason = message[0] if message else f"error {code}"
            raise NotReadyError(f"Kafka did not create {name}: {reason}")
    return created


async def wait_for_cluster(
    kafka: KafkaConnection,
    topics: set[str],
    *,
    group: str,
    cap_seconds: float,
    waiting: Callable[[str | None], None],
) -> str:
    """
    Return the id of the cluster, once it lets us in and has all of `topics` for us.

    `group` is the consumer group that we must be allowed to join.
    """
    return await until_ready(
        partial(_cluster_with, kafka, topics, group),
        waiting=waiting,
        cap_seconds=cap_seconds,
    )


async def _cluster_with(kafka: KafkaConnection, topics: set[str], group: str) -> str:
    try:
        async with admin_client(kafka) as admin:
            _check_topics(kafka, topics - set(await admin.list_topics()))
            with rights_needed(kafka), suppress(GroupCoordinatorNotAvailableError):
                await admin.find_coordinator(group)
            cluster = await admin.describe_cluster()
    except (KafkaError, OSError) as error:
        raise NotReadyError(
            f"Kafka does not answer at {kafka.bootstrap_servers}"
        ) from error
    return str(cluster.get("cluster_id") or "")


def _check_topics(kafka: KafkaConnection, missing: set[str]) -> None:
    if not missing:
        return
    names = ", ".join(sorted(missing))
    if kafka.is_sasl:  # Kafka does not tell the one from the other
        raise NotReadyError(
            f"topics are missing or not for {kafka.username!r} ({names}); "
            "create them with: communique topics create, "
            "allow them with: communique topics acls"
        )
    raise NotReadyError(
        f"topics are missing ({names}); create them with: communique topics create"
    )
