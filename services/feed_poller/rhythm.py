"""
A feed's own rhythm: at which hours and on which days it has news, and how often; pure.

Hours and days are local to the feed, so that "nine on a working day" stays nine.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from communique.parts import Part

ENOUGH = 20
"""News before a rhythm is believed; fewer are chance."""
MIN_GAPS = 8
"""Gaps between news before their mean says anything."""
SLOWEST, FASTEST = 0.25, 4.0
SILENT_GAPS = 8.0
"""Of a feed that speaks by chance, one gap in 3,000 is that much above the mean."""
_FORGET_ABOVE = 400
_WORKING_DAYS = 5
_HOUR_SECONDS = 3600.0
_DAY_SECONDS = 24 * _HOUR_SECONDS
_LONG_SECONDS = 14 * _DAY_SECONDS


class Rhythm(Part):
    """News by local hour (24) and by day of the week (7, Monday first), and the gap."""

    hours: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    last_at: float | None = None
    """When the newest entry was seen or, on a first visit, published; epoch seconds."""
    gap_seconds: float | None = None
    """The mean time between two entries."""
    gaps: int = 0

    def heard(
        self, published: Sequence[datetime | None], now: datetime, zone: tzinfo
    ) -> "Rhythm":
        """Return the rhythm with news that came at `now`; None stands for no date."""
        if not published:
            return self
        moments = [
            at
            if at is not None and timedelta() <= now - at < timedelta(days=1)
            else now
            for at in published
        ]
        counted = self._counting(moment.astimezone(zone) for moment in moments)
        if self.last_at is None:
            return counted.model_copy(update={"last_at": now.timestamp()})
        gap = max(0.0, now.timestamp() - self.last_at) / len(published)
        weight = max(0.1, 1 / (self.gaps + 1))
        mean = gap if self.gap_seconds is None else self.gap_seconds
        return counted.model_copy(
            update={
                "last_at": now.timestamp(),
                "gap_seconds": round(mean + (gap - mean) * weight, 1),
                "gaps": min(self.gaps + len(published), _FORGET_ABOVE),
            }
        )

    def busy_seconds(self, start: datetime, end: datetime, zone: tzinfo) -> float:
        """Return the time from `start` to `end`, busy hours counted for more."""
        elapsed = (end - start).total_seconds()
        if not self.is_known or elapsed > _LONG_SECONDS:
            return elapsed
        busy, at = 0.0, start
        while at < end:
            local = at.astimezone(zone)
            step = min((end - at).total_seconds(), _left_of_hour(local))
            busy += step * self.pace(local)
            at += timedelta(seconds=step)
        return busy

    def stretched(
        self, now: datetime, seconds: float, zone: tzinfo, *, most: float
    ) -> float:
        """
        Return the wait from `now` in which `seconds` pass, busy hours running faster.

        At most `most` seconds.
        """
        if not self.is_known:
            return min(seconds, most)
        waited, left = 0.0, seconds
        while waited < most:
            local = (now + timedelta(seconds=waited)).astimezone(zone)
            pace = self.pace(local)
            step = min(_left_of_hour(local), most - waited)
            if step * pace >= left:
                return waited + left / pace
            left -= step * pace
            waited += step
        return most

    def pace(self, local: datetime) -> float:
        """Return how busy the feed is at `local` compared with its mean."""
        if not self.is_known:
            return 1.0
        hour, day = local.hour, local.weekday()
        near = sum(
            (self.hours[(hour + away) % 24] + 1) * weight
            for away, weight in ((-1, 1), (0, 2), (1, 1))
        )
        total = sum(self.hours) + 24
        by_hour = near / 4 * 24 / total
        by_day = (self.days[day] + 1) * 7 / (sum(self.days) + 7)
        if sum(count > 0 for count in self.days) < _WORKING_DAYS:
            by_day = 1.0  # not a week yet
        return min(max(by_hour * by_day, SLOWEST), FASTEST)

    @property
    def is_known(self) -> bool:
        """Return whether enough news has been heard to go by."""
        return (
            len(self.hours) == 24 and len(self.days) == 7 and sum(self.hours) >= ENOUGH
        )

    def is_silent(
        self, now: datetime, zone: tzinfo, *, expected_a_day: float | None = None
    ) -> bool:
        """
        Return whether the feed has said nothing for far longer than it ever does.

        `expected_a_day` is what its registration promises, and counts until enough has
        been heard. Nothing is silent within a day.
        """
        gap = self.gap_seconds if self.gaps >= MIN_GAPS else None
        if gap is None and expected_a_day:
            gap = _DAY_SECONDS / expected_a_day
        if gap is None or self.last_at is None:
            return False
        last = datetime.fromtimestamp(self.last_at, UTC)
        if now - last <= timedelta(days=1):
            return False
        return self.busy_seconds(last, now, zone) > SILENT_GAPS * gap

    def _counting(self, moments: Iterable[datetime]) -> "Rhythm":
        hours = list(self.hours) if len(self.hours) == 24 else [0] * 24
        days = list(self.days) if len(self.days) == 7 else [0] * 7
        for local in moments:
            days[local.weekday()] += 1
            if (local.hour, local.minute, local.second) != (0, 0, 0):
                hours[local.hour] += 1  # midnight sharp: a date without a time
        if sum(days) > _FORGET_ABOVE:  # what a feed did years ago fades
            hours = [count // 2 for count in hours]
            days = [count // 2 for count in days]
        return self.model_copy(update={"hours": tuple(hours), "days": tuple(days)})


def first_rhythm(
    published: Sequence[datetime | None], now: datetime, zone: tzinfo
) -> Rhythm:
    """Return what the dates in a feed's first document tell of its rhythm."""
    dates = sorted(at for at in published if at is not None and at <= now)
    rhythm = Rhythm()._counting(at.astimezone(zone) for at in dates)
    if not dates:
        return Rhythm(last_at=now.timestamp())
    gaps = [(two - one).total_seconds() for one, two in pairwise(dates)]
    return rhythm.model_copy(
        update={
            "last_at": dates[-1].timestamp(),
            "gap_seconds": round(sum(gaps) / len(gaps), 1) if gaps else None,
            "gaps": len(gaps),
        }
    )


def _left_of_hour(local: datetime) -> float:
    return max(1.0, _HOUR_SECONDS - local.minute * 60 - local.second)


def zone_of(name: str | None) -> tzinfo:
    """Return the time zone `name`; UTC if there is none, or no such one."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):
        return UTC
