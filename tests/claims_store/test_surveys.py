"""A surveyor is found by rule; the first yes has it; nobody's silence leaves the customer alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from claims_store import call_orders, claims, clocks, moves, people, surveys, tasks
from claims_store.people import Absence
from claims_store.store import Session, Store
from tests.claims_store.examples import HANDLER, a_handler, insured
from tests.claims_store.test_moves import reported
from tests.claims_store.working import messages, work

pytestmark = pytest.mark.store

MINUTE = timedelta(minutes=1)
PHONES = {f"surveyor{n}": f"+861380013901{n}" for n in (1, 2, 3)}


def a_surveyor(name: str, **changes: object) -> people.Staff:
    given: dict[str, object] = {
        "kind": "surveyor", "phone": PHONES[name], "regions": ("310000",)
    } | changes  # fmt: skip
    return a_handler(name, **given)


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    """A claim of somebody who waits at the scene; surveyor1 is of its county, the others of its
    city."""

    def begin(s: Session) -> str:
        insured(s, now)
        people.put_staff(s, a_handler("handler1"))
        people.put_staff(s, a_surveyor("surveyor1", regions=("310115",)))
        people.put_staff(s, a_surveyor("surveyor2"))
        people.put_staff(s, a_surveyor("surveyor3"))
        return reported(s, now)

    return store.run_now(begin)


def survey(store: Store, number: str) -> surveys.Survey:
    found = store.run_now(surveys.of_claim, number)
    assert found is not None
    return found


def asked(store: Store, number: str) -> list[tuple[str, str]]:
    found = store.run_now(surveys.offers, survey(store, number).id)
    return [(each.surveyor, each.state) for each in found]


def texts(store: Store, until: datetime) -> list[tuple[str, str]]:
    return [(row.payload["text"], row.payload["to"]) for row in messages(store, until)]


def kinds(store: Store, number: str) -> set[str]:
    return {each.kind for each in store.run_now(tasks.listing, about=number)}


def events(store: Store, number: str) -> list[str]:
    return [each.event for each in store.run_now(claims.journal, number)]


def text(sender: str, words: str) -> SimpleNamespace:
    return SimpleNamespace(sender=sender, text=words)


def test_who_waits_at_the_scene_is_sent_the_nearest_surveyor_within_the_limit(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now, twice=True)
    assert asked(store, number) == [("surveyor1", "open")]
    (sent,) = [e for e in store.run_now(claims.journal, number) if e.event == "survey_dispatched"]
    assert sent.data["place"] == "city" and sent.by == "system"
    fates = {each["name"]: each["why"] for each in sent.data["candidates"]}
    assert fates == {"surveyor1": "county", "surveyor2": "rank", "surveyor3": "rank"}
    running = {each.rule: each.state for each in store.run_now(clocks.of, number)}
    assert running["SV2"] == "met"
    (offer,) = [m for m in messages(store, now) if m.payload["text"] == "survey_offer"]
    assert offer.payload["to"] == PHONES["surveyor1"]
    assert offer.payload["values"]["what"] == "追尾"
    assert "世纪大道" in offer.payload["values"]["where"]
    assert offer.payload["values"]["link"].startswith("/s/")


def test_a_claim_is_given_no_surveyor_that_needs_none_or_not_yet(
    store: Store, now: datetime
) -> None:
    def begin(s: Session) -> tuple[str, str]:
        insured(s, now)
        people.put_staff(s, a_surveyor("surveyor1"))
        later = reported(s, now, at_scene="no")
        glass = reported(s, now, loss_kind="glass", at_scene="no", loss_time=str(
            (now - timedelta(days=3)).isoformat(timespec="minutes")))  # fmt: skip
        return later, glass

    later, glass = store.run_now(begin)
    work(store, now)
    assert store.run_now(surveys.of_claim, later) is None
    for each in (later, glass):
        store.run_now(moves.move, each, "claim_filed", HANDLER, now + MINUTE)
    work(store, now + MINUTE)
    assert survey(store, later).state == "offered"
    assert store.run_now(surveys.of_claim, glass) is None


def test_two_reports_of_one_loss_get_one_surveyor(store: Store, now: datetime, number: str) -> None:
    second = store.run_now(reported, now + MINUTE)
    work(store, now + MINUTE, twice=True)
    merged = store.run_now(claims.by_number, second)
    assert merged is not None and merged.merged_into == number
    assert store.run_now(surveys.of_claim, second) is None
    assert len([t for t in texts(store, now + MINUTE) if t[0] == "survey_offer"]) == 1


def test_when_nobody_accepts_it_goes_on_by_the_clock_to_the_customer_s_own_photos(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now + MINUTE * 1.5, twice=True)
    calls = store.run_now(call_orders.listing, number)
    assert [(each.script, each.to) for each in calls] == [("survey_offer", PHONES["surveyor1"])]
    work(store, now + MINUTE * 3, twice=True)
    assert asked(store, number) == [("surveyor1", "passed"), ("surveyor2", "open")]
    assert store.run_now(call_orders.listing, number)[-1].outcome == "cancelled"
    work(store, now + MINUTE * 5, twice=True)
    assert [each[0] for each in asked(store, number)] == ["surveyor1", "surveyor2", "surveyor3"]
    assert "survey_unanswered" in kinds(store, number)
    work(store, now + MINUTE * 10, twice=True)
    assert {"survey_lead", "survey_nobody"} <= kinds(store, number)
    (late,) = [m for m in messages(store, now + MINUTE * 10) if m.payload["text"] == "survey_late"]
    promised = store.run_now(claims.state_of, number).promised_at
    assert promised is not None and promised.isoformat() == late.payload["values"]["promised_at"]
    assert promised > now + MINUTE * 10
    work(store, now + MINUTE * 15, twice=True)
    assert survey(store, number).kind == "photos"
    assert [t for t, _ in texts(store, now + MINUTE * 15)].count("survey_photos") == 1
    assert events(store, number)[-2:] == ["survey_called_off", "promise_kept"]
    work(store, now + timedelta(hours=5), twice=True)
    assert survey(store, number).state == "offered"


def test_where_photos_will_not_do_the_customer_is_told_a_fixed_time(
    store: Store, now: datetime
) -> None:
    def begin(s: Session) -> str:
        insured(s, now)
        people.put_staff(s, a_surveyor("surveyor1"))
        return reported(s, now, drivable="no", police_informed="no")

    number = store.run_now(begin)
    work(store, now + MINUTE * 16, twice=True)
    slot = survey(store, number).slot
    assert slot is not None and slot.minute % 30 == 0 and slot > now + timedelta(hours=2)
    (told,) = [m for m in messages(store, now + MINUTE * 16) if m.payload["text"] == "survey_slot"]
    assert (
        f"{slot.astimezone(store.run_now(lambda s: s.info['zone'])):%H:%M}"
        in told.payload["values"]["time"]
    )
    assert "survey_slot" in kinds(store, number)
    late = store.run_now(surveys.accept, survey(store, number).id, "surveyor1", now, "text")
    assert late.answer == "accepted" and "survey_slot" not in kinds(store, number)
    running = {each.rule for each in store.run_now(clocks.of, number) if each.state == "open"}
    assert "surveyor_comes" in running


def test_the_first_yes_has_it_and_a_late_one_is_told_so_kindly(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now + MINUTE * 3)
    id = survey(store, number).id
    at = now + MINUTE * 3
    assert store.run_now(surveys.answered_by_text, text(PHONES["surveyor2"], " 1。"), at)
    assert survey(store, number).surveyor == "surveyor2"
    assert asked(store, number) == [("surveyor1", "gone"), ("surveyor2", "accepted")]
    assert store.run_now(
        surveys.answered_by_text, text(PHONES["surveyor1"], "接 " + number[-4:]), at
    )
    assert store.run_now(surveys.answered_by_text, text(PHONES["surveyor1"], "yes"), at)
    found = texts(store, at)
    assert found.count(("survey_taken", PHONES["surveyor1"])) == 1
    assert found.count(("survey_confirmed", PHONES["surveyor2"])) == 1
    again = store.run_now(surveys.accept, id, "surveyor2", at, "link")
    assert again.answer == "accepted" and events(store, number).count("survey_accepted") == 1
    work(store, now + timedelta(hours=1), twice=True)
    assert survey(store, number).step == "" and "survey_unanswered" not in kinds(store, number)


@pytest.mark.parametrize(
    ("words", "yes", "wanted"),
    [("1", True, ""), ("接", True, ""), ("YES!", True, ""), ("1 0317", True, "0317"),
     ("2", False, ""), ("no", False, ""), ("1 12", None, ""), ("11", None, ""), ("", None, ""),
     ("CL-261124-0317", None, ""), ("我接不了这个任务", None, ""), ("1\n2\n3", None, "")],
)  # fmt: skip
def test_what_a_short_answer_means(words: str, yes: bool | None, wanted: str) -> None:
    assert surveys.read_answer(words) == (yes, wanted)


def test_others_messages_are_left_to_others(store: Store, now: datetime, number: str) -> None:
    assert not store.run_now(surveys.answered_by_text, text(PHONES["surveyor1"], "1"), now)
    work(store, now)
    assert not store.run_now(surveys.answered_by_text, text("+8613800138001", "1"), now)
    assert not store.run_now(surveys.answered_by_text, text(PHONES["surveyor3"], "1"), now)
    assert survey(store, number).state == "offered"


def test_a_no_asks_the_next_at_once_and_a_key_is_an_answer_too(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now + MINUTE)
    id = survey(store, number).id
    (order,) = store.run_now(call_orders.listing, number)

    def declined(s: Session) -> None:
        row = s.get_one(call_orders.CallOrderRow, order.key)
        call_orders.finish(s, row, "declined", now + MINUTE)

    store.run_now(declined)
    work(store, now + MINUTE, twice=True)
    assert asked(store, number) == [("surveyor1", "declined"), ("surveyor2", "open")]
    work(store, now + MINUTE * 2.1)
    assert store.run_now(call_orders.listing, number)[0].to == PHONES["surveyor2"]
    assert store.run_now(surveys.decline, id, "surveyor2", now, "text").answer == "declined"
    assert asked(store, number)[-1] == ("surveyor3", "open")


def test_a_person_may_give_it_to_somebody_and_take_it_from_another(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now)
    id = survey(store, number).id
    store.run_now(surveys.accept, id, "surveyor1", now, "desk")
    store.run_now(surveys.act, id, "left", now, now, id="act-0001", by="surveyor1")
    store.run_now(surveys.give, id, "surveyor3", now + MINUTE, HANDLER)
    work(store, now + MINUTE, twice=True)
    assert asked(store, number) == [("surveyor1", "gone"), ("surveyor3", "open")]
    assert ("survey_called_off", PHONES["surveyor1"]) in texts(store, now + MINUTE)
    assert store.run_now(surveys.accept, id, "surveyor1", now, "link").answer == "accepted"


def test_a_claim_that_is_moved_by_others_takes_its_survey_along(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now)
    store.run_now(moves.move, number, "survey_dispatched", HANDLER, now, surveyor="surveyor3")
    work(store, now, twice=True)
    assert asked(store, number) == [("surveyor1", "gone"), ("surveyor3", "open")]
    store.run_now(moves.move, number, "survey_accepted", HANDLER, now)
    work(store, now, twice=True)
    assert (survey(store, number).state, survey(store, number).surveyor) == (
        "accepted",
        "surveyor3",
    )
    store.run_now(moves.move, number, "claim_withdrawn", HANDLER, now, reason="x", heard_in="c")
    work(store, now, twice=True)
    assert (survey(store, number).state, survey(store, number).outcome) == ("over", "called_off")
    assert texts(store, now).count(("survey_called_off", PHONES["surveyor3"])) == 1


def test_who_is_away_is_not_asked(store: Store, now: datetime, number: str) -> None:
    away = Absence("surveyor1", now - MINUTE, now + timedelta(days=1), "")
    store.run_now(people.put_absence, away)
    work(store, now)
    assert asked(store, number) == [("surveyor2", "open")]


def test_without_a_surveyor_a_supervisor_sees_it_at_once(store: Store, now: datetime) -> None:
    def begin(s: Session) -> str:
        insured(s, now)
        return reported(s, now)

    number = store.run_now(begin)
    work(store, now, twice=True)
    assert "survey_nobody" in kinds(store, number) and asked(store, number) == []
    store.run_now(people.put_staff, a_surveyor("surveyor1"))
    work(store, now + MINUTE * 2, twice=True)
    assert asked(store, number) == [("surveyor1", "open")]
