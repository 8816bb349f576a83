"""Each question of the notice by itself: what is keyed wrong, refused, skipped or taken back."""

from __future__ import annotations

import pytest

from claims_store import customers
from claims_store.customers import Policy
from claims_store.rules.fields import LINES
from tests.fakes.line import FakeLine, FakePhone
from tests.scenes.conftest import HANGS_UP, WHOLE, Scene, answers, events, known_as, said

pytestmark = pytest.mark.scene

STRANGER = "+8613800139999"


def play(scene: Scene, keys: dict[str, str | list[str]], **line: str) -> FakeLine:
    """A caller who answers everything but as `keys` say."""
    line.setdefault("caller", STRANGER)
    caller = FakeLine(reacts=answers({**WHOLE, "agents-none": HANGS_UP, **keys}), **line)  # type: ignore[arg-type]
    scene.play(caller)
    return caller


def report(scene: Scene, line: FakeLine) -> dict[str, str]:
    shown: dict[str, str] = scene.shown(line)["report"]
    return shown


def a_policy(scene: Scene, line: str = "motor", *, covers: bool = True) -> Policy:
    """A policy of the demo's insurer that can be keyed."""
    return next(
        policy
        for policy in scene.policies
        if policy.line == line
        and (policy.valid_from <= scene.beginning < policy.valid_to) is covers
    )


def phone_of(scene: Scene, policy: Policy) -> str:
    """The number from which its customer calls."""
    customer = scene.store.run_now(customers.get, policy.customer_id)
    assert customer is not None
    return customer.phone


# Injury and safety


def test_given_an_injury_then_a_person_is_rung_as_urgent(scene: Scene) -> None:
    scene.ready = ("agent2",)
    line = FakeLine(
        reacts=answers({**WHOLE, "ask-any-injury": "1"}), phones={"202": FakePhone(talks=10)}
    )
    assert scene.play(line) == "talked"
    shown = scene.shown(line)
    assert shown["queue"] == "urgent" and shown["report"]["any_injury"] == "yes"
    assert "injured-advice" in said(line) and "ask-safe" not in said(line)
    assert events(shown, "queued")[0]["urgent"] is True


def test_given_an_unsafe_place_then_he_is_told_what_to_do_first(scene: Scene) -> None:
    line = play(scene, {"ask-safe": "2"})
    heard = said(line)
    assert heard.index("unsafe-advice") < heard.index("agents-none")
    assert scene.shown(line)["queue"] == "urgent"


def test_given_nobody_is_there_then_the_line_takes_the_injury_by_itself(scene: Scene) -> None:
    line = play(scene, {"ask-any-injury": ["1", "1"], "agents-none": "1"})
    heard = said(line)
    assert "injured-advice" in heard and "report-number" in heard
    assert report(scene, line)["any_injury"] == "yes"


def test_given_nobody_is_there_when_the_place_is_unsafe_then_the_advice_is_his_alone(
    scene: Scene,
) -> None:
    keys = {"menu-main": "0", "agents-none": "1", "ask-any-injury": "1", "ask-safe": "2"}
    line = play(scene, {**keys})
    heard = said(line)
    assert "injured-alone" in heard and "unsafe-alone" in heard and "report-number" in heard


# Number to call back


def test_given_another_number_then_it_is_read_back_and_kept(scene: Scene) -> None:
    keys = {"confirm-phone-caller": "2", "ask-phone": "13912345678#"}
    line = play(scene, {**keys})
    assert report(scene, line)["callback_phone"] == "+8613912345678"
    assert "phone-read-back" in said(line)


def test_given_a_number_that_cannot_be_then_it_is_asked_again(scene: Scene) -> None:
    keys = {"confirm-phone-caller": "2", "ask-phone": "12#", "try-again-phone": "02161234567#"}
    line = play(scene, {**keys})
    assert report(scene, line)["callback_phone"] == "+862161234567"


def test_given_three_impossible_numbers_then_his_own_is_kept(scene: Scene) -> None:
    keys = {"confirm-phone-caller": "2", "ask-phone": "12#", "try-again-phone": "99#"}
    line = play(scene, {**keys})
    assert report(scene, line)["callback_phone"] == STRANGER
    assert "skip-for-now" in said(line)


