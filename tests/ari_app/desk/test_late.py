"""The database is away: the desk says so, loses nothing, and is brought up to date by itself."""

from __future__ import annotations

from typing import Any

import pytest

from ari_app.alarms import Alarm
from ari_app.desk import stream
from claims_store.errors import StoreAway
from tests.ari_app.desk.conftest import Client
from tests.ari_app.desk.house import CALL, House
from tests.ari_app.desk.test_stream import events, next_of

pytestmark = pytest.mark.unit


@pytest.fixture
def away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be read or written."""

    def gone(query: Any, *args: Any, **kwargs: Any) -> Any:
        raise StoreAway("for the test")

    monkeypatch.setattr(house.store, "run_now", gone)


async def test_a_page_shows_the_banner_only_while_data_is_late(house: House, agent: Client) -> None:
    for late in (True, False):
        house.late = late
        page = await (await agent.get("/desk")).text()
        banner = page.split('id="cl-late"')[1].split(">")[0]
        assert ("hidden" in banner) is not late


async def test_an_open_page_hears_of_it_and_of_the_end(house: House, agent: Client) -> None:
    answer = await agent.get("/api/feed")
    source = events(answer)
    await next_of(source)
    house.late = True
    house.floor.tell("late", "")
    assert (await next_of(source))["data"] == "late"
    house.late = False
    house.floor.tell("late", "")
    assert (await next_of(source))["data"] == "in_time everything"
    answer.close()


async def test_alarms_are_told_to_everybody_and_a_lost_trunk_to_whom_it_concerns(
    house: House, agent: Client
) -> None:
    answer = await agent.get("/api/feed")
    source = events(answer)
    await next_of(source)
    house.floor.tell("trunk", "north")
    house.alarms = (Alarm("disk_full", {"free": 3}),)
    house.floor.tell("alarm", "")
    assert (await next_of(source))["data"] == "alarms"
    answer.close()
    assert "3%" in await (await agent.get("/alarms")).text()
    assert "3%" in await (await agent.get("/desk")).text()
    house.alarms = ()
    assert "cl-told" not in await (await agent.get("/alarms")).text()


async def test_what_is_typed_is_answered_with_try_again(
    house: House, agent: Client, away: None
) -> None:
    typed = {"field": "line", "value": "", "version": 0}
    answer = await agent.patch("/api/reports/BA-1", json=typed)
    assert answer.status == 503
    told = await answer.json()
    assert told["code"] == "late" and told["safe"] and told["do"]


async def test_a_page_that_is_opened_says_what_is_safe(
    house: House, agent: Client, away: None
) -> None:
    answer = await agent.get("/desk")
    assert answer.status == 503
    assert "会自动更新" in await answer.text()


async def test_a_call_that_is_not_stored_yet_is_not_unknown(house: House, agent: Client) -> None:
    house.floor.offer("agent1", "n1-2.2")
    house.floor.answer("agent1")
    house.late = True
    answer = await agent.post("/api/calls/n1-2.2/report", json={})
    assert answer.status == 503 and (await answer.json())["code"] == "late"
    house.late = False
    answer = await agent.post("/api/calls/n1-2.2/report", json={})
    assert answer.status == 404


async def test_an_open_stream_outlives_it(
    house: House, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LOOK_AGAIN", 0.02)
    answer = await agent.get("/api/feed")
    source = events(answer)
    await next_of(source)
    house.floor.offer("agent1", CALL)
    assert (await next_of(source))["data"] == "me"
    run_now, asked = house.store.run_now, []

    def gone(query: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(query)
        raise StoreAway("for the test")

    monkeypatch.setattr(house.store, "run_now", gone)
    house.floor.tell("report", "BA-1")
    while len(asked) < 3:
        await (await agent.get("/sign-in")).read()
    monkeypatch.setattr(house.store, "run_now", run_now)
    house.floor.tell("agent", "agent1")
    assert (await next_of(source))["data"] == "me"
    answer.close()
