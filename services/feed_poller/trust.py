"""
Are this feed's validators to be believed? Pure.

Some servers send an ETag that never changes, some answer 304 whatever has changed, some
make a new ETag for every answer. Who is caught is asked without validators, and the
digest of the document says whether it has changed. A verdict holds for a month, then
the feed has another chance.
"""

from dataclasses import dataclass
from typing import Literal

from communique.parts import Part
from feed_poller.validators import Validators

Verdict = Literal["unproven", "believed", "stuck", "false_304", "restless"]

PROOFS = 3
RESTLESS = 3
MIN_NOT_MODIFIED = 3
"""So many 304s in a row before one of them is doubted."""
PROBE_SECONDS = 86_400.0
PROBE_BELIEVED_SECONDS = 7 * 86_400.0
VERDICT_SECONDS = 30 * 86_400.0

WORDS: dict[Verdict, str] = {
    "unproven": "nothing is known yet about its validators",
    "believed": "its validators have proven true",
    "stuck": "its validators stay the same while its entries change; "
    "the document's digest decides",
    "false_304": "it answers 304 although there is news; the document's digest decides",
    "restless": "its validators change although the document does not; "
    "the document's digest decides",
}
"""What a person reads of a verdict."""


class Trust(Part):
    """What has been learnt so far; times in epoch seconds."""

    verdict: Verdict = "unproven"
    judged_at: float = 0.0
    read_at: float = 0.0
    """When a document was last read, whatever it held."""
    not_modified: int = 0
    """Answers 304 in a row since then."""
    proofs: int = 0
    changes: int = 0
    """Answers in a row whose validators were new and whose document was not."""
    checking: bool = False
    """The next visit asks with validators that are known to be outdated."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one answer shows of the validators; `before` are the ones remembered."""

    asked: bool
    not_modified: bool
    before: Validators
    after: Validators
    same_document: bool
    news: bool


def is_plain(trust: Trust, now: float) -> bool:
    """Return whether the next visit asks without validators."""
    if trust.verdict in ("stuck", "false_304", "restless"):
        return now - trust.judged_at < VERDICT_SECONDS
    if trust.checking or trust.not_modified < MIN_NOT_MODIFIED:
        return False
    believed = trust.verdict == "believed"
    probe = PROBE_BELIEVED_SECONDS if believed else PROBE_SECONDS
    return now - trust.read_at >= probe


def judged(trust: Trust, sight: Sight, now: float) -> Trust:
    """Return what is known after another answer."""
    if sight.not_modified:
        if trust.checking:  # what we asked with is outdated, and it says it is not
            return _verdict(trust, "false_304", now)
        return trust.model_copy(update={"not_modified": trust.not_modified + 1})
    after = trust.model_copy(
        update={"read_at": now, "not_modified": 0, "checking": False}
    )
    if _expired(trust, now):
        after = after.model_copy(update={"verdict": "unproven", "proofs": 0})
    one, two = _named(sight.before, sight.after)
    if one is None or two is None:
        return after
    if one == two:
        if sight.news:
            return _verdict(after, "stuck", now)
        if sight.same_document and trust.verdict == "restless":
            after = after.model_copy(update={"verdict": "unproven"})
        after = after.model_copy(update={"changes": 0})
        return _proven(after, now) if trust.not_modified and not sight.asked else after
    if sight.same_document:
        changes = trust.changes + 1
        after = after.model_copy(update={"changes": changes})
        if changes >= RESTLESS and trust.verdict in ("unproven", "believed"):
            return _verdict(after, "restless", now)
        return after
    after = after.model_copy(update={"changes": 0})
    if sight.asked:
        return _proven(after, now)
    if sight.news and trust.not_modified:
        # It changed since the last 304, or the last 304 was a lie: ask the old way.
        return after.model_copy(update={"checking": True})
    return after


def _proven(trust: Trust, now: float) -> Trust:
    proofs = min(trust.proofs + 1, PROOFS)
    proven = trust.model_copy(update={"proofs": proofs})
    if proofs >= PROOFS and trust.verdict == "unproven":
        return proven.model_copy(update={"verdict": "believed", "judged_at": now})
    return proven


def _verdict(trust: Trust, verdict: Verdict, now: float) -> Trust:
    return Trust(verdict=verdict, judged_at=now, read_at=trust.read_at)


def _expired(trust: Trust, now: float) -> bool:
    lie = trust.verdict in ("stuck", "false_304", "restless")
    return lie and now - trust.judged_at >= VERDICT_SECONDS


def _named(one: Validators, two: Validators) -> tuple[str | None, str | None]:
    """Return the validators that a server goes by: the ETag before the date."""
    if one.etag and two.etag:
        return one.etag, two.etag
    return one.last_modified, two.last_modified
