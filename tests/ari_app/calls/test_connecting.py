"""Two people whom we connect: what is asked of Asterisk, and what is written of what it tells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ari_app import tasks
from ari_app.pbx import events
from ari_app.pbx.decoding import decode
from ari_app.pbx.errors import Away
from ari_app.pbx.results import Gone
from claims_store import call_attempts, call_orders, calls, outgoing
from claims_store.call_orders import CallOrder
from tests.ari_app.calls.test_outgoing import LONDON, MOBILE, House, house, until
from tests.fakes.ari_server import WHEN, FakeChannel

pytestmark = pytest.mark.unit

__all__ = ["house"]

PARIS = "+8613900139001"
LEG = "n1-1.9"


def told(kind: Any, **more: Any) -> Any:
    return decode(kind, {"type": kind.__name__, "application": "app", "timestamp": WHEN, **more})


class Exchange:
    """The telephones: the second one answers with `status`; he says `consent`."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self.house = house
        self.status = "ANSWER"
        self.consent = "given"
        self.first_answers = True
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.fault: Exception | None = None
        monkeypatch.setattr(house.carrier, "do", self.do)

    async def do(self, verb: Any, *, limit: float | None = None) -> Any:
        if "endpoint" in verb.query:
            if self.fault is not None:
                raise self.fault
            where, exten = verb.query["endpoint"], verb.query["extension"]
            self.asked.append((where, exten, verb.body["variables"]))
            channel = verb.path["channelId"]
            tasks.start(self._goes_on(channel), name="exchange")
            return decode(events.Channel, FakeChannel(channel).json())
        if verb.template == "/bridges":
            return ()
        if verb.template.endswith("/variable"):
            return self.consent if verb.path["channelId"] == LEG else Gone(404, "")
        return True

    async def _goes_on(self, channel: str) -> None:
        async def followed() -> bool:
            return channel in self.house.carrier.followed

        await until(followed)
        peer, first = FakeChannel(LEG).json(), FakeChannel(channel).json()
        self.tell(told(events.Dial, peer=first, dialstatus="ANSWER"))
        if self.first_answers:
            self.tell(told(events.Dial, caller=first, peer=peer, dialstatus=""))
            self.tell(told(events.Dial, caller=first, peer=peer, dialstatus=self.status))
            if self.status == "ANSWER":
                await until(lambda: self._connected(channel))
        gone = told(events.ChannelDestroyed, channel=first, cause=16, cause_txt="")
        self.tell(gone)

    async def _connected(self, channel: str) -> bool:
        found = await self.house.store.run(calls.events, channel)
        return any(each.event == "answered" for each in found)

    def tell(self, news: Any) -> None:
        self.house.carrier._office.deliver(news)


@pytest.fixture
async def exchange(house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Exchange]:
    yield Exchange(house, monkeypatch)


async def connects(house: House, first: str, second: str, **more: Any) -> CallOrder:
    """Ask for it and wait for its end."""
    now = house.clock.now()
    asked = {"about": "", "by": "agent1"} | more
    await house.store.run(call_orders.connect, "c", first, second, now, **asked)
    await house.app.look()

    async def over() -> bool:
        order = await house.store.run(call_orders.get, "c")
        return order is not None and order.state == "over"

    await until(over)
    order = await house.store.run(call_orders.get, "c")
    assert order is not None
    return order


async def test_a_desk_phone_is_rung_first_then_the_dialplan_dials(
    house: House, exchange: Exchange
) -> None:
    order = await connects(house, "201", MOBILE)
    assert (order.state, order.outcome) == ("over", "answered")
    ((where, exten, values),) = exchange.asked
    assert (where, exten) == ("PJSIP/201", "phone")
    assert (values["NUMBER"], values["CARRIER"], values["LIMIT"]) == (
        "008613800138001",
        "north",
        "60",
    )
    assert values["SHOWN"] == "4008001234" and values["__LEGPHONE"] == "201"
    call = await house.store.run(calls.get, order.call_id or "")
    assert call is not None
    assert (call.direction, call.consent, call.outcome) == ("out", "given", "talked")
    row = await house.store.run(outgoing.get, order.attempt)
    assert row is not None and row.answered is not None and row.ended is not None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("BUSY", "busy"), ("NOANSWER", "no_answer"), ("CONGESTION", "not_connected")],
)
async def test_the_second_one_is_not_reached(
    house: House, exchange: Exchange, status: str, outcome: str
) -> None:
    exchange.status = status
    order = await connects(house, "201", MOBILE)
    assert (order.state, order.outcome) == ("over", outcome)
    call = await house.store.run(calls.get, order.call_id or "")
    assert call is not None and (call.outcome, call.talk_s) == (outcome, None)


async def test_who_does_not_take_his_own_telephone_is_told_apart(
    house: House, exchange: Exchange
) -> None:
    exchange.first_answers = False
    assert (await connects(house, "201", MOBILE)).outcome == "nobody_there"


async def test_somebody_outside_is_rung_over_a_trunk_with_a_row_of_his_own(
    house: House, exchange: Exchange
) -> None:
    order = await connects(house, PARIS, MOBILE, masked=True)
    assert order.outcome == "answered"
    ((where, exten, values),) = exchange.asked
    assert (where, exten) == ("PJSIP/008613900139001@north", "outside")
    assert values["__LEGPHONE"] == ""
    first = await house.store.run(outgoing.get, f"{order.attempt}-first")
    assert first is not None and (first.trunk, first.outcome) == ("north", "answered")
    assert first.answered is not None and first.ended is not None


async def test_a_number_that_no_trunk_may_dial_rings_nobody(
    house: House, exchange: Exchange
) -> None:
    order = await connects(house, LONDON, MOBILE)
    assert (order.outcome, exchange.asked) == ("not_connected", [])
    house.clock.time = house.clock.time.replace(hour=10)
    now = house.clock.now()
    await house.store.run(call_orders.connect, "d", "201", LONDON, now, about="", by="agent1")
    await house.app.look()
    order = await house.store.run(call_orders.get, "d")
    assert order is not None and (order.outcome, exchange.asked) == ("not_allowed", [])


async def test_without_asterisk_it_is_over_and_said(house: House, exchange: Exchange) -> None:
    exchange.fault = Away("ARI")
    order = await connects(house, "201", MOBILE)
    assert (order.state, order.outcome) == ("over", "failed")


async def test_a_new_process_writes_down_how_it_ended(
    house: House, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = house.clock.now()
    await house.store.run(call_orders.connect, "c", "201", MOBILE, now, about="", by="agent1")
    (row,) = await house.store.run(call_attempts.due, now)
    await house.app.begin(row, ())

    async def nobody(verb: Any, *, limit: float | None = None) -> Any:
        return Gone(404, "")

    monkeypatch.setattr(house.carrier, "do", nobody)
    await house.app.recover()

    async def over() -> bool:
        order = await house.store.run(call_orders.get, "c")
        return order is not None and order.state == "over"

    await until(over)
    order = await house.store.run(call_orders.get, "c")
    assert order is not None and order.outcome == "lost"
