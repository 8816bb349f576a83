"""Reports: every answer kept, levels that never fall, the claim that follows by itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from claims_store import calls, claims, customers, links, moves, outbox, reports, tasks
from claims_store.errors import Erased, NotFound
from claims_store.reports import Saved
from claims_store.store import Session, Store
from claims_store.tables import Base
from tests.claims_store.examples import (
    CALL,
    CALLER,
    HANDLER,
    PLATE,
    POLICY,
    a_customer,
    a_policy,
    insured,
    motor_answers,
    open_call,
)

pytestmark = pytest.mark.store


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    open_call(store, now)
    return store.run_now(reports.start, CALL, CALLER, "zh", now)


def say(store: Store, number: str, at: datetime, **answers: str) -> Saved:
    """Answer on the line; the last answer's result."""
    for field, value in answers.items():
        saved = store.run_now(
            reports.answer, number, field, value, by="line", source="line", at=at, call_id=CALL
        )
    return saved


def test_a_report_has_its_number_from_the_start(store: Store, now: datetime, number: str) -> None:
    assert re.fullmatch(r"BA-261124-\d{4}", number)
    call = store.run_now(calls.get, CALL)
    assert call is not None and call.report_number == number
    state = store.run_now(reports.state, number)
    assert (state.level, state.line, state.values, state.claim_number) == ("draft", None, {}, None)
    assert (state.started, state.finished, state.call_id) == (now, None, CALL)
    assert state.open_field == state.missing[0]


def test_the_day_in_the_number_is_the_stores_day(store: Store) -> None:
    at = datetime.fromisoformat("2026-11-24T17:00:00+00:00")
    assert store.run_now(reports.start, None, CALLER, "zh", at).startswith("BA-261125-")


def test_numbers_are_never_given_twice(store: Store, now: datetime) -> None:
    many = [store.run_now(reports.start, None, CALLER, "zh", now) for _ in range(60)]
    assert len(set(many)) == 60
    assert store.run_now(reports.listing, 5) == sorted(many, reverse=True)[:5]


def test_every_version_is_kept_with_who_said_it_where(
    store: Store, now: datetime, number: str
) -> None:
    say(store, number, now, plate="沪AD82K7")
    later = now + timedelta(minutes=3)
    store.run_now(
        reports.answer, number, "plate", "沪AD82K8",
        by="agent1", source="agent", at=later, call_id=CALL, asked=False,
    )  # fmt: skip
    first, second = store.run_now(reports.versions, number)
    assert (first.field, first.answer.value, first.answer.by) == ("plate", "沪AD82K7", "line")
    assert (second.answer.value, second.answer.source, second.answer.at) == (
        "沪AD82K8", "agent", later,
    )  # fmt: skip
    assert (first.answer.asked, second.answer.asked, second.call_id) == (True, False, CALL)
    state = store.run_now(reports.state, number)
    assert state.values["plate"] == second.answer
    assert state.values["plate"].version == 2


def test_a_version_cannot_be_changed_afterwards(store: Store, now: datetime, number: str) -> None:
    say(store, number, now, plate=PLATE)
    with pytest.raises(DBAPIError, match="append-only"):
        store.run_now(lambda s: s.execute(text("UPDATE report_answers SET source = 'agent'")))


def test_the_same_answer_again_is_no_new_version(store: Store, now: datetime, number: str) -> None:
    saved = say(store, number, now, plate=PLATE)
    again = say(store, number, now + timedelta(minutes=1), plate=PLATE)
    assert (saved.version, again.version) == (1, 1)
    assert say(store, number, now, plate="").version == 2


def test_a_spoken_answer_counts_before_it_is_written_down(
    store: Store, now: datetime, number: str
) -> None:
    say(store, number, now, **motor_answers(now))
    saved = say(store, number, now, narrative="")
    assert "narrative" in saved.missing
    saved = store.run_now(
        reports.answer, number, "narrative", "",
        by="line", source="line", at=now, clip="c1",
    )  # fmt: skip
    assert "narrative" not in saved.missing
    state = store.run_now(reports.state, number)
    assert state.values["narrative"].clip == "c1"
    assert state.values["narrative"].stands


