"""The form made of the claim rules, and how values, dates and durations are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.desk import form, formats
from ari_app.desk.locales import Locale
from ari_app.desk.passwords import Passwords, Throttle
from claims_store import reports
from claims_store.rules.fields import FIELDS, LINES
from tests.ari_app.desk.house import NOW, ZONE, House, ring

pytestmark = pytest.mark.unit
ZH, EN = (Locale(language, ZONE, NOW) for language in ("zh", "en"))


def test_every_field_of_every_line_has_one_place() -> None:
    places = [name for names in form.sections().values() for name in names]
    known = {row.name for rows in FIELDS.values() for row in rows} | {form.LINE}
    assert len(places) == len(set(places))
    assert known == set(places) | form.left_out()
    assert not set(places) & form.left_out()


@pytest.mark.parametrize("line", LINES)
def test_each_line_has_its_form(house: House, line: str) -> None:
    number = house.store.run_now(reports.start, None, "", "zh", NOW)
    house.store.run_now(reports.answer, number, "line", line, by="x", source="agent", at=NOW)
    report = house.store.run_now(reports.state, number)
    for locale in (ZH, EN):
        made = [each for section in form.build(report, locale) for each in section.fields]
        rows = {row.name for row in FIELDS[line]} - form.left_out()
        assert {each.name for each in made} == rows | {form.LINE}
        assert all(each.title for each in made)
        assert sum(each.next for each in made) == 1
    assert set(form.missing(report)) <= rows


def test_circumstances_bring_their_fields_in(house: House) -> None:
    number = house.store.run_now(ring)

    def hidden(name: str) -> bool:
        report = house.store.run_now(reports.state, number)
        views = (each for section in form.build(report, ZH) for each in section.fields)
        return next(each.hidden for each in views if each.name == name)

    assert hidden("injured") and hidden("other_plate")
    for name, value in (("any_injury", "yes"), ("third_party", "yes")):
        house.store.run_now(reports.answer, number, name, value, by="x", source="agent", at=NOW)
    assert not hidden("injured") and not hidden("other_plate")


def test_an_answer_that_was_only_spoken_is_said_so(house: House) -> None:
    number = house.store.run_now(ring)
    house.store.run_now(
        reports.answer, number, "narrative", "", by="line", source="line", at=NOW, clip="c.wav"
    )
    report = house.store.run_now(reports.state, number)
    views = [each for section in form.build(report, EN) for each in section.fields]
    spoken = next(each for each in views if each.name == "narrative")
    assert spoken.state == "done" and "Spoken" in spoken.hint


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (NOW, "今天 08:46", "today 08:46"),
        (NOW - timedelta(days=1), "昨天 08:46", "yesterday 08:46"),
        (NOW - timedelta(days=4), "11 月 20 日 周五 08:46", "Fri 20 Nov, 08:46"),
        (NOW - timedelta(days=400), "2025 年 10 月 20 日 周一 08:46", "Mon 20 Oct 2025, 08:46"),
        (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), "今天 01:00", "today 01:00"),
        (NOW + timedelta(days=1), "明天 08:46", "tomorrow 08:46"),
        (NOW + timedelta(days=2), "11 月 26 日 周四 08:46", "Thu 26 Nov, 08:46"),
    ],
)
def test_instants_are_written_as_people_say_them(at: datetime, zh: str, en: str) -> None:
    assert (ZH.moment(at), EN.moment(at)) == (zh, en)


def test_heads_of_days() -> None:
    assert ZH.day_head(NOW) == "11 月 24 日 周二，今天"
    assert EN.day_head(NOW - timedelta(days=1)) == "Mon 23 Nov, yesterday"
    assert formats.day_head(date(2025, 1, 1), date(2026, 1, 1), "en") == "Wed 1 Jan 2025"
    assert EN.date(NOW) == "2026-11-24"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (96, "1:36"), (3725, "1:02:05"), (-3, "0:00")],
)
def test_durations(seconds: float, text: str) -> None:
    assert formats.span(seconds) == text
    assert ZH.span(None) == "–"


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (44, "剩 44 分", "44 min left"),
        (180, "剩 3 小时", "3 h left"),
        (-5, "超 5 分", "5 min over"),
        (-600, "超 10 小时", "10 h over"),
    ],
)
def test_promises_count_down(minutes: int, zh: str, en: str) -> None:
    until = NOW + timedelta(minutes=minutes)
    assert (ZH.left(until), EN.left(until)) == (zh, en)


def test_numbers_and_plates() -> None:
    assert formats.phone("+8613800136021", masked=True) == "138 **** 6021"
    assert formats.phone("+8613800136021", masked=False) == "138 0013 6021"
    assert formats.phone("+442071234567", masked=True) == "**** 4567"
    assert formats.phone("+442071234567", masked=False) == "+442071234567"
    assert formats.phone("123", masked=True) == "****"
    assert (formats.plate("沪AD82K7"), formats.plate("AB12 CDE")) == ("沪A·D82K7", "AB12 CDE")
    assert formats.groups("0126046692") == "0126 0466 92"
    assert (formats.money("4860"), formats.money("x")) == ("¥4,860.00", "x")
    assert [formats.initials(each) for each in ("林晓雯", "Lin Xiaowen", "x")] == ["林", "LX", "X"]


@given(st.text(max_size=40))
def test_a_masked_number_never_shows_more_than_seven_digits(text: str) -> None:
    shown = formats.phone(text, masked=True)
    assert len([each for each in shown if each.isalnum()]) <= 7


def test_whoever_guesses_waits_longer_each_time_and_a_right_one_clears() -> None:
    now = NOW
    throttle = Throttle(lambda: now, free=2, size=3)
    waits = []
    for _ in range(12):
        throttle.failed("login:a")
        waits.append(throttle.wait("login:a", "from:b").total_seconds())
    assert waits[:5] == [0, 1, 2, 4, 8] and max(waits) == 300
    now += timedelta(seconds=301)
    assert not throttle.wait("login:a")
    throttle.passed("login:a")
    throttle.failed("login:a")
    assert not throttle.wait("login:a")
    for name in "wxyz":
        throttle.failed(name)
    assert not throttle.wait("login:a")


async def test_passwords_are_checked_off_the_loop() -> None:
    passwords = Passwords()
    stored = await passwords.hash("a long password")
    assert stored.startswith("$argon2id$")
    assert await passwords.check(stored, "a long password")
    assert not await passwords.check(stored, "another")
    assert not await passwords.check(None, "a long password")
    assert not await passwords.check("not a hash", "a long password")
