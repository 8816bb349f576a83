"""`claimline claims` and `handlers`: a claim's life, as scripts and people see it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from claims_store import claims, clocks, links, people
from claims_store.links import LinkProblem
from claims_store.store import Store
from tests.ari_app.commands.conftest import Claimline

pytestmark = pytest.mark.unit


@pytest.fixture
def number(store: Store) -> str:
    """The demo's claim that waits for papers."""
    found = store.run_now(claims.listing)
    return next(each.number for each in found if each.documents == "queried")


def test_a_claim_is_shown_with_everything_that_the_rules_say(
    claimline: Claimline, number: str
) -> None:
    shown = claimline("claims", "show", number, "--json").json
    assert shown["tracks"]["documents"] == {"value": "queried", "zh": "待补充", "en": "asked for"}
    assert shown["told"][0] == "queried" and shown["flags"] == []
    assert (shown["progress"]["behind"], len(shown["progress"]["words"])) == (2, 6)
    rules = {each["rule"]: each for each in shown["deadlines"]}
    assert rules["CN1"]["state"] == "met" and rules["SV5"]["title"]["en"] == "assessment"
    assert shown["assignment"]["handler"] == shown["owner"]
    assert {each["fate"] for each in shown["assignment"]["candidates"]} >= {"chosen", "filtered"}
    assert (shown["promises"], shown["reports"]) == ([], [shown["report_number"]])
    read = claimline("claims", "show", number).out
    assert f"Why {shown['owner']}" in read and "does not handle this line" in read
    assert "documents      queried (asked for)" in read and "SV5" in read


def test_a_claim_is_moved_by_whoever_may(claimline: Claimline, store: Store, number: str) -> None:
    said = claimline("claims", "move", number, "documents_completed", "--by", "handler1")
    assert (said.code, said.err) == (0, "") and number in said.out and "齐全" in said.out
    assert store.run_now(claims.journal, number)[-1].by == "handler1"
    again = claimline("claims", "move", number, "documents_requested", "--by", "handler1",
                      "--reason", "新增一项", "--set", "missing=invoice,receipt")  # fmt: skip
    assert again.code == 0
    assert store.run_now(claims.state_of, number).missing == ("invoice", "receipt")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("claim_paid", "--by", "handler1"), "付款"),
        (("claim_filed", "--by", "agent1"), "agent"),
        (("fly", "--by", "handler1"), "fly"),
        (("claim_filed", "--by", "nobody"), "cannot sign in"),
        (("claim_filed", "--by", "handler1", "--set", "x"), "is no value"),
        (("call_promised", "--by", "handler1", "--set", "due=soon"), "soon is no time"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    claimline: Claimline, store: Store, number: str, given: tuple[str, ...], says: str
) -> None:
    before = store.run_now(claims.journal, number)
    said = claimline("claims", "move", number, *given)
    assert (said.code, said.out) == (1, "") and says in said.err
    assert store.run_now(claims.journal, number) == before


def test_a_time_is_typed_as_the_clock_on_the_wall_says(
    claimline: Claimline, store: Store, number: str
) -> None:
    said = claimline(
        "claims", "move", number, "call_promised", "--by", "handler1",
        "--set", "due=2099-12-01T09:00",
    )  # fmt: skip
    assert said.code == 0, said.err
    due = store.run_now(clocks.promises, number)[-1].due
    assert due == datetime(2099, 12, 1, 1, tzinfo=UTC)


def test_a_claim_there_is_not_cannot_be_moved(claimline: Claimline) -> None:
    said = claimline("claims", "move", "CL-000000-0000", "claim_filed", "--by", "handler1")
    assert said.code == 1 and "claimline claims list" in said.err


def test_what_is_overdue_is_listed_the_longest_due_first(
    claimline: Claimline, store: Store, number: str
) -> None:
    rows = claimline("claims", "overdue", "--json").json
    assert rows == sorted(rows, key=lambda row: row["due"])
    assert rows and all(row["state"] == "open" and row["due"] for row in rows)
    assert rows[0]["about"] in claimline("claims", "overdue").out
    shown = claimline("claims", "show", number, "--json").json
    assert shown["told_until"] is None or shown["told_until"] > shown["opened"]


def test_every_move_is_listed(claimline: Claimline) -> None:
    rows = {row["move"]: row for row in claimline("claims", "moves", "--json").json}
    assert rows["claim_rejected"]["asks"] == ["reason", "notice"]
    assert "claim_reported" in claimline("claims", "moves").out


def test_handlers_get_limits_and_absences(claimline: Claimline, store: Store) -> None:
    said = claimline("handlers", "set", "handler1", "--authority", "5000", "--shift", "office",
                     "--conflict", "garage:远大")  # fmt: skip
    assert said.code == 0 and "5000" in said.out
    member = store.run_now(people.member, "handler1")
    assert member is not None and (member.shift, member.conflicts) == ("office", ("garage:远大",))
    away = claimline("handlers", "absent", "handler1", "--until", "2030-01-01T09:00")
    assert away.code == 0
    rows = {row["name"]: row for row in claimline("handlers", "list", "--json").json}
    assert rows["handler1"]["absences"][0]["staff"] == "handler1"
    assert "handler1" in claimline("handlers", "list").out


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("set", "handler1", "--authority", "much"), "no sum"),
        (("set", "nobody"), "no nobody"),
        (("absent", "nobody", "--until", "2030-01-01"), "no nobody"),
        (("absent", "handler1", "--until", "soon"), "no time"),
        (("absent", "handler1", "--until", "2020-01-01"), "before it begins"),
    ],
)
def test_what_cannot_be_noted_is_told(
    claimline: Claimline, given: tuple[str, ...], says: str
) -> None:
    said = claimline("handlers", *given)
    assert said.code == 1 and says in said.err


def test_links_in_strange_hands_are_closed(claimline: Claimline, store: Store, number: str) -> None:
    now = datetime.now(UTC)
    token = store.run_now(links.make, "claim", number, now, whom="+8613800138001")
    assert "ended" in claimline("claims", "end-links", number).out
    with pytest.raises(LinkProblem):
        store.run_now(links.open_link, token, now)
    assert claimline("claims", "end-links", "CL-1").code == 1
