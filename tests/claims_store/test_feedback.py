"""Feedback in the store: once, sealed, with those whom it concerns; and what follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import (
    calls,
    claims,
    complaints,
    feedback,
    moves,
    outbox,
    people,
    plans,
    steps,
    tasks,
)
from claims_store.consequences import HANDLERS
from claims_store.consequences.effects import Listen
from claims_store.incoming import Incoming
from claims_store.people import User
from claims_store.rules.feedback import BadScore
from claims_store.steps import Step
from claims_store.store import Session, Store
from tests.claims_store.examples import (
    CALL,
    CALLER,
    HANDLER,
    SURVEYOR,
    SYSTEM,
    a_handler,
    insured,
    open_call,
)
from tests.claims_store.test_moves import reported
from tests.claims_store.working import messages, work
from tests.routing.test_reading import PLAN

pytestmark = pytest.mark.store

DAY = timedelta(days=1)
ASKING = f"{PLAN}\n[feedback]\nstages = ['assessed']\n"


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    """A claim of handler1 with surveyor1; agent1 talked about it; quality looks at complaints."""
    open_call(store, now)

    def begin(s: Session) -> str:
        insured(s, now)
        people.put_staff(s, a_handler("handler1"))
        people.put_staff(s, a_handler("surveyor1", kind="surveyor"))
        for login, role in (("handler1", "handler"), ("quality", "quality")):
            user = User(login, role, {"zh": login, "en": login}, login, "zh")
            people.add_user(s, user, "x", now)
        claim = reported(s, now)
        calls.change(s, CALL, report_number=claim.replace("CL", "BA"), agent="agent1")
        moves.move(s, claim, "handler_assigned", SYSTEM, now, handler="handler1")
        moves.move(s, claim, "survey_dispatched", HANDLER, now, surveyor="surveyor1")
        return claim

    found = store.run_now(begin)
    work(store, now)
    return found


def text(body: str, now: datetime, id_: str = "1", sender: str = CALLER) -> Incoming:
    return Incoming(channel="sms", sender=sender, text=body, at=now, id=id_)


def test_it_is_kept_once_and_a_later_answer_is_added(
    store: Store, now: datetime, number: str
) -> None:
    give = ("keys", {"solved": 1}, None, now)
    assert store.run_now(feedback.give, number, *give, call_id=CALL, key="call:1")
    assert not store.run_now(feedback.give, number, *give, call_id=CALL, key="call:1")
    more = ("keys", {"solved": 2, "service": 5}, None, now)
    assert store.run_now(feedback.give, number, *more, call_id=CALL, key="call:1")
    (found,) = store.run_now(feedback.of, number)
    assert (found.scores, found.departments) == ({"service": 5, "solved": 1}, ("line",))
    with pytest.raises(BadScore):
        store.run_now(feedback.give, number, "page", {"speed": 9}, None, now, key="page:1")
    assert len(store.run_now(feedback.listing)) == 1


def test_a_call_that_waited_in_the_journal_gives_it_too(
    store: Store, now: datetime, number: str
) -> None:
    data = {"at": now, "about": "", "scores": {"service": 4}}
    last = store.run_now(steps.last, CALL)
    step = Step(CALL, last + 1, "feedback", data)
    store.run_now(steps.replay, [steps.decode(steps.encode(step))])
    store.run_now(steps.replay, [step])
    (found,) = store.run_now(feedback.of, CALL)
    assert (found.about, found.way, found.scores) == (number, "keys", {"service": 4})


def test_the_mean_of_everybody_whose_work_it_was(store: Store, now: datetime, number: str) -> None:
    for key, speed, staff in (("page:1", 2, 5), ("page:2", 5, 4)):
        scores = {"speed": speed, "staff": staff, "service": 3, "recommend": 9}
        store.run_now(feedback.give, number, "page", scores, None, now, key=key)
    by_person = store.run_now(feedback.averages, now, now + DAY, "person")
    assert [(each.of, each.question, each.count, each.mean) for each in by_person] == [
        ("agent1", "service", 2, 3.0), ("handler1", "speed", 2, 3.5), ("surveyor1", "staff", 2, 4.5)
    ]  # fmt: skip
    by_department = store.run_now(feedback.averages, now, now + DAY, "department")
    assert {(each.of, each.question): each.mean for each in by_department}["review", "speed"] == 3.5
    assert store.run_now(feedback.averages, now + DAY, now + 2 * DAY, "person") == []
    assert [each.key for each in store.run_now(feedback.listing, 1, "survey")] == ["page:1"]


def test_the_department_gets_a_task_and_who_is_unhappy_a_call(
    store: Store, now: datetime, number: str
) -> None:
    scores = {"speed": 3, "staff": 1, "service": 5}
    store.run_now(feedback.give, number, "page", scores, None, now, key="page:1")
    work(store, now, twice=True)
    kinds = {each.kind: each for each in store.run_now(tasks.listing, about=number)}
    assert {"feedback_review", "feedback_survey"} <= set(kinds) and "feedback_line" not in kinds
    assert kinds["feedback_survey"].due == datetime.fromisoformat("2026-11-28T00:00+08:00")
    (made,) = store.run_now(complaints.listing, about=number)
    assert (made.stage, made.department, made.owner) == ("drafted", "survey", "quality")
    assert made.due == datetime.fromisoformat("2026-11-26T00:00+08:00")
    why = store.run_now(complaints.journal, made.number)[0].data["why"]
    assert why == ["staff=1"]


def test_words_of_complaint_in_a_remark_are_a_draft_and_no_more(
    store: Store, now: datetime, number: str
) -> None:
    words = "还行，就是太慢"
    store.run_now(feedback.give, number, "page", {"speed": 4}, words, now, key="page:1")
    work(store, now, twice=True)
    (made,) = store.run_now(complaints.listing, about=number)
    assert made.stage == "drafted"
    assert store.run_now(complaints.words, made.number) == words
    (found,) = store.run_now(feedback.of, number)
    assert found.remark == words
    store.vault.erase(f"report:{number.replace('CL', 'BA')}")
    (found,) = store.run_now(feedback.of, number)
    assert found.remark == "" and found.scores == {"speed": 4}


def test_a_spoken_remark_is_written_down_and_read(store: Store, now: datetime, number: str) -> None:
    store.run_now(feedback.give, number, "call", {"speed": 5}, None, now, call_id=CALL,
                  key="follow_up:1", clip="n1-1.1-remark")  # fmt: skip
    rows = {row.kind: row for row in store.run_now(outbox.due, now, 99)}
    assert rows["seal"].payload["call_id"] == CALL
    row = rows["hear_remark"]
    effects = store.run_now(HANDLERS[row.kind], row, now)
    assert effects == [Listen("follow_up:1", "n1-1.1-remark", "zh")]
    for each in store.run_now(outbox.due, now, 99):
        if each.kind in ("seal", "hear_remark"):
            store.run_now(outbox.done, each.id, now)
    for _ in range(2):
        store.run_now(feedback.remark_heard, "follow_up:1", "有 人 向 我 要 红 包", now)
    assert store.run_now(HANDLERS[row.kind], row, now) == []
    work(store, now, twice=True)
    (made,) = store.run_now(complaints.listing, about=number)
    assert store.run_now(complaints.words, made.number) == "有 人 向 我 要 红 包"


def test_a_stage_asks_and_a_digit_answers(store: Store, now: datetime, number: str) -> None:
    store.run_now(plans.publish, ASKING, "admin", "ask", now)
    for event in ("survey_accepted", "surveyor_arrived", "loss_surveyed", "loss_assessed"):
        store.run_now(moves.move, number, event, SURVEYOR, now)
    work(store, now, twice=True)
    (asked,) = (each for each in messages(store, now) if each.payload["text"] == "feedback_ask")
    assert asked.payload["values"]["what"] == "定损满意吗"
    assert not store.run_now(feedback.by_text, text("6", now), now)
    assert not store.run_now(feedback.by_text, text("4", now, sender="+8613800138009"), now)
    assert store.run_now(feedback.by_text, text("2 太慢了", now), now)
    assert not store.run_now(feedback.by_text, text("4", now, "2"), now)
    (found,) = store.run_now(feedback.of, number)
    assert (found.way, found.scores, found.remark) == ("text", {"assessment": 2}, "太慢了")
    work(store, now)
    assert len(store.run_now(complaints.listing, about=number)) == 1


def test_a_digit_after_three_days_answers_nothing(store: Store, now: datetime, number: str) -> None:
    store.run_now(feedback.asked, "q", CALLER, number, "payout", now)
    late = now + 3 * DAY
    assert not store.run_now(feedback.by_text, text("5", late), late)
    assert store.run_now(feedback.by_text, text("5", late - timedelta(seconds=1)), late)


@pytest.mark.parametrize("sender", [CALLER, "+8613800138009"])
def test_an_incoming_complaint_is_a_draft_once(
    store: Store, now: datetime, number: str, sender: str
) -> None:
    for _ in range(2):
        words = text("<script>我要投诉</script>", now, sender=sender)
        assert store.run_now(feedback.by_text, words, now)
    (made,) = store.run_now(complaints.listing)
    assert made.about == (number if sender == CALLER else "sms:1")
    assert store.run_now(complaints.contact, made.number)[0] == sender
    assert not store.run_now(feedback.by_text, text("谢谢，没有投诉", now, "3"), now)
    assert store.run_now(claims.journal, number)[-1].event != "complaint_drafted"
