"""Days on which the public calendar is wrong or not known yet: worked, or free, one by one.

China publishes each year's swapped weekends in the November before; until the library knows
them, an operator writes them down.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import holidays

from routing.plan import Exceptional, Hours, Plan
from routing.words import Text


class BadDays(ValueError):
    """The file of corrected days cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class CorrectedDay:
    """A day that is worked, or is free, whatever the public calendar says."""

    day: date
    working: bool
    reason: str


def read_days(text: str) -> list[CorrectedDay]:
    """`[[day]]` tables with `on`, `working` and `reason`, in order of days. Raises `BadDays`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BadDays(str(fault)) from fault
    if unknown := set(tables) - {"day"}:
        raise BadDays(f"there is no table {sorted(unknown)[0]}; write [[day]]")
    if not isinstance(tables.get("day", []), list):
        raise BadDays("day is not a table; write [[day]]")
    found = [_day(place, each) for place, each in enumerate(tables.get("day", []), start=1)]
    if twice := sorted({d.day for d in found if sum(o.day == d.day for o in found) > 1}):
        raise BadDays(f"{twice[0]} stands there twice")
    return sorted(found, key=lambda each: each.day)


def _day(place: int, table: object) -> CorrectedDay:
    if not isinstance(table, dict) or set(table) - {"on", "working", "reason"}:
        raise BadDays(f"day {place}: write on, working and reason, nothing else")
    day, working, reason = table.get("on"), table.get("working"), table.get("reason", "")
    if type(day) is not date:
        raise BadDays(f"day {place}: on is a date such as 2027-02-14, without quotes")
    if type(working) is not bool:
        raise BadDays(f"{day}: working is true or false")
    if not isinstance(reason, str):
        raise BadDays(f"{day}: reason is a text")
    return CorrectedDay(day, working, reason)


def with_days(hours: Hours, days: Sequence[CorrectedDay]) -> Hours:
    """Hours with the corrected days. What the plan itself says of a day holds."""
    said = {each.on for each in hours.exception}
    worked = tuple(each.day for each in days if each.working and each.day not in said)
    free = tuple(
        Exceptional(on=each.day, open=(), reason=Text(each.reason, each.reason))
        for each in days
        if not each.working and each.day not in said
    )
    if not worked and not free:
        return hours
    more = {"make_up": (*hours.make_up, *worked), "exception": (*hours.exception, *free)}
    return hours.model_copy(update=more)


def corrected(plan: Plan, days: Sequence[CorrectedDay]) -> Plan:
    """A plan in whose hours with public holidays the corrected days hold."""
    hours = {name: with_days(each, days) if each.holidays else each
             for name, each in plan.hours.items()}  # fmt: skip
    return plan.model_copy(update={"hours": hours})


def swaps_known(country: str, year: int, days: Sequence[CorrectedDay]) -> bool:
    """Whether the make-up working days of a year are known, from the library or from the file;
    always, where there are none in any year."""
    if any(each.day.year == year for each in days):
        return True
    found = holidays.country_holidays(country, years=range(year - 3, year + 1), language="en_US")
    worked = getattr(found, "weekend_workdays", ())
    return not worked or any(day.year == year for day in worked)
