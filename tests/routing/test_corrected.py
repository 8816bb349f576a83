"""Days that an operator corrects, before the library knows them."""

from __future__ import annotations

from datetime import date

import pytest

from routing.corrected import BadDays, CorrectedDay, corrected, read_days, swaps_known, with_days
from routing.hours import on_day
from routing.plan import Hours, Plan

pytestmark = pytest.mark.unit

OFFICE = Hours.model_validate({"weekly": {"mon-fri": ["09:00-17:30"]}, "holidays": "CN"})
FILE = """
[[day]]
on = 2027-02-11
working = false
reason = "春节"

[[day]]
on = 2027-01-30
working = true
"""


def test_days_are_read_in_order_and_hold_before_the_calendar() -> None:
    days = read_days(FILE)
    assert [(each.day, each.working) for each in days] == [
        (date(2027, 1, 30), True), (date(2027, 2, 11), False),
    ]  # fmt: skip
    hours = with_days(OFFICE, days)
    saturday, thursday = date(2027, 1, 30), date(2027, 2, 11)
    assert (on_day(OFFICE, saturday).working, on_day(hours, saturday).working) == (False, True)
    assert (on_day(OFFICE, thursday).working, on_day(hours, thursday).working) == (True, False)
    assert on_day(hours, thursday).reason.zh == "春节"
    assert with_days(OFFICE, []) is OFFICE


def test_what_the_plan_says_of_a_day_holds() -> None:
    said = {"on": date(2027, 2, 11), "open": ("10:00-12:00",)}
    own = Hours.model_validate({"weekly": {"mon-fri": ["09:00-17:30"]}, "exception": [said]})
    assert on_day(with_days(own, read_days(FILE)), date(2027, 2, 11)).working


def test_only_hours_with_public_holidays_are_corrected(plan: Plan) -> None:
    always = Hours.model_validate({"weekly": {"mon-sun": ["00:00-24:00"]}})
    plan = plan.model_copy(update={"hours": {"office": OFFICE, "always": always}})
    found = corrected(plan, read_days(FILE))
    assert on_day(found.hours["office"], date(2027, 1, 30)).working
    assert found.hours["always"] == plan.hours["always"]


@pytest.mark.parametrize(
    ("text", "says"),
    [("[[day]\n", "line 1"), ("[days]\n", "no table days"),
     ("[[day]]\non = 2027-02-30\n", "line 2"),
     ('[[day]]\non = "2027-02-14"\nworking = true\n', "without quotes"),
     ("[[day]]\non = 2027-02-14\n", "true or false"),
     ("[[day]]\non = 2027-02-14\nworking = true\nreason = 1\n", "text"),
     ("[[day]]\non = 2027-02-14\nworking = true\nwhy = 1\n", "nothing else"),
     ("day = 3\n", "not a table"),
     ("[[day]]\non=2027-02-14\nworking=true\n[[day]]\non=2027-02-14\nworking=false\n", "twice")],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_where(text: str, says: str) -> None:
    with pytest.raises(BadDays, match=says):
        read_days(text)


def test_the_swaps_of_a_year_are_known_from_the_library_or_from_the_file() -> None:
    assert swaps_known("CN", 2026, [])
    assert not swaps_known("CN", 2027, [])
    assert swaps_known("US", 2027, [])
    assert swaps_known("CN", 2027, [CorrectedDay(date(2027, 2, 14), True, "")])
