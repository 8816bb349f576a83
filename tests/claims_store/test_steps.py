"""Steps are applied once and in order, whenever and however often they come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from claims_store import advancing, callbacks, calls, customers, recordings, reports, steps, tasks
from claims_store.errors import NotFound, NumberTaken, StoreAway
from claims_store.rules.completeness import Context
from claims_store.steps import OPEN, OutOfOrder, Step
from claims_store.store import Session, Store
from tests.claims_store.conftest import NOW
from tests.claims_store.examples import CALL, CALLER, PLATE, POLICY, insured

pytestmark = pytest.mark.store


def a_call() -> str:
    """The id of a call that no other example of a property has: they share a database."""
    return f"n1-{uuid4().int}.0"


def opening(call_id: str = CALL, now: datetime = NOW) -> Step:
    data = {"node": "n1", "sip_call_id": "sip", "caller": CALLER, "dialled": "5550100"}
    return Step(call_id, 1, OPEN, data | {"at": now, "plan_revision": 1})


def noting(number: int, call_id: str = CALL) -> Step:
    data = {"at": NOW, "event": f"event{number}", "data": {"n": number}}
    return Step(call_id, number, "note", data)


def answering(step: int, field: str, value: str, report: str, **data: object) -> Step:
    plain = {"number": report, "caller": CALLER, "language": "zh", "field": field, "value": value}
    return Step(CALL, step, "answer", plain | {"at": NOW, "clip": None} | data)


def told(store: Store, call_id: str = CALL) -> list[str]:
    return [each.event for each in store.run_now(calls.events, call_id)]


def test_a_whole_call_by_steps(store: Store) -> None:
    later = NOW + timedelta(hours=2)
    data: list[tuple[str, dict[str, Any]]] = [
        ("change", {"language": "zh", "waiting_since": NOW}),
        ("recorder_on", {"segment": 0, "side": "customer", "file": "a.wav", "at": NOW,
                         "agent": None}),
        ("answer", {**answering(0, "any_injury", "no", "BA-261124-0001").data}),
        ("recorder_off", {"at": later, "segment": 0}),
        ("callback", {"number": CALLER, "language": "zh", "arrival": NOW, "due": NOW,
                      "queue": "motor"}),
        ("finish", {"at": NOW, "promised_at": later}),
        ("close", {"at": later, "outcome": "served"}),
    ]  # fmt: skip
    store.run_now(steps.apply, opening())
    for number, (kind, values) in enumerate(data, 2):
        store.run_now(steps.apply, Step(CALL, number, kind, values))
    call = store.run_now(calls.get, CALL)
    assert call is not None and (call.step, call.outcome) == (8, "served")
    assert (call.waiting_since, call.report_number) == (NOW, "BA-261124-0001")
    assert store.run_now(recordings.segments, CALL)[0].ended == later
    assert [each.report_number for each in store.run_now(callbacks.due, NOW)] == ["BA-261124-0001"]
    assert store.run_now(reports.state, "BA-261124-0001").finished == NOW
    assert told(store) == ["answer", "callback_taken", "report_finished"]


def test_a_note_takes_along_what_else_there_is_to_write(store: Store) -> None:
    later = NOW + timedelta(seconds=3)
    recorder = {"side": "customer", "agent": None}
    first: dict[str, Any] = {
        "at": NOW, "event": "consent", "data": {}, "changes": {"consent": "given"},
        "begins": {**recorder, "segment": 0, "file": "a.wav"},
    }  # fmt: skip
    second = {
        "at": later, "event": "offered", "data": {}, "ends": recordings.LINE,
        "begins": {**recorder, "segment": 1, "file": "b.wav"},
    }  # fmt: skip
    noted = [Step(CALL, 2, "note", first), Step(CALL, 3, "note", second)]
    for step in (opening(), *noted, noted[0]):
        store.run_now(steps.apply, steps.decode(steps.encode(step)))
    call = store.run_now(calls.get, CALL)
    assert call is not None and (call.step, call.consent) == (3, "given")
    assert told(store) == ["consent", "offered"]
    found = store.run_now(recordings.segments, CALL)
    assert [(each.file, each.ended) for each in found] == [("a.wav", later), ("b.wav", None)]
    every = {"at": later, "event": "returned", "data": {}, "ends": recordings.EVERY}
    store.run_now(steps.apply, Step(CALL, 4, "note", every))
    assert all(each.ended == later for each in store.run_now(recordings.segments, CALL))


def test_the_first_step_says_who_calls(store: Store) -> None:
    policy = store.run_now(insured, NOW)
    first = opening()
    first = Step(CALL, 1, OPEN, {**first.data, "language": "en", "stage": "greeting"})
    who = store.run_now(steps.apply, first)
    assert who.customer.id == "C10001" and [each.id for each in who.policies] == [policy.id]
    call = store.run_now(calls.get, CALL)
    assert call is not None
    assert (call.customer_id, call.language, call.stage) == ("C10001", "zh", "greeting")
    late = Step("n1-7.0", 1, OPEN, first.data)
    store.run_now(steps.replay, [late])
    call = store.run_now(calls.get, "n1-7.0")
    assert call is not None
    assert (call.customer_id, call.language) == ("C10001", "en"), "so he was spoken to meanwhile"


def test_an_end_tells_how_long_the_talks_were_if_that_is_known(store: Store) -> None:
    for number, talk_s in ((1, 3.5), (2, None)):
        call_id = f"n1-{number}.0"
        store.run_now(steps.apply, opening(call_id))
        store.run_now(steps.apply, Step(call_id, 2, "change", {"talk_s": 2.0}))
        store.run_now(steps.apply, steps.closing(call_id, NOW, "hung_up", talk_s))
    found = [store.run_now(calls.get, f"n1-{number}.0") for number in (1, 2)]
    assert [each.talk_s for each in found if each] == [3.5, 2.0]


def test_a_step_that_comes_again_does_nothing(store: Store) -> None:
    for step in (opening(), noting(2), noting(2), opening(), noting(3), noting(2)):
        store.run_now(steps.apply, step)
    assert told(store) == ["event2", "event3"]


def test_a_step_that_comes_too_early_is_refused(store: Store) -> None:
    store.run_now(steps.apply, opening())
    with pytest.raises(OutOfOrder):
        store.run_now(steps.apply, noting(3))
    with pytest.raises(NotFound):
        store.run_now(steps.apply, noting(2, "n1-9.9"))
    assert told(store) == []


def test_a_step_that_can_never_be_applied_is_passed_over_and_told(store: Store) -> None:
    store.run_now(steps.apply, opening())
    store.run_now(steps.pass_over, noting(2), NOW)
    store.run_now(steps.pass_over, noting(2), NOW)
    store.run_now(steps.pass_over, noting(2, "n1-9.9"), NOW)
    store.run_now(steps.apply, noting(3))
    assert told(store) == ["step_set_aside", "event3"]


def test_an_end_that_nobody_leads_needs_no_number(store: Store) -> None:
    store.run_now(steps.apply, opening())
    for outcome in ("cut", "served"):
        store.run_now(steps.replay, [steps.closing(CALL, NOW, outcome)])
    call = store.run_now(calls.get, CALL)
    assert call is not None and (call.outcome, call.step) == ("cut", 1)


def test_a_taken_number_is_refused_until_somebody_has_heard_it(store: Store) -> None:
    taken = store.run_now(reports.start, None, CALLER, "zh", NOW)
    store.run_now(steps.apply, opening())
    first = answering(2, "any_injury", "no", taken)
    with pytest.raises(NumberTaken):
        store.run_now(steps.apply, first)
    rest = [answering(3, "safe_place", "yes", taken), noting(4)]
    store.run_now(steps.replay, [first, *rest])
    call = store.run_now(calls.get, CALL)
    assert call is not None and call.report_number not in (None, taken)
    assert told(store) == ["renumbered", "answer", "answer", "event4"]
    assert set(store.run_now(reports.state, call.report_number).values) == {
        "any_injury", "safe_place",
    }  # fmt: skip
    assert store.run_now(reports.state, taken).values == {}
    about = store.run_now(tasks.listing, about=call.report_number)
    assert [each.kind for each in about] == ["tell_new_number"]


def test_a_step_survives_the_file(store: Store) -> None:
    for step in (opening(), noting(2), steps.cutting(CALL, NOW)):
        assert steps.decode(steps.encode(step)) == step
    with pytest.raises(TypeError):
        steps.encode(Step(CALL, 1, "note", {"data": object()}))


ANSWERS = st.lists(
    st.sampled_from(
        [
            ("any_injury", "no"), ("any_injury", "yes"), ("safe_place", "yes"), ("line", "motor"),
            ("line", "home"), ("plate", PLATE), ("policy_number", POLICY), ("narrative", ""),
            ("policy_number", "unknown"), ("loss_time", "2026-11-24T08:10+08:00"),
            ("loss_region", "310000"),
            ("third_party", "no"), ("loss_kind", "collision"), ("callback_phone", CALLER),
        ]
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.mark.no_cover
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS)
def test_memory_foresees_what_the_database_will_say(
    store: Store, answers: list[tuple[str, str]]
) -> None:
    call_id = a_call()
    policy = store.run_now(_once_insured)

    def known(field: str, value: str) -> Any:
        return policy if value == (policy.plate if field == "plate" else policy.number) else None

    store.run_now(steps.apply, opening(call_id))
    number = store.run_now(lambda s: reports._free_number(s, NOW))
    foreseen = advancing.begun(number, call_id, "zh", NOW)
    zone = store.run_now(lambda s: s.info["zone"])
    for place, (field, value) in enumerate(answers, 2):
        clip = "clip" if not value else None
        data = answering(place, field, value, number, clip=clip).data
        state, saved = store.run_now(steps.apply, Step(call_id, place, "answer", data))
        context = Context(now=NOW, zone=zone, language="zh", caller=CALLER)
        foreseen, said = advancing.answer(foreseen, field, value, clip, NOW, known, context)
        assert (foreseen, said) == (state, saved)


def _once_insured(s: Session) -> Any:
    return customers.policy_by_number(s, POLICY) or insured(s, NOW)


@pytest.mark.no_cover
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_late_commits_replays_and_crashes_change_nothing(store: Store, data: st.DataObject) -> None:
    """Some steps are applied at once; from one on they wait in the journal. That one was given up,
    and commits at any time, or never; the replay is broken off and begun anew any number of times,
    in pieces of any size."""
    call_id = a_call()
    whole = [opening(call_id), *(noting(n, call_id) for n in range(2, data.draw(
        st.integers(3, 9))))]  # fmt: skip
    given_up = data.draw(st.integers(0, len(whole) - 1))
    for step in whole[:given_up]:
        store.run_now(steps.apply, step)
    waits = whole[given_up:]
    acts: list[list[Step] | None] = []
    for _ in range(data.draw(st.integers(0, 2))):
        acts += [[step] for step in waits[: data.draw(st.integers(0, len(waits)))]]
    size = data.draw(st.integers(1, 4))
    acts += [waits[place : place + size] for place in range(0, len(waits), size)]
    if data.draw(st.booleans()):
        acts.insert(data.draw(st.integers(0, len(acts))), None)
    for act in acts:
        if act is None:
            store.run_now(steps.apply, whole[given_up])
        else:
            store.run_now(steps.replay, act)
    assert told(store, call_id) == [f"event{step.number}" for step in whole[1:]]
    seqs = [each.seq for each in store.run_now(calls.events, call_id)]
    assert seqs == list(range(1, len(whole)))


def test_a_write_probe_changes_nothing(store: Store) -> None:
    store.run_now(steps.alive)


def test_a_read_only_database_is_away(store: Store) -> None:
    store.run_now(steps.apply, opening())

    def read_only(s: Session) -> None:
        sqlite = s.get_bind().dialect.name == "sqlite"
        s.execute(text("PRAGMA query_only=ON" if sqlite else "SET TRANSACTION READ ONLY"))
        try:
            steps.apply(s, noting(2))
        finally:
            if sqlite:
                s.execute(text("PRAGMA query_only=OFF"))

    with pytest.raises(StoreAway):
        store.run_now(read_only)
    assert told(store) == []


def test_a_full_database_is_away(store: Store) -> None:
    if store.run_now(lambda s: s.get_bind().dialect.name) != "sqlite":
        return
    store.run_now(steps.apply, opening())

    def full(s: Session) -> None:
        s.execute(text("PRAGMA max_page_count=1"))
        try:
            for number in range(2, 400):
                steps.apply(s, noting(number))
        finally:
            s.execute(text("PRAGMA max_page_count=1073741823"))

    with pytest.raises(StoreAway):
        store.run_now(full)
    assert told(store) == []