def test_given_a_hidden_number_when_none_is_keyed_then_an_agent_must_ask_it(scene: Scene) -> None:
    keys = {"ask-phone": "#", "try-again-phone": "#"}
    line = play(scene, {**keys}, caller="")
    assert "callback_phone" not in report(scene, line)
    assert "report-number" in said(line)


def test_given_the_read_back_is_wrong_then_the_number_is_asked_again(scene: Scene) -> None:
    keys = {
        "confirm-phone-caller": "2",
        "ask-phone": ["13912345678#", "13912345679#"],
        "right-1-wrong-2": ["2", "1"],
    }
    line = play(scene, {**keys})
    assert report(scene, line)["callback_phone"] == "+8613912345679"


# Policy


def test_given_a_keyed_policy_then_its_line_of_business_is_not_asked(scene: Scene) -> None:
    policy = a_policy(scene)
    line = play(scene, {"ask-policy": policy.number + "#"})
    assert report(scene, line)["policy_number"] == policy.number
    heard = said(line)
    assert "policy-found" in heard and "ask-line" not in heard
    assert "policy-read-back" in heard, "what was keyed is heard before it is looked up"


def test_given_a_policy_that_begins_with_zeros_then_they_are_read_back_and_kept(
    scene: Scene,
) -> None:
    policy = a_policy(scene)
    assert policy.number.startswith("0")
    line = play(scene, {"ask-policy": policy.number + "#"})
    read = next(prompts for prompts in line.heard if "policy-read-back" in prompts)
    digits = [name for name in read if name.startswith("digit-")]
    assert "".join(name[-1] for name in digits) == policy.number


def test_given_an_unknown_policy_twice_then_the_report_goes_on_without(scene: Scene) -> None:
    line = play(scene, {"ask-policy": ["99999999#", "88888888#", "#"]})
    heard = said(line)
    assert heard.count("policy-not-found") == 2 and "policy-none" in heard and "ask-line" in heard
    assert report(scene, line)["policy_number"] == "unknown"
    assert "report-number" in heard


def test_given_a_known_customer_then_his_car_is_offered_by_the_end_of_its_plate(
    scene: Scene,
) -> None:
    policy = a_policy(scene)
    line = play(scene, {"policy-known-keys": "1"}, caller=phone_of(scene, policy))
    assert report(scene, line)["policy_number"] == policy.number
    offered = next(prompts for prompts in line.heard if "ask-policy-known" in prompts)
    assert len(offered) <= 5, "no more than the last three characters are said"
    assert known_as(scene, line) == policy.customer_id


def test_given_every_known_policy_is_declined_then_one_may_be_keyed(scene: Scene) -> None:
    policy = a_policy(scene)
    other = next(each for each in scene.policies if each.customer_id != policy.customer_id)
    line = play(
        scene,
        {"policy-known-keys": "2", "ask-policy": other.number + "#"},
        caller=phone_of(scene, policy),
    )
    heard = said(line)
    assert "ask-policy-known-other" in heard, "the policy without a plate by its number"
    assert report(scene, line)["policy_number"] == other.number


# When


def test_given_yesterday_then_the_day_before_is_kept(scene: Scene) -> None:
    line = play(scene, {"ask-loss-day": "2", "ask-loss-time": "2215"})
    assert report(scene, line)["loss_time"] == "2026-11-23T22:15+08:00"


def test_given_a_date_then_the_latest_such_day_is_kept(scene: Scene) -> None:
    line = play(scene, {"ask-loss-day": "3", "ask-loss-date": "1120"})
    assert report(scene, line)["loss_time"] == "2026-11-20T08:10+08:00"


def test_given_a_time_to_come_then_it_is_asked_again(scene: Scene) -> None:
    line = play(scene, {"ask-loss-time": "2359", "try-again-time": "0700"})
    heard = said(line)
    assert "loss-time-future" in heard
    assert report(scene, line)["loss_time"] == "2026-11-24T07:00+08:00"


def test_given_no_such_time_then_it_is_asked_again(scene: Scene) -> None:
    line = play(scene, {"ask-loss-time": "2575", "try-again-time": ["9#", "0700"]})
    heard = said(line)
    assert "loss-time-impossible" in heard and "try-again-digits" in heard
    assert report(scene, line)["loss_time"] == "2026-11-24T07:00+08:00"


