"""Events find the inboxes that follow their channel."""

from __future__ import annotations

import pytest

from ari_app.pbx.decoding import Connected, Disconnected, News, Unknown, event
from ari_app.pbx.inbox import ROOM, Inbox, PostOffice
from tests.fakes.ari_server import WHEN, FakeChannel

pytestmark = pytest.mark.unit


def key(channel: str) -> News:
    return event(
        {
            "type": "ChannelDtmfReceived", "application": "a", "timestamp": WHEN,
            "digit": "1", "duration_ms": 100, "channel": FakeChannel(channel).json(),
        }
    )  # fmt: skip


def content(inbox: Inbox) -> list[News]:
    return [inbox._queue.get_nowait() for _ in range(inbox._queue.qsize())]


def test_each_event_goes_to_its_followers_else_to_the_general_inbox() -> None:
    post = PostOffice()
    first, second = post.open(["a", "b"]), post.open(["b"])
    for channel in ("a", "b", "c"):
        post.deliver(key(channel))
    assert content(first) == [key("a"), key("b")]
    assert content(second) == [key("b")]
    assert content(post.general) == [key("c")]


def test_who_hears_beside_leaves_the_events_to_whoever_leads_the_call() -> None:
    post = PostOffice()
    beside = post.open(["a"], beside=True)
    post.deliver(key("a"))
    assert content(beside) == content(post.general) == [key("a")], "nobody leads it yet"
    leads = post.open(["a"])
    post.deliver(key("a"))
    assert content(beside) == content(leads) == [key("a")]
    assert content(post.general) == []


def test_following_and_closing() -> None:
    post = PostOffice()
    with post.open([]) as inbox:
        inbox.follow("a")
        post.deliver(key("a"))
        assert content(inbox) == [key("a")]
    post.deliver(key("a"))
    assert content(inbox) == []
    assert content(post.general) == [key("a")]
    inbox.close()


def test_breaks_are_told_to_everybody() -> None:
    post = PostOffice()
    inbox = post.open(["a"])
    for news in (Connected(), Disconnected("gone")):
        post.deliver(news)
    assert content(inbox) == content(post.general) == [Connected(), Disconnected("gone")]


def test_an_unknown_shape_is_told_and_delivered(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    post = PostOffice()
    odd = Unknown("Odd", {"channel": {"id": "a"}})
    inbox = post.open(["a"])
    post.deliver(odd)
    assert content(inbox) == [odd]
    assert "unknown shape" in caplog.text


def test_a_full_inbox_loses_events_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    post = PostOffice()
    inbox = post.open(["a"])
    for _ in range(ROOM + 1):
        post.deliver(key("a"))
    assert len(content(inbox)) == ROOM
    assert "loses events" in caplog.text


async def test_an_inbox_is_read_in_a_loop() -> None:
    post = PostOffice()
    inbox = post.open(["a"])
    post.deliver(key("a"))
    async for news in inbox:
        assert news == key("a")
        break
