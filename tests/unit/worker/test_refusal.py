"""Why Kafka does not let us in: the sentence by what happens at its port."""

import asyncio
import ssl
from contextlib import asynccontextmanager

import pytest
from aiokafka.errors import GroupAuthorizationFailedError
from pydantic import SecretStr

from communique.connection import KafkaConnection
from communique.errors import NotReadyError
from communique.worker.kafka import admin_client
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from communique.worker.refusal import rights_needed
from tests.certificates import make_certificate
from tests.engines.process import HOST, free_ports

SECRET = "correct horse battery staple"


@asynccontextmanager
async def door(context=None):
    """Somebody who takes connections and ends them at the first word."""

    async def close(reader, writer):
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(close, HOST, 0, ssl=context)
    async with server:
        yield "{}:{}".format(*server.sockets[0].getsockname())


def connection(servers, protocol="PLAINTEXT", **more):
    return KafkaConnection(servers, protocol=protocol, **more)


CLIENTS = pytest.mark.parametrize(
    "open_client",
    [
        pytest.param(admin_client, id="admin"),
        pytest.param(lambda kafka: Producer(kafka, client_id="t"), id="producer"),
        pytest.param(lambda kafka: Reader(kafka, client_id="t"), id="reader"),
    ],
)


async def reason(open_client, kafka):
    with pytest.raises(NotReadyError) as caught:
        async with open_client(kafka):
            pass
    return str(caught.value)


@CLIENTS
async def test_where_nobody_listens_kafka_does_not_answer(open_client):
    (port,) = free_ports(1)
    said = await reason(open_client, connection(f"{HOST}:{port}"))
    assert said == f"Kafka does not answer at {HOST}:{port}"


@CLIENTS
async def test_who_ends_the_talk_may_want_another_protocol(open_client):
    async with door() as servers:
        kafka = connection(
            servers, "SASL_PLAINTEXT", username="me", password=SecretStr(SECRET)
        )
        said = await reason(open_client, kafka)
    assert "KAFKA_SECURITY_PROTOCOL=SASL_PLAINTEXT right for it?" in said
    assert SECRET not in said


async def test_a_certificate_of_an_unknown_authority_is_not_trusted(tmp_path):
    server, other = (make_certificate(tmp_path, name) for name in ("one", "two"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(server.certificate, server.key)
    async with door(context) as servers:
        strange = connection(servers, "SSL", cafile=other.certificate)
        known = connection(servers, "SSL", cafile=server.certificate)
        assert "is not trusted: self-signed" in await reason(admin_client, strange)
        assert "closes the connection" in await reason(admin_client, known)


async def test_a_certificate_for_another_name_is_not_trusted(tmp_path):
    server = make_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(server.certificate, server.key)
    async with door(context) as servers:
        renamed = servers.replace(HOST, "localhost")
        kafka = connection(renamed, "SSL", cafile=server.certificate)
        assert "Hostname mismatch" in await reason(admin_client, kafka)


@pytest.mark.parametrize(
    ("more", "who"),
    [({"username": "me"}, "user 'me'"), ({}, "who we are")],
    ids=["user", "certificate"],
)
def test_what_is_forbidden_is_an_operators_fault(more, who):
    with (
        pytest.raises(NotReadyError, match=f"does not allow it to {who}"),
        rights_needed(connection("x:1", **more)),
    ):
        raise GroupAuthorizationFailedError("communique.x")
