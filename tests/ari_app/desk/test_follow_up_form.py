"""A follow-up that a person makes: its sheet asks what the plan asks, and keeps what was said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from claims_store import feedback, follow_ups, moves, plans, tasks
from claims_store.rules.stages import Actor
from claims_store.rules.stages.state import SYSTEM
from claims_store.store import Session
from routing.names import FOLLOW_UP_QUESTIONS
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import NOW, House, fill, finish_call, ring
from tests.routing.test_reading import PLAN

pytestmark = pytest.mark.unit
ENGLISH = {"Accept-Language": "en"}
PAYING = (
    "claim_filed", "documents_completed", "loss_surveyed", "loss_assessed", "claim_calculated",
    "claim_approved", "sum_agreed", "payment_started", "claim_paid",
)  # fmt: skip


@pytest.fixture
def number(house: House) -> str:
    """A claim that was paid and that a person follows up now."""
    made = house.store.run_now(ring)
    house.store.run_now(fill, made)
    finish_call(house, made)
    claim = made.replace("BA", "CL")

    def pay(s: Session) -> None:
        plans.publish(s, f"{PLAN}\n[follow_up]\nway = 'task'\n", "admin", "follow up", NOW)
        for event in PAYING:
            by = Actor("handler1" if event != "claim_approved" else "supervisor1", "supervisor")
            data: dict[str, Any] = {"amount": "800"} if event == "loss_assessed" else {}
            moves.move(s, claim, event, SYSTEM if event == "claim_paid" else by, NOW, **data)
        follow_ups.plan(s, claim, 1, NOW)
        follow_ups.begin(s, claim, 1, NOW + timedelta(days=2))

    house.store.run_now(pay)
    return claim


async def send(client: Client, number: str, **said: object) -> tuple[int, dict[str, Any]]:
    path = f"/api/claims/{number}/follow-up"
    answer = await client.post(path, json=said, headers=ENGLISH)
    return answer.status, await answer.json()


async def page(client: Client, path: str) -> str:
    answer = await client.get(path, headers=ENGLISH)
    assert answer.status == 200, path
    return await answer.text()


def state(house: House, number: str) -> tuple[str, str]:
    (found,) = house.store.run_now(follow_ups.listing, number)
    return found.state, found.reason


async def test_what_a_customer_said_is_entered_from_the_task_list(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "agent1")
    path = f"/claims/{number}/follow-up"
    assert f'data-sheet="{path}"' in await page(client, "/tasks")
    assert 'id="cl-follow-up"' in await page(client, f"/claims/{number}")
    sheet = await page(client, path)
    assert all(f'name="{name}"' in sheet for name in FOLLOW_UP_QUESTIONS)
    assert await send(client, number, speed="4", staff=5, remark="  很快  ") == (
        200, {"claim": number, "declined": False},
    )  # fmt: skip
    (kept,) = house.store.run_now(feedback.listing)
    assert (kept.scores, kept.remark) == ({"speed": 4, "staff": 5}, "很快")
    assert state(house, number) == ("done", "called")
    assert all(t.kind != follow_ups.TASK for t in house.store.run_now(tasks.listing, about=number))
    assert (await send(client, number, speed=4))[1]["code"] == "no_follow_up"
    assert (await client.get(path)).status == 409
    assert 'id="cl-follow-up"' not in await page(client, f"/claims/{number}")


async def test_a_follow_up_is_not_done_before_its_result_is_written_down(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "agent1")
    about = house.store.run_now(tasks.listing, about=number)
    task = next(each for each in about if each.kind == follow_ups.TASK)
    answer = await client.post(f"/api/tasks/{task.id}/done", json={}, headers=ENGLISH)
    assert (answer.status, (await answer.json())["code"]) == (409, "follow_up_result")
    assert task in house.store.run_now(tasks.listing, about=number)


async def test_who_does_not_want_to_be_asked_is_not_asked_again(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "agent1")
    assert (await send(client, number, declined=True))[1]["declined"] is True
    assert state(house, number) == ("not_made", "declined")
    assert house.store.run_now(feedback.listing) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "nothing_said"), ({"remark": "  "}, "nothing_said"),
        ({"declined": False}, "nothing_said"), ({"declined": "yes"}, "bad_value"),
        ({"speed": "9"}, "bad_value"), ({"speed": True}, "bad_value"),
        ({"speed": "٤"}, "bad_value"), ({"weather": 3}, "bad_value"),
        ({"remark": "x" * 2001}, "bad_value"), ({"remark": 7}, "bad_value"),
    ],
)  # fmt: skip
async def test_what_is_no_answer_changes_nothing(
    house: House, client: Client, number: str, said: dict[str, object], code: str
) -> None:
    await enter(client, house, "agent1")
    assert (await send(client, number, **said))[1]["code"] == code
    assert state(house, number) == ("asked", "")


async def test_who_does_not_see_the_claim_enters_nothing(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "agent2")
    assert (await client.get(f"/claims/{number}/follow-up")).status == 403
    assert (await send(client, number, speed=4))[0] == 403
    assert state(house, number) == ("asked", "")
