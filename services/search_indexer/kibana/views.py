"""The data views: which field is the time, and what fields are called; pure."""

from collections.abc import Mapping
from typing import Any

from search_indexer.families import FEEDS, PIPELINE, POLLS, RELEASES, REVISIONS
from search_indexer.kibana.panels import View

_LINK: Mapping[str, Any] = {
    "id": "url",
    "params": {"type": "a", "openLinkInCurrentTab": False},
}
_SHARE: Mapping[str, Any] = {"id": "percent", "params": {"pattern": "0%"}}
_SECONDS: Mapping[str, Any] = {
    "id": "duration",
    "params": {
        "inputFormat": "seconds",
        "outputFormat": "humanizePrecise",
        "outputPrecision": 1,
        "useShortSuffix": True,
    },
}
_BYTES: Mapping[str, Any] = {"id": "bytes", "params": {}}

_OF_RELEASES = {
    "@timestamp": "Published or first seen",
    "title": "Title",
    "url.full": "Publisher's page",
    "url.domain": "Site",
    "ministries": "Ministries",
    "issuer_countries": "Issuing countries",
    "countries": "Countries mentioned",
    "theme": "Themes",
    "persons": "Persons",
    "organisations": "Organisations",
    "places": "Places",
    "document_type": "Kind of document",
    "language": "Language",
    "change": "What happened",
    "significance": "Major or minor",
    "revision": "Revision",
    "first_seen_at": "First seen",
    "revision_seen_at": "This text seen",
    "withdrawn": "Withdrawn",
}
_OF_VISITS = {
    "title": "Feed",
    "ministry": "Ministry",
    "country": "Country",
    "url.full": "Address",
    "outcome": "Outcome",
    "reason": "Reason",
    "status": "HTTP status",
    "failures": "Failures in a row",
    "published": "Entries published",
    "events": "What began or ended",
    "late_seconds": "Late by",
    "duration_seconds": "Took",
    "next_visit_at": "Next visit",
}
_VISIT_FORMATS = {
    "url.full": _LINK,
    "moved_to": _LINK,
    "late_seconds": _SECONDS,
    "duration_seconds": _SECONDS,
}

VIEWS = (
    View(RELEASES, "Releases", "@timestamp", _OF_RELEASES, {"url.full": _LINK}),
    View(
        REVISIONS,
        "Revisions",
        # When a text was published says nothing of when it was changed.
        "revision_seen_at",
        _OF_RELEASES,
        {"url.full": _LINK},
    ),
    View(
        FEEDS,
        "Feeds",
        None,
        {
            **_OF_VISITS,
            "@timestamp": "Last visit",
            "health": "Health",
            "not_modified_share": "Share of 304",
            "news_at": "Last news",
            "gap_at": "Possible gap",
            "validators": "Validators",
        },
        {**_VISIT_FORMATS, "not_modified_share": _SHARE, "address": _LINK},
    ),
    View(
        POLLS,
        "Visits to feeds",
        "@timestamp",
        {**_OF_VISITS, "@timestamp": "Visited"},
        _VISIT_FORMATS,
    ),
    View(
        PIPELINE,
        "Pipeline",
        "@timestamp",
        {
            "@timestamp": "Time",
            "service": "Service",
            "topic": "Topic",
            "outcome": "Outcome",
            "settled": "Settled in the minute",
            "lag": "Messages that wait",
            "waiting": "Tasks that wait",
            "overdue_seconds": "Overdue by",
            "error_class": "Error",
            "reason": "Reason",
            "attempts": "Attempts",
            "dead_letter": "Dead letter",
            "origin": "Stood first at",
            "key": "Key",
            "size_bytes": "Size",
        },
        {
            "overdue_seconds": _SECONDS,
            "p50_seconds": _SECONDS,
            "p95_seconds": _SECONDS,
            "max_seconds": _SECONDS,
            "size_bytes": _BYTES,
        },
    ),
)
