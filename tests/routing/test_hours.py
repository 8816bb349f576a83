"""Open or closed: weeks, holidays, make-up days, exceptions, midnight, changing clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import hours
from routing.plan import Hours, Plan
from routing.spans import Span, weekdays
from tests.routing.conftest import small

pytestmark = pytest.mark.unit

SHANGHAI = ZoneInfo("Asia/Shanghai")


def office(**node: Any) -> Plan:
    """The small plan with these hours as its office."""
    data: Any = small()
    data["hours"]["office"] = node
    return Plan.model_validate(data)


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def told(plan: Plan, at: datetime) -> tuple[bool, str | None]:
    found = hours.state(plan, "office", at)
    zone = plan.zone_of("office")
    until = found.until.astimezone(zone).isoformat(timespec="minutes")[:16] if found.until else None
    return found.open, until


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T08:59:59", (False, "2026-11-23T09:00")),
        ("2026-11-23T09:00:00", (True, "2026-11-23T17:30")),
        ("2026-11-23T17:29:59", (True, "2026-11-23T17:30")),
        ("2026-11-23T17:30:00", (False, "2026-11-24T09:00")),
        ("2026-11-27T18:00:00", (False, "2026-11-30T09:00")),  # Friday evening: Monday
    ],
)
def test_a_week(at: str, expected: tuple[bool, str]) -> None:
    assert told(office(weekly={"mon-fri": ["09:00-17:30"]}), local(at)) == expected


def test_given_the_national_holiday_when_closed_then_it_says_so_and_until_when(plan: Plan) -> None:
    found = hours.state(plan, "office", local("2026-10-01T10:00:00"))
    assert not found.open and found.reason.zh == "国庆节" and found.reason.en == "National Day"
    assert told(plan, local("2026-10-01T10:00:00"))[1] == "2026-10-08T09:00"


def test_given_a_published_make_up_saturday_then_it_is_worked(plan: Plan) -> None:
    assert told(plan, local("2026-10-10T10:00:00")) == (True, "2026-10-10T17:30")
    assert hours.state(plan, "office", local("2026-10-10T10:00:00")).reason == hours.MAKE_UP
    assert not hours.state(plan, "office", local("2026-10-17T10:00:00")).open


def test_own_make_up_days_follow_the_day_they_are_like() -> None:
    plan = office(
        weekly={"mon-thu": ["09:00-17:30"], "fri": ["09:00-12:00"]},
        make_up=[date(2026, 11, 28)],
        make_up_like="fri",
    )
    assert told(plan, local("2026-11-28T09:30:00")) == (True, "2026-11-28T12:00")


def test_an_exception_goes_before_everything() -> None:
    node = {
        "weekly": {"mon-fri": ["09:00-17:30"]},
        "holidays": "CN",
        "exception": [
            {"on": date(2026, 10, 1), "open": ["10:00-11:00"]},
            {"on": date(2026, 11, 23), "reason": {"zh": "搬家", "en": "moving house"}},
        ],
    }
    plan = office(**node)
    assert told(plan, local("2026-10-01T10:30:00")) == (True, "2026-10-01T11:00")
    found = hours.state(plan, "office", local("2026-11-23T10:00:00"))
    assert not found.open and found.reason.en == "moving house"


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    plan = office(weekly={"fri": ["22:00-06:00"]})
    assert told(plan, local("2026-11-28T05:00:00")) == (True, "2026-11-28T06:00")
    assert told(plan, local("2026-11-28T22:30:00")) == (False, "2026-12-04T22:00")


def test_spans_that_touch_are_one() -> None:
    plan = office(weekly={"mon-fri": ["09:00-12:00", "12:00-17:30"], "sat": ["00:00-24:00"]})
    assert told(plan, local("2026-11-23T10:00:00")) == (True, "2026-11-23T17:30")


def test_day_and_night_has_no_until_and_never_open_neither(plan: Plan) -> None:
    always = hours.state(plan, "always", local("2026-11-23T10:00:00"))
    assert always.open and always.until is None
    assert told(office(weekly={}), local("2026-11-23T10:00:00")) == (False, None)


def test_nine_stays_nine_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    plan = office(weekly={"mon-sun": ["09:00-17:00"]}, zone="Europe/Berlin")
    # 2026-10-25: summer time ends at 03:00.
    assert told(plan, local("2026-10-24T20:00:00", berlin)) == (False, "2026-10-25T09:00")
    assert hours.state(plan, "office", datetime(2026, 10, 25, 8, 0, tzinfo=UTC)).open
    assert not hours.state(plan, "office", datetime(2026, 10, 25, 7, 30, tzinfo=UTC)).open
    assert hours.state(plan, "office", datetime(2026, 10, 24, 7, 30, tzinfo=UTC)).open


def test_a_span_in_the_hour_that_does_not_exist_is_no_trap() -> None:
    plan = office(weekly={"sun": ["02:00-03:30"]}, zone="Europe/Berlin")
    state = hours.state(plan, "office", datetime(2026, 3, 29, 1, 15, tzinfo=UTC))
    assert state.open and state.until == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(
    st.dictionaries(
        st.sampled_from(["mon", "tue", "wed-fri", "sat", "sun"]),
        st.lists(st.sampled_from(["00:00-24:00", "09:00-12:00", "13:15-17:30", "22:00-06:00"])),
    ),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_state_agrees_with_looking_at_every_span(
    weekly: dict[str, list[str]], at: datetime
) -> None:
    plan = office(weekly=weekly)
    wall = at.astimezone(SHANGHAI).replace(tzinfo=None)
    naive = False
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        start = datetime(day.year, day.month, day.day)
        for name, spans in weekly.items():
            for span in map(Span.read, spans):
                inside = timedelta(minutes=span.start) <= wall - start < timedelta(minutes=span.end)
                naive |= day.weekday() in weekdays(name) and inside
    found = hours.state(plan, "office", at)
    assert found.open == naive
    if found.until is not None:
        assert hours.state(plan, "office", found.until).open != found.open
        before = found.until - timedelta(microseconds=1)
        assert before < at or hours.state(plan, "office", before).open == found.open


def test_spans_and_weekdays_are_read_strictly() -> None:
    assert str(Span.read("9:00-17:30")) == "09:00-17:30"
    assert str(Span.read("22:00-06:00")) == "22:00-06:00"
    assert weekdays("fri-mon") == (4, 5, 6, 0)
    for wrong in ("9-17", "24:00-25:00", "09:00-09:00", "09:60-10:00", "24:30-24:45", ""):
        with pytest.raises(ValueError):
            Span.read(wrong)
    for wrong in ("monday", "mon-", "mon-fri-sat", ""):
        with pytest.raises(ValueError):
            weekdays(wrong)


def test_a_country_without_chinese_names_keeps_its_own() -> None:
    node = Hours.model_validate({"weekly": {"mon-fri": ["09:00-17:00"]}, "holidays": "DE"})
    plan = hours.on_day(node, date(2026, 12, 25))
    assert not plan.working and plan.reason.zh and plan.reason.en
