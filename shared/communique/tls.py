"""What TLS is spoken with, from files that an operator names."""

import ssl
from pathlib import Path

from communique.errors import UsageError


def tls_context(
    *,
    cafile: Path | None = None,
    certfile: Path | None = None,
    keyfile: Path | None = None,
) -> ssl.SSLContext:
    """
    Return the context of a client that checks the server's certificate and name.

    All files are PEM. Without a `cafile` the system's authorities are trusted.
    `certfile` and `keyfile` are for servers that ask who we are; one file may be both.

    Raises UsageError if a file is not what it should be.
    """
    try:
        context = ssl.create_default_context(cafile=cafile)
    except OSError as error:  # ssl.SSLError is one
        raise UsageError(f"{cafile} has no certificates in PEM: {error}.") from error
    if certfile is not None:
        try:
            # An encrypted key would ask for its password, with nobody there to answer.
            context.load_cert_chain(certfile, keyfile, password="")
        except OSError as error:
            raise UsageError(
                f"{certfile} and {keyfile or 'the same file'} are no certificate and "
                f"its unencrypted key in PEM: {error}."
            ) from error
    return context
