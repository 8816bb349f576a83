"""An agent's acts over HTTP: state, offer, talk, wrap-up, pausing, unmasking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from claims_store import access, calls, tasks
from claims_store.calls import CallOpened
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import CALL, House, driver, ladder, ring

pytestmark = pytest.mark.unit


async def test_me_tells_role_and_state(agent: Client) -> None:
    me = await (await agent.get("/api/me")).json()
    assert (me["login"], me["role"], me["agent"]["state"]) == ("agent1", "agent", "ready")
    assert me["agent"]["phone"] == "201"


async def test_a_state_is_chosen_with_its_reason(house: House, agent: Client) -> None:
    body = {"state": "away", "reason": "break"}
    answer = await agent.post("/api/me/state", json=body)
    assert (await answer.json())["reason"] == "break"
    found = house.floor.agent("agent1")
    assert found is not None and found.state == "away"
    page = await (await agent.get("/desk", headers={"Accept-Language": "zh"})).text()
    assert "暂离" in page and "小休" in page


@pytest.mark.parametrize(
    "body", [{}, {"state": "talking"}, {"state": 5}, {"state": "away", "reason": 7}, []]
)
async def test_a_state_nobody_can_choose_is_refused(agent: Client, body: object) -> None:
    answer = await agent.post("/api/me/state", json=body)
    told = await answer.json()
    assert answer.status == 400 and {"what", "safe", "do"} <= told.keys()


async def test_a_form_is_not_an_act(agent: Client) -> None:
    answer = await agent.post("/api/me/state", data={"state": "ready"})
    assert answer.status == 415
    answer = await agent.post(
        "/api/me/state", data=b"{", headers={"Content-Type": "application/json"}
    )
    assert answer.status == 400


async def test_without_a_phone_one_is_not_ready(house: House, agent: Client) -> None:
    house.floor.register("agent1", False)
    answer = await agent.post("/api/me/state", json={"state": "ready"})
    told = await answer.json()
    assert (answer.status, told["code"]) == (409, "phone_gone")
    assert "phone_gone" in await (await agent.get("/desk")).text()


async def test_the_offer_tells_who_calls_before_the_answer(house: House, agent: Client) -> None:
    assert await (await agent.get("/api/me/offer")).json() == {"offer": None}
    number = house.store.run_now(ring)
    customer, policy = house.store.run_now(driver)
    house.floor.offer("agent1", CALL, why=ladder(house.floor))
    told = await (await agent.get("/api/me/offer")).json()
    assert told["offer"]["why"][0]["outcome"] == "chosen"
    assert told["caller"]["customer"]["name"] == customer.name
    assert policy.number in {each["number"] for each in told["caller"]["policies"]}
    assert told["caller"]["open_claims"]
    assert told["report"]["number"] == number
    assert told["report"]["fields"]["plate"]["value"] == policy.plate
    page = await (await agent.get("/desk")).text()
    for seen in (customer.name, number, "cl-band-offer", "why", 'role="alert"'):
        assert seen in page
    assert "<fieldset disabled>" in page
    assert customer.phone not in page


async def test_an_unknown_caller_is_shown_as_such(house: House, agent: Client) -> None:
    opened = CallOpened(CALL, "n1", "s", "", "5550100", house.now, 1)
    house.store.run_now(calls.open_call, opened)
    house.floor.offer("agent1", CALL)
    told = await (await agent.get("/api/me/offer")).json()
    assert told["caller"]["customer"] is None and told["report"] is None
    house.floor.answer("agent1")
    page = await (await agent.get("/desk", headers={"Accept-Language": "en"})).text()
    assert "Unknown caller" in page and "Number withheld" in page


async def test_a_call_the_ledger_does_not_know_still_paints(house: House, agent: Client) -> None:
    house.floor.offer("agent1", "n1-1.1")
    assert (await agent.get("/desk")).status == 200
    house.floor.answer("agent1")
    assert (await (await agent.get("/api/me/call")).json())["caller"] is None


async def test_a_whole_call_from_offer_to_ready(house: House, agent: Client) -> None:
    house.store.run_now(ring)
    floor = house.floor
    floor.offer("agent1", CALL)
    floor.answer("agent1")
    told = await (await agent.get("/api/me/call")).json()
    assert (told["phase"], told["call"]["call_id"]) == ("talking", CALL)
    work = await (await agent.get("/api/me/work")).json()
    assert work["editable"] and work["report"]["next_field"]
    later = {"state": "away", "reason": "meal"}
    assert (await (await agent.post("/api/me/state", json=later)).json())["after"] == "away"
    assert (await agent.post("/api/me/wrap-up/end", json={})).status == 409
    floor.hang_up("agent1")
    assert (await (await agent.get("/api/me/call")).json())["phase"] == "wrap_up"
    assert "cl-band-wrap" in await (await agent.get("/desk/region/band")).text()
    answer = await agent.post("/api/me/wrap-up/end", json={})
    assert (await answer.json())["state"] == "ready"
    assert await (await agent.get("/api/me/call")).json() == {"call": None}


async def test_recording_is_paused_and_resumed_in_ones_own_call(
    house: House, agent: Client
) -> None:
    house.store.run_now(ring)
    path = f"/api/calls/{CALL}/recording/pause"
    assert (await agent.post(path, json={"on": True})).status == 403
    house.floor.offer("agent1", CALL)
    house.floor.answer("agent1")
    assert (await agent.post(path, json={"on": True})).status == 200
    talk = house.floor.call_of("agent1")
    assert talk is not None and talk.paused
    assert "record.paused" not in await (await agent.get("/desk/region/count")).text()
    assert (await agent.post(path, json={"on": False})).status == 200
    assert (await agent.post(path, json={"on": "yes"})).status == 400
    house.floor.hang_up("agent1")
    assert (await agent.post(path, json={"on": True})).status == 409


async def test_the_whole_number_is_shown_only_with_an_entry_in_the_log(
    house: House, agent: Client
) -> None:
    house.store.run_now(ring)
    assert (await agent.post(f"/api/calls/{CALL}/reveal", json={})).status == 403
    house.floor.offer("agent1", CALL)
    customer, _ = house.store.run_now(driver)
    told = await (await agent.post(f"/api/calls/{CALL}/reveal", json={})).json()
    assert told["value"].replace(" ", "") == customer.phone.removeprefix("+86")
    seen = house.store.run_now(access.listing)
    assert [(each.who, each.what, each.about) for each in seen] == [("agent1", "unmask", CALL)]


async def test_somebody_without_a_phone_is_told_so(house: House, client: Client) -> None:
    await enter(client, house, "supervisor")
    assert (await (await client.get("/api/me")).json())["agent"] is None
    answer = await client.get("/desk")
    assert answer.status == 403 and "no_agent" in await answer.text()
    assert (await client.get("/api/me/work")).status == 403
    assert (await client.get("/calls")).status == 200


async def test_between_two_calls_the_day_and_the_last_call_are_shown(
    house: House, agent: Client
) -> None:
    house.store.run_now(ring, house.now - timedelta(minutes=20))
    house.store.run_now(calls.change, CALL, agent="agent1", talk_s=96.0)
    customer, _ = house.store.run_now(driver)
    page = await (await agent.get("/desk")).text()
    assert customer.name in page and "1:36" in page and 'id="cl-ready"' in page


async def test_an_agent_sees_the_tasks_of_his_own_calls_only(house: House, client: Client) -> None:
    number = house.store.run_now(ring)
    house.store.run_now(calls.change, CALL, agent="agent1")
    due = house.now + timedelta(minutes=40)
    for about in (number, "CL-200101-7777"):
        house.store.run_now(tasks.add, "handler_calls", about, house.now, due)
    await enter(client, house, "agent1")
    page = await (await client.get("/desk")).text()
    assert number in page and "CL-200101-7777" not in page
    await enter(client, house, "agent2")
    assert number not in await (await client.get("/desk")).text()


async def test_a_region_nobody_wrote_is_not_there(agent: Client) -> None:
    assert (await agent.get("/desk/region/other")).status == 404
    assert (await agent.get("/desk/region/foot")).status == 204
