"""One due release: read its page, tell what happened, remember; step by step."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from communique.codec import Message, decode
from communique.errors import PermanentError, TooLargeError
from communique.events import Entry, Issuer, RawRelease
from communique.parts import Event
from communique.safe_http import SafeClient
from communique.safe_text import safe_text
from communique.topics import ENTRIES, RELEASES_RAW
from communique.worker.context import Context
from communique.worker.crashes import CrashError
from communique.worker.partition_state import PartitionState, Task
from communique.worker.reader import Reader, RecentMessages
from communique.worker.settled import bury
from page_fetcher.extract import Extracted, extract
from page_fetcher.fetch import PageFailed, fetch_page
from page_fetcher.numbering import numbered, raw_record
from page_fetcher.revisions import Known
from page_fetcher.robots import Robots
from page_fetcher.settings import PageFetcherSettings
from page_fetcher.tasks import Intent, Outcome, PageTask

E = TypeVar("E", bound=Event)

MAX_PAUSE_SECONDS = 86_400.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Later:
    """The page could not be read; try again, after the pause that the host asks."""

    reason: str
    pause_seconds: float


@dataclass(frozen=True, slots=True)
class Pending:
    """An entry that waits to be worked on, and the message that brought it."""

    message: Message
    entry: Entry


class Visitor:
    """Runs due tasks; every step is confirmed by the broker before the next."""

    def __init__(
        self,
        context: Context,
        settings: PageFetcherSettings,
        client: SafeClient,
        reader: Reader,
        recent: RecentMessages,
        *,
        robots: Robots | None = None,
        now: Callable[[], datetime],
    ) -> None:
        self._context = context
        self._settings = settings
        self._client = client
        self._reader = reader
        self._recent = recent
        self._robots = robots
        self._now = now

    async def __call__(self, state: PartitionState, due: Task) -> float | None:
        """Work on the release `due.id`; return for how long its host wants peace."""
        value = state.get(due.id)
        if value is None:
            return None
        task = PageTask.of(value)
        entries = {
            place: found
            for place in task.pending
            if (found := await self._entry(state.partition, place))
        }
        newest = list(entries.values())[-1] if entries else None
        bodies = {
            place: await _extract_body(found.entry, found.entry.body)
            for place, found in entries.items()
            if found.entry.body is not None
        }
        pages = [
            (found.entry.link, found.entry.title)
            for place, found in entries.items()
            if found.entry.link and place not in bodies
        ]
        page = await self._page(*pages[-1], task.attempt) if pages else None
        async with state.lock:
            value = state.get(due.id)
            if value is None:
                return None
            current = PageTask.of(value)
            if isinstance(page, Later):
                await self._postpone(state, due.id, current, page)
                return page.pause_seconds
            known = await self._known(current, newest.entry.issuer) if newest else None
            for place in task.pending:
                if place not in current.pending:  # dropped while we were out
                    continue
                pending = entries.get(place)
                if pending is None:  # older than what `entries` keeps
                    current = self._settle(current, place, "expired")
                    continue
                text = bodies.get(place, page)
                current, known = await self._tell(
                    state, current, place, pending, text, known
                )
            done = current.rested(now=self._now().timestamp()).note(due.id)
            if done.value != state.get(due.id):  # mostly the last event's record is it
                await state.save([done], self._context.producer)
        return 0.0 if pages else None

    async def give_up(self, state: PartitionState, due: Task, error: Exception) -> None:
        """Bury the entries of a release whose visits crash us; replay tries again."""
        async with state.lock:
            if (value := state.get(due.id)) is None:
                return
            task = PageTask.of(value)
            reason = CrashError(f"crashed us three times: {error!r}")
            for place in task.pending:
                if pending := await self._entry(state.partition, place):
                    task = await self._bury(task, place, pending, reason)
                else:
                    task = self._settle(task, place, "expired")
            done = task.rested(now=self._now().timestamp())
            await state.save([done.note(due.id)], self._context.producer)

    async def _bury(
        self, task: PageTask, place: str, pending: Pending, error: PermanentError
    ) -> PageTask:
        letter = bury(pending.message, error, dead_letters=self._context.dead_letters)
        await self._context.producer.send_all(letter.records)
        return self._settle(task, place, "dead").forget(pending.entry)

    async def _page(
        self, link: str, title: str, attempt: int
    ) -> Extracted | Later | None:
        """Return the text of the page; None: the feed's own text is what there is."""
        page = await fetch_page(self._client, link, self._robots)
        if isinstance(page, PageFailed):
            log.info("page", link=link, reason=page.reason, attempt=attempt)
            if page.retry and attempt + 1 < self._settings.page_attempts:
                # An entry is kept for 7 days: no host may put it off longer than one.
                pause = min(page.retry_after_seconds or 0.0, MAX_PAUSE_SECONDS)
                return Later(page.reason, pause)
            return None
        return await _extract(
            page.body,
            content_type=page.content_type,
            url=page.url,
            title_hint=title,
        )

    async def _postpone(
        self, state: PartitionState, release_id: str, task: PageTask, later: Later
    ) -> None:
        wait = self._settings.retry_seconds * 2**task.attempt
        due_at = self._now().timestamp() + max(wait, later.pause_seconds)
        again = task.model_copy(update={"attempt": task.attempt + 1, "due_at": due_at})
        await state.save([again.note(release_id)], self._context.producer)
        self._count("postponed")

    async def _tell(
        self,
        state: PartitionState,
        task: PageTask,
        place: str,
        pending: Pending,
        text: Extracted | None,
        known: Known | None,
    ) -> tuple[PageTask, Known | None]:
        """Write intent, event and done for what one entry amounts to, if anything."""
        producer, release_id = self._context.producer, pending.entry.release_id
        release = numbered(pending.entry, text, known, task.intent, self._now())
        if release is None:
            return self._settle(task, place, "unchanged"), known
        try:
            record = raw_record(release, self._context.naming, cause=pending.message)
        except TooLargeError as error:
            return await self._bury(task, place, pending, error), known
        intent = Intent(
            revision=release.revision,
            version=release.version,
            fingerprint=release.fingerprint,
        )
        aimed = task.model_copy(update={"intent": intent})
        await state.save([aimed.note(release_id)], producer)
        (where,) = await producer.send_all([record])
        done = (
            self._settle(task, place, "released")
            .model_copy(
                update={
                    "intent": None,
                    "revision": release.revision,
                    "version": release.version,
                    "fingerprint": release.fingerprint,
                    "raw": f"{where.partition}/{where.offset}",
                    "first_seen_ms": int(release.first_seen_at.timestamp() * 1000),
                }
            )
            .rested(now=self._now().timestamp())
        )
        await state.save([done.note(release_id)], producer)
        log.info(
            "released",
            release_id=release_id,
            change=release.change,
            revision=release.revision,
            title=safe_text(release.title, limit=120),
        )
        return done, Known.of(release)

    async def _entry(self, partition: int, place: str) -> Pending | None:
        naming = self._context.naming
        is_replayed = place.startswith("r")
        topic = naming.topic(self._context.service.replay if is_replayed else ENTRIES)
        offset = int(place.removeprefix("r"))
        message = self._recent.take(f"{topic}/{partition}/{offset}")
        message = message or await self._reader.one(topic, partition, offset)
        entry = _decoded(message, Entry)
        return Pending(message, entry) if message and entry else None

    async def _known(self, task: PageTask, issuer: Issuer) -> Known | None:
        """Return what is known of the release, with the facts of its last event."""
        if task.raw is None or task.fingerprint is None:
            return None
        partition, _, offset = task.raw.partition("/")
        message = await self._reader.one(
            self._context.naming.topic(RELEASES_RAW), int(partition), int(offset)
        )
        last = _decoded(message, RawRelease)
        if last is not None:
            return Known.of(last)
        # Older than what the topic keeps: the numbers go on all the same.
        first_seen_at = datetime.fromtimestamp(task.first_seen_ms / 1000, UTC)
        return Known(
            revision=task.revision,
            version=task.version,
            fingerprint=task.fingerprint,
            first_seen_at=first_seen_at,
            revision_seen_at=first_seen_at,
            issuers=(issuer,),
            text_from="page",
        )

    def _settle(self, task: PageTask, place: str, outcome: Outcome) -> PageTask:
        self._count(outcome)
        return task.settle(place, outcome)

    def _count(self, outcome: str) -> None:
        self._context.metrics.count(outcome, at=self._now().timestamp())


async def _extract_body(entry: Entry, body: str) -> Extracted | None:
    return await _extract(
        body.encode(),
        content_type=f"{entry.body_media_type or 'text/plain'}; charset=utf-8",
        url=entry.link,
        title_hint=entry.title,
    )


async def _extract(
    body: bytes, *, content_type: str | None, url: str | None, title_hint: str
) -> Extracted | None:
    # In a thread: a long page must not hold up the other visits.
    return await asyncio.to_thread(
        extract, body, content_type=content_type, url=url, title_hint=title_hint
    )


def _decoded(message: Message | None, event: type[E]) -> E | None:
    if message is None:
        return None
    try:
        return decode(message, event)
    except PermanentError:
        return None  # it was one when it was planned; a foreign hand has been here
