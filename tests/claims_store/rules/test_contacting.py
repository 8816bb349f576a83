"""Whether and when a person is written to."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.contacting import (
    Later,
    Never,
    Occasion,
    Rules,
    Verdict,
    Wants,
    Way,
    after,
    decide,
    pause,
    quiet_until,
    reference,
    ways_for,
)

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
RULES = Rules((time(21), time(8)), 5, 20, zone=ZONE)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 0, tzinfo=UTC)
NOTICE, ANSWER = Occasion("progress", False), Occasion("report", True)
NO_PROGRESS = Wants(off=frozenset({"progress"}))


@pytest.mark.parametrize(
    ("occasion", "wants", "notices", "messages", "now", "verdict"),
    [
        (NOTICE, Wants(), 0, 0, NOON, None),
        (NOTICE, Wants(), 0, 0, NIGHT, Later(MORNING, "quiet_hours")),
        (ANSWER, Wants(), 0, 0, NIGHT, None),
        (NOTICE, NO_PROGRESS, 0, 0, NOON, Never("declined")),
        (ANSWER, NO_PROGRESS, 0, 0, NOON, None),
        (NOTICE, Wants(), 5, 5, NOON, Never("enough_today")),
        (ANSWER, Wants(), 5, 5, NOON, None),
        (ANSWER, Wants(), 5, 20, NOON, Never("too_many")),
    ],
)
def test_what_is_decided(
    occasion: Occasion, wants: Wants, notices: int, messages: int, now: datetime, verdict: Verdict
) -> None:
    assert decide(occasion, wants, RULES, notices, messages, now) == verdict


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)), st.times(), st.times(),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]),
)  # fmt: skip
def test_quiet_hours_end_within_a_day_and_then_are_over(
    moment: datetime, begin: time, end: time, zone: str
) -> None:
    now = moment.replace(tzinfo=UTC)
    rules = Rules((begin, end), zone=ZoneInfo(zone))
    until = quiet_until(rules, now)
    if until is None:
        return
    assert now < until <= now + timedelta(hours=25)
    assert quiet_until(rules, until) is None or until - now <= timedelta(minutes=61)


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert quiet_until(Rules(None, zone=ZONE), NIGHT) is None
    assert quiet_until(Rules((time(8), time(8)), zone=ZONE), NIGHT) is None
    assert quiet_until(Rules((time(12), time(14)), zone=ZONE), NOON) == NOON + timedelta(hours=2)


def test_the_ways_to_a_person_are_his_then_ours() -> None:
    sms, mail, file = Way("sms"), Way("mail", "mail"), Way("file")
    every = (sms, mail, file)
    assert ways_for(Wants(), every) == (sms, file)
    assert ways_for(Wants(mail="a@b.c"), every) == every
    assert ways_for(Wants(("mail", "sms"), mail="a@b.c"), every) == (mail, sms)
    assert ways_for(Wants(("gone",)), every) == (sms, file)
    assert ways_for(Wants(("sms",)), every, "file") == (file,)
    assert after(every, "sms") == mail and after(every, "file") is None
    assert after(every, "gone") == sms and after((), "sms") is None


def test_pauses_grow_to_a_limit_and_references_are_stable() -> None:
    assert [pause(n).total_seconds() for n in (1, 2, 3, 7, 99)] == [5, 10, 20, 300, 300]
    assert reference("m", 0) == reference("m", 0) != reference("m", 1)
    assert 0 <= reference("\ud800", 3) <= 0xFFFF
