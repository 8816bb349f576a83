"""Simple claims: each condition alone decides, thresholds to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from claims_store.rules.simple import RULES, TITLES, fired, judge

pytestmark = pytest.mark.unit

BY_NAME = {rule.name: rule for rule in RULES}
MUTUAL: dict[str, Any] = {
    "vehicles": 2, "all_compulsory": "yes", "any_injury": "no", "only_vehicles": "yes",
    "each_amount": Decimal(2000), "all_share_fault": "yes", "all_agree": "yes",
}  # fmt: skip
SMALL: dict[str, Any] = {
    "any_injury": "no", "only_vehicles": "yes", "facts_clear": "yes", "liability_clear": "yes",
    "amount": Decimal("5000.00"),
}  # fmt: skip


def test_mutual_holds_when_all_conditions_do() -> None:
    assert judge(BY_NAME["mutual"], MUTUAL) == ("yes", ())
    assert fired("motor", MUTUAL).rule == "mutual"


@pytest.mark.parametrize(
    ("fact", "value"),
    [("vehicles", 1), ("all_compulsory", "no"), ("any_injury", "yes"), ("only_vehicles", "no"),
     ("each_amount", Decimal("2000.01")), ("all_share_fault", "no"), ("all_agree", "no"),
     ("all_agree", None), ("any_injury", "unknown")],
)  # fmt: skip
def test_each_condition_of_mutual_alone_says_no(fact: str, value: Any) -> None:
    assert judge(BY_NAME["mutual"], MUTUAL | {fact: value}) == ("no", (fact,))


def test_unknown_fault_is_decided_at_the_survey() -> None:
    unknown = MUTUAL | {"all_share_fault": "unknown"}
    assert judge(BY_NAME["mutual"], unknown) == ("at_survey", ("all_share_fault",))
    said = fired("motor", unknown)
    assert (said.rule, said.verdict) == ("mutual", "at_survey")


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [({}, "yes"), ({"amount": Decimal("5000.01")}, "no"), ({"any_injury": "unknown"}, "no"),
     ({"amount": None}, "no"), ({"facts_clear": "no"}, "no")],
)  # fmt: skip
def test_a_small_motor_claim_ends_at_five_thousand(changes: dict[str, Any], verdict: str) -> None:
    assert judge(BY_NAME["small_motor"], SMALL | changes)[0] == verdict


def test_the_first_rule_that_holds_is_the_one_and_the_others_say_why_not() -> None:
    said = fired("motor", SMALL)
    assert (said.rule, said.verdict) == ("small_motor", "yes")
    assert said.failed["once"] == ("amount",) and "vehicles" in said.failed["mutual"]
    assert fired("motor", SMALL | {"amount": Decimal(1900)}).rule == "once"
    assert (fired("travel", SMALL).rule, fired("travel", SMALL).verdict) == (None, "no")


def test_every_rule_has_a_name_in_both_languages_and_a_source() -> None:
    for rule in RULES:
        assert rule.source and TITLES[rule.name]["zh"] and TITLES[rule.name]["en"]
