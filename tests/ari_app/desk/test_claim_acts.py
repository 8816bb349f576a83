"""A claim is moved from its page as the table says; what is refused says its sentence in place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ari_app.desk import move_forms, words
from claims_store import access, calls, claims, clocks, moves, people, reports, tasks
from claims_store.calls import CallOpened
from claims_store.moves import SYSTEM
from claims_store.people import Staff
from claims_store.rules.stages import MOVES
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import CALL, NOW, House, fill, finish_call, ring

pytestmark = pytest.mark.unit
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def number(house: House) -> str:
    """A claim of a call that the first agent took."""
    made = house.store.run_now(ring)
    house.store.run_now(fill, made)
    finish_call(house, made)
    return made.replace("BA", "CL")


async def move(client: Client, number: str, event: str, **data: Any) -> tuple[int, dict[str, Any]]:
    body = {"move": event, "data": data}
    answer = await client.post(f"/api/claims/{number}/moves", json=body, headers=ENGLISH)
    return answer.status, await answer.json()


async def page(client: Client, path: str) -> str:
    answer = await client.get(path, headers=ENGLISH)
    assert answer.status == 200, path
    return await answer.text()


def test_every_value_of_the_table_has_a_form_and_its_words() -> None:
    for event, found in MOVES.items():
        for name in move_forms.inputs_of(event):
            if event in ("claim_absorbed", "simple_rule_fired"):
                continue  # nobody makes these by hand
            assert move_forms.widget(name)
            assert words.known(f"input.{name}"), name
        assert set(found.asks) <= set(move_forms.inputs_of(event))
        assert words.known(f"event.claim.{event}"), event
    assert set(move_forms.table()["also"]) <= set(MOVES)


async def test_the_next_act_is_the_first_on_the_page_and_moves_the_claim(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "handler1")
    before = await page(client, f"/claims/{number}")
    assert f"/claims/{number}/moves?at=claim_filed" in before and "File the claim" in before
    sheet = await page(client, f"/claims/{number}/moves?at=claim_filed")
    assert "Propose a rejection" in sheet and "Merge into another claim" in sheet
    assert "Not possible yet" in sheet and "Somebody has to propose the rejection" in sheet
    status, told = await move(client, number, "claim_filed", facts_clear="yes")
    assert (status, told["stage"]) == (200, "filed")
    after = await page(client, f"/claims/{number}/region")
    assert "<html" not in after and "Filed" in after and "moves?at=survey_dispatched" in after
    journal = house.store.run_now(claims.journal, number)
    assert (journal[-1].by, journal[-1].data) == ("handler1", {"facts_clear": "yes"})


async def test_what_is_refused_says_why_and_changes_nothing(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "handler1")
    was = house.store.run_now(claims.journal, number)
    status, told = await move(client, number, "claim_paid")
    assert (status, told["code"], told["refused"]) == (409, "not_now", "track")
    assert "it has to be: being paid" in told["what"]
    assert (await move(client, number, "claim_cancelled"))[1]["refused"] == "lacks"
    assert (await move(client, number, "promise_broken"))[1]["refused"] == "who"
    for event, data, code in (
        ("claim_filed", {"strange": "x"}, "bad_value"),
        ("estimated", {"amount": "plenty"}, "unread_amount"),
        ("call_promised", {"due": "yesterday"}, "unread_due"),
        ("call_promised", {"due": 15}, "bad_value"),
        ("handler_assigned", {"handler": "nobody"}, "bad_value"),
        ("survey_dispatched", {"surveyor": "handler1"}, "bad_value"),
        ("flag_set", {"flag": "fun", "reason": "r"}, "bad_value"),
        ("claim_withdrawn", {"heard_in": "n1-0.0", "reason": "r"}, "bad_value"),
        ("documents_requested", {"missing": "invoice"}, "bad_value"),
        ("documents_requested", {"missing": [1]}, "bad_value"),
        ("documents_requested", {"missing": ["x"] * 41}, "bad_value"),
        ("nothing", {}, "bad_value"),
        ("estimated", [], "bad_value"),
    ):
        body: dict[str, Any] = {"move": event, "data": data}
        answer = await client.post(f"/api/claims/{number}/moves", json=body)
        assert (await answer.json())["code"] == code, event
    assert (await client.post("/api/claims/CL-1/moves", json={"move": "claim_filed"})).status == 404
    assert house.store.run_now(claims.journal, number) == was


async def test_a_rejection_takes_two_and_the_page_says_who_proposed_it(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "handler1")
    given = {"reason": "no cover", "clause": "3.2"}
    assert (await move(client, number, "rejection_proposed", **given))[0] == 200
    assert "another person has to decide" in await page(client, f"/claims/{number}")
    status, told = await move(client, number, "claim_rejected", reason="r", notice="n")
    assert (status, told["refused"]) == (409, "second_person")
    await enter(client, house, "supervisor")
    status, told = await move(client, number, "claim_rejected", reason="r", notice="n")
    assert (status, told["stage"]) == (200, "rejected")


async def test_a_withdrawal_names_the_call_and_a_reopened_claim_goes_on(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "agent1")
    assert CALL in await page(client, f"/claims/{number}/moves")
    given = {"reason": "repaired by himself", "heard_in": CALL}
    assert (await move(client, number, "claim_withdrawn", **given))[1]["stage"] == "withdrawn"
    assert (await move(client, number, "claim_reopened", reason="r"))[1]["refused"] == "who"
    await enter(client, house, "supervisor")
    assert (await move(client, number, "claim_reopened", reason="more damage"))[0] == 200
    shown = await page(client, f"/claims/{number}")
    assert "more damage" in shown and "moves?at=claim_filed" in shown


async def test_a_merged_claim_leads_to_the_other(house: House, client: Client, number: str) -> None:
    other = next(c.number for c in house.store.run_now(claims.listing) if c.closed is None
                 and c.number != number)  # fmt: skip
    await enter(client, house, "supervisor")
    status, _ = await move(client, number, "claim_merged", into=other.lower(), reason="same crash")
    assert status == 200
    shown = await page(client, f"/claims/{number}")
    assert f'href="/claims/{other}"' in shown and "Merged into" in shown
    again, told = await move(client, other, "claim_merged", into="CL-000000-0000", reason="r")
    assert (again, told["code"]) == (404, "no_record")


async def test_papers_are_asked_for_by_name_and_once(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "handler1")
    assert (await move(client, number, "claim_filed"))[0] == 200
    given = {"missing": ["driving_licence", "invoice"]}
    assert (await move(client, number, "documents_requested", **given))[0] == 200
    status, told = await move(client, number, "documents_requested", missing=["photos"])
    assert (status, told["refused"]) == (409, "new_reason")
    status, _ = await move(client, number, "documents_requested", missing=["photos"], reason="new")
    assert status == 200
    assert house.store.run_now(claims.state_of, number).missing == ("photos",)


async def test_a_promise_is_made_kept_and_moved_on_the_claim(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "handler1")
    status, told = await move(client, number, "call_promised", due="下午3点")
    assert status == 200 and told["promised_at"] == "2026-11-24T15:00:00+08:00"
    shown = await page(client, f"/claims/{number}")
    assert 'id="cl-kept-1"' in shown and "6 h left" in shown
    assert (await move(client, number, "promise_moved", due="16:30"))[1]["refused"] == "lacks"
    status, _ = await move(client, number, "promise_moved", due="16:30", reason="no parts yet")
    assert status == 200
    house.now = NOW.replace(hour=17)
    late = await page(client, f"/claims/{number}")
    assert "cl-chip-bad" in late and "76 min over" in late
    assert (await move(client, number, "promise_kept", what="handler_calls"))[0] == 200
    found = [each for each in house.store.run_now(clocks.of, number) if each.kind == "call"]
    assert sorted(each.state for each in found) == ["late", "moved"]


async def test_in_the_talk_a_call_is_promised_about_the_report_or_an_open_claim(
    house: House, agent: Client
) -> None:
    report = house.store.run_now(ring)
    house.floor.offer("agent1", CALL)
    house.floor.answer("agent1")
    shown = await page(agent, "/desk")
    assert f"/api/calls/{CALL}/promise" in shown and 'id="cl-chip-1"' in shown
    body = {"about": report, "due": "10:30"}
    answer = await agent.post(f"/api/calls/{CALL}/promise", json=body)
    assert answer.status == 201 and (await answer.json())["said"] == "今天 10:30"
    (task,) = house.store.run_now(tasks.listing, about=report)
    assert task.kind == "handler_calls" and task.due == NOW.replace(minute=30, hour=10, second=0)
    others = [c.number for c in house.store.run_now(claims.listing) if c.closed is None]
    call = house.store.run_now(calls.get, CALL)
    assert call is not None and call.customer_id is not None
    his = [c for c in house.store.run_now(claims.of_customer, call.customer_id) if not c.closed]
    answer = await agent.post(
        f"/api/calls/{CALL}/promise", json={"about": his[0].number, "due": "11:00"}
    )
    assert answer.status == 201
    event = house.store.run_now(claims.journal, his[0].number)[-1]
    assert (event.event, event.data["heard_in"]) == ("call_promised", CALL)
    strange = next(each for each in others if each not in {c.number for c in his})
    for about, due, status in ((strange, "11:00", 403), ("BA-1", "11:00", 403), (report, "", 422)):
        body = {"about": about, "due": due}
        answer = await agent.post(f"/api/calls/{CALL}/promise", json=body)
        assert answer.status == status, about
    assert (await agent.post("/api/calls/n1-0.0/promise", json=body)).status == 403


async def test_a_promise_in_the_remarks_is_offered_and_never_made(
    house: House, client: Client, number: str
) -> None:
    report = number.replace("CL", "BA")
    said = "等红灯时被追尾。已答应客户下午4点前回电。"
    house.store.run_now(
        reports.answer, report, "narrative", said, by="agent1", source="agent", at=NOW
    )
    before = len(house.store.run_now(clocks.of, number))
    await enter(client, house, "handler1")
    shown = await page(client, f"/claims/{number}")
    assert 'id="cl-hint-1"' in shown and "the report says: before today 16:00" in shown
    assert len(house.store.run_now(clocks.of, number)) == before
    house.now = NOW + timedelta(hours=9)
    assert 'id="cl-hint-1"' not in await page(client, f"/claims/{number}")


async def test_the_right_column_tells_the_clock_the_owner_and_why(
    house: House, client: Client
) -> None:
    await enter(client, house, "supervisor")
    listed = house.store.run_now(claims.listing)
    owned = next(c for c in listed if c.owner and c.survey == "dispatched" and not c.closed)
    shown = await page(client, f"/claims/{owned.number}")
    for seen in ("candidates", "chosen", "does not handle this line of business", "% used",
                 "By law", "A new report", "机动车交通事故责任强制保险条例"):  # fmt: skip
        assert seen in shown, seen
    told = await (await client.get(f"/api/claims/{owned.number}")).json()
    assert {each["rule"] for each in told["deadlines"]} >= {"CN1", "FILE7"}
    fired = {"rule": "small_motor"}
    house.store.run_now(moves.move, owned.number, "simple_rule_fired", SYSTEM, NOW, **fired)
    shown = await page(client, f"/claims/{owned.number}")
    assert "small motor claim" in shown and "小额理赔服务指引 2015" in shown


async def test_who_only_reads_gets_no_acts(house: House, client: Client, number: str) -> None:
    for login in ("quality", "auditor"):
        await enter(client, house, login)
        shown = await page(client, f"/claims/{number}")
        assert "data-sheet" not in shown and "data-api" not in shown and "calls-out" not in shown
        assert (await client.get(f"/claims/{number}/moves")).status == 403
        assert (await move(client, number, "claim_filed"))[0] == 403


async def test_authority_is_the_members_own(house: House, client: Client, number: str) -> None:
    member = house.store.run_now(people.member, "handler1")
    assert isinstance(member, Staff)
    await enter(client, house, "handler1")
    for event, data in (
        ("claim_filed", {}), ("loss_surveyed", {"amount": "8000"}), ("loss_assessed", {}),
        ("documents_completed", {}), ("claim_calculated", {}),
    ):  # fmt: skip
        assert (await move(client, number, event, **data))[0] == 200, event
    house.store.run_now(people.put_staff, replace(member, authority=Decimal(5000)))
    assert (await move(client, number, "claim_approved"))[1]["refused"] == "within_authority"
    assert "above your authority" in await page(client, f"/claims/{number}/moves")


async def test_looks_at_claims_calls_and_lists_are_logged_once(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "handler1")
    for path in (f"/claims/{number}", f"/claims/{number}", f"/claims/{number}/region", "/claims",
                 f"/calls/{CALL}", "/tasks"):  # fmt: skip
        await page(client, path)
    seen = [(each.who, each.what, each.about) for each in house.store.run_now(access.listing)]
    assert sorted(seen) == [
        ("handler1", "call", CALL), ("handler1", "claim", number), ("handler1", "list", "claims"),
        ("handler1", "list", "tasks"),
    ]  # fmt: skip
    assert house.store.run_now(access.verify) is None


async def test_a_call_is_placed_with_one_click(house: House, agent: Client, number: str) -> None:
    answer = await agent.post("/api/calls-out", json={"about": number})
    told = await answer.json()
    assert (answer.status, told["rings"], told["about"]) == (202, "201", number)
    again = await agent.post("/api/calls-out", json={"about": number})
    assert (await again.json())["key"] == told["key"]
    other = next(c.number for c in house.store.run_now(claims.listing) if c.number != number)
    assert (await agent.post("/api/calls-out", json={"about": other})).status == 403
    bare = CallOpened("n1-9.9", "n1", "s", "", "5550100", NOW, 1)
    house.store.run_now(calls.open_call, bare)
    silent = house.store.run_now(reports.start, "n1-9.9", "", "zh", NOW)
    house.store.run_now(calls.change, "n1-9.9", agent="agent1", report_number=silent)
    assert (await agent.post("/api/calls-out", json={"about": silent})).status == 409
    await enter(agent, house, "supervisor")
    assert (await agent.post("/api/calls-out", json={"about": number})).status == 409
