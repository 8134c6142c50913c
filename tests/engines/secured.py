"""The real engines as a careful operator runs them: TLS, users, least rights."""

import base64
import hashlib
import http.client
import os
import shutil
import ssl
from collections.abc import Mapping
from pathlib import Path

from tests.certificates import Certificate
from tests.engines.elasticsearch import ElasticsearchServer
from tests.engines.kafka import KafkaServer
from tests.engines.process import HOST, free_ports

_JAAS = "org.apache.kafka.common.security"
_PBKDF2_ROUNDS = 10_000


class SecuredKafka(KafkaServer):
    """
    A Kafka that lets `users` (name to password) in over TLS, to do what ACLs allow.

    Each of them can log in by SCRAM-SHA-512, SCRAM-SHA-256 and PLAIN. `secured_servers`
    is for them; `bootstrap_servers` is the administrator's door, without any of it.
    """

    def __init__(
        self, data_dir: Path, *, certificate: Certificate, users: Mapping[str, str]
    ) -> None:
        super().__init__(
            data_dir,
            format_options=[
                f"--add-scram={mechanism}=[name={name},password={password}]"
                for name, password in users.items()
                for mechanism in ("SCRAM-SHA-512", "SCRAM-SHA-256")
            ],
        )
        broker, controller = self.ports
        self.ports = (broker, controller, *free_ports(1))
        logins = " ".join(f'user_{name}="{word}"' for name, word in users.items())
        keystore = self.data_dir / "keystore.pem"
        self._pem = certificate.pem
        self.settings = {
            "listeners": f"PLAINTEXT://{HOST}:{broker},"
            f"SASL_SSL://{HOST}:{self.ports[2]},CONTROLLER://{HOST}:{controller}",
            "listener.security.protocol.map": (
                "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT"
            ),
            "authorizer.class.name": (
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
            ),
            "super.users": "User:ANONYMOUS",  # on the doors without a log-in
            "sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN",
            "listener.name.sasl_ssl.plain.sasl.jaas.config": (
                f"{_JAAS}.plain.PlainLoginModule required {logins};"
            ),
            **{
                f"listener.name.sasl_ssl.{mechanism}.sasl.jaas.config": (
                    f"{_JAAS}.scram.ScramLoginModule required;"
                )
                for mechanism in ("scram-sha-512", "scram-sha-256")
            },
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(keystore),
        }
        self._keystore = keystore

    @property
    def secured_servers(self) -> str:
        """Return where users connect, as `host:port`."""
        return f"{HOST}:{self.ports[2]}"

    def _write_properties(self) -> Path:
        self._keystore.write_text(self._pem)
        return super()._write_properties()


class SecuredElasticsearch(ElasticsearchServer):
    """
    An Elasticsearch with TLS that knows `users` (name to password and roles).

    Its roles are those of the file `roles`, beside the built-in ones.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        certificate: Certificate,
        users: Mapping[str, tuple[str, str]],
        roles: Path,
    ) -> None:
        super().__init__(
            data_dir,
            settings={
                "xpack.security.enabled": True,
                "xpack.security.http.ssl.enabled": True,
                "xpack.security.http.ssl.certificate": "server.crt",
                "xpack.security.http.ssl.key": "server.key",
            },
        )
        self._certificate, self._users, self._roles = certificate, users, roles

    @property
    def url(self) -> str:
        """Return where clients connect."""
        return f"https://{HOST}:{self.ports[0]}"

    def answers(self) -> bool:
        node = http.client.HTTPSConnection(
            HOST,
            self.ports[0],
            timeout=2.0,
            context=ssl.create_default_context(cafile=self._certificate.certificate),
        )
        try:
            node.request("GET", "/")
            # It knows nobody before its security is up: 503. What we want is 401.
            return node.getresponse().status == http.HTTPStatus.UNAUTHORIZED
        except http.client.HTTPException:
            return False
        finally:
            node.close()

    def _write_settings(self, path: Path) -> None:
        super()._write_settings(path)
        config = path.parent
        shutil.copy(self._certificate.certificate, config / "server.crt")
        shutil.copy(self._certificate.key, config / "server.key")
        shutil.copy(self._roles, config / "roles.yml")
        # As `elasticsearch-users useradd` writes them, without a Java for each.
        (config / "users").write_text(
            "".join(
                f"{name}:{_hash(word)}\n" for name, (word, _) in self._users.items()
            )
        )
        (config / "users_roles").write_text(
            "".join(
                f"{role}:{name}\n" for name, (_, role) in self._users.items() if role
            )
        )


def _hash(password: str) -> str:
    salt = os.urandom(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _PBKDF2_ROUNDS, 32)
    words = (base64.b64encode(part).decode() for part in (salt, key))
    return f"{{PBKDF2}}{_PBKDF2_ROUNDS}${'$'.join(words)}"
