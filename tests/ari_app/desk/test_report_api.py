"""The report field by field: versions, conflicts, values nobody can read, sending."""

from __future__ import annotations

from typing import Any

import pytest

from claims_store import calls, reports, tasks
from claims_store.calls import CallOpened
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import CALL, House, fill, ring

pytestmark = pytest.mark.unit


@pytest.fixture
def number(house: House) -> str:
    """A report of a call that the first agent talks on."""
    made = house.store.run_now(ring)
    house.floor.offer("agent1", CALL)
    house.floor.answer("agent1")
    return made


async def patch(
    client: Client, number: str, field: str, value: object, version: object = 0
) -> tuple[int, dict[str, Any]]:
    body = {"field": field, "value": value, "version": version}
    answer = await client.patch(f"/api/reports/{number}", json=body)
    return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("loss_time", "今天 8:20", "2026-11-24T08:20+08:00"),
        ("loss_time", "2026-11-24T08:20+08:00", "2026-11-24T08:20+08:00"),
        ("loss_region", "上海浦东新区", "310115"),
        ("loss_region", "310115", "310115"),
        ("other_plate", "沪B·K6138", "沪BK6138"),
        ("other_phone", "139 0000 2207", "+8613900002207"),
        ("third_party", "yes", "yes"),
        ("third_party", "unknown", "unknown"),
        ("loss_kind", "rear_end", "rear_end"),
        ("narrative", "  被追尾 <b>重</b> ", "被追尾 <b>重</b>"),
        ("policy_number", "PDAA 2026-3101", "PDAA20263101"),
        ("estimate", "3260", "3260.00"),
    ],
)
async def test_what_is_typed_is_kept_as_its_canonical_value(
    agent: Client, number: str, field: str, typed: str, kept: str
) -> None:
    status, told = await patch(agent, number, field, typed)
    if field == "policy_number" and status == 422:
        pytest.fail(str(told))
    assert (status, told["value"]) == (200, kept)
    assert told["version"] > 0 and told["saved_at"] == "08:46:03"
    assert field not in told["missing"]


async def test_each_answer_tells_what_is_still_missing_and_the_next_question(
    agent: Client, number: str
) -> None:
    status, told = await patch(agent, number, "loss_region", "310115")
    assert status == 200 and told["level"] == "draft" and told["claim_number"] is None
    assert told["next_field"] == told["missing"][0] == "loss_time"


async def test_a_field_that_was_written_elsewhere_is_not_overwritten_unseen(
    house: House, agent: Client, number: str
) -> None:
    house.store.run_now(fill, number)  # a claim now, which a handler of its line may amend
    was = house.store.run_now(reports.state, number).values["loss_place"].version
    _, mine = await patch(agent, number, "loss_place", "张杨路", was)
    other = house.client()
    async with other:
        await enter(other, house, "handler1")
        status, _ = await patch(other, number, "loss_place", "源深路", mine["version"])
        assert status == 200
    status, told = await patch(agent, number, "loss_place", "张杨路 12 号", mine["version"])
    assert (status, told["code"]) == (409, "other_value")
    assert (told["current"]["value"], told["current"]["by"]) == ("源深路", "handler1")
    status, _ = await patch(agent, number, "loss_place", "张杨路 12 号", told["current"]["version"])
    assert status == 200


async def test_the_same_answer_sent_twice_is_one_version(
    house: House, agent: Client, number: str
) -> None:
    _, first = await patch(agent, number, "loss_place", "张杨路")
    status, again = await patch(agent, number, "loss_place", "张杨路")
    assert (status, again["version"]) == (200, first["version"])
    written = house.store.run_now(reports.versions, number)
    assert [each.field for each in written].count("loss_place") == 1


async def test_an_answer_can_be_taken_back(agent: Client, number: str) -> None:
    _, first = await patch(agent, number, "loss_place", "张杨路")
    status, told = await patch(agent, number, "loss_place", " ", first["version"])
    assert (status, told["value"]) == (200, "") and "loss_place" in told["missing"]


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("loss_time", "somewhen", "unread_datetime"),
        ("other_plate", "x", "unread_plate"),
        ("other_phone", "12", "unread_phone"),
        ("loss_region", "Nowhereville", "unread_place"),
        ("loss_kind", "meteor", "unread_choice"),
        ("third_party", "blue", "unread_yes_no_unknown"),
        ("policy_number", "###", "unread_digits"),
        ("estimate", "a lot", "unread_amount"),
        ("reporter_name", "unknown", "needed"),
    ],
)
async def test_a_text_nobody_can_read_is_asked_for_again_in_both_languages(
    house: House, agent: Client, number: str, field: str, typed: str, code: str
) -> None:
    before = house.store.run_now(reports.versions, number)
    status, told = await patch(agent, number, field, typed)
    assert (status, told["code"]) == (422, code)
    assert told["what"] and told["safe"] and told["do"]
    assert house.store.run_now(reports.versions, number) == before


