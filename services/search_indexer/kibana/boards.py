"""The saved searches and dashboards, as people read them; pure."""

from search_indexer.families import FEEDS, PIPELINE, POLLS, RELEASES, REVISIONS
from search_indexer.kibana.panels import (
    Below,
    Dashboard,
    Found,
    Is,
    Listed,
    Number,
    Panel,
    Places,
    Words,
)

_EDITED = Is("change", ("revised", "corrected", "withdrawn", "republished"))
_FAILED = Is("outcome", ("failed",))
_REGISTERED = Is("health", ("removed",), negated=True)
_UNWELL = Is("health", ("gone", "not_a_feed", "failing", "failed", "silent"))
_SILENT = Is("standing", ("silent",))
_LATE = (Below("next_visit_at", "now-10m"), Is("health", ("gone",), negated=True))
_INPUT = Is("kind", ("input",))
_TASKS = Is("kind", ("tasks",))
_OUTCOME = Is("kind", ("outcome",))
_DELAYS = Is("kind", ("delays",))
_DEAD = Is("kind", ("dead_letter",))

NEWEST = Found(
    "newest-releases",
    "Newest releases",
    "Every release in its newest revision, the newest first.",
    RELEASES,
    ("title", "ministries", "theme", "countries", "change", "url.full"),
    ("@timestamp", "desc"),
)
EDITS = Found(
    "edited-releases",
    "Edited releases",
    "Texts that were changed, corrected or withdrawn after we had seen them.",
    REVISIONS,
    ("title", "ministries", "change", "significance", "revision", "url.full"),
    ("revision_seen_at", "desc"),
    (_EDITED,),
)
TROUBLE = Found(
    "feeds-in-trouble",
    "Feeds in trouble",
    "Feeds that are not well, with the reason in words; the longest failing first.",
    FEEDS,
    ("title", "country", "health", "failures", "reason", "next_visit_at", "url.full"),
    ("failures", "desc"),
    (_UNWELL,),
)
SILENT = Found(
    "silent-feeds",
    "Silent feeds",
    "Feeds that have said nothing for far longer than they ever do.",
    FEEDS,
    ("title", "country", "news_at", "reason", "url.full"),
    ("news_at", "asc"),
    (_SILENT,),
)
GAPS = Found(
    "possible-gaps",
    "Possible gaps",
    "Visits that found nothing they knew: entries may have come and gone in between.",
    POLLS,
    ("title", "country", "entries", "published", "reason", "url.full"),
    ("@timestamp", "desc"),
    (Is("events", ("possible_gap",)),),
)
DEAD_LETTERS = Found(
    "dead-letters",
    "Dead letters",
    "Messages that could not be read, and why; see `communique dead-letters show`.",
    PIPELINE,
    ("dead_letter", "error_class", "reason", "topic", "origin", "attempts", "key"),
    ("@timestamp", "desc"),
    (_DEAD,),
)

SEARCHES = (NEWEST, EDITS, TROUBLE, SILENT, GAPS, DEAD_LETTERS)


def _count(label: str, view: str, *where: Is | Below) -> Panel:
    number = Number(label)
    return Panel(label, view, "metric", (number,), where=where, width=12, height=6)


def _top(title: str, view: str, label: str, field: str, *where: Is | Below) -> Panel:
    number = Number("Releases" if view == RELEASES else "Number")
    words = (Words(label, field, 12),)
    return Panel(title, view, "top", (number,), words, where, width=16, height=14)


RELEASES_BOARD = Dashboard(
    "releases",
    "Releases",
    "What ministries publish: when, about what, and who and where is named.",
    (
        _count("Releases", RELEASES),
        Panel(
            "Ministries",
            RELEASES,
            "metric",
            (Number("Ministries", "unique_count", "ministries"),),
            width=12,
            height=6,
        ),
        Panel(
            "Countries mentioned",
            RELEASES,
            "metric",
            (Number("Countries mentioned", "unique_count", "countries"),),
            width=12,
            height=6,
        ),
        _count("Withdrawn", RELEASES, Is("withdrawn", (True,))),
        Panel(
            "Releases over time, by theme",
            RELEASES,
            "bars",
            (Number("Releases"),),
            (Words("Theme", "theme"),),
            width=48,
            height=14,
        ),
        _top("Top persons", RELEASES, "Person", "persons"),
        _top("Top organisations", RELEASES, "Organisation", "organisations"),
        _top("Ministries that publish most", RELEASES, "Ministry", "ministries"),
        Places("places", "Places that releases name", RELEASES, "place_locations"),
        Panel(
            "Kinds of document",
            RELEASES,
            "donut",
            (Number("Releases"),),
            (Words("Kind", "document_type"),),
            width=12,
            height=20,
        ),
        Panel(
            "Countries mentioned most",
            RELEASES,
            "table",
            (Number("Releases"),),
            (Words("Country", "countries", 20),),
            width=12,
            height=20,
        ),
        Listed(NEWEST),
    ),
)

