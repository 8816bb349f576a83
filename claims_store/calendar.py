"""The claims handlers' working time: hours of the plan in force, corrected by single days.

The days come from `holidays.toml` of the state directory; the app keeps the table as the file
says, so that every process counts by the same calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from claims_store import plans
from claims_store.tables import CalendarDayRow
from routing.calendar import after
from routing.corrected import CorrectedDay, corrected
from routing.hours import periods
from routing.plan import Hours, Plan
from routing.reading import read

DEFAULT = Hours.model_validate({"weekly": {"mon-fri": ["09:00-17:30"]}, "holidays": "CN"})
"""While no plan is published."""

AN_HOUR = timedelta(hours=1)


def put_days(s: Session, days: Sequence[CorrectedDay]) -> bool:
    """Keep exactly these days; whether anything changed."""
    if list(days) == stored_days(s):
        return False
    s.execute(delete(CalendarDayRow))
    s.add_all(CalendarDayRow(day=d.day, working=d.working, reason=d.reason) for d in days)
    s.flush()
    return True


def stored_days(s: Session) -> list[CorrectedDay]:
    """All corrected days in order."""
    rows = s.scalars(select(CalendarDayRow).order_by(CalendarDayRow.day))
    return [CorrectedDay(row.day, row.working, row.reason) for row in rows]


def handlers_hours(s: Session) -> Hours:
    """When claims handlers work: what deadlines in working days count by."""
    held = plan(s)
    return held.hours[held.line.handlers] if held else DEFAULT


def next_promise(s: Session, now: datetime, within: timedelta) -> datetime:
    """The time that can be promised now: so much working time of the handlers from now."""
    hours = handlers_hours(s)
    return after(hours, _zone(s, hours), now, within)


def office(s: Session, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The periods in which handlers work, from the one that runs or comes next."""
    hours = handlers_hours(s)
    return periods(hours, _zone(s, hours), now)


def open_now(s: Session, name: str, now: datetime) -> bool:
    """Whether the plan's hours of that name are open; hours that it does not have always are."""
    held = plan(s)
    hours = held.hours.get(name) if held else None
    if hours is None:
        return True
    first = next(iter(periods(hours, _zone(s, hours), now)), None)
    return first is not None and first[0] <= now


def _zone(s: Session, hours: Hours) -> ZoneInfo:
    zone: ZoneInfo = s.info["zone"]
    return ZoneInfo(hours.zone) if hours.zone else zone


def plan(s: Session) -> Plan | None:
    """The plan in force, with the corrected days in it."""
    revision = plans.newest(s)
    found = plans.get(s, revision) if revision else None
    return None if found is None else _read(found.text, tuple(stored_days(s)))


@lru_cache(maxsize=4)
def _read(text: str, days: tuple[CorrectedDay, ...]) -> Plan | None:
    # A published plan was checked; whether its prompts are there is the app's question.
    made = read(text)
    return corrected(made, days) if isinstance(made, Plan) else None
