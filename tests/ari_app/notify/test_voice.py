"""A message as a call: ordered once, heard or handed on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.notify.channel import Notice, Refused
from ari_app.notify.opening import opened
from ari_app.notify.voice import Voice
from ari_app.settings import Settings, SettingsError, load
from claims_store import call_orders, claims, messages
from claims_store.rules.contacting import Occasion, Rules, Way
from claims_store.store import Session, Store
from claims_store.tables import CallOrderRow
from tests.databases import open_sqlite

pytestmark = pytest.mark.store

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
TO = "+8613800138001"
NOTICE = Notice("message:stage:1", TO, "en", "stage", "Your claim has moved.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    from ari_app.demo.seed import seed

    made = open_sqlite(tmp_path)
    seed(made, AT)
    yield made
    made.close_now()


@pytest.fixture
def claim(store: Store) -> str:
    """Its message is begun, over the voice channel."""
    found = next(each for each in store.run_now(claims.listing) if each.report_number)
    desk = messages.Desk(Rules(), [Way("voice")])
    asked = messages.Asked(NOTICE.key, TO, "stage", "en", Occasion("progress", False),
                           found.report_number)  # fmt: skip
    store.run_now(desk.take, asked, AT)
    return found.number


@pytest.fixture
def voice(store: Store) -> Voice:
    return Voice(store, lambda: AT)


async def test_a_message_about_a_claim_is_one_call_however_often_it_is_tried(
    store: Store, voice: Voice, claim: str
) -> None:
    assert await voice.ask(NOTICE.key, 0, "") is None, "it never came there"
    ident = await voice.send(NOTICE, 0)
    assert await voice.send(NOTICE, 0) == ident
    (order,) = store.run_now(call_orders.listing, claim)
    assert (order.key, order.to, order.script, order.language) == (ident, TO, "voice_notice", "en")
    assert await voice.ask(NOTICE.key, 0, "") == "sent"
    assert voice.parts(NOTICE) == 1


@pytest.mark.parametrize(
    ("outcome", "state"), [("heard", "delivered"), ("person", "delivered"), ("given_up", "failed"),
                           ("refused", "failed"), ("unproven", "failed")]
)  # fmt: skip
async def test_what_became_of_the_call_is_the_receipt(
    store: Store, voice: Voice, claim: str, outcome: str, state: str
) -> None:
    ident = await voice.send(NOTICE, 0)

    def over(s: Session) -> None:
        call_orders.finish(s, s.get_one(CallOrderRow, ident), outcome, AT)

    store.run_now(over)
    assert await voice.ask(NOTICE.key, 0, ident) == state


async def test_what_is_about_no_claim_cannot_be_said(store: Store, voice: Voice) -> None:
    with pytest.raises(Refused):
        await voice.send(replace(NOTICE, key="message:other"), 0)
    with pytest.raises(Refused):
        await Voice(None, lambda: AT).send(NOTICE, 0)


def test_a_voice_channel_needs_a_trunk_that_may_be_dialled(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[[channel]]\nname = "call"\nkind = "voice"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"trunk\.out"):
        load(tmp_path)
    trunk = '[[trunk]]\nname = "a"\nkind = "peer"\nhost = "b"\n[trunk.out]\nallowed = ["+86"]\n'
    file.write_text(file.read_text("utf-8") + trunk, "utf-8")
    settings: Settings = load(tmp_path)
    assert isinstance(opened(settings.channels[0], tmp_path, {}), Voice)
