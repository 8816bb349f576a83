"""A call's row as its steps write it. The turn of a step is one statement, which finds that it is
due, takes it, sets what the step changes in the row, and counts its event.

Calls make some ten steps each, many calls at once. So these statements are made once for each set
of columns, and go past the ORM, whose objects nobody needs here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Float, Integer, Update, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from claims_store.prepared import execute, scalar
from claims_store.tables import CallEventRow, CallRow

_CALLS: Any = CallRow.__table__
_ENTER = insert(_CALLS)
_ADD = insert(CallEventRow.__table__)  # type: ignore[arg-type]
_THE_CALL = _CALLS.c.call_id == bindparam("the_call")
_STEP = select(_CALLS.c.step).where(_THE_CALL)
_END = (
    update(_CALLS)
    .where(_THE_CALL, _CALLS.c.ended.is_(None))
    .values(
        ended=bindparam("at"), outcome=bindparam("how"), stage="ended",
        talk_s=func.coalesce(bindparam("talked", type_=Float()), _CALLS.c.talk_s),
    )
)  # fmt: skip


def enter(s: Session, row: Mapping[str, Any]) -> bool:
    """Enter a new call; False when it is there."""
    if last(s, row["call_id"]) is not None:
        return False
    execute(s, _ENTER, row)
    return True


def last(s: Session, call_id: str) -> int | None:
    """The number of a call's newest step; None when there is no such call."""
    found: int | None = scalar(s, _STEP, {"the_call": call_id})
    return found


def end(s: Session, call_id: str, at: datetime, outcome: str, talk_s: float | None) -> bool:
    """End a call; False when it has ended, or was never there."""
    given = {"the_call": call_id, "at": at, "how": outcome, "talked": talk_s}
    found = execute(s, _END, given).rowcount
    s.expire_all()
    return found == 1


def take(
    s: Session, call_id: str, number: int, changes: Mapping[str, Any], *, events: int, exactly: bool
) -> int | None:
    """How many events the call has now; None when it is not this step's turn. `exactly`: the step
    before must have been applied; otherwise whatever is missing is passed over."""
    values = {f"new_{name}": value for name, value in changes.items()}
    given = {"the_call": call_id, "number": number, "before": number - 1, "more": events}
    statement = _turn(tuple(changes), exactly)
    found: int | None = scalar(s, statement, {**given, **values})
    return found


def add_event(
    s: Session, call_id: str, seq: int, at: datetime, event: str, data: bytes | None
) -> None:
    """Write an event down; `data` is sealed."""
    row = {"call_id": call_id, "seq": seq, "at": at, "event": event, "data": data}
    execute(s, _ADD, row)


@lru_cache(maxsize=256)
def _turn(names: tuple[str, ...], exactly: bool) -> Update:
    step, number = _CALLS.c.step, bindparam("number", type_=Integer())
    due = step == bindparam("before") if exactly else step < number
    changed = {name: bindparam(f"new_{name}", type_=_CALLS.c[name].type) for name in names}
    return (
        update(_CALLS)
        .where(_THE_CALL, due)
        .values(step=number, events=_CALLS.c.events + bindparam("more"), **changed)
        .returning(_CALLS.c.events)
    )
