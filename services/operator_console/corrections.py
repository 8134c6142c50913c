"""Corrections as records of `taggings`, and what is said of them: pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from communique.codec import Message, Record, decode, encode
from communique.corrections import AppliedCorrection, Correction, TagRef
from communique.errors import PermanentError, UsageError
from communique.events import EnrichedRelease, Tagging
from communique.identity import fingerprint
from communique.topics import TAGGINGS, Naming
from enrichment_worker.corrections.apply import apply, in_force
from operator_console.tag_names import ENTITIES, tag_named
from operator_console.tag_names import told as told_tag

_WITHOUT_INTO = ("drop", "add")
_WITH_INTO = ("merge", "rename")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_EDIT = (
    "Write: communique tags edit RELEASE drop TAG, add TAG, merge TAG INTO or rename "
    "TAG INTO; with --all instead of RELEASE, of all releases."
)


def edit(
    words: Sequence[str],
    themes: Mapping[str, str | None],
    *,
    by: str,
    everywhere: bool = False,
    identity: str | None = None,
    country: str | None = None,
    why: str = "",
) -> Correction:
    """
    Return the correction that a person typed: [RELEASE] ACTION TAG [INTO].

    `themes` are the slugs that there are. `identity` and `country` are those of what is
    added, or of INTO.

    Raises UsageError if it is none.
    """
    given = ["", *words] if everywhere else words
    if len(given) < 3:
        raise UsageError(_NO_EDIT)
    release, action, *tags = given
    wanted = 2 if action in _WITH_INTO else 1
    if action not in (*_WITHOUT_INTO, *_WITH_INTO) or len(tags) != wanted:
        raise UsageError(_NO_EDIT)
    if not everywhere and not _UUID.fullmatch(release):
        raise UsageError(
            f"{release!r} is no release's id, as `communique search` prints it; for a "
            "correction of all releases give --all."
        )
    facts = {"identity": identity, "country": country}
    if action == "add":
        tag, into = _new(tags[0], themes, **facts), None
    elif action == "drop":
        tag, into = tag_named(tags[0], themes), None
    else:
        tag, into = tag_named(tags[0], themes), _new(tags[1], themes, **facts)
    if into and (into.type in ENTITIES) != (tag.type in ENTITIES):
        raise UsageError("An entity becomes no theme, and a theme no entity.")
    return Correction.model_validate(
        {
            "action": action,
            "release_id": release or None,
            "tag": tag,
            "into": into,
            "by": by,
            "why": why,
        }
    )


def _new(
    text: str,
    themes: Mapping[str, str | None],
    *,
    identity: str | None,
    country: str | None,
) -> TagRef:
    tag = tag_named(text, themes, identity=identity, country=country)
    if tag.id is not None and identity is None:
        raise UsageError(f"{text!r} is an id; give the name, and the id with --id.")
    return tag


def check_changes(one: Correction, release: EnrichedRelease) -> None:
    """Raise UsageError if a correction would change nothing about `release`."""
    tag = one.tag
    applied = AppliedCorrection(
        **dict(one), number=0, at=datetime.fromtimestamp(0, UTC)
    )
    if tag is None or apply(release, [applied]) is not release:
        return
    if one.action == "add" and tag.type in ENTITIES:
        raise UsageError(
            f"The text does not say {tag.name!r} in these very letters, or all of it "
            "is tagged so already."
        )
    there = [
        f"{entity.type}:{entity.name}"
        for entity in release.entities
        if entity.type == tag.type
    ]
    if tag.type not in ENTITIES:
        there = [f"theme:{one.slug}" for one in (*release.themes, *release.subthemes)]
    raise UsageError(
        f"The release has no {told_tag(tag)}; it has {', '.join(there) or 'none'}."
    )


def correction_record(one: Correction, naming: Naming, *, at: datetime) -> Record:
    """Return the record that tells every worker of a correction."""
    said = json.dumps(one.model_dump(mode="json"), sort_keys=True)
    digest = fingerprint(said, at.isoformat())
    return encode(
        Tagging(kind="correction", digest=digest, at=at, correction=one),
        topic=naming.topic(TAGGINGS),
        key=one.release_id or "correction",
        ce_id=f"correction:{digest}",
        ce_type="tagging.correction",
        ce_time=at,
        subject=one.release_id,
    )


def correction_of(message: Message) -> AppliedCorrection | None:
    """Return the correction that a record of `taggings` tells of, if it does."""
    try:
        tagging = decode(message, Tagging)
    except PermanentError:
        return None
    if tagging.correction is None:
        return None
    return AppliedCorrection(
        **tagging.correction.model_dump(), number=message.offset, at=tagging.at
    )


def undoing(
    number: int, known: Iterable[AppliedCorrection], *, by: str, why: str
) -> Correction:
    """
    Return the correction that undoes number `number` of `known`.

    Raises UsageError if there is none, or if it does not hold any more.
    """
    everything = list(known)
    meant = [one for one in everything if one.number == number]
    if not meant:
        raise UsageError(f"There is no correction {number}; see: communique tags list")
    if meant[0] not in in_force(everything):
        raise UsageError(f"Correction {number} is undone already.")
    return Correction(
        action="undo", release_id=meant[0].release_id, undoes=number, by=by, why=why
    )


def told(one: Correction) -> str:
    """Return in a few words what a correction does."""
    if one.tag is None:
        return f"undo {one.undoes}"
    return f"{one.action} {told_tag(one.tag)}{_end(one.into)}"


def again(one: Correction) -> str | None:
    """Return the value of `retag --only` for what a correction of all changes."""
    if one.tag is None:
        return f"correction:{one.undoes}"
    if one.action == "add":
        return None
    return one.tag.name if one.tag.type not in ENTITIES else told_tag(one.tag)


def _end(into: TagRef | None) -> str:
    return f" into {told_tag(into)}" if into else ""
