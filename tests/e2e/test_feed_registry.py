"""The registry from the shell, with a poller that runs meanwhile."""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from communique.events import FeedPushed
from communique.identity import feed_id
from communique.topics import FEED_POLLER, FEEDS_POLLED
from communique.worker.producer import Producer
from feed_poller.pushes import pushed_record
from operator_console.demo.behaviours import not_a_feed, restless_etag
from operator_console.demo.performance import open_stage
from operator_console.feed_visit import unregistered
from tests.e2e.system import System, open_system, supervised, until

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(180),
    pytest.mark.slow,
]
TAKEN_UP_SECONDS = 5.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage():
    async with open_stage() as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(embedded_engines, tmp_path_factory):
    directory = tmp_path_factory.mktemp("registry")
    async with (
        open_system(embedded_engines, directory) as system,
        supervised(system.supervisor, [system.program(FEED_POLLER, 0)]),
    ):
        yield system


async def run(system: System, *arguments: str) -> tuple[int, str, str]:
    """Run `communique` as a shell does; return its code and what it says where."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "operator_console", *arguments),
        env={**system.environment, "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def shell(system: System, *arguments: str) -> str:
    code, out, err = await run(system, *arguments)
    assert code == 0, (out, err)
    return out


async def listed(system: System) -> dict[str, dict]:
    out = await shell(system, "feeds", "list", "--json")
    return {one["url"]: one for one in map(json.loads, out.splitlines())}


async def visits(system: System, url: str) -> int:
    found = await system.read(FEEDS_POLLED)
    return sum(json.loads(message.value)["url"] == url for message in found)


async def visit_now(system: System, url: str) -> None:
    """Wish for a visit, as a hub does."""
    pushed = FeedPushed(feed_id=feed_id(url), reason="a test", at=datetime.now(UTC))
    record = pushed_record(pushed, unregistered(url), system.naming)
    async with Producer(system.engines.connection, client_id="test") as producer:
        await producer.send_all([record])


def feed_url(stage, key: str) -> str:
    return stage.urls[key] + stage.sites[key].feed_path


async def test_a_home_page_is_enough_to_add_a_feed(system, stage):
    url = feed_url(stage, "ke-health")
    shown = await shell(system, "feeds", "add", stage.urls["ke-health"], "--dry-run")
    assert url in shown
    assert "Nothing written" in shown
    assert await listed(system) == {}
    shown = await shell(system, "feeds", "add", url, "--country", "ke")
    assert "Registered as" in shown
    await until(lambda: visits(system, url), lambda count: count > 0, TAKEN_UP_SECONDS)
    one = (await listed(system))[url]
    assert (one["country"], one["state"]) == ("KE", "ok")
    assert one["last_visit"]["reason"].endswith("backfill")
    shown = await shell(
        system, "feeds", "add", url, "--max-interval", "7200", "--entries-a-day", "3"
    )
    assert "It was registered as" in shown
    one = (await listed(system))[url]
    assert (one["country"], one["max_interval_seconds"]) == ("KE", 7200)
    assert one["expected_entries_a_day"] == 3


async def test_a_file_is_applied_and_pollers_follow_within_seconds(
    system, stage, tmp_path
):
    first, second = (feed_url(stage, key) for key in ("ke-health", "in-mea"))
    wanted = tmp_path / "feeds.csv"
    wanted.write_text(
        f"url,title,folder,interval,tier\n{second},India,Asia / India,600,one\n"
    )
    shown = await shell(system, "feeds", "apply", str(wanted), "--dry-run")
    assert "1 added, 0 changed, 1 retired, 0 as they were; nothing written" in shown
    assert set(await listed(system)) == {first}
    await shell(system, "feeds", "apply", str(wanted))
    assert set(await listed(system)) == {second}
    await until(
        lambda: visits(system, second), lambda count: count > 0, TAKEN_UP_SECONDS
    )
    shown = await shell(system, "feeds", "apply", str(wanted))
    assert "0 added, 0 changed, 0 retired, 1 as they were." in shown
    for form in ("opml", "csv"):
        file = tmp_path / f"out.{form}"
        await shell(system, "feeds", "export", str(file))
        shown = await shell(system, "feeds", "apply", str(file), "--dry-run")
        assert "0 added, 0 changed, 0 retired, 1 as they were" in shown


async def test_a_paused_feed_is_not_visited_until_it_is_resumed(system, stage):
    url = feed_url(stage, "in-mea")
    await shell(system, "feeds", "pause", url)
    await system.all_settled(FEED_POLLER)
    before = await visits(system, url)
    assert (await listed(system))[url]["state"] == "paused"
    resumed_at = time.monotonic()
    assert "visited again" in await shell(system, "feeds", "resume", "India")
    await until(
        lambda: visits(system, url),
        lambda count: count == before + 1,
        TAKEN_UP_SECONDS,
    )
    assert time.monotonic() - resumed_at < 3 * TAKEN_UP_SECONDS  # the shell's start too
    history = await shell(system, "feeds", "history", "India")
    assert "304: nothing changed" in history
    assert "Nothing is known yet about its validators" in history
    assert "Next visit in" in history


async def test_a_liar_is_named_in_its_history(system, stage):
    site = stage.sites["in-mea"]
    site.behave(site.feed_path, restless_etag())
    url = feed_url(stage, "in-mea")
    for _ in range(4):  # three new tags for one document prove it
        before = await visits(system, url)
        await visit_now(system, url)
        await until(lambda: visits(system, url), lambda n, b=before: n > b)
    site.behave(site.feed_path)
    history = await shell(system, "feeds", "history", url)
    assert "Its validators change although the document does not" in history


async def test_feeds_are_sorted_by_health(system, stage):
    assert "India" in await shell(system, "feeds", "list", "--sort", "health")
    code, _, err = await run(system, "feeds", "list", "--sort", "beauty")
    assert code == 2
    assert "--sort is one of" in err


async def test_the_past_of_a_feed_is_asked_for(system, stage):
    url = feed_url(stage, "in-mea")
    shown = await shell(system, "feeds", "backfill", url, "--since", "2020-01-01")
    assert "history" in shown

    async def reasons():
        told = [
            json.loads(message.value) for message in await system.read(FEEDS_POLLED)
        ]
        return [one["reason"] for one in told if one["url"] == url]

    await until(reasons, lambda told: any("backfill" in one for one in told[1:]))


async def test_a_removed_feed_is_gone(system, stage):
    url = feed_url(stage, "in-mea")
    await shell(system, "feeds", "remove", url)
    assert await listed(system) == {}
    code, _, err = await run(system, "feeds", "history", "India")
    assert code == 2
    assert "feeds list" in err


async def test_a_list_of_another_reader_is_imported(system, stage, tmp_path):
    url = feed_url(stage, "ke-health")
    file = tmp_path / "reader.opml"
    file.write_text(
        '<opml version="2.0"><body><outline text="Africa" tint="1"><outline type="rss" '
        f'text="Kenya" xmlUrl="{url}" starred="yes"/></outline></body></opml>'
    )
    await shell(system, "feeds", "import", str(file))
    assert set(await listed(system)) == {url}
    await shell(system, "feeds", "add", url, "--country", "KE")  # the rest stays
    out = tmp_path / "out.opml"
    await shell(system, "feeds", "export", str(out))
    assert 'starred="yes"' in out.read_text()
    assert 'text="Africa" tint="1"' in out.read_text()
    await shell(system, "feeds", "remove", url)


async def test_a_check_explains_a_feed_and_what_is_none(system, stage):
    url = feed_url(stage, "ke-health")
    shown = await shell(system, "feeds", "check", url)
    assert "a feed: " in shown
    assert "it answers 304" in shown
    stage.sites["ke-health"].behave(stage.sites["ke-health"].feed_path, not_a_feed)
    code, out, _ = await run(system, "feeds", "check", url, "--json")
    told = json.loads(out)
    assert (code, told["is_feed"]) == (1, False)
    assert "not a feed" in told["steps"][-1]["words"]


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("ftp://a.example/feed", 2, "no http or https address"),
        ("http://169.254.169.254/latest", 1, "not a public address"),
    ],
)
async def test_what_may_not_be_visited_is_said(system, url, code, words):
    found, out, err = await run(system, "feeds", "check", url)
    assert found == code
    assert words in out + err
