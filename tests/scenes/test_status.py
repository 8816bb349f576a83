"""My claim: who one is comes first, and what is said comes from the claim alone."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from ari_app.calls import saying
from claims_store import claims, customers, moves, standing
from claims_store.claims import Claim
from claims_store.rules.stages import Actor
from tests.fakes.line import FakeLine, FakePhone
from tests.scenes.conftest import HANGS_UP, WHOLE, Scene, answers, events, known_as, said
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.scene

ZONE = ZoneInfo("Asia/Shanghai")
STRANGER = "+8613800139999"


def open_claim(scene: Scene) -> tuple[Claim, str]:
    """An open claim of the demo's insurer and the number its customer calls from."""
    found = scene.store.run_now(claims.listing)
    claim = next(each for each in found if each.closed is None and each.customer_id)
    customer = scene.store.run_now(customers.get, claim.customer_id or "")
    assert customer is not None
    return claim, customer.phone


def digits(claim: Claim) -> str:
    return "".join(c for c in claim.number if c.isdigit())


def identified(scene: Scene, line: FakeLine) -> list[bool]:
    return [event["ok"] for event in events(scene.shown(line), "identification")]


def test_given_the_whole_claim_number_from_any_phone_then_its_state_is_told(scene: Scene) -> None:
    claim, _ = open_claim(scene)
    keys = {"menu-main": ["2", HANGS_UP], "ask-claim-identify": digits(claim), "status-menu": "1"}
    line = FakeLine(caller=STRANGER, reacts=answers(keys))
    assert scene.play(line) == "hung_up"
    heard = said(line)
    assert "identify-ok" in heard and "status-intro" in heard
    assert len([name for name in heard if name.startswith("status-")]) >= 2
    assert heard.count("menu-main") == 2, "one goes back to the menu"
    assert identified(scene, line) == [True]
    assert known_as(scene, line) == claim.customer_id


def test_given_a_known_number_then_four_digits_of_the_claim_are_enough(scene: Scene) -> None:
    claim, phone = open_claim(scene)
    keys = {
        "menu-main": ["2", HANGS_UP],
        "ask-claim-identify": digits(claim)[-4:] + "#",
        "status-menu": "1",
    }
    line = FakeLine(caller=phone, reacts=answers(keys))
    scene.play(line)
    told = [event["claim"] for event in events(scene.shown(line), "status_told")]
    assert told == [claim.number]


def test_given_the_tail_of_his_identity_number_then_all_his_claims_are_told(scene: Scene) -> None:
    claim, phone = open_claim(scene)
    customer = scene.store.run_now(customers.get, claim.customer_id or "")
    assert customer is not None
    # A check character X cannot be keyed; the next customer with a claim has a figure.
    tails = {
        owner.phone: owner.identity[-4:]
        for each in scene.store.run_now(claims.listing)
        if each.closed is None and each.customer_id
        for owner in [scene.store.run_now(customers.get, each.customer_id)]
        if owner is not None and owner.identity[-4:].isdigit()
    }
    phone, tail = next(iter(tails.items()))
    keys = {
        "menu-main": ["2", HANGS_UP], "ask-claim-identify": tail + "#", "status-menu": "1",
    }  # fmt: skip
    line = FakeLine(caller=phone, reacts=answers(keys))
    scene.play(line)
    assert identified(scene, line) == [True]
    assert events(scene.shown(line), "status_told")


def test_given_four_digits_from_a_strange_number_then_they_open_nothing(scene: Scene) -> None:
    claim, _ = open_claim(scene)
    keys = {"menu-main": "2", "ask-claim-identify": [digits(claim)[-4:] + "#", HANGS_UP]}
    line = FakeLine(caller=STRANGER, reacts=answers(keys))
    scene.play(line)
    assert identified(scene, line) == [False]
    assert "status-intro" not in said(line)


def test_given_three_wrong_numbers_then_only_a_person_helps(scene: Scene) -> None:
    scene.ready = ("agent2",)
    keys = {"menu-main": "2", "ask-claim-identify": "9999999999"}
    line = FakeLine(caller=STRANGER, reacts=answers(keys), phones={"202": FakePhone(talks=10)})
    assert scene.play(line) == "talked"
    assert identified(scene, line) == [False, False, False]
    heard = said(line)
    assert heard.count("identify-failed") == 2 and "identify-locked" in heard
    assert events(scene.shown(line), "wants_person")[0]["why"] == "unidentified"
    assert scene.shown(line)["queue"] == "progress"


def test_given_ten_wrong_tries_in_a_day_then_the_right_number_is_refused_too(scene: Scene) -> None:
    claim, _ = open_claim(scene)
    wrong = {"menu-main": "2", "ask-claim-identify": "9999999999", "agents-none": HANGS_UP}
    for _ in range(4):
        scene.play(FakeLine(caller=STRANGER, reacts=answers(wrong)))
    right = {**wrong, "ask-claim-identify": digits(claim)}
    line = FakeLine(caller=STRANGER, reacts=answers(right))
    scene.play(line)
    assert identified(scene, line) == []
    assert "identify-locked" in said(line) and "status-intro" not in said(line)


def test_given_silence_three_times_then_a_person_helps(scene: Scene) -> None:
    keys = {"menu-main": "2", "ask-claim-identify": "", "agents-none": HANGS_UP}
    line = FakeLine(caller=STRANGER, reacts=answers(keys))
    scene.play(line)
    assert said(line).count("no-input") == 2 and identified(scene, line) == []


