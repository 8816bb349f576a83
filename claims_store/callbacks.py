"""Callbacks: callers who are to be rung back and keep their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from claims_store.personal import mark, phone, seal, unseal
from claims_store.prepared import execute
from claims_store.tables import CallbackRow, CallRow


@dataclass(frozen=True, slots=True)
class Callback:
    """`arrival` is when the caller began to wait: his place. `reason`: asked, cut (by the telephone
    system; these come first) ... `done_by`: who reached him, or the call in which he rang again."""

    id: int
    call_id: str
    phone: str
    language: str
    queue: str | None
    report_number: str | None
    reason: str
    arrival: datetime
    due: datetime
    tries: int
    done: datetime | None
    done_by: str | None


def add(
    s: Session,
    call_id: str,
    number: str,
    language: str,
    arrival: datetime,
    due: datetime,
    *,
    reason: str = "asked",
    queue: str | None = None,
    report_number: str | None = None,
) -> int:
    """Put a caller on the list, once per call; the row's id."""
    there = s.scalar(select(CallbackRow.id).where(CallbackRow.call_id == call_id))
    if there is not None:
        return there
    row = CallbackRow(
        call_id=call_id,
        phone=seal(s, f"call:{call_id}", phone(number)),
        phone_index=mark(s, "phone", number),
        language=language,
        queue=queue,
        report_number=report_number,
        reason=reason,
        arrival=arrival,
        due=due,
    )
    s.add(row)
    s.flush()
    return row.id


def improve(s: Session, call_id: str, number: str, reason: str, report_number: str) -> None:
    """He has said himself where to ring, and what about: that counts more than what was noted."""
    step = update(CallbackRow).where(CallbackRow.call_id == call_id, CallbackRow.done.is_(None))
    blob, index = seal(s, f"call:{call_id}", phone(number)), mark(s, "phone", number)
    said = {"phone": blob, "phone_index": index, "report_number": report_number}
    s.execute(step.values(reason=reason, **said))


def due(s: Session, now: datetime) -> list[Callback]:
    """Whom to ring now: those who were cut first, each in the order of their places."""
    found = select(CallbackRow).where(CallbackRow.done.is_(None), CallbackRow.due <= now)
    return _values(s, found.order_by(*_order()))


def listing(s: Session, *, done: bool = False) -> list[Callback]:
    """Open callbacks, or done ones, in the order of `due`."""
    state = CallbackRow.done.is_not(None) if done else CallbackRow.done.is_(None)
    return _values(s, select(CallbackRow).where(state).order_by(*_order()))


def tried(s: Session, id: int, due: datetime) -> int:
    """Nobody answered: try again at `due`; how often it was tried so far."""
    step = update(CallbackRow).where(CallbackRow.id == id)
    step = step.values(tries=CallbackRow.tries + 1, due=due)
    return s.scalar(step.returning(CallbackRow.tries)) or 0


def done(s: Session, id: int, at: datetime, by: str) -> bool:
    """The caller was reached, or rang himself; False when it was done already."""
    step = update(CallbackRow).where(CallbackRow.id == id, CallbackRow.done.is_(None))
    return s.scalar(step.values(done=at, done_by=by).returning(CallbackRow.id)) is not None


# Once a talk: made once, and past the ORM.
_ROWS: Any = CallbackRow.__table__
_THIS: BindParameter[str] = bindparam("this_call")
_HIS_NUMBER = select(CallRow.caller_index).where(CallRow.call_id == _THIS).scalar_subquery()
_HIS_CALLS = select(CallRow.call_id).where(CallRow.caller_index == _HIS_NUMBER)
_SERVED = (
    update(_ROWS)
    .where(
        _ROWS.c.done.is_(None),
        _ROWS.c.call_id != _THIS,
        or_(_ROWS.c.phone_index == _HIS_NUMBER, _ROWS.c.call_id.in_(_HIS_CALLS)),
    )
    .values(done=bindparam("moment"), done_by=_THIS)
    .returning(_ROWS.c.call_id)
)


def rang_again(s: Session, call_id: str, at: datetime) -> list[str]:
    """The caller of this call was served in it: nobody needs to ring him back for earlier ones,
    which he made, or named this number in. Those calls; `done_by` keeps this one."""
    found = execute(s, _SERVED, {"this_call": call_id, "moment": at}).scalars().all()
    if found:
        s.expire_all()
    return list(found)


def _order() -> tuple[ColumnElement[Any], ...]:
    """Whoever was cut has lost what he had begun, and through no fault of his."""
    return (CallbackRow.reason != "cut", CallbackRow.arrival, CallbackRow.id)  # type: ignore[return-value]  # columns are


def _values(s: Session, found: Select[CallbackRow]) -> list[Callback]:
    names = [name for name in Callback.__slots__ if name != "phone"]
    return [
        Callback(phone=unseal(s, row.phone) or "", **{name: getattr(row, name) for name in names})
        for row in s.scalars(found)
    ]
