"""Why Kafka does not let us in, or do something: a sentence for an operator."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)

from communique.connection import KafkaConnection
from communique.errors import NotReadyError

FORBIDDEN = (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
)
"""Errors of who is known and lacks a right."""

_LOOK_SECONDS = 5.0


async def unreachable(kafka: KafkaConnection) -> NotReadyError:
    """
    Return the error that says why no server of `kafka` takes us.

    aiokafka logs the reason and tells the caller nothing, so we knock once more.
    """
    where = kafka.bootstrap_servers
    options = kafka.client_options()
    servers = collect_hosts(options.pop("bootstrap_servers"), randomize=False)
    for host, port, _ in servers:
        try:
            connection = await create_conn(
                host, port, request_timeout_ms=int(_LOOK_SECONDS * 1000), **options
            )
        except SaslAuthenticationFailed:
            return NotReadyError(
                f"Kafka at {where} does not know us: check the user "
                f"{kafka.username!r}, its password and the mechanism {kafka.mechanism}"
            )
        except UnsupportedSaslMechanismError:
            return NotReadyError(f"Kafka at {where} does not take {kafka.mechanism}")
        except ssl.SSLCertVerificationError as error:
            return NotReadyError(
                f"Kafka at {where} is not trusted: {error.verify_message}"
            )
        except ssl.SSLError as error:
            return NotReadyError(f"TLS with Kafka at {where} fails: {error.reason}")
        except (KafkaError, ConnectionResetError):
            pass  # somebody is there and will not talk
        except (OSError, TimeoutError):
            continue
        else:
            connection.close()
        return NotReadyError(
            f"Kafka at {where} closes the connection: is "
            f"COMMUNIQUE_KAFKA_SECURITY_PROTOCOL={kafka.protocol} right for it?"
        )
    return NotReadyError(f"Kafka does not answer at {where}")


@contextmanager
def rights_needed(kafka: KafkaConnection) -> Iterator[None]:
    """Raise NotReadyError if the block may not do what it tries."""
    try:
        yield
    except FORBIDDEN as error:
        who = f"user {kafka.username!r}" if kafka.username else "who we are"
        raise NotReadyError(f"Kafka does not allow it to {who}: {error}") from error
