"""Nobody sees another's claim: every person of a seeded house against every claim, call and report,
held against what the rules say in plain words."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ari_app.desk.ownership import eyes_for
from ari_app.planning import DEMO_PLAN
from claims_store import calls, claims, moves, people, plans, reports, seeing
from claims_store.calls import CallOpened
from claims_store.claims import Claim
from claims_store.people import Staff
from claims_store.rules.stages import Actor
from claims_store.store import Session
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import CALL, NOW, House, fill, finish_call, ring

pytestmark = pytest.mark.unit

AGENTS = tuple(f"agent{n}" for n in range(1, 9))
HANDLERS = ("handler1", "handler2", "handler3")
BLIND = ("surveyor1", "surveyor2", "admin", "privacy")
READERS = ("supervisor", "quality", "auditor")
EVERYBODY = (*AGENTS, *HANDLERS, *BLIND, *READERS)


def role(login: str) -> str:
    return login.rstrip("0123456789")


def region(house: House, claim: Claim) -> str:
    if claim.report_number is None:
        return ""
    found = house.store.run_now(reports.state, claim.report_number).values.get("loss_region")
    return found.value if found else ""


def handles(house: House, member: Staff, claim: Claim) -> bool:
    """His own, or of his lines and of a province of his, or of no region that is known."""
    if claim.owner == member.name:
        return True
    where = region(house, claim)[:2]
    return claim.line in member.lines and (not where or where in {r[:2] for r in member.regions})


def may_see(house: House, login: str, claim: Claim) -> bool:
    if login in READERS:
        return True
    if login in HANDLERS:
        member = house.store.run_now(people.member, login)
        assert member is not None
        return handles(house, member, claim)
    if login in AGENTS:
        taken = house.store.run_now(calls.listing, agent=login)
        about = {each.report_number for each in taken}
        mine = set(house.store.run_now(claims.reports_of, claim.number))
        return bool(mine & about)
    return False


@pytest.fixture
def number(house: House) -> str:
    made = house.store.run_now(ring)
    house.store.run_now(fill, made)
    finish_call(house, made)
    return made


async def test_every_person_against_every_claim_over_http(
    house: House, client: Client, number: str
) -> None:
    everything = house.store.run_now(claims.listing)
    assert len(everything) > 20
    for login in EVERYBODY:
        await enter(client, house, login)
        expected = {c.number for c in everything if may_see(house, login, c)}
        for claim in everything:
            answer = await client.get(f"/api/claims/{claim.number}")
            assert (answer.status == 200) == (claim.number in expected), (login, claim.number)
            if answer.status != 200:
                assert claim.number not in await answer.text()
        listed = await client.get("/api/claims")
        if listed.status == 200:
            assert {c["number"] for c in (await listed.json())["claims"]} == expected, login
        else:
            assert (listed.status, expected) == (403, set()), login
    assert {login for login in EVERYBODY if may_see(house, login, everything[0])} >= {"supervisor"}


async def test_every_address_of_one_claim_is_for_the_same_eyes(
    house: House, client: Client, number: str
) -> None:
    claim = number.replace("BA", "CL")
    addresses = (
        ("GET", f"/claims/{claim}"), ("GET", f"/claims/{claim}/region"),
        ("GET", f"/claims/{claim}/moves"), ("POST", f"/api/claims/{claim}/moves"),
        ("GET", f"/api/reports/{number}"), ("GET", f"/calls/{CALL}"), ("GET", f"/api/calls/{CALL}"),
        ("GET", f"/api/calls/{CALL}/recording"), ("POST", f"/api/calls/{CALL}/reveal"),
    )  # fmt: skip
    own = {"agent1", "handler1"}
    for login in EVERYBODY:
        if login in READERS:
            continue
        await enter(client, house, login)
        for method, path in addresses:
            body = {"move": "claim_filed"} if path.endswith("/moves") else {}
            kept = {"json": body} if method == "POST" else {}
            answer = await client.request(method, path, **kept)  # type: ignore[arg-type]
            assert (answer.status != 403) == (login in own), (login, path, answer.status)


async def test_a_handler_whom_the_plan_keeps_to_his_own_sees_no_other(
    house: House, client: Client, number: str
) -> None:
    narrow = DEMO_PLAN.read_text("utf-8").replace("[line]\n", '[line]\nhandlers_see = "own"\n')
    house.store.run_now(plans.publish, narrow, "admin", "test", NOW)
    await enter(client, house, "handler1")
    listed = await (await client.get("/api/claims")).json()
    assert {each["owner"] for each in listed["claims"]} == {"handler1"}
    assert (await client.get(f"/claims/{number.replace('BA', 'CL')}")).status == 403


async def test_a_conflict_of_interest_hides_a_claim_of_his_line(
    house: House, client: Client, number: str
) -> None:
    claim = number.replace("BA", "CL")
    found = house.store.run_now(claims.by_number, claim)
    member = house.store.run_now(people.member, "handler1")
    assert found is not None and member is not None
    torn = replace(member, conflicts=(f"customer:{found.customer_id}",))
    house.store.run_now(people.put_staff, torn)
    await enter(client, house, "handler1")
    assert (await client.get(f"/claims/{claim}")).status == 403


async def test_during_the_call_the_agent_sees_the_claims_of_his_caller_only(
    house: House, client: Client
) -> None:
    house.store.run_now(ring)
    call = house.store.run_now(calls.get, CALL)
    assert call is not None and call.customer_id is not None
    his = {each.number for each in house.store.run_now(claims.of_customer, call.customer_id)}
    everything = {each.number for each in house.store.run_now(claims.listing)}
    await enter(client, house, "agent3")

    async def seen() -> set[str]:
        return {n for n in everything if (await client.get(f"/api/claims/{n}")).status == 200}

    assert await seen() == set()
    house.floor.offer("agent3", CALL)
    assert await seen() == his != set()
    house.floor.answer("agent3")
    house.floor.hang_up("agent3")
    assert await seen() == his
    await house.floor.end_wrap_up("agent3")
    assert await seen() == set()


NAMES = count(1)
TAKEN = st.lists(st.tuples(st.sampled_from(AGENTS), st.integers(0, 7)), max_size=6)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(taken=TAKEN, moved=st.lists(st.tuples(st.integers(0, 7), st.sampled_from(HANDLERS))))
def test_whoever_takes_calls_and_whoever_is_given_claims(
    house: House, taken: list[tuple[str, int]], moved: list[tuple[int, str]]
) -> None:
    """Lists and single records agree with plain words, whatever has happened before."""
    store, app = house.store, house.app()
    with_report = [c for c in store.run_now(claims.listing) if c.report_number][:8]

    def happen(s: Session) -> None:
        for agent, place in taken:
            call_id = f"n1-{next(NAMES)}.5"
            calls.open_call(s, CallOpened(call_id, "n1", "s", "", "5550100", NOW, 1))
            calls.change(s, call_id, agent=agent, report_number=with_report[place].report_number)
        for place, handler in moved:
            number, by = with_report[place].number, Actor("supervisor", "supervisor")
            moves.move(s, number, "handler_assigned", by, NOW, handler=handler)

    store.run_now(happen)
    everything = store.run_now(claims.listing)
    for login in EVERYBODY:
        eyes = eyes_for(app, role(login), login)
        expected = {c.number for c in everything if may_see(house, login, c)}
        assert {c.number for c in store.run_now(seeing.listing, eyes, 999)} == expected, login
        assert {c.number for c in everything if store.run_now(seeing.sees, eyes, c.number)} == (
            expected
        ), login
        if 0 < len(expected) < 20:
            pages = [store.run_now(seeing.listing, eyes, 7, at) for at in range(0, 21, 7)]
            assert {c.number for some in pages for c in some} == expected
            assert sum(len(some) for some in pages) == len(expected)
