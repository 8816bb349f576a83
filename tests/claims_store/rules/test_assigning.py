"""Who gets a claim: filters, ranks, and the fate of every candidate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.assigning import FILTERS, STEPS, WORDS, Candidate, Work, choose

pytestmark = pytest.mark.unit

AT = datetime(2026, 11, 24, tzinfo=UTC)
WORK = Work("motor", "310115", "zh", Decimal(3600))
FIT = Candidate("a", ("motor",), ("310000",), ("zh",))


def named(name: str, **changes: object) -> Candidate:
    return replace(FIT, name=name, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("why", "changes"),
    [("line", {"lines": ("home",)}), ("authority", {"authority": Decimal("3599.99")}),
     ("absent", {"absent": True}), ("conflict", {"conflicts": frozenset({"customer:C1"})}),
     ("language", {"languages": ("en",)}), ("region", {"regions": ("330000",)}),
     ("shift", {"on_shift": False})],
)  # fmt: skip
def test_each_filter_alone_keeps_a_candidate_out_and_says_so(
    why: str, changes: dict[str, object]
) -> None:
    work = replace(WORK, parties=frozenset({"customer:C1"}))
    choice = choose(work, [named("a", **changes), named("b")])
    assert (choice.chosen, choice.step) == ("b", "exact")
    fates = {fate.name: (fate.fate, fate.why) for fate in choice.fates}
    assert fates == {"b": ("chosen", "first"), "a": ("filtered", why)}
    assert WORDS[why]["zh"] and WORDS[why]["en"]


@pytest.mark.parametrize(
    ("changes", "step"),
    [({"regions": ("330000",)}, "any_region"), ({"on_shift": False}, "any_shift"),
     ({"languages": ("en",)}, "any_language")],
)  # fmt: skip
def test_a_claim_without_a_perfect_handler_gets_one_step_by_step(
    changes: dict[str, object], step: str
) -> None:
    choice = choose(WORK, [named("a", **changes)])
    assert (choice.chosen, choice.step) == ("a", step)


@pytest.mark.parametrize(
    "changes", [{"lines": ("home",)}, {"authority": Decimal(1)}, {"absent": True}]
)
def test_some_things_are_never_given_up(changes: dict[str, object]) -> None:
    assert choose(WORK, [named("a", **changes)]).chosen is None
    assert choose(WORK, []).chosen is None


def test_the_least_loaded_then_the_longest_idle_comes_first() -> None:
    busy, idle, fresh = (
        named("busy", load=9),
        named("idle", load=2, since=AT - timedelta(days=2)),
        named("fresh", load=2, since=AT),
    )
    choice = choose(WORK, [fresh, busy, idle])
    assert [fate.name for fate in choice.fates] == ["idle", "fresh", "busy"]
    assert [fate.fate for fate in choice.fates] == ["chosen", "ranked 2", "ranked 3"]


def test_a_customer_keeps_his_handler_as_long_as_he_may_have_the_claim() -> None:
    work = replace(WORK, sticky="known")
    choice = choose(work, [named("known", load=9), named("b")])
    assert (choice.chosen, choice.fates[0].why) == ("known", "sticky")
    assert choose(work, [named("known", absent=True), named("b")]).chosen == "b"


def test_an_urgent_claim_goes_to_whom_has_the_fewest_urgent_ones() -> None:
    work = replace(WORK, urgent=True)
    assert choose(work, [named("a", urgent_load=2), named("b", load=5)]).chosen == "b"
    assert choose(WORK, [named("a", urgent_load=2), named("b", load=5)]).chosen == "a"


def test_work_that_is_taken_from_somebody_does_not_go_back_to_him() -> None:
    work = replace(WORK, not_to=frozenset({"a"}))
    assert choose(work, [named("a"), named("b", load=9)]).chosen == "b"


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        name=st.sampled_from("abcdef"),
        lines=st.sampled_from([("motor",), ("home",)]),
        regions=st.sampled_from([("310000",), ("330000",), ()]),
        languages=st.sampled_from([("zh",), ("en",)]),
        authority=st.sampled_from([None, Decimal(1), Decimal(9999)]),
        on_shift=st.booleans(),
        absent=st.booleans(),
        load=st.integers(0, 3),
    ),
    unique_by=lambda each: each.name,
    max_size=6,
)


@given(CANDIDATES)
def test_whoever_is_chosen_passed_every_filter_that_is_never_given_up(
    candidates: list[Candidate],
) -> None:
    choice = choose(WORK, candidates)
    assert {fate.name for fate in choice.fates} == {each.name for each in candidates}
    able = [each for each in candidates
            if all(FILTERS[name](WORK, each) for name in STEPS["any_language"])]  # fmt: skip
    assert (choice.chosen is None) == (not able)
    assert choice.chosen is None or choice.chosen in {each.name for each in able}
    assert choose(WORK, candidates[::-1]).chosen == choice.chosen
