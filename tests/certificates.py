"""Certificates for a test, made by the command `openssl`."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.engines.process import HOST


@dataclass(frozen=True)
class Certificate:
    """A server's certificate, signed by its own key: it is its own authority."""

    certificate: Path
    key: Path

    @property
    def pem(self) -> str:
        return self.key.read_text() + self.certificate.read_text()


def make_certificate(folder: Path, name: str = "server") -> Certificate:
    """Write a certificate for engines on this machine, for two days, and its key."""
    made = Certificate(folder / f"{name}.crt", folder / f"{name}.key")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{HOST}"),
            *("-out", str(made.certificate), "-keyout", str(made.key)),
        ],
        check=True,
        capture_output=True,
    )
    return made
