"""`claimline surveys`, as scripts and people see it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from claims_store import claims, moves, surveys
from claims_store.rules.stages import Actor
from claims_store.store import Store
from tests.ari_app.commands.conftest import Claimline

pytestmark = pytest.mark.unit


@pytest.fixture
def claim(store: Store) -> str:
    """A motor claim for which nobody was sent."""
    found = store.run_now(claims.listing)
    return next(
        each.number for each in found
        if each.line == "motor" and each.closed is None
        and store.run_now(claims.state_of, each.number).survey == "none"
        and store.run_now(surveys.of_claim, each.number) is None
        and store.run_now(claims.state_of, each.number).stage in ("reported", "filed")
    )  # fmt: skip


def test_a_surveyor_is_looked_for_shown_and_another_is_asked(
    claimline: Claimline, store: Store, claim: str
) -> None:
    made = claimline("surveys", "dispatch", claim, "--urgent")
    assert (made.code, made.err) == (0, "")
    survey, _, asked = made.out.strip().partition(": asked ")
    shown = claimline("surveys", "show", claim, "--json").json
    assert (shown["id"], shown["claim_number"], shown["state"]) == (survey, claim, "offered")
    assert shown["urgent"] is True and shown["total"] == "0"
    assert [(each["surveyor"], each["state"]) for each in shown["offers"]] == [(asked, "open")]
    listed = claimline("surveys", "list", "--json").json
    assert [each["id"] for each in listed] == [survey]
    assert survey in claimline("surveys", "list").out
    assert claimline("surveys", "list", "--surveyor", "nobody", "--json").json == []

    other = next(f"surveyor{n}" for n in (1, 2, 3) if f"surveyor{n}" != asked)
    given = claimline("surveys", "give", survey, other, "--by", "supervisor")
    assert (given.code, given.out.strip()) == (0, f"{survey}: {other} is asked")
    assert store.run_now(surveys.offers, survey)[-1].surveyor == other


def test_what_was_done_is_read_by_people_and_what_is_over_is_listed_on_request(
    claimline: Claimline, store: Store, claim: str
) -> None:
    survey, _, asked = claimline("surveys", "dispatch", claim).out.strip().partition(": asked ")
    line = {"line": "line-0001", "part": "后保险杠", "work": "replace", "amount": "1200.50"}
    for name, data in (("accepted", {}), ("arrived", {}), ("line", line), ("done", {}),
                       ("assessed", {})):  # fmt: skip
        now = datetime.now(UTC)
        store.run_now(surveys.act, survey, name, now, now, id=f"act-{name}", by=asked, **data)
    read = claimline("surveys", "show", survey).out
    for said in (claim, asked, "arrived", "后保险杠", "1200.50", "outcome", "done"):
        assert said in read
    assert claimline("surveys", "list", "--json").json == []
    (over,) = claimline("surveys", "list", "--all", "--json").json
    assert (over["id"], over["state"], over["outcome"]) == (survey, "over", "done")


def test_a_claim_that_ended_is_given_nobody(claimline: Claimline, store: Store, claim: str) -> None:
    handler, given = Actor("handler1", "handler"), {"reason": "x", "heard_in": "c"}
    store.run_now(moves.move, claim, "claim_withdrawn", handler, datetime.now(UTC), **given)
    said = claimline("surveys", "dispatch", claim)
    assert said.code == 1 and f"claimline claims show {claim}" in said.err


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("show", "nothing"), "claimline surveys list"),
        (("dispatch", "CL-1"), "claimline claims list"),
        (("give", "nothing", "surveyor1", "--by", "supervisor"), "claimline surveys list"),
        (("give", "nothing", "surveyor1", "--by", "nobody"), "claimline users list"),
    ],
)
def test_what_cannot_be_is_said(claimline: Claimline, given: tuple[str, ...], says: str) -> None:
    said = claimline("surveys", *given)
    assert said.code == 1 and says in said.err
