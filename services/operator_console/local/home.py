"""The folder of a local Communique: data, state, logs, and where things are."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from communique.errors import UsageError

DEFAULT_HOME = Path(".communique")
LOCK = "run.lock"


@dataclass(frozen=True, slots=True)
class Running:
    """What a running supervisor says of itself in `run.json`."""

    pid: int
    kafka: str
    elasticsearch: str
    state_dir: str
    language_analyzers: bool = True


@dataclass(frozen=True, slots=True)
class Home:
    """
    Paths below one folder; nothing is made before it is needed.

    `data` is the folder in it that holds what is kept: a demo has one of its own. Only
    one of them runs at a time, so every command finds it without being told.
    """

    path: Path
    data: str = "data"

    @property
    def engines(self) -> Path:
        """Return where the embedded engines keep their data."""
        return self.path / self.data / "engines"

    @property
    def state(self) -> Path:
        """Return where services keep what they can rebuild."""
        return self.path / self.data / "state"

    @property
    def log_file(self) -> Path:
        """Return where the logs of the services go when nobody watches them."""
        return self.path / self.data / "services.log"

    @property
    def run_file(self) -> Path:
        """Return the file that tells what runs."""
        return self.path / "run.json"

    def running(self) -> Running | None:
        """Return what runs here, or None."""
        try:
            running = Running(**json.loads(self.run_file.read_text()))
            # Who runs holds the lock: a file that a crash left behind deceives nobody.
            with FileLock(self.path / LOCK, blocking=False):
                return None
        except Timeout:
            return running
        except (OSError, ValueError, TypeError):
            return None

    def claim(self) -> FileLock:
        """
        Make the folder and return its lock, held until it is released.

        Raises UsageError if something runs here already, or if it can be no folder.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / LOCK)
            lock.acquire(blocking=False)
        except Timeout:
            raise UsageError(
                f"Communique already runs in {self.path}; stop it with: communique "
                "down, or choose another folder with --home."
            ) from None
        except OSError as error:
            raise UsageError(
                f"{self.path} cannot be used as a folder: {error.strerror}."
            ) from None
        return lock

    def announce(self, running: Running) -> None:
        """Say what runs, for the commands in other terminals."""
        part = self.run_file.with_suffix(".part")
        part.write_text(json.dumps(asdict(running), indent=2) + "\n")
        part.replace(self.run_file)

    def withdraw(self) -> None:
        """Say that nothing runs any more."""
        self.run_file.unlink(missing_ok=True)
