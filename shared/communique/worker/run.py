"""Running a service: all that a process holds, opened in order, closed in reverse."""

import asyncio
import gc
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from functools import partial

import faust
import structlog

from communique.codec import Message
from communique.errors import CommuniqueError, NotReadyError
from communique.settings import WorkerSettings
from communique.topics import Service
from communique.worker.consume import create_app, observe
from communique.worker.context import Build, Context, Work
from communique.worker.crashes import Crashes
from communique.worker.deaths import Deaths
from communique.worker.health import health_server
from communique.worker.instance import instance_slot
from communique.worker.kafka import wait_for_cluster
from communique.worker.ledger import Ledger
from communique.worker.long_poll import pace_empty_fetches
from communique.worker.metrics import Metrics
from communique.worker.producer import Producer
from communique.worker.progress import Progress
from communique.worker.reader import Reader
from communique.worker.refusal import rights_needed
from communique.worker.settle import Settler
from communique.worker.task_lines import TaskLines
from communique.worker.watchdog import start_watchdog

STOP_SECONDS = 9.0
NOT_READY_SECONDS = 30.0
GARBAGE_THRESHOLD = 20_000
"""New objects before the youngest of them are looked through; Python's own is 700."""

log = structlog.get_logger(__name__)


async def run_service(service: Service, settings: WorkerSettings, build: Build) -> int:
    """
    Run `service` until SIGTERM or SIGINT, and return the exit code.

    0: stopped as asked. 1: an error that a restart may cure; the batch comes again.

    Raises UsageError if the instance is held by another process.
    """
    pace_empty_fetches()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    group = settings.naming.group(service)
    with instance_slot(settings.state_dir, group, settings.instance) as instance:
        main = asyncio.create_task(_serve(service, settings, build, instance))
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait({main, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not main.done():
            log.info("stops", service=service.name)
            main.cancel()
            done, _ = await asyncio.wait({main}, timeout=STOP_SECONDS)
            return 0 if done else 1
        error = main.exception()
        if isinstance(error, CommuniqueError):  # a sentence says it all
            log.error("ends", service=service.name, reason=str(error))
        else:
            log.error("ends", service=service.name, reason=repr(error), exc_info=error)
        return 1


async def _serve(
    service: Service, settings: WorkerSettings, build: Build, instance: int
) -> None:
    progress, metrics = Progress(), Metrics(service.name)
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(
            health_server(
                progress,
                metrics,
                host=settings.health_host,
                port=settings.health_port,
            )
        )
        stack.enter_context(_address(settings, service, instance, port))
        topics = service.needs
        cluster = await wait_for_cluster(
            settings.connection,
            {settings.naming.topic(topic) for topic in topics},
            group=settings.naming.group(service),
            cap_seconds=settings.backoff_cap_seconds,
            waiting=partial(progress.waiting, "kafka"),
        )
        context = await _context(
            service, settings, stack, progress, metrics, cluster, instance
        )
        book = Ledger(
            settings.naming.group(service),
            settings.naming,
            await stack.enter_async_context(context.new_reader("ledger")),
        )
        work = await stack.enter_async_context(build(context))
        # What stands now stays: a collector that walks it again and again takes a
        # seventh of the time of a visit.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD, 20, 50)
        try:
            with rights_needed(settings.connection):
                await _consume(context, work, book, instance)
        except NotReadyError as error:
            # A restart alone cures nothing: /readyz says for a while what would.
            progress.waiting("kafka", str(error))
            log.warning("waits", reason=str(error))
            await asyncio.sleep(NOT_READY_SECONDS)
            raise


async def _consume(context: Context, work: Work, book: Ledger, instance: int) -> None:
    settings, progress = context.settings, context.progress
    settler = Settler(
        context.service,
        context.naming,
        work.handle,
        producer=context.producer,
        book=book,
        crashes=context.crashes,
        deaths=Deaths(
            context.directory / f"deaths-{instance}.json",
            allowed=settings.deaths_allowed,
        ),
        progress=progress,
        metrics=context.metrics,
        backoff_cap_seconds=settings.backoff_cap_seconds,
        rng=random.SystemRandom(),
    )
    stale_book = True

    def assigned(partitions: set[tuple[str, int]]) -> None:
        nonlocal stale_book
        stale_book = True
        if work.states is not None:
            first = context.naming.topic(context.service.reads[0])
            work.states.own({number for topic, number in partitions if topic == first})

    async def settle(ours: Callable[[], list[Message]]) -> Sequence[Message]:
        nonlocal stale_book
        if stale_book:  # another process may have had our partitions
            stale_book = False
            await book.refresh()
        return await settler.settle(ours)

    app = create_app(
        context.service,
        settings,
        instance=instance,
        settle=settle,
        assigned=assigned,
        progress=progress,
    )
    start_watchdog(
        progress,
        stalled_seconds=settings.stalled_seconds,
        rebalance_seconds=settings.rebalance_timeout_seconds,
    )
    tasks = [asyncio.create_task(_faust(app, progress))]
    tasks.append(asyncio.create_task(observe(app, progress)))
    tasks.append(asyncio.create_task(_gauge(context, work)))
    tasks.extend(asyncio.ensure_future(job()) for job in work.background)
    if work.schedule is not None and work.states is not None:
        group = context.naming.group(context.service)
        lines = TaskLines(
            partial(work.states.standing, group),
            context.naming,
            context.producer.send_all,
        )
        tasks.append(asyncio.create_task(work.states.follow()))
        tasks.append(asyncio.create_task(lines.follow()))
        tasks.append(asyncio.create_task(work.schedule.run()))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        raise RuntimeError("a part of the worker ended by itself")
    finally:
        # The schedule first: what it writes must be confirmed before the producer goes,
        # and counted before the files are closed.
        for task in reversed(tasks):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _faust(app: faust.App, progress: Progress) -> None:
    app.finalize()
    try:
        await app.start()
        progress.waiting("start", None)
        log.info("ready", service=app.conf.id)
        await app.wait_until_stopped()
        if app.crash_reason is not None:
            raise app.crash_reason
        raise RuntimeError("Faust stopped by itself")
    finally:
        await asyncio.shield(asyncio.wait_for(app.stop(), STOP_SECONDS / 2))


async def _gauge(context: Context, work: Work) -> None:
    while True:
        context.metrics.gauge(
            lag=context.progress.lag,
            waiting=work.states.waiting() if work.states else 0,
        )
        await asyncio.sleep(1.0)


async def _context(
    service: Service,
    settings: WorkerSettings,
    stack: AsyncExitStack,
    progress: Progress,
    metrics: Metrics,
    cluster: str,
    instance: int,
) -> Context:
    client = f"{settings.naming.group(service)}-{instance}"
    producer = await stack.enter_async_context(
        Producer(
            settings.connection,
            client_id=client,
            waiting=partial(progress.waiting, "kafka"),
        )
    )

    def new_reader(purpose: str) -> Reader:
        return Reader(settings.connection, client_id=f"{client}-{purpose}")

    return Context(
        service=service,
        naming=settings.naming,
        settings=settings,
        producer=producer,
        progress=progress,
        metrics=metrics,
        cluster=cluster,
        crashes=Crashes(
            settings.state_dir
            / settings.naming.group(service)
            / f"crashes-{instance}.json"
        ),
        new_reader=new_reader,
        instance=instance,
    )


@contextmanager
def _address(
    settings: WorkerSettings, service: Service, instance: int, port: int
) -> Iterator[None]:
    """Leave the address of our health server where `communique status` finds it."""
    path = settings.state_dir / f"{settings.naming.group(service)}-{instance}.address"
    try:
        path.write_text(f"{settings.health_host}:{port}\n")
    except OSError as error:  # a full disk: nobody finds us, but we run and say why
        log.warning("cannot say where we are", reason=str(error))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
