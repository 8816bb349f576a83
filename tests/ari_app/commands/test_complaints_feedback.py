"""`claimline complaints` and `feedback`, as scripts and people see them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from claims_store import claims, complaints, feedback, moves
from claims_store.rules.stages import Actor
from claims_store.store import Session, Store
from claims_store.tables import FollowUpRow
from tests.ari_app.commands.conftest import Claimline

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ANSWER = "We were late. You may ask for a review, for mediation, or go to court."


@pytest.fixture
def claim(store: Store) -> str:
    """A claim that handler1 has."""
    found = store.run_now(claims.listing)
    return next(each.number for each in found if each.owner == "handler1")


def test_a_complaint_is_opened_shown_answered_and_closed(
    claimline: Claimline, store: Store, claim: str
) -> None:
    made = claimline("complaints", "open", claim, "--words", "没人联系我", "--by", "quality")
    assert (made.code, made.err) == (0, "")
    number = made.out.strip()
    shown = claimline("complaints", "show", number, "--json").json
    assert (shown["words"], shown["stage"], shown["owner"]) == ("没人联系我", "open", "quality")
    assert "handler1" in shown["concerned"]
    assert [each["rule"] for each in shown["deadlines"]] == ["CN10"]
    read = claimline("complaints", "show", number).out
    assert "没人联系我" in read and "CN10" in read and "complaint_opened" in read
    assert number in claimline("complaints", "list").out
    refused = claimline("complaints", "move", number, "complaint_answered", "--by", "handler1",
                        "--text", ANSWER)  # fmt: skip
    assert refused.code == 1 and "本人" in refused.err
    for move in (("complaint_answered", "--text", ANSWER), ("complaint_closed",)):
        assert claimline("complaints", "move", number, *move, "--by", "quality").code == 0
    assert claimline("complaints", "list", "--json").json == []
    (closed,) = claimline("complaints", "list", "--closed", "--about", claim, "--json").json
    assert (closed["number"], closed["stage"]) == (number, "closed")
    assert store.run_now(complaints.words, number) == "没人联系我"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("open", "CL-1", "--words", "x", "--by", "nobody"), "cannot sign in"),
        (("open", "CL-1", "--words", "x", "--by", "quality", "--way", "pigeon"), "comes by one"),
        (("open", "CL-1", "--words", "x", "--by", "auditor"), "auditor"),
        (("move", "CP-1", "complaint_closed", "--by", "quality"), "no complaint"),
        (("show", "CP-1"), "no complaint"),
    ],
)
def test_what_cannot_be_is_said(claimline: Claimline, given: tuple[str, ...], says: str) -> None:
    said = claimline("complaints", *given)
    assert said.code == 1 and says in said.err


def test_feedback_is_listed_with_its_means(claimline: Claimline, store: Store, claim: str) -> None:
    now = datetime.now(UTC)
    for key, speed in (("a", 3), ("b", 5)):
        store.run_now(feedback.give, claim, "page", {"speed": speed}, "好", now, key=key)
    rows = claimline("feedback", "list", "--department", "review", "--json").json
    assert [row["scores"] for row in rows] == [{"speed": 3}, {"speed": 5}]
    assert "speed=3" in claimline("feedback", "list").out
    (mean,) = claimline("feedback", "averages", "--people", "--json").json
    assert (mean["of"], mean["question"], mean["mean"]) == ("handler1", "speed", 4.0)
    assert "review" in claimline("feedback", "averages", "--days", "7").out


@pytest.fixture
def followed(store: Store) -> str:
    """A claim that was paid, whose follow-up is somebody's task."""
    events = """documents_completed loss_assessed claim_calculated claim_approved sum_agreed
        payment_started claim_paid""".split()

    def pay(s: Session) -> str:
        number = next(each.number for each in claims.listing(s) if each.documents == "queried")
        for event in events:
            moves.move(s, number, event, Actor("handler1", "handler"), NOW, amount="800")
        s.add(FollowUpRow(claim=number, seq=99, way="task", state="asked", reason="", due=NOW))
        return number

    return store.run_now(pay)


def test_a_follow_up_that_a_person_made_is_recorded(
    claimline: Claimline, store: Store, followed: str
) -> None:
    assert claimline("feedback", "follow-ups").out.count(followed) == 1
    for bad, says in ((("--set", "speed"), "is no answer"), (("--set", "speed=9"), "from 1 to 5")):
        said = claimline("feedback", "record", followed, "--by", "handler1", *bad)
        assert said.code == 1 and says in said.err
    done = claimline("feedback", "record", followed, "--by", "handler1", "--set", "speed=4",
                     "--set", "staff=5", "--remark", "都好")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    (found,) = store.run_now(feedback.of, followed)
    assert (found.scores, found.remark) == ({"speed": 4, "staff": 5}, "都好")
    (row,) = claimline("feedback", "follow-ups", "--json").json
    assert (row["state"], row["reason"]) == ("done", "called")
    again = claimline("feedback", "record", followed, "--by", "handler1", "--set", "speed=4")
    assert again.code == 1 and "follow-ups" in again.err


def test_who_declines_is_kept_as_such(claimline: Claimline, followed: str) -> None:
    said = claimline("feedback", "record", followed, "--by", "handler1", "--declined")
    assert (said.code, said.err) == (0, "")
    (row,) = claimline("feedback", "follow-ups", "--json").json
    assert (row["state"], row["reason"]) == ("not_made", "declined")