def test_a_claim_is_made_when_the_report_first_becomes_assignable(
    store: Store, now: datetime, number: str
) -> None:
    store.run_now(insured, now)
    answers = motor_answers(now)
    last = answers.popitem()
    saved = say(store, number, now, **answers)
    assert (saved.level, saved.claim_number) == ("draft", None)
    assert saved.next_field == last[0]
    saved = say(store, number, now, **dict([last]))
    wanted = "CL" + number[2:]
    assert (saved.level, saved.claim_number) == ("assignable", wanted)
    claim = store.run_now(claims.by_number, wanted)
    assert claim is not None
    assert (claim.report_number, claim.customer_id, claim.line) == (number, "C10001", "motor")
    assert (claim.stage, claim.opened) == ("reported", now)
    (event,) = store.run_now(claims.journal, wanted)
    assert (event.event, event.by) == ("claim_reported", "line")
    assert store.run_now(reports.state, number).claim_number == wanted
    assert say(store, number, now, drivable="no").claim_number == wanted
    assert len(store.run_now(claims.listing)) == 1


def test_a_level_never_falls_back(store: Store, now: datetime, number: str) -> None:
    store.run_now(insured, now)
    assert say(store, number, now, **motor_answers(now)).level == "assignable"
    saved = say(store, number, now, any_injury="", loss_place="")
    assert {"any_injury", "loss_place"} <= set(saved.missing)
    assert saved.level == "assignable"
    assert store.run_now(reports.state, number).level == "assignable"


def test_what_was_taken_back_is_missing_and_payment_is_asked_when_there_is_one(
    store: Store, now: datetime, number: str
) -> None:
    store.run_now(insured, now)
    claim = say(store, number, now, **motor_answers(now)).claim_number
    assert claim is not None
    assert store.run_now(claims.status, claim).missing == ()
    say(store, number, now, any_injury="")
    assert store.run_now(claims.status, claim).missing == ("any_injury",)
    say(store, number, now, any_injury="no")
    for event in ("claim_filed", "loss_surveyed", "loss_assessed", "documents_completed",
                  "claim_calculated", "claim_approved"):  # fmt: skip
        store.run_now(moves.move, claim, event, HANDLER, now)
    status = store.run_now(claims.status, claim)
    assert (status.stage, status.next_step) == ("approved", "agree")
    assert "payout_method" in status.missing


def test_a_loss_before_the_cover_is_reported_and_not_assigned(
    store: Store, now: datetime, number: str
) -> None:
    policy = store.run_now(insured, now)
    before = policy.valid_from - timedelta(minutes=1)
    answers = motor_answers(now) | {"loss_time": before.isoformat(timespec="minutes")}
    saved = say(store, number, now, **answers)
    assert (saved.level, saved.claim_number) == ("draft", None)
    assert [problem.field for problem in saved.problems if problem.blocks] == ["loss_time"]
    assert store.run_now(reports.state, number).values["loss_time"].value == answers["loss_time"]


def test_policy_and_line_follow_from_the_answers(store: Store, now: datetime, number: str) -> None:
    def two(s: Session) -> None:
        insured(s, now)
        customers.put_policy(s, a_policy(now, number="0226000001", line="home", plate=""))

    store.run_now(two)
    say(store, number, now, plate="沪A D82K7")
    state = store.run_now(reports.state, number)
    assert state.policy is not None and state.policy.number == POLICY
    assert state.line == "motor"
    say(store, number, now, policy_number="0226 000001")
    state = store.run_now(reports.state, number)
    assert state.policy is not None and state.policy.line == "home"
    assert state.line == "home"
    say(store, number, now, policy_number="9999999999")
    assert store.run_now(reports.state, number).policy is None
    say(store, number, now, line="liability", policy_number=POLICY)
    state = store.run_now(reports.state, number)
    assert (state.line, state.policy and state.policy.number) == ("liability", POLICY)


def test_a_draft_is_found_again_by_its_caller_for_two_days(
    store: Store, now: datetime, number: str
) -> None:
    assert store.run_now(reports.open_draft, CALLER, now) is None, "nothing was answered yet"
    say(store, number, now, any_injury="no")
    for asked, found in (
        (now + timedelta(hours=47), True),
        (now + timedelta(hours=48), False),
    ):
        draft = store.run_now(reports.open_draft, "138 0013 8001", asked)
        assert (draft is not None) == found
    assert store.run_now(reports.open_draft, "+8613800138099", now) is None
    assert store.run_now(reports.open_draft, "", now) is None
    newer = store.run_now(reports.start, None, CALLER, "zh", now)
    say(store, newer, now + timedelta(minutes=1), any_injury="no")
    draft = store.run_now(reports.open_draft, CALLER, now + timedelta(minutes=2))
    assert draft is not None and draft.number == newer
    store.run_now(reports.finish, newer, now)
    draft = store.run_now(reports.open_draft, CALLER, now + timedelta(minutes=2))
    assert draft is not None and draft.number == number


