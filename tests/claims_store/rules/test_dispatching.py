"""Who drives to a loss: filters, distance, fairness; every candidate has a fate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.dispatching import (
    BANDS,
    ESCALATION,
    FILTERS,
    STEPS,
    VISITED,
    WORDS,
    Job,
    Surveyor,
    band,
    choose,
    needed,
    photos_do,
    rank,
)
from claims_store.rules.fields import FIELDS
from claims_store.rules.shots import CHECKLISTS, SHOTS, checklist

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 0, 33, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
REGIONS = ("310115", "310104", "310000", "330106", "330100", "330000", "110101", "")
JOB = Job("motor", "310115", "zh")
ONE = Surveyor("s1", ("motor",), ("310115",), ("zh",))

jobs = st.builds(
    Job, line=st.sampled_from(("motor", "home", "health")), region=st.sampled_from(REGIONS),
    language=st.sampled_from(("zh", "en")), urgent=st.booleans(),
    parties=st.frozensets(st.sampled_from(("customer:1", "garage:x"))),
    not_to=st.frozensets(st.sampled_from(("s0", "s1", "s2"))),
)  # fmt: skip
surveyors = st.lists(
    st.builds(
        Surveyor, name=st.sampled_from([f"s{n}" for n in range(6)]),
        lines=st.lists(st.sampled_from(("motor", "home")), unique=True).map(tuple),
        regions=st.lists(st.sampled_from(REGIONS[:-1]), max_size=2).map(tuple),
        languages=st.lists(st.sampled_from(("zh", "en")), unique=True).map(tuple),
        on_shift=st.booleans(), absent=st.booleans(), reachable=st.booleans(),
        conflicts=st.frozensets(st.sampled_from(("customer:1", "garage:x"))),
        load=st.integers(0, 3), urgent_load=st.integers(0, 2),
        since=st.none() | st.integers(0, 99).map(lambda n: NOW - timedelta(minutes=n)),
    ),
    max_size=6, unique_by=lambda each: each.name,
)  # fmt: skip


@given(jobs, surveyors)
def test_whoever_is_chosen_may_have_it_and_nobody_in_his_step_is_better(
    job: Job, found: list[Surveyor]
) -> None:
    choice = choose(job, found)
    assert {fate.name for fate in choice.fates} == {each.name for each in found}
    assert all(fate.why in WORDS for fate in choice.fates)
    filters = STEPS[choice.step]
    passing = [each for each in found if all(FILTERS[f](job, each) for f in filters)]
    if choice.chosen is None:
        assert choice.step == "any_region" and not passing
        return
    best = next(each for each in found if each.name == choice.chosen)
    assert best in passing
    assert all(rank(job, best) <= rank(job, each) for each in passing)
    for step, names in STEPS.items():
        if step == choice.step:
            break
        assert not any(all(FILTERS[f](job, each) for f in names) for each in found)
    for name in ("line", "absent", "conflict", "reachable", "asked"):
        assert FILTERS[name](job, best)


@given(st.sampled_from(REGIONS[:-1]), st.lists(st.sampled_from(REGIONS[:-1]), min_size=1))
def test_a_distance_is_that_of_the_nearest_home(region: str, homes: list[str]) -> None:
    assert band(region, homes) == min((band(region, [h]) for h in homes), key=BANDS.index)


@pytest.mark.parametrize(
    ("home", "expected"),
    [("310115", "county"), ("310104", "city"), ("310000", "city"), ("330106", "beyond")],
)
def test_distances_in_a_province_that_is_one_city(home: str, expected: str) -> None:
    assert band("310115", [home]) == expected


@pytest.mark.parametrize(
    ("home", "expected"),
    [("330106", "county"), ("330100", "city"), ("330110", "city"), ("330000", "province"),
     ("330200", "province"), ("310000", "beyond")],
)  # fmt: skip
def test_distances_in_a_province_with_cities(home: str, expected: str) -> None:
    assert band("330106", [home]) == expected


def test_the_nearer_comes_before_the_idler_and_for_urgent_ones_who_has_none() -> None:
    far = replace(ONE, name="s2", regions=("310000",))
    busy = replace(ONE, load=2, urgent_load=1)
    assert choose(JOB, [far, busy]).chosen == "s1"
    assert choose(replace(JOB, urgent=True), [far, busy]).chosen == "s2"
    assert choose(JOB, [ONE, replace(ONE, name="s0", since=NOW)]).chosen == "s1"


def test_rather_an_interpreter_than_nobody_and_another_province_last() -> None:
    foreign = replace(ONE, languages=("en",))
    away = replace(ONE, name="s2", regions=("330106",))
    off = replace(ONE, name="s3", on_shift=False)
    assert (choose(JOB, [foreign, away, off]).chosen, choose(JOB, [away, off]).chosen) == (
        "s1", "s3"
    )  # fmt: skip
    assert choose(JOB, [away]).chosen == "s2"
    assert choose(JOB, [replace(ONE, absent=True)]).chosen is None


@pytest.mark.parametrize(
    ("line", "said", "when"),
    [("motor", {"loss_kind": "rear_end", "at_scene": "yes"}, "now"),
     ("motor", {"loss_kind": "rear_end", "at_scene": "no"}, "when_filed"),
     ("motor", {"loss_kind": "glass", "at_scene": "yes"}, "no"),
     ("home", {"loss_kind": "pipe", "source_stopped": "no"}, "now"),
     ("home", {"loss_kind": "fire"}, "when_filed"), ("health", {}, "no")],
)  # fmt: skip
def test_when_somebody_is_sent(line: str, said: dict[str, str], when: str) -> None:
    assert needed(line, said) == when


SAFE = {"any_injury": "no", "drivable": "yes", "safe_place": "yes"}


@pytest.mark.parametrize(
    ("changed", "facts", "expected"),
    [({}, {}, True), ({"any_injury": "yes"}, {}, False), ({"any_injury": "unknown"}, {}, False),
     ({"drivable": "no"}, {}, False), ({"safe_place": "no"}, {}, False),
     ({}, {"amount": "1500"}, True), ({}, {"amount": "50000"}, False)],
)  # fmt: skip
def test_when_the_customer_s_own_photos_are_enough(
    changed: dict[str, str], facts: dict[str, str], expected: bool
) -> None:
    said = SAFE | changed
    assert photos_do("motor", said, {"any_injury": said["any_injury"], **facts}) is expected


def test_photos_never_take_the_place_of_a_visit_in_other_lines() -> None:
    assert not photos_do("health", SAFE, {"any_injury": "no"})


def test_every_kind_of_loss_of_these_lines_has_its_photos() -> None:
    for line in VISITED:
        row = next(each for each in FIELDS[line] if each.name == "loss_kind")
        kinds = {each.value for each in row.choices}
        assert {kind for of, kind in CHECKLISTS if of == line} <= kinds | {""}
        assert VISITED[line] <= kinds
        for kind in kinds:
            whole = checklist(line, {"loss_kind": kind, "third_party": "yes"})
            own = checklist(line, {"loss_kind": kind, "third_party": "yes"}, own=True)
            assert own and len({each.name for each in whole}) == len(whole)
            assert list(own) == [each for each in whole if each.own]
    assert all(set(e.title) == set(e.how) == {"zh", "en"} for e in SHOTS.values())


def test_the_page_names_every_filter_and_step_as_it_is() -> None:
    page = (ROOT / "docs" / "reference" / "claims.md").read_text("utf-8")
    for name in FILTERS:
        steps = " ".join(step for step, names in STEPS.items() if name in names)
        assert f"| `{name}` | {WORDS[name]['en']} | {steps} |" in page
    for step in ESCALATION:
        assert f"| {step.after // timedelta(minutes=1)} min |" in page