def test_given_no_such_day_three_times_then_a_person_helps(scene: Scene) -> None:
    keys = {"ask-loss-day": "3", "ask-loss-date": "0230", "try-again-date": "1345"}
    line = play(scene, {**keys})
    heard = said(line)
    assert heard.count("loss-date-impossible") == 2
    assert "too-many-tries" in heard
    assert events(scene.shown(line), "wants_person")[0]["why"] == "lost"


def test_given_the_time_is_wrong_in_three_read_backs_then_a_person_helps(scene: Scene) -> None:
    line = play(scene, {"right-1-wrong-2": "2"})
    assert said(line).count("loss-time-read-back") == 3
    assert events(scene.shown(line), "wants_person")


def test_given_a_loss_outside_cover_then_it_is_told_and_reported_all_the_same(
    scene: Scene,
) -> None:
    policy = a_policy(scene, covers=False)
    line = play(scene, {"ask-policy": policy.number + "#"})
    heard = said(line)
    assert "outside-cover" in heard and "report-number" in heard
    assert report(scene, line)["loss_time"] == "2026-11-24T08:10+08:00"
    assert scene.shown(line)["claim_number"] is None, "a handler decides about cover"


# Where


def test_given_an_area_code_of_several_cities_then_each_is_offered(scene: Scene) -> None:
    """The code 024 serves Shenyang, Fushun and others."""
    line = play(scene, {"ask-region-code": "024#", "right-1-wrong-2": ["1", "2", "1"]})
    offered = [prompts for prompts in line.heard if "region-is" in prompts]
    assert len(offered) == 2
    assert report(scene, line)["loss_region"] == "210400"


def test_given_an_unknown_area_code_then_it_is_asked_again(scene: Scene) -> None:
    line = play(scene, {"ask-region-code": ["100#", "21#"]})
    assert "region-code-unknown" in said(line)
    assert report(scene, line)["loss_region"] == "310000"


def test_given_no_area_code_then_the_tree_leads_to_the_city(scene: Scene) -> None:
    """East China, second province, first page passed, third city of the next."""
    keys = {
        "ask-region-code": "#",
        "ask-area": "3",
        "ask-province": "",
        "ask-city": "",
        "num-7": "2",  # the last thing said before the keys are waited for
        "num-9": ["9", "9"],
        "num-3": "3",
    }
    line = play(scene, keys)
    assert "ask-city" in said(line)
    assert report(scene, line)["loss_region"] == "321100"


def test_given_a_province_that_is_a_city_then_no_city_is_asked(scene: Scene) -> None:
    line = play(scene, {"ask-region-code": "#", "ask-area": "3", "num-7": "1"})
    assert "ask-city" not in said(line)
    assert report(scene, line)["loss_region"] == "310000"


def test_given_an_area_code_no_city_of_which_is_right_then_the_tree_is_offered(
    scene: Scene,
) -> None:
    keys = {"ask-region-code": ["24#", "24#", "24#"], "ask-area": "3", "num-7": "1"}
    line = play(scene, {**keys, "right-1-wrong-2": ["1", *"2" * 9]})
    assert "ask-area" in said(line)
    assert report(scene, line)["loss_region"] == "310000"


# What


@pytest.mark.parametrize(("key", "name"), list(enumerate(LINES, 1)))
def test_given_any_line_of_business_then_the_report_is_taken(
    scene: Scene, key: int, name: str
) -> None:
    keys: dict[str, str | list[str]] = {
        "ask-line": str(key), f"ask-loss-kind-{name}": "2", "ask-habitable": "1",
        "ask-source-stopped": "1", "ask-in-hospital": "2", "ask-abroad": "2", "ask-trip": "1",
    }  # fmt: skip
    line = play(scene, keys)
    assert "report-number" in said(line), f"{line.heard[-6:]}"
    assert said(line)[-1] == "goodbye"
    assert ("ask-drivable" in said(line)) is (name == "motor")


def test_given_the_police_were_not_told_then_he_is_advised(scene: Scene) -> None:
    line = play(scene, {"ask-police": "2", "ask-policy": a_policy(scene).number + "#"})
    assert "police-advice" in said(line)