FEEDS_BOARD = Dashboard(
    "feeds",
    "Feeds",
    "How the feeds are: who is well, late, silent or failing, and why.",
    (
        _count("Feeds", FEEDS, _REGISTERED),
        _count("Not well", FEEDS, _UNWELL),
        _count("Silent", FEEDS, _SILENT),
        _count("Late by 10 minutes or more", FEEDS, *_LATE),
        Panel(
            "Health",
            FEEDS,
            "donut",
            (Number("Feeds"),),
            (Words("Health", "health"),),
            (_REGISTERED,),
            width=16,
            height=14,
        ),
        Panel(
            "Share of visits answered with 304, by country",
            FEEDS,
            "top",
            (Number("Share of 304", "average", "not_modified_share"),),
            (Words("Country", "country", 15),),
            width=16,
            height=14,
        ),
        Panel(
            "Errors by reason",
            POLLS,
            "table",
            (Number("Visits"), Number("Feeds", "unique_count", "feed_id")),
            (Words("Reason", "reason", 20),),
            (_FAILED,),
            width=16,
            height=14,
        ),
        Panel(
            "Visits that changed or failed",
            POLLS,
            "bars",
            (Number("Visits"),),
            (Words("Outcome", "outcome"),),
        ),
        Panel(
            "How late visits come, and how long they take",
            POLLS,
            "lines",
            (
                Number("Late, 95 of 100 below", "percentile", "late_seconds"),
                Number("Took, 95 of 100 below", "percentile", "duration_seconds"),
            ),
        ),
        Listed(TROUBLE, width=48),
        Listed(SILENT, width=24),
        Listed(GAPS, width=24),
    ),
    since="now-7d",
)

EDITS_BOARD = Dashboard(
    "silent-edits",
    "Silent edits",
    "What was changed, corrected or withdrawn after we had seen it.",
    (
        _count("Edits", REVISIONS, Is("change", ("revised",))),
        Panel(
            "Major edits",
            REVISIONS,
            "metric",
            (Number("Major edits"),),
            where=(Is("change", ("revised",)), Is("significance", ("major",))),
            width=12,
            height=6,
        ),
        _count("Corrections", REVISIONS, Is("change", ("corrected",))),
        _count("Withdrawals", REVISIONS, Is("change", ("withdrawn",))),
        Panel(
            "Edits over time, by what happened",
            REVISIONS,
            "bars",
            (Number("Texts"),),
            (Words("What happened", "change"),),
            (_EDITED,),
            width=48,
            height=14,
        ),
        _top("Ministries that edit most", REVISIONS, "Ministry", "ministries", _EDITED),
        _top("Themes that are edited most", REVISIONS, "Theme", "theme", _EDITED),
        _top("Sites that edit most", REVISIONS, "Site", "url.domain", _EDITED),
        Listed(EDITS),
    ),
)

PIPELINE_BOARD = Dashboard(
    "pipeline",
    "Pipeline",
    "How the services are: what they get done, how fast, what waits and what died.",
    (
        Panel(
            "Messages settled",
            PIPELINE,
            "metric",
            (Number("Messages settled", "sum", "settled"),),
            where=(_INPUT,),
            width=12,
            height=6,
        ),
        Panel(
            "Releases made searchable",
            PIPELINE,
            "metric",
            (Number("Releases made searchable", "sum", "count"),),
            where=(_DELAYS,),
            width=12,
            height=6,
        ),
        Panel(
            "Most that waited for one service",
            PIPELINE,
            "metric",
            (Number("Messages", "max", "lag"),),
            where=(_INPUT,),
            width=12,
            height=6,
        ),
        _count("Messages that died", PIPELINE, _DEAD),
        Panel(
            "Messages settled, by service",
            PIPELINE,
            "bars",
            (Number("Messages", "sum", "settled"),),
            (Words("Service", "service"),),
            (_INPUT,),
        ),
        Panel(
            "From first seen to searchable",
            PIPELINE,
            "lines",
            (
                Number("Half are faster than", "average", "p50_seconds"),
                Number("95 of 100 are faster than", "max", "p95_seconds"),
                Number("Slowest", "max", "max_seconds"),
            ),
            where=(_DELAYS,),
        ),
        Panel(
            "Messages that wait, by topic",
            PIPELINE,
            "lines",
            (Number("Messages", "max", "lag"),),
            (Words("Topic", "topic", 12),),
            (_INPUT,),
        ),
        Panel(
            "Tasks that wait, by service",
            PIPELINE,
            "lines",
            (Number("Tasks", "max", "waiting"),),
            (Words("Service", "service"),),
            (_TASKS,),
        ),
        Panel(
            "What became of messages",
            PIPELINE,
            "bars",
            (Number("Messages and tasks", "sum", "settled"),),
            (Words("Outcome", "outcome", 15),),
            (_OUTCOME,),
        ),
        Panel(
            "Dead letters, by error",
            PIPELINE,
            "bars",
            (Number("Dead letters"),),
            (Words("Error", "error_class"),),
            (_DEAD,),
        ),
        Listed(DEAD_LETTERS),
    ),
    since="now-24h",
)

DASHBOARDS = (RELEASES_BOARD, FEEDS_BOARD, EDITS_BOARD, PIPELINE_BOARD)
