"""What a subscriber tells a hub, and what it believes of one."""

import hashlib
import hmac

import pytest

from feed_poller.websub import (
    LEASE_SECONDS,
    Callbacks,
    Offer,
    offer,
    renew_at,
    verification,
)
from tests.unit.feed_poller.examples import FEED

OURS = Callbacks("https://push.desk.example", b"a secret of the operator")
BODY = b"<feed/>"
HUB = "https://hub.example/"


def signed(method: str, secret: str, body: bytes = BODY) -> str:
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


def test_a_callback_is_the_feed_s_and_cannot_be_guessed():
    token = OURS.token(FEED.feed_id)
    assert OURS.url(FEED.feed_id).endswith(f"/push/{FEED.feed_id}/{token}")
    assert OURS.knows(FEED.feed_id, token)
    assert not OURS.knows("0" * 36, token)
    assert not OURS.knows(FEED.feed_id, token[:-1] + "é")
    assert not Callbacks(OURS.base, b"another").knows(FEED.feed_id, token)
    assert token != OURS.hub_secret(FEED.feed_id)


SECRET = OURS.hub_secret(FEED.feed_id)


@pytest.mark.parametrize(
    ("header", "believed"),
    [
        pytest.param(signed("sha256", SECRET), True, id="sha256"),
        pytest.param(signed("sha512", SECRET), True, id="sha512"),
        pytest.param(signed("sha1", SECRET).upper(), True, id="sha1 in capitals"),
        pytest.param(signed("sha256", "another"), False, id="another secret"),
        pytest.param(signed("sha256", SECRET, b"<x/>"), False, id="another body"),
        pytest.param(signed("md5", SECRET), False, id="md5"),
        pytest.param("sha256=", False, id="empty"),
        pytest.param("shake_128=00", False, id="a digest without a size"),
        pytest.param("sha256=é", False, id="no ASCII"),
        pytest.param("sha256=\udcff", False, id="no text"),
        pytest.param(None, False, id="none"),
    ],
)
def test_a_push_is_believed_if_it_is_signed(header, believed):
    assert OURS.is_signed(FEED.feed_id, BODY, header) is believed


def test_a_hub_is_asked_with_a_secret_and_a_lease():
    form = OURS.subscription(FEED.feed_id, Offer("https://hub.example/", FEED.url))
    assert form == {
        "hub.mode": "subscribe",
        "hub.topic": FEED.url,
        "hub.callback": OURS.url(FEED.feed_id),
        "hub.secret": SECRET,
        "hub.lease_seconds": str(LEASE_SECONDS),
    }
    assert len(SECRET.encode()) < 200  # section 5.1
    assert hashlib.sha256(OURS.secret).hexdigest() not in str(form)


@pytest.mark.parametrize(
    ("links", "found"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"hub": ("javascript:alert(1)",)}, None, id="no address"),
        pytest.param({"hub": ("https://[hub/",)}, None, id="a broken address"),
        pytest.param(
            {"hub": (HUB,)}, Offer(HUB, "https://m.example/rss"), id="a hub alone"
        ),
        pytest.param(
            {"hub": (HUB,), "self": ("https://m.example/self",)},
            Offer(HUB, "https://m.example/self"),
            id="with its own name",
        ),
        pytest.param(
            {"hub": (HUB,), "self": ("rss.xml",)},
            Offer(HUB, "https://m.example/rss.xml"),
            id="with a relative name",
        ),
        pytest.param(
            {"hub": ("ftp://hub.example/", HUB, "/hub")},
            Offer(HUB, "https://m.example/rss", ("https://m.example/hub",)),
            id="several hubs",
        ),
    ],
)
def test_a_feed_offers_pushes_by_its_links(links, found):
    assert offer(links, "https://m.example/rss") == found


@pytest.mark.parametrize(
    ("lease", "seconds"),
    [(100.0, 80.0), (1.0, 48.0), (None, 0.8 * LEASE_SECONDS), (1e12, 0.8 * 604_800)],
)
def test_a_lease_is_renewed_before_it_ends(lease, seconds):
    assert renew_at(1000.0, lease) == pytest.approx(1000.0 + seconds)


@pytest.mark.parametrize(
    ("said", "lease"), [("600", 600.0), ("-1", None), ("²", None), ("", None)]
)
def test_what_a_hub_asks_is_read_carefully(said, lease):
    asked = verification({"hub.mode": "subscribe", "hub.lease_seconds": said})
    assert (asked.mode, asked.challenge, asked.lease_seconds) == (
        "subscribe",
        "",
        lease,
    )
