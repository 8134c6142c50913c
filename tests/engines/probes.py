"""Ask an engine whether it serves requests; OSError where nothing listens."""

import http.client
import socket
import struct

from tests.engines.process import HOST

TIMEOUT_SECONDS = 2.0
METADATA, VERSION = 3, 4  # a version that every broker since 0.11 knows


def kafka_answers(port: int) -> bool:
    """Return whether the broker counts itself among those that take requests."""
    correlation, no_client_id, no_topics, no_auto_creation = 1, -1, 0, 0
    request = struct.pack(
        ">hhihib",
        METADATA,
        VERSION,
        correlation,
        no_client_id,
        no_topics,
        no_auto_creation,
    )
    with socket.create_connection((HOST, port), TIMEOUT_SECONDS) as broker:
        broker.sendall(struct.pack(">i", len(request)) + request)
        with broker.makefile("rb") as answer:
            head = answer.read(16)
    if len(head) < 16:
        return False
    brokers: int = struct.unpack(">iiii", head)[-1]  # after length, id and throttle
    return brokers > 0


def elasticsearch_answers(port: int) -> bool:
    """Return whether the node has a cluster state and its primary shards are there."""
    node = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)
    try:
        node.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")
        return node.getresponse().status == http.HTTPStatus.OK
    except http.client.HTTPException:
        return False
    finally:
        node.close()