async def test_a_loss_outside_the_cover_is_kept_and_marked(agent: Client, number: str) -> None:
    status, told = await patch(agent, number, "loss_time", "2019-01-01T08:20+08:00")
    assert status == 200 and told["problems"]
    assert told["report"]["fields"]["loss_time"]["state"] == "check"
    page = await (await agent.get("/desk/region/right")).text()
    assert "cl-checks-check" in page


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"field": "loss_place", "value": 5, "version": 0},
        {"field": "loss_place", "value": "x"},
        {"field": "loss_place", "value": "x", "version": -1},
        {"field": "loss_place", "value": "x", "version": True},
        {"field": "loss_place", "value": "x\0y", "version": 0},
        {"field": "loss_place", "value": "x" * 5000, "version": 0},
        {"field": "line", "value": "boats", "version": 0},
    ],
)
async def test_a_body_out_of_shape_changes_nothing(
    agent: Client, number: str, body: object
) -> None:
    assert (await agent.patch(f"/api/reports/{number}", json=body)).status == 400


async def test_a_field_the_line_does_not_have_is_refused(agent: Client, number: str) -> None:
    status, told = await patch(agent, number, "hospital", "x")
    assert (status, told["code"]) == (404, "no_field")


async def test_another_agents_report_is_closed(house: House, client: Client, number: str) -> None:
    await enter(client, house, "agent2")
    status, told = await patch(client, number, "loss_place", "x")
    assert (status, told["code"]) == (403, "not_your_report")
    assert (await client.get(f"/api/reports/{number}")).status == 403
    assert (await client.get("/api/reports/BA-000000-0000")).status == 404


async def test_a_report_is_begun_by_its_first_answer(house: House, agent: Client) -> None:
    opened = CallOpened("n1-2.2", "n1", "s", "+8613800138999", "5550100", house.now, 1)
    house.store.run_now(calls.open_call, opened)
    assert (await agent.post("/api/calls/n1-2.2/report", json={})).status == 403
    house.floor.offer("agent1", "n1-2.2")
    house.floor.answer("agent1")
    page = await (await agent.get("/desk/region/form")).text()
    assert 'data-number=""' in page and 'data-field="line"' in page
    made = await (await agent.post("/api/calls/n1-2.2/report", json={})).json()
    again = await (await agent.post("/api/calls/n1-2.2/report", json={})).json()
    assert made == again
    status, told = await patch(agent, made["number"], "line", "home")
    assert status == 200 and told["report"]["line"] == "home"
    status, _ = await patch(agent, made["number"], "habitable", "no")
    assert status == 200
    assert "home" in await (await agent.get("/desk/region/form")).text()


async def test_a_report_without_what_the_assignment_needs_is_not_sent_as_whole(
    house: House, agent: Client, number: str
) -> None:
    path = f"/api/reports/{number}/send"
    answer = await agent.post(path, json={"rest_later": False})
    told = await answer.json()
    assert (answer.status, told["code"]) == (409, "still_missing") and "loss_time" in told[
        "missing"
    ]
    assert (await agent.post(path, json={})).status == 400
    for _ in range(2):
        assert (await agent.post(path, json={"rest_later": True})).status == 200
    due = house.store.run_now(tasks.listing, about=number)
    assert [each.kind for each in due] == ["missing_items"]


async def test_a_whole_report_is_sent_and_is_a_claim(
    house: House, agent: Client, number: str
) -> None:
    house.store.run_now(fill, number)
    answer = await agent.post(f"/api/reports/{number}/send", json={"rest_later": False})
    told = await answer.json()
    assert told["claim_number"] == number.replace("BA", "CL") and told["finished"]
    band = await (await agent.get("/desk/region/band")).text()
    assert "cl-band" in band
    foot = await (await agent.get("/desk/region/foot")).text()
    assert told["claim_number"] in foot and "cl-send" not in foot


async def test_hostile_text_is_text(house: House, agent: Client, number: str) -> None:
    nasty = '"><script>alert(1)</script>'
    await patch(agent, number, "narrative", nasty)
    await patch(agent, number, "loss_place", nasty)
    for path in ("/desk", f"/calls/{CALL}"):
        page = await (await agent.get(path)).text()
        assert "<script>alert" not in page and "&lt;script&gt;" in page, path