def test_given_a_cough_then_the_narrative_is_asked_again(scene: Scene) -> None:
    line = FakeLine(reacts=answers({**WHOLE, "agents-none": HANGS_UP}), speech_seconds=0.3)
    scene.play(line)
    heard = said(line)
    assert heard.count("narrative-short") == 2 and "too-many-tries" in heard
    assert events(scene.shown(line), "wants_person")[0]["why"] == "lost"


@pytest.mark.parametrize("key", ["*", "0"])
def test_given_a_key_instead_of_speech_then_it_is_obeyed(scene: Scene, key: str) -> None:
    keys = answers({**WHOLE, "agents-none": HANGS_UP, "going-back": HANGS_UP})

    class Presses(FakeLine):
        async def record(self, name, *, max_seconds, max_silence):  # type: ignore[no-untyped-def]
            self.press(key)
            return await super().record(name, max_seconds=max_seconds, max_silence=max_silence)

    line = Presses(reacts=keys, caller=STRANGER)
    assert scene.play(line) == "hung_up"
    assert said(line)[-1] == ("going-back" if key == "*" else "wait-callback-offer")


# Back, and read back


def test_given_star_then_the_question_before_comes_again(scene: Scene) -> None:
    line = play(scene, {"ask-safe": ["*", "1"]})
    heard = said(line)
    assert heard.count("ask-any-injury") == 2 and "going-back" in heard
    assert "report-number" in heard


def test_given_star_at_the_first_question_then_the_menu_is_back(scene: Scene) -> None:
    line = play(scene, {"menu-main": ["1", HANGS_UP], "ask-any-injury": "*"})
    assert said(line).count("menu-main") == 2


def test_given_star_again_and_again_then_it_leads_to_the_menu(scene: Scene) -> None:
    keys = {"menu-main": ["1", HANGS_UP], "ask-any-injury": ["2", "*"], "ask-safe": "*"}
    line = play(scene, {**keys})
    assert said(line).count("menu-main") == 2


@pytest.mark.parametrize(
    ("key", "asked"), [("2", "ask-loss-day"), ("3", "ask-region-code"), ("4", "ask-narrative")]
)
def test_given_an_item_is_wrong_then_only_that_is_asked_again(
    scene: Scene, key: str, asked: str
) -> None:
    line = play(scene, {"read-back-confirm": [key, "1"]})
    heard = said(line)
    assert heard.count(asked) == 2 and heard.count("read-back-intro") == 2
    others = {"ask-loss-day", "ask-region-code", "ask-narrative"} - {asked}
    assert all(heard.count(name) == 1 for name in others)
    assert heard.count("ask-place") == (2 if key == "3" else 1), "the place in words goes with it"


def test_given_something_is_always_wrong_then_it_stands_after_three_rounds(scene: Scene) -> None:
    line = play(scene, {"read-back-confirm": "2"})
    heard = said(line)
    assert heard.count("read-back-intro") == 3 and "report-number" in heard


def test_given_star_at_the_read_back_then_it_is_read_again(scene: Scene) -> None:
    line = play(scene, {"read-back-confirm": ["*", "1"]})
    assert said(line).count("read-back-intro") == 2


def test_given_the_read_back_then_he_hears_his_own_words(scene: Scene) -> None:
    line = play(scene, {})
    replayed = [act for act in line.acts if act.startswith("replay ")]
    assert [act.rpartition("-")[2] for act in replayed] == ["loss_place", "narrative"]


def test_given_one_more_thing_then_the_menu_is_back(scene: Scene) -> None:
    line = play(scene, {"menu-main": ["1", HANGS_UP], "anything-else": "1"})
    assert said(line).count("menu-main") == 2


def test_given_the_office_is_closed_then_it_says_so_and_takes_the_notice(scene: Scene) -> None:
    line = play(scene, {})
    heard = said(line)
    assert heard.index("closed-hours") < heard.index("ask-any-injury")
    assert "notice-intro" not in heard, "the one stands for the other"
    promised = events(scene.shown(line), "report_finished")[0]["promised_at"]
    assert promised == "2026-11-24T02:00:00+00:00", "within the first office hour, 9 to 10"
