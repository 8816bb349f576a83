"""Simple claims: named rules with their thresholds, tried in order; the first that fires is kept.

Sources: `claims.md` 1.4 of the research. Thresholds are Chinese practice and meant to be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from claims_store.rules.fields import Words

Verdict = Literal["yes", "no", "at_survey"]
Value = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Test:
    """One fact has to be `is_` this, or at most or at least so much. A fact that is not known
    fails the test, unless `at_survey` says that the surveyor finds out."""

    fact: str
    is_: str | None = None
    at_most: Decimal | None = None
    at_least: int | None = None
    at_survey: bool = False

    def verdict(self, value: Value) -> Verdict:
        if value in (None, "", "unknown"):
            return "at_survey" if self.at_survey else "no"
        if self.is_ is not None:
            return "yes" if value == self.is_ else "no"
        if self.at_most is not None:
            return "yes" if Decimal(str(value)) <= self.at_most else "no"
        return "yes" if int(str(value)) >= (self.at_least or 0) else "no"


@dataclass(frozen=True, slots=True)
class Rule:
    """All `tests` must hold, of a claim of these lines of business."""

    name: str
    title: Words
    lines: tuple[str, ...]
    tests: tuple[Test, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Fired:
    """What the rules say. `failed` are the facts that kept a rule from firing, for whoever asks."""

    rule: str | None
    verdict: Verdict
    failed: Mapping[str, tuple[str, ...]]


def _upto(amount: int, fact: str = "amount", *, at_survey: bool = False) -> Test:
    return Test(fact, at_most=Decimal(amount), at_survey=at_survey)


def _is(fact: str, value: str, *, at_survey: bool = False) -> Test:
    return Test(fact, is_=value, at_survey=at_survey)


_CLEAR = (_is("facts_clear", "yes"), _is("liability_clear", "yes"))
_UNHURT = _is("any_injury", "no")
_VEHICLES = _is("only_vehicles", "yes")

RULES: tuple[Rule, ...] = (
    Rule("mutual", {"zh": "互碰自赔", "en": "each insurer pays its own car"}, ("motor",),
         (Test("vehicles", at_least=2), _is("all_compulsory", "yes"), _UNHURT, _VEHICLES,
          _upto(2_000, "each_amount"), _is("all_share_fault", "yes", at_survey=True),
          _is("all_agree", "yes")),
         "互碰自赔处理办法"),
    Rule("once", {"zh": "一次定损", "en": "assessed at the survey"}, ("motor", "home"),
         (_UNHURT, _upto(2_000)), "重庆机动车辆保险理赔服务标准"),
    Rule("small_motor", {"zh": "车险小额", "en": "small motor claim"}, ("motor",),
         (_UNHURT, _VEHICLES, *_CLEAR, _upto(5_000)), "小额理赔服务指引 2015"),
    Rule("small_medical", {"zh": "医疗小额", "en": "small medical claim"}, ("health",),
         (_upto(3_000), *_CLEAR, _is("investigation", "no")), "小额理赔服务指引 2015"),
    Rule("online_quick", {"zh": "线上快处", "en": "settled online"}, ("motor",),
         (Test("vehicles", at_least=2), _UNHURT, _is("drivable", "yes"),
          _is("facts_clear", "yes"), _is("excluded", "no"), _upto(10_000)),
         "道路交通事故处理程序规定 19-20"),
    Rule("fast_10k", {"zh": "万元以下快赔", "en": "quick up to 10,000"}, ("motor", "home"),
         (_UNHURT, _is("papers_complete", "yes"), _upto(10_000)), "理赔服务承诺"),
)  # fmt: skip
"""In the order in which they are tried: the shortest way first."""

TITLES: Mapping[str, Words] = {rule.name: rule.title for rule in RULES}


def judge(rule: Rule, facts: Mapping[str, Value]) -> tuple[Verdict, tuple[str, ...]]:
    """Whether one rule holds, and the facts that speak against it or are left to the survey."""
    found = [(test.fact, test.verdict(facts.get(test.fact))) for test in rule.tests]
    against = tuple(fact for fact, verdict in found if verdict == "no")
    if against:
        return "no", against
    open_ = tuple(fact for fact, verdict in found if verdict == "at_survey")
    return ("at_survey", open_) if open_ else ("yes", ())


def fired(line: str, facts: Mapping[str, Value]) -> Fired:
    """The first rule of this line of business that holds; else whether one waits for the survey."""
    failed: dict[str, tuple[str, ...]] = {}
    waiting: str | None = None
    for rule in RULES:
        if line not in rule.lines:
            continue
        verdict, facts_against = judge(rule, facts)
        if verdict == "yes":
            return Fired(rule.name, "yes", failed)
        failed[rule.name] = facts_against
        waiting = waiting or (rule.name if verdict == "at_survey" else None)
    return Fired(waiting, "at_survey" if waiting else "no", failed)
