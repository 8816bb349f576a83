"""Complaints at the desk: seen, moved, and kept from whoever they concern."""

from __future__ import annotations

import pytest

from claims_store import claims, complaints, tasks
from claims_store.rules.stages import Actor
from claims_store.store import Session
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import House

pytestmark = pytest.mark.unit

ANSWER = "We were late. You may ask for a review, for mediation, or go to court."
HOSTILE = "<img src=x onerror=alert(1)> 我要投诉"


@pytest.fixture
def number(house: House) -> str:
    """A draft about a claim that handler1 has."""

    def begin(s: Session) -> str:
        claim = next(each for each in claims.listing(s) if each.owner == "handler1")
        return complaints.draft(s, claim.number, HOSTILE, "page", house.now, why=["投诉"])

    return house.store.run_now(begin)


@pytest.fixture
async def quality(house: House, client: Client) -> Client:
    await enter(client, house, "quality")
    return client


async def moved(client: Client, number: str, move: str, **data: str) -> tuple[int, dict[str, str]]:
    body = {"move": move, "data": data}
    async with client.post(f"/api/complaints/{number}/moves", json=body) as answer:
        return answer.status, await answer.json()


async def test_the_list_and_the_page_show_it_and_nothing_said_becomes_a_tag(
    quality: Client, number: str
) -> None:
    listed = await (await quality.get("/complaints")).text()
    assert number in listed
    shown = await (await quality.get(f"/complaints/{number}")).text()
    assert "&lt;img src=x" in shown and "<img src=x" not in shown
    assert 'id="cl-complaint_opened"' in shown and 'id="cl-complaint_closed"' not in shown
    (found,) = (await (await quality.get("/api/complaints")).json())["complaints"]
    assert (found["number"], found["stage"]) == (number, "drafted")
    assert number not in await (await quality.get("/complaints?closed=1")).text()


async def test_it_is_taken_up_answered_and_closed(
    house: House, quality: Client, number: str
) -> None:
    assert (await moved(quality, number, "complaint_opened"))[0] == 200
    status, refused = await moved(quality, number, "complaint_answered", text="Sorry.")
    assert (status, refused["refused"]) == (409, "names_rights")
    assert "mediation" in refused["what"] or "调解" in refused["what"]
    assert (await moved(quality, number, "complaint_answered", text=ANSWER))[0] == 200
    assert (await moved(quality, number, "complaint_closed"))[1]["stage"] == "closed"
    assert number in await (await quality.get("/complaints?closed=1")).text()
    assert not house.store.run_now(tasks.listing, about=number)


async def test_whoever_it_concerns_sees_nothing_and_moves_nothing(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "handler1")
    assert number not in await (await client.get("/complaints")).text()
    assert (await client.get(f"/complaints/{number}")).status == 403
    status, refused = await moved(client, number, "draft_dropped", reason="nothing")
    assert (status, refused["code"]) == (403, "your_own_complaint")
    body = {"about": number}
    assert (await client.post("/api/calls-out", json=body)).status in (403, 409)
    found = house.store.run_now(complaints.get, number)
    assert found is not None and found.stage == "drafted"


@pytest.mark.parametrize(
    ("move", "data"),
    [
        ("fly", {}),
        ("complaint_assigned", {"owner": "handler1"}),
        ("complaint_assigned", {"owner": "nobody"}),
        ("complaint_moved", {"department": "kitchen", "reason": "x"}),
        ("draft_dropped", {"reason": "x" * 5000}),
        ("complaint_opened", {"stage": "closed"}),
    ],
)
async def test_values_that_cannot_be_are_refused(
    house: House, quality: Client, number: str, move: str, data: dict[str, str]
) -> None:
    assert (await moved(quality, number, move, **data))[0] == 400
    found = house.store.run_now(complaints.get, number)
    assert found is not None and found.stage == "drafted"


async def test_what_does_not_exist_is_said(quality: Client) -> None:
    assert (await quality.get("/complaints/CP-000000-0000")).status == 404


async def test_its_customer_is_called_with_one_click(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "supervisor")
    shown = await (await client.get(f"/complaints/{number}")).text()
    assert "/api/calls-out" in shown
    actor = Actor("supervisor", "supervisor")
    house.store.run_now(complaints.move, number, "customer_called_back", actor, house.now)
    shown = await (await client.get(f"/complaints/{number}")).text()
    assert "customer called back" in shown or "已回电客户" in shown
