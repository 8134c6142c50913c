"""
The embedded engines: one native program that speaks Kafka's and Elasticsearch's tongue.

It answers anybody who reaches it, without a password and with open CORS. So it listens
on an address of 127.0.0.0/8 and a port that nobody guesses, where the system has them.
"""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import noida_db

from communique.errors import NotReadyError

START_SECONDS = 20.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Engines:
    """Where Kafka and Elasticsearch answer."""

    kafka: str
    elasticsearch: str


@asynccontextmanager
async def embedded_engines(
    directory: Path,
    *,
    host: str | None = None,
    kafka_port: int = 0,
    elasticsearch_port: int = 0,
) -> AsyncIterator[Engines]:
    """
    Run the embedded engines on the data in `directory` while the block runs.

    `host` None: a random loopback address; a port of 0: a random free one.

    Raises NotReadyError if they do not come up.
    """
    directory.mkdir(parents=True, exist_ok=True)
    host = host or _loopback_address()
    kafka_port = kafka_port or _free_port(host)
    elasticsearch_port = elasticsearch_port or _free_port(host)
    log = directory / "engines.log"
    await stop_leftover(directory)
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            _program(),
            "start",
            "--only",
            "kafka,elasticsearch",
            "--host",
            host,
            "--kafka-port",
            str(kafka_port),
            "--elasticsearch-port",
            str(elasticsearch_port),
            "--data-dir",
            str(directory),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C reaches the whole group of a terminal; the engines go last.
            start_new_session=True,
        )
    try:
        for port in (kafka_port, elasticsearch_port):
            await _listening(process, host, port, log)
        yield Engines(
            kafka=f"{host}:{kafka_port}",
            elasticsearch=f"http://{host}:{elasticsearch_port}",
        )
    finally:
        await _stop(process)


async def _listening(
    process: asyncio.subprocess.Process, host: str, port: int, log: Path
) -> None:
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        if process.returncode is not None:
            break
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    last = " ".join(log.read_text(errors="replace").splitlines()[-3:])
    raise NotReadyError(
        f"the embedded engines did not start on {host}:{port}; {log} says: {last}"
    )


async def stop_leftover(directory: Path) -> None:
    """Stop engines that a killed supervisor left on this data; they save it first."""
    leftover = await asyncio.create_subprocess_exec(
        _program(),
        "down",
        "--data-dir",
        str(directory),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await leftover.wait()


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def _program() -> str:
    # The native program beside the package: its Python wrapper would be one more
    # process that has to be stopped.
    folder = Path(noida_db.__file__).parent
    for name in ("noida-db", "noida-db.exe"):
        if (folder / name).exists():
            return str(folder / name)
    raise NotReadyError("the embedded engines are not installed; run: make setup")


def _loopback_address() -> str:
    # 127.0.0.0/8 is all loopback on Linux; elsewhere only 127.0.0.1 can be bound.
    address = f"127.{1 + secrets.randbelow(254)}.{secrets.randbelow(256)}."
    address += str(1 + secrets.randbelow(254))
    try:
        _free_port(address)
    except OSError:
        return "127.0.0.1"
    return address


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