def test_given_star_in_the_empty_entry_then_the_menu_is_back(scene: Scene) -> None:
    keys = {"menu-main": ["2", HANGS_UP], "ask-claim-identify": "*"}
    line = FakeLine(caller=STRANGER, reacts=answers(keys))
    scene.play(line)
    assert said(line).count("menu-main") == 2


def test_given_star_zero_in_the_empty_entry_then_a_person_is_asked_for(scene: Scene) -> None:
    keys = {"menu-main": "2", "ask-claim-identify": "*0", "agents-none": HANGS_UP}
    line = FakeLine(caller=STRANGER, reacts=answers(keys))
    scene.play(line)
    assert events(scene.shown(line), "wants_person")[0]["why"] == "asked"


def test_given_star_while_digits_are_keyed_then_the_entry_begins_anew(scene: Scene) -> None:
    claim, _ = open_claim(scene)
    keys = {
        "menu-main": ["2", HANGS_UP],
        "ask-claim-identify": "123*",
        "try-again": digits(claim),
        "status-menu": "1",
    }
    line = FakeLine(caller=STRANGER, reacts=answers(keys))
    scene.play(line)
    assert identified(scene, line) == [True]


def test_given_a_customer_without_a_claim_then_he_is_told_so(scene: Scene) -> None:
    owners = {claim.customer_id for claim in scene.store.run_now(claims.listing)}
    customer = next(
        each
        for each in scene.store.run_now(customers.listing)
        if each.id not in owners and each.identity[-4:].isdigit()
    )
    keys = {"menu-main": ["2", HANGS_UP], "ask-claim-identify": customer.identity[-4:] + "#"}
    line = FakeLine(caller=customer.phone, reacts=answers(keys))
    scene.play(line)
    assert "identify-none" in said(line)


def test_given_who_has_proved_himself_then_his_own_places_are_offered(scene: Scene) -> None:
    """A stranger never hears them: places tell who somebody is."""
    claim, phone = open_claim(scene)
    known = next(each for each in scene.policies if each.id == claim.policy_id)
    keys: dict[str, str | list[str]] = {
        **WHOLE,
        "menu-main": ["2", "1"],
        "ask-claim-identify": digits(claim),
        "status-menu": "1",
        "policy-known-keys": "1",
        "num-1": "1",
        "choice-other": "1",
    }
    line = FakeLine(caller=phone, reacts=answers(keys))
    assert scene.play(line) == "served"
    heard = said(line)
    assert "ask-region" in heard and "ask-region-code" not in heard
    assert scene.shown(line)["report"]["loss_region"] in known.regions


def test_given_none_of_his_places_is_right_then_the_area_code_is_asked(scene: Scene) -> None:
    claim, phone = open_claim(scene)
    places = {region for each in scene.policies if each.customer_id == claim.customer_id
              for region in each.regions}  # fmt: skip
    keys: dict[str, str | list[str]] = {
        **WHOLE,
        "menu-main": ["2", "1"],
        "ask-claim-identify": digits(claim),
        "status-menu": "1",
        "policy-known-keys": "1",
        "choice-other": str(len(places) + 1),
    }
    line = FakeLine(caller=phone, reacts=answers(keys))
    scene.play(line)
    assert "ask-region" in said(line) and "ask-region-code" in said(line)
    assert scene.shown(line)["report"]["loss_region"] == "310000"


def test_given_a_promise_that_counts_then_until_when_is_read_out(scene: Scene) -> None:
    found = scene.store.run_now(claims.listing)
    claim = next(c for c in found if c.stage == "filed" and c.documents != "complete")
    handler, at = Actor("handler1", "handler"), BEGINNING - timedelta(minutes=5)
    scene.store.run_now(moves.move, claim.number, "documents_completed", handler, at)
    until = scene.store.run_now(standing.first, claim.number, BEGINNING)
    assert until is not None and until.by_day
    keys = {"menu-main": ["2", HANGS_UP], "ask-claim-identify": digits(claim), "status-menu": "1"}
    line = FakeLine(caller=STRANGER, reacts=answers(keys))
    assert scene.play(line) == "hung_up"
    heard = said(line)
    day = (until.at.astimezone(ZONE) - timedelta(seconds=1)).astimezone(ZONE)
    expected = saying.day(day, BEGINNING.astimezone(ZONE), "zh")
    at_ = heard.index("status-until")
    assert heard[at_ + 1 : at_ + 1 + len(expected)] == expected


@pytest.mark.parametrize("what", ["survey_arranged", "surveyor_comes"])
def test_given_a_promise_about_the_survey_then_it_is_named_and_no_handler_s_call(
    scene: Scene, what: str
) -> None:
    found = scene.store.run_now(claims.listing)
    claim = next(c for c in found if c.stage == "filed" and c.promised_at is None)
    system, at = Actor("system", "system"), BEGINNING - timedelta(minutes=5)
    due = BEGINNING + timedelta(minutes=40)
    scene.store.run_now(moves.move, claim.number, "call_promised", system, at, due=due, what=what)
    keys = {"menu-main": ["2", HANGS_UP], "ask-claim-identify": digits(claim), "status-menu": "1"}
    line = FakeLine(caller=STRANGER, reacts=answers(keys))
    assert scene.play(line) == "hung_up"
    heard, day = said(line), BEGINNING.astimezone(ZONE)
    expected = saying.moment(due.astimezone(ZONE), day, line.language)
    at_ = heard.index(saying.piece("status-until", what))
    assert heard[at_ + 1 : at_ + 1 + len(expected)] == expected
    assert "promise-call" not in heard
