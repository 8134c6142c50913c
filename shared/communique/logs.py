"""One line per outcome, for people on a terminal and as ECS JSON for machines."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Literal

import structlog

WAITS = "waits"
"""The event of every line in which a service says what it waits for."""

_NOISY = ("aiokafka", "faust", "mode", "elastic_transport", "httpx", "httpcore")


LIBRARY_SECONDS = 10.0
WAITS_SECONDS = 60.0


class Repeats(logging.Filter):
    """
    Keeps an outage of an hour from filling the log.

    A library says a thing once in ten seconds (aiokafka would say it 100 times in one),
    a service what it waits for once a minute. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether `record` is shown."""
        if record.name.startswith(_NOISY):
            return self._is_news(record.name, str(record.msg), LIBRARY_SECONDS)
        line = record.msg
        if isinstance(line, dict) and line.get("event") == WAITS:
            return self._is_news(record.name, str(line.get("reason")), WAITS_SECONDS)
        return True

    def _is_news(self, who: str, what: str, seconds: float) -> bool:
        now = self._clock()
        last = self._last.get((who, what))
        if last is not None and now - last < seconds:
            return False
        if len(self._last) > 1000:
            self._last.clear()
        self._last[who, what] = now
        return True


def configure_logs(
    *, service: str, form: Literal["auto", "text", "json"], level: str
) -> None:
    """Send all logs to stderr: text on a terminal, ECS JSON elsewhere, by `form`."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
    ]
    if as_text:
        final: list[structlog.typing.Processor] = [
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(
                colors=True,
                pad_event_to=0,
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ]
    else:
        from ecs_logging import StructlogFormatter

        to_ecs = StructlogFormatter()
        shared.append(structlog.stdlib.add_logger_name)
        final = [
            structlog.processors.format_exc_info,
            lambda logger, name, event: to_ecs(logger, name, dict(event)),
        ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *final,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _NOISY:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
    handler.addFilter(Repeats())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    if not as_text:  # on a terminal the supervisor names the service already
        structlog.contextvars.bind_contextvars(service=service)