def test_finishing_sends_the_number_and_writes_the_promise_down(
    store: Store, now: datetime, number: str
) -> None:
    store.run_now(insured, now)
    claim = say(store, number, now, **motor_answers(now)).claim_number
    say(store, number, now, callback_phone="+8613800138002")
    promised = now + timedelta(hours=2)
    for _ in range(2):
        store.run_now(reports.finish, number, now, promised)
    (message,) = store.run_now(outbox.due, now, kind="message")
    assert (message.kind, message.key) == ("message", f"message:report_received:{number}")
    link = store.run_now(links.make, "claim", claim, now, whom="+8613800138002")
    assert message.payload == {
        "to": "+8613800138002",
        "text": "report_received",
        "values": {
            "number": claim,
            "promised_at": promised.isoformat(),
            "link": f"/c/{link}",
        },
        "language": "zh",
        "report": number,
    }
    (task,) = store.run_now(tasks.listing)
    assert (task.kind, task.about, task.due) == ("handler_calls", claim, promised)
    assert claim is not None
    status = store.run_now(claims.status, claim)
    assert (status.promised_at, status.next_step) == (promised, "call")


def test_finishing_a_draft_promises_under_its_own_number(
    store: Store, now: datetime, number: str
) -> None:
    say(store, number, now, any_injury="no")
    store.run_now(reports.finish, number, now, now + timedelta(hours=1))
    (task,) = store.run_now(tasks.listing)
    assert task.about == number
    (message,) = store.run_now(outbox.due, now)
    assert (message.payload["to"], message.payload["values"]["number"]) == (CALLER, number)


def test_nobody_is_written_to_when_nobody_can_be(store: Store, now: datetime) -> None:
    number = store.run_now(reports.start, None, "", "en", now)
    store.run_now(reports.finish, number, now)
    assert store.run_now(outbox.due, now) == []


def test_change_and_consequence_are_one(store: Store, now: datetime, number: str) -> None:
    def broken(s: Session) -> None:
        reports.finish(s, number, now, now)
        raise KeyError

    with pytest.raises(KeyError):
        store.run_now(broken)
    assert store.run_now(outbox.due, now) == []
    assert store.run_now(tasks.listing) == []
    assert store.run_now(reports.state, number).finished is None


def test_a_report_that_is_not_there_is_told(store: Store, now: datetime) -> None:
    for query in (
        lambda s: reports.state(s, "BA-1"),
        lambda s: reports.finish(s, "BA-1", now),
        lambda s: reports.answer(s, "BA-1", "plate", PLATE, by="x", source="line", at=now),
    ):
        with pytest.raises(NotFound):
            store.run_now(query)


def test_an_erased_report_is_empty_and_takes_nothing_more(
    store: Store, now: datetime, number: str
) -> None:
    say(store, number, now, plate=PLATE, narrative="秘密")
    store.vault.erase(f"report:{number}")
    state = store.run_now(reports.state, number)
    assert {answer.value for answer in state.values.values()} == {""}
    with pytest.raises(Erased):
        say(store, number, now, plate="沪A00001")


def test_no_word_of_a_report_is_readable_in_the_database(
    store: Store, now: datetime, number: str
) -> None:
    store.run_now(customers.put, a_customer(name="王秘密"))
    say(store, number, now, narrative="秘密的经过", other_phone="+8613800138077")
    kept = store.run_now(_everything)
    if store._engine.dialect.name == "sqlite":
        path = Path(str(store._engine.url.database))
        kept += path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
    for canary in ("秘密", "13800138001", "13800138077", "310115184403299759"):
        assert canary.encode() not in kept


def _everything(s: Session) -> bytes:
    dump = b""
    for table in Base.metadata.sorted_tables:
        for row in s.execute(table.select()):
            for cell in row:
                dump += cell if isinstance(cell, bytes) else str(cell).encode()
    return dump
