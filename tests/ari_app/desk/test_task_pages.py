"""Tasks, callbacks and the backlog as people work them off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ari_app.desk import words
from claims_store import call_orders, callbacks, calls, claims, clocks, outbox, tasks
from claims_store.calls import CallOpened
from claims_store.consequences import HANDLERS
from claims_store.store import Session
from claims_store.tasks import FOR_SUPERVISORS
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import CALL, NOW, House, fill, finish_call, ring

pytestmark = pytest.mark.unit
ENGLISH = {"Accept-Language": "en"}


async def page(client: Client, path: str) -> str:
    answer = await client.get(path, headers=ENGLISH)
    assert answer.status == 200, path
    return await answer.text()


@pytest.fixture
def number(house: House) -> str:
    """The claim of a call that the first agent took."""
    made = house.store.run_now(ring)
    house.store.run_now(fill, made)
    finish_call(house, made)
    claim = made.replace("BA", "CL")

    def more(s: Session) -> None:
        tasks.add(s, "missing_items", claim, NOW, NOW + timedelta(hours=3))
        tasks.add(s, "deadline_missed", claim, NOW, NOW - timedelta(hours=1))

    house.store.run_now(more)
    return claim


async def test_each_sees_his_tasks_and_supervisors_the_teams(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "agent1")
    own = await page(client, "/tasks")
    assert number in own and "Get what is still missing" in own and "whose=team" not in own
    assert "A deadline was missed" not in own
    await enter(client, house, "agent2")
    assert number not in await page(client, "/tasks")
    assert (await client.get("/tasks?whose=team")).status == 403
    await enter(client, house, "supervisor")
    mine = await page(client, "/tasks")
    assert "A deadline was missed" in mine and "60 min over" in mine
    team = await page(client, "/tasks?whose=team")
    assert team.index("A deadline was missed") < team.index("Get what is still missing")
    some = await (await client.get("/api/tasks?whose=team&kind=missing_items")).json()
    assert {each["kind"] for each in some["tasks"]} == {"missing_items"}
    assert "missing_items" in await page(client, "/tasks?whose=team&kind=missing_items")
    for wrong in ("x", "'; drop", "missing_items "):
        assert (await client.get("/tasks", params={"kind": wrong})).status == 400


async def test_a_task_is_done_once_and_only_by_whose_it_is(
    house: House, client: Client, number: str
) -> None:
    found = house.store.run_now(tasks.listing, about=number)
    id = next(each.id for each in found if each.kind == "missing_items")
    await enter(client, house, "agent2")
    assert (await client.post(f"/api/tasks/{id}/done", json={})).status == 404
    await enter(client, house, "agent1")
    first = await (await client.post(f"/api/tasks/{id}/done", json={})).json()
    again = await (await client.post(f"/api/tasks/{id}/done", json={})).json()
    assert (first["first"], again["first"]) == (True, False)
    assert "Get what is still missing" not in await page(client, "/tasks")
    for wrong in ("0", "x", "9" * 13, "99999"):
        assert (await client.post(f"/api/tasks/{wrong}/done", json={})).status == 404


async def test_a_promise_is_kept_from_the_list(house: House, client: Client, number: str) -> None:
    await enter(client, house, "handler1")
    body = {"move": "call_promised", "data": {"due": "10:00"}}
    assert (await client.post(f"/api/claims/{number}/moves", json=body)).status == 200
    found = house.store.run_now(tasks.listing, about=number)
    task = next(each for each in found if each.kind == "handler_calls")
    assert (await client.post(f"/api/tasks/{task.id}/done", json={})).status == 200
    held = [each for each in house.store.run_now(clocks.of, number) if each.kind == "call"]
    assert [each.state for each in held] == ["met"]
    assert house.store.run_now(claims.journal, number)[-1].event == "promise_kept"


def rang(s: Session, call_id: str, queue: str | None) -> int:
    opened = CallOpened(call_id, "n1", "s", "+8613800138009", "5550100", NOW, 1)
    calls.open_call(s, opened)
    due = NOW + timedelta(minutes=5)
    return callbacks.add(s, call_id, "+8613800138009", "zh", NOW, due, queue=queue)


async def test_callbacks_are_masked_and_of_the_queues_one_serves(
    house: House, client: Client
) -> None:
    mine = house.store.run_now(rang, "n1-1.1", "motor")
    other = house.store.run_now(rang, "n1-2.1", "travel")
    await enter(client, house, "agent1")
    shown = await page(client, "/callbacks")
    assert "138 **** 8009" in shown and "13800138009" not in shown
    told = await (await client.get("/api/callbacks")).json()
    assert [each["id"] for each in told["callbacks"]] == [mine]
    assert (await client.post("/api/calls-out", json={"callback": other})).status == 404
    answer = await client.post("/api/calls-out", json={"callback": mine})
    assert answer.status == 202 and "8009" not in await answer.text()
    (order,) = house.store.run_now(call_orders.listing, "n1-1.1")
    assert (order.first, order.to, order.by) == ("201", "+8613800138009", "agent1")
    assert "called by" in await page(client, "/callbacks")
    await enter(client, house, "supervisor")
    assert len((await (await client.get("/api/callbacks")).json())["callbacks"]) == 2


async def test_who_was_reached_is_off_the_list_and_who_was_not_is_rung_again(
    house: House, agent: Client
) -> None:
    id = house.store.run_now(rang, "n1-1.1", "motor")
    assert (await agent.post(f"/api/callbacks/{id}", json={"reached": False})).status == 200
    (again,) = house.store.run_now(callbacks.listing)
    assert (again.tries, again.due) == (1, NOW + timedelta(minutes=15))
    assert (await agent.post(f"/api/callbacks/{id}", json={"reached": "x"})).status == 400
    assert (await agent.post(f"/api/callbacks/{id}", json={"reached": True})).status == 200
    assert house.store.run_now(callbacks.listing) == []
    assert (await agent.post(f"/api/callbacks/{id}", json={"reached": True})).status == 404
    assert "No callbacks" in await page(agent, "/callbacks")


def test_every_kind_of_work_and_every_task_has_its_word() -> None:
    for kind in HANDLERS:
        assert words.known(f"backlog.kind.{kind}"), kind
    for kind in FOR_SUPERVISORS:
        assert words.known(f"task.{kind}"), kind


async def test_the_backlog_is_seen_tried_again_and_dropped(house: House, client: Client) -> None:
    def stuck(s: Session) -> int:
        outbox.put(s, "transcribe", f"transcribe:{CALL}", {}, NOW - timedelta(minutes=2))
        row = next(each for each in outbox.due(s, NOW) if each.kind == "transcribe")
        outbox.set_aside(s, row.id, "<b>no model</b>")
        return row.id

    id = house.store.run_now(stuck)
    await enter(client, house, "admin")
    shown = await page(client, "/backlog")
    assert "Transcripts" in shown and "&lt;b&gt;no model&lt;/b&gt;" in shown
    assert "No model" not in await page(client, "/backlog?kind=deadline")
    told = await (await client.get("/api/backlog")).json()
    assert told["kinds"]["transcribe"]["set_aside"] == 1 and told["rows"][0]["id"] == id
    assert (await client.post(f"/api/backlog/{id}/retry", json={})).status == 200
    assert (await client.post(f"/api/backlog/{id}/retry", json={})).status == 409
    row = house.store.run_now(outbox.get, id)
    assert row is not None and row.error == "once more, by admin"
    house.store.run_now(outbox.set_aside, id, "again no model")
    assert (await client.post(f"/api/backlog/{id}/drop", json={"reason": " "})).status == 400
    assert (await client.post(f"/api/backlog/{id}/drop", json={"reason": "silent"})).status == 200
    assert "Nothing needs a person" in await page(client, "/backlog")
    for wrong in ("/backlog?kind=a b", "/backlog?kind=" + "x" * 41):
        assert (await client.get(wrong)).status == 400
    assert (await client.post("/api/backlog/x/retry", json={})).status == 404
