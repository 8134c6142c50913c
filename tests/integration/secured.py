"""A Communique whose every part logs in, and may do no more than what ships with us."""

import argparse
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest
from pydantic import SecretStr

from communique.access import OPERATOR
from communique.connection import KafkaConnection
from communique.topics import SERVICES, Naming, Service
from operator_console.local.supervisor import Program
from search_indexer.settings import ElasticsearchSettings
from tests.certificates import Certificate
from tests.engines.secured import SecuredElasticsearch, SecuredKafka

ROOT = Path(__file__).parents[2]
NAMING = Naming()  # that of the files which ship with us
STRANGER, HALFWAY = "stranger", "halfway"
NAMES = (
    *(NAMING.group(service) for service in SERVICES),
    NAMING.prefix + OPERATOR,
    STRANGER,
    HALFWAY,
)
ROLES = {
    "indexer": "communique_indexer",
    "reader": "communique_reader",
    "installer": "communique_installer",
    "keeper": "communique_keeper",
    STRANGER: "",
}
_TYPES = {"topic": 2, "group": 3}
_OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8}
_PATTERNS = {"literal": 3, "prefixed": 4}
_ALLOW = 3


def password(name: str) -> str:
    return f"secret-of-{name}"


@dataclass(frozen=True)
class Secured:
    """Both engines, and how each of us reaches them."""

    kafka: SecuredKafka
    elasticsearch: SecuredElasticsearch
    certificate: Certificate
    directory: Path

    def connection(self, name: str, **other: Any) -> KafkaConnection:
        options = {
            "bootstrap_servers": self.kafka.secured_servers,
            "protocol": "SASL_SSL",
            "username": name,
            "password": SecretStr(password(name)),
            "cafile": self.certificate.certificate,
        }
        return KafkaConnection(**{**options, **other})

    def access(self, name: str) -> ElasticsearchSettings:
        return ElasticsearchSettings(
            elasticsearch_hosts=self.elasticsearch.url,
            elasticsearch_username=name,
            elasticsearch_password=SecretStr(password(name)),
            elasticsearch_ca_certs=self.certificate.certificate,
        )

    def program(self, service: Service, state: str, **other: str) -> Program:
        """Return how `service` starts, by its own name, with passwords in files."""
        group = NAMING.group(service)
        settings = {
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka.secured_servers,
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_USERNAME": group,
            "KAFKA_SASL_PASSWORD_FILE": self.password_file(group),
            "KAFKA_SSL_CAFILE": str(self.certificate.certificate),
            "ELASTICSEARCH_HOSTS": self.elasticsearch.url,
            "ELASTICSEARCH_USERNAME": "indexer",
            "ELASTICSEARCH_PASSWORD_FILE": self.password_file("indexer"),
            "ELASTICSEARCH_CA_CERTS": str(self.certificate.certificate),
            "STATE_DIR": str(self.directory / state),
            "INSTANCE": "0",
            "SESSION_TIMEOUT_SECONDS": "6",
            "BACKOFF_CAP_SECONDS": "1",
            "HOST_SPACING_SECONDS": "0",
            "ALLOW_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
            "SPACY_MODELS": "{}",
            "LOG_FORMAT": "json",
        }
        return Program(
            state,
            ("-m", "operator_console.service", service.name),
            {f"COMMUNIQUE_{k}": v for k, v in {**settings, **other}.items()},
        )

    def password_file(self, name: str) -> str:
        path = self.directory / f"{name}.password"
        path.write_text(password(name) + "\n")
        return str(path)

    def shipped_acls(self) -> list[Mapping[str, Any]]:
        """Return what deploy/kafka/acls.sh asks of kafka-acls.sh, run for real."""
        tool, asked = self.directory / "kafka-acls.sh", self.directory / "asked"
        tool.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
        tool.chmod(0o755)
        subprocess.run(
            ["sh", str(ROOT / "deploy/kafka/acls.sh"), "--bootstrap-server", "x:1"],
            env={**os.environ, "PATH": f"{self.directory}:{os.environ['PATH']}"},
            check=True,
        )
        return [
            acl
            for line in asked.read_text().splitlines()
            for acl in _acls(line.split())
        ]

    async def allow(self, *acls: Mapping[str, Any]) -> None:
        await self._ask(CreateAclsRequest, acls)

    async def forbid(self, *acls: Mapping[str, Any]) -> None:
        await self._ask(DeleteAclsRequest, acls)

    async def _ask(self, request: Any, acls: Any) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap_servers)
        await admin.start()
        try:
            for acl in acls:
                answer = await admin._send_request(request(*acl.values()))
                assert _codes(answer) == {0}, answer
        finally:
            await admin.close()


def acl(
    principal: str, operation: str, resource: str, name: str, pattern: str = "literal"
) -> Mapping[str, Any]:
    """Return a right, in the order of Kafka's own request."""
    return {
        "resource_type": _TYPES[resource],
        "resource_name": name,
        "pattern_type": _PATTERNS[pattern],
        "principal": f"User:{principal}",
        "host": "*",
        "operation": _OPERATIONS[operation],
        "permission": _ALLOW,
    }


def _acls(words: list[str]) -> list[Mapping[str, Any]]:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--bootstrap-server", required=True)
    parser.add_argument("--add", action="store_true", required=True)
    parser.add_argument("--allow-principal", required=True)
    parser.add_argument("--operation", required=True)
    parser.add_argument("--resource-pattern-type", default="literal")
    parser.add_argument("--topic", action="append", default=[])
    parser.add_argument("--group", action="append", default=[])
    asked = parser.parse_args(words)
    who = asked.allow_principal.removeprefix("User:")
    return [
        acl(who, asked.operation, resource, name, asked.resource_pattern_type)
        for resource, names in (("topic", asked.topic), ("group", asked.group))
        for name in names
    ]


def _codes(answer: Any) -> set[int]:
    (results,) = (v for v in answer.to_object().values() if isinstance(v, list))
    return {result["error_code"] for result in results}
