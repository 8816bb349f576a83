"""Levels, what is missing, and what wants a second look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.completeness import Context, PolicyFacts, assess, check, settled
from claims_store.rules.fields import FIELDS, LINES, field, fields_of

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)
POLICY = PolicyFacts(
    number="620158834",
    line="motor",
    starts=datetime(2026, 1, 1, tzinfo=ZONE),
    ends=datetime(2027, 1, 1, tzinfo=ZONE),
    insured="周敏",
    plates=("沪AD82K7",),
    phone="+8613800138000",
)
CTX = Context(NOW, ZONE, POLICY, "zh", "+8613800138000")
BY_LINE = {
    "any_injury": "no",
    "safe_place": "yes",
    "callback_phone": "+8613800138000",
    "loss_time": "2026-11-24T08:30+08:00",
    "loss_region": "310115",
    "loss_place": "",
    "narrative": "",
    "third_party": "no",
    "drivable": "yes",
    "at_scene": "yes",
    "reporter_drove": "yes",
}


def codes(values: dict[str, str], ctx: Context = CTX) -> dict[str, str]:
    return {problem.field: problem.code for problem in assess("motor", values, ctx).problems}


def test_given_a_known_caller_when_the_line_has_asked_all_then_the_report_is_assignable() -> None:
    judged = assess("motor", BY_LINE, CTX)
    assert judged.level == "assignable"
    assert judged.problems == ()


def test_given_nothing_when_assessed_then_safety_is_asked_first() -> None:
    judged = assess("motor", {}, CTX)
    assert judged.level == "draft"
    assert judged.next_field == "any_injury"
    assert judged.missing[:4] == ("any_injury", "safe_place", "callback_phone", "loss_time")


def test_given_an_unknown_line_of_business_then_the_core_is_asked_and_nothing_is_assignable() -> (
    None
):
    full = {row.name: "x" for row in fields_of("")}
    judged = assess("", full, replace(CTX, policy=None))
    assert judged.level == "draft"
    assert judged.missing == ()


def test_given_an_unknown_caller_then_who_he_is_and_his_plate_are_asked() -> None:
    missing = assess("motor", BY_LINE, Context(NOW, ZONE)).missing
    assert {"policy_number", "plate", "reporter_relation", "reporter_name"} <= set(missing)


def test_a_policy_key_is_any_one_of_number_plate_and_identity() -> None:
    values = BY_LINE | {"plate": "沪AD82K7"}
    assert "policy_number" not in assess("motor", values, Context(NOW, ZONE)).missing
    assert "policy_number" in assess("motor", BY_LINE, Context(NOW, ZONE)).missing


@pytest.mark.parametrize(
    ("loss", "level"),
    [
        ("2025-12-31T23:59+08:00", "draft"),
        ("2026-01-01T00:00+08:00", "assignable"),
        ("2026-12-31T23:59+08:00", "assignable"),
        ("2027-01-01T00:00+08:00", "draft"),
    ],
)
def test_a_loss_outside_the_cover_is_kept_and_blocks_assignment(loss: str, level: str) -> None:
    later = replace(CTX, now=datetime(2027, 2, 1, tzinfo=UTC))
    judged = assess("motor", BY_LINE | {"loss_time": loss}, later)
    assert judged.level == level
    assert judged.missing == () if level == "draft" else "loss_kind" in judged.missing
    assert [p.code for p in judged.problems] == (
        [] if level == "assignable" else ["before_cover" if loss < "2026" else "after_cover"]
    )


@pytest.mark.parametrize(
    ("changes", "name", "code"),
    [
        ({"loss_time": "2026-11-24T09:41+08:00"}, "loss_time", "time_in_future"),
        ({"loss_time": "2026-11-25"}, "loss_time", "time_in_future"),
        ({"loss_time": "2026-11-24"}, "loss_time", "time_incomplete"),
        ({"loss_time": "half past"}, "loss_time", "time_unreadable"),
        ({"loss_time": "unknown"}, "loss_time", "time_unreadable"),
        ({"loss_region": "999999"}, "loss_region", "region_unknown"),
        ({"loss_region": "330000"}, "loss_region", "region_coarse"),
        ({"plate": "沪O12345"}, "plate", "plate_impossible"),
        ({"plate": "沪B12345"}, "plate", "plate_not_on_policy"),
        ({"callback_phone": "+861380013"}, "callback_phone", "phone_impossible"),
        ({"policy_number": "1"}, "policy_number", "policy_unverified"),
        ({"any_injury": "unknown"}, "any_injury", "ask_again"),
        ({"any_injury": "maybe"}, "any_injury", "not_an_answer"),
        ({"loss_kind": "earthquake"}, "loss_kind", "not_an_answer"),
        ({"estimate": "a lot"}, "estimate", "amount_impossible"),
        ({"payee_account": "4111111111111112"}, "payee_account", "account_doubtful"),
        ({"vin": "LSVAA49J032047371"}, "vin", "vin_doubtful"),
        ({"insured_id": "110105194912310021"}, "insured_id", "identity_impossible"),
    ],
)
def test_a_value_that_wants_a_second_look(changes: dict[str, str], name: str, code: str) -> None:
    found = [p for p in assess("motor", BY_LINE | changes, CTX).problems if p.field == name]
    assert code in [problem.code for problem in found]
    row = field("motor", name)
    assert row is not None
    problem = check(row, changes[name], CTX)
    assert problem is not None and problem.sentence["zh"] and problem.sentence["en"]


def test_the_most_serious_thing_is_told_first() -> None:
    row = field("motor", "plate")
    assert row is not None
    problem = check(row, "沪O12345", CTX)
    assert problem is not None and problem.code == "plate_impossible"
    assert check(row, "沪AD82K7", CTX) is None


def test_a_number_is_needed_where_hours_are_counted_and_a_day_where_a_day_is() -> None:
    late, court = field("travel", "hours_late"), field("liability", "court_date")
    assert late is not None and court is not None
    assert check(late, "four", CTX) is not None and check(late, "4", CTX) is None
    assert check(court, "soon", CTX) is not None and check(court, "2027-01-01", CTX) is None


def test_a_loss_long_ago_is_taken_with_a_remark() -> None:
    old = replace(POLICY, starts=datetime(2020, 1, 1, tzinfo=ZONE))
    values = BY_LINE | {"loss_time": "2023-05-01T10:00+08:00"}
    judged = assess("motor", values, replace(CTX, policy=old))
    assert [p.code for p in judged.problems] == ["time_long_ago"]
    assert judged.level == "assignable"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"third_party": "yes"}, {"police_informed", "other_plate", "other_name", "other_phone"}),
        ({"third_party": "unknown"}, {"police_informed"}),
        ({"drivable": "no"}, {"police_informed"}),
        ({"any_injury": "yes"}, {"police_informed", "injured"}),
        ({"at_scene": "no"}, {"seen_where"}),
        ({"reporter_drove": "no"}, {"driver_name", "driver_phone"}),
        ({"loss_kind": "theft"}, {"last_seen", "keys_held", "police_informed"}),
        ({"loss_kind": "flood"}, {"engine_restarted"}),
    ],
)
def test_circumstances_ask_for_more(changes: dict[str, str], wanted: set[str]) -> None:
    before = set(assess("motor", BY_LINE, CTX).missing)
    after = set(assess("motor", BY_LINE | changes, CTX).missing)
    assert wanted <= after
    assert not wanted & before


def test_a_stolen_car_needs_no_driver() -> None:
    values = {k: v for k, v in BY_LINE.items() if k != "reporter_drove"} | {"loss_kind": "theft"}
    assert not {"reporter_drove", "driver_name"} & set(assess("motor", values, CTX).missing)


def test_what_follows_from_the_policy_is_not_asked() -> None:
    known = settled("motor", BY_LINE, CTX)
    assert known["plate"] == "沪AD82K7"
    assert known["policy_number"] == "620158834"
    assert known["reporter_name"] == known["driver_name"] == "周敏"
    assert known["driver_phone"] == "+8613800138000"
    assert settled("motor", {"plate": "沪B1"}, CTX)["plate"] == "沪B1"
    two = replace(CTX, policy=replace(POLICY, plates=("沪A1", "沪A2")))
    assert "plate" not in settled("motor", {}, two)


@pytest.mark.parametrize("line", LINES)
def test_the_rows_say_which_values_are_known_and_the_rules_know_them(line: str) -> None:
    said = {row.name for row in fields_of(line) if row.known in ("policy", "reporter")}
    given_answers = {
        "reporter_relation": "insured",
        "reporter_drove": "yes",
        "callback_phone": "+8613800138000",
    }
    assert said <= set(settled(line, given_answers, CTX)) <= said | set(given_answers)


def test_what_only_the_payout_needs_is_missing_after_the_report_is_assignable() -> None:
    assert "payout_method" not in assess("motor", {"any_injury": "no"}, CTX).missing
    assert "payout_method" in assess("motor", BY_LINE, CTX).missing
    assert assess("motor", BY_LINE, CTX).next_field == "loss_kind"


def test_a_report_becomes_payable() -> None:
    paid = {
        "loss_kind": "scrape",
        "payout_method": "transfer",
        "payee_name": "周敏",
        "payee_bank": "工商银行",
        "payee_account": "4111111111111111",
    }
    assert assess("motor", BY_LINE | paid, CTX).level == "payable"
    assert assess(
        "motor", BY_LINE | paid | {"any_injury": "unknown", "police_informed": "no"}, CTX
    ).level == ("assignable")


@pytest.mark.parametrize("line", LINES)
def test_every_line_can_be_finished_by_answering_what_is_missing(line: str) -> None:
    good = {
        "yes_no_unknown": "no",
        "phone": "+8613800138000",
        "place": "310115",
        "plate": "沪AD82K7",
        "datetime": "2026-11-24T08:30+08:00",
        "date": "2026-11-20",
        "number": "3",
        "amount": "1.00",
    }
    values: dict[str, str] = {}
    policy = replace(POLICY, line=line)
    for _ in range(60):
        judged = assess(line, values, replace(CTX, policy=policy))
        if not judged.missing:
            break
        row = field(line, judged.missing[0])
        assert row is not None
        values[row.name] = (
            row.choices[0].value if row.choices else good.get(row.kind, "4111111111111111")
        )
    assert judged.level == "payable"


@given(
    st.sampled_from(LINES),
    st.dictionaries(
        st.sampled_from([row.name for line in LINES for row in FIELDS[line]]),
        st.sampled_from(
            ["", "yes", "no", "unknown", "2026-11-24T08:30+08:00", "310115", "x\0", "9"]
        ),
    ),
)
def test_no_values_make_the_rules_raise_and_more_answers_never_add_to_the_required(
    line: str, values: dict[str, str]
) -> None:
    judged = assess(line, values, CTX)
    assert len(judged.missing) == len(set(judged.missing))
    assert not set(judged.missing) & {k for k, v in values.items() if v and v != "unknown"}
    assert judged.next_field is None or judged.next_field in judged.missing


def test_a_naive_time_counts_in_the_caller_s_zone() -> None:
    assert codes(BY_LINE | {"loss_time": "2026-11-24T09:39"}) == {}
    assert codes(BY_LINE | {"loss_time": "2026-11-24T09:45"}) == {"loss_time": "time_in_future"}
    early = replace(CTX, now=NOW - timedelta(hours=2))
    assert codes(BY_LINE, early) == {"loss_time": "time_in_future"}
