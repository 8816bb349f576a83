"""The turn of a call's step: one statement finds that it is due, takes it, sets what the step
changes in the call's row, and counts its event.

Calls make some twenty steps each, many calls at once. So these statements are made once for each
set of columns, and go past the ORM, whose objects nobody needs here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Update, bindparam, insert, update
from sqlalchemy.orm import Session

from claims_store.tables import CallEventRow, CallRow

_CALLS: Any = CallRow.__table__
_ADD = insert(CallEventRow.__table__)  # type: ignore[arg-type]


def take(
    s: Session, call_id: str, number: int, changes: Mapping[str, Any], *, events: int, exactly: bool
) -> int | None:
    """How many events the call has now; None when it is not this step's turn. `exactly`: the step
    before must have been applied; otherwise whatever is missing is passed over."""
    values = {f"new_{name}": value for name, value in changes.items()}
    given = {"the_call": call_id, "number": number, "before": number - 1, "more": events}
    statement = _turn(tuple(changes), exactly)
    found: int | None = s.connection().scalar(statement, {**given, **values})
    return found


def add_event(
    s: Session, call_id: str, seq: int, at: datetime, event: str, data: bytes | None
) -> None:
    """Write an event down; `data` is sealed."""
    row = {"call_id": call_id, "seq": seq, "at": at, "event": event, "data": data}
    s.connection().execute(_ADD, row)


@lru_cache(maxsize=256)
def _turn(names: tuple[str, ...], exactly: bool) -> Update:
    step, number = _CALLS.c.step, bindparam("number", type_=Integer())
    due = step == bindparam("before") if exactly else step < number
    changed = {name: bindparam(f"new_{name}", type_=_CALLS.c[name].type) for name in names}
    return (
        update(_CALLS)
        .where(_CALLS.c.call_id == bindparam("the_call"), due)
        .values(step=number, events=_CALLS.c.events + bindparam("more"), **changed)
        .returning(_CALLS.c.events)
    )
