"""The ledger of outgoing calls: what was asked for, which trunk carried it, how long it took.

Who wants a call asks by a key of his own, once; the app takes what is due, decides by
`routing.outgoing`, and writes down what became of it. What a running call may still use is reserved
before it is dialled.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from claims_store.personal import phone, seal, unseal
from claims_store.prepared import execute
from claims_store.tables import OutgoingRow
from routing.outgoing import Chosen, Declined, Used

OPEN = ("asked", "dialling", "talking")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call. `state`: asked, dialling, talking, ended or refused; `outcome` is why it ended."""

    key: str
    number: str
    purpose: str
    wish: str
    """The trunk that whoever asked wants to have tried; empty leaves it to the rule."""
    by: str
    asked: datetime
    state: str
    trunk: str
    outcome: str
    reserved: int
    """Seconds that it may last."""
    begun: datetime | None
    answered: datetime | None
    ended: datetime | None


# Once a second, mostly for nothing: made once, and past the ORM.
_ASKED = select(OutgoingRow.key).where(OutgoingRow.state == "asked").order_by(OutgoingRow.asked)


def ask(
    s: Session, key: str, number: str, purpose: str, by: str, now: datetime, wish: str = ""
) -> bool:
    """Ask for a call, once per key; False when it was asked for already."""
    if s.get(OutgoingRow, key) is not None:
        return False
    sealed = seal(s, _owner(key), phone(number))
    s.add(OutgoingRow(key=key, number=sealed, purpose=purpose, wish=wish, by=by, asked=now))
    return True


def due(s: Session) -> list[Outgoing]:
    """What was asked for and not begun, oldest first."""
    asked = execute(s, _ASKED, {}).scalars().all()
    return [_value(s, s.get_one(OutgoingRow, key)) for key in asked]


def get(s: Session, key: str) -> Outgoing | None:
    row = s.get(OutgoingRow, key)
    return None if row is None else _value(s, row)


def unfinished(s: Session, node: str) -> list[Outgoing]:
    """Calls that this node was about to carry, or carries."""
    found = select(OutgoingRow).where(
        OutgoingRow.node == node, OutgoingRow.state.in_(("dialling", "talking"))
    )
    return [_value(s, row) for row in s.scalars(found)]


def begin(
    s: Session, key: str, node: str, decide: Callable[[str, Mapping[str, Used]], Chosen | Declined],
    now: datetime, midnight: datetime,
) -> Chosen | Declined:  # fmt: skip
    """Decide on a call and reserve what it may use, in one transaction. `decide` is given the
    number and what each trunk has used since `midnight`."""
    row = s.get_one(OutgoingRow, key, with_for_update=True)
    chosen = decide(unseal(s, row.number) or "", used(s, midnight, besides=key))
    row.node = node
    if isinstance(chosen, Declined):
        row.state, row.outcome, row.ended, row.reserved = "refused", chosen.why, now, 0
        return chosen
    row.state, row.trunk, row.reserved = "dialling", chosen.trunk, chosen.seconds
    row.begun = now
    return chosen


def used(s: Session, midnight: datetime, *, besides: str = "") -> dict[str, Used]:
    """What is in use of each trunk: calls now, and seconds since midnight."""
    rows = s.scalars(
        select(OutgoingRow).where(
            OutgoingRow.trunk != "", OutgoingRow.key != besides,
            or_(OutgoingRow.state.in_(OPEN), OutgoingRow.ended >= midnight),
        )
    )  # fmt: skip
    found: dict[str, Used] = {}
    for row in rows:
        known = found.get(row.trunk, Used())
        running = row.state in OPEN
        found[row.trunk] = Used(
            known.calls + running,
            known.seconds + (row.reserved if running else _seconds(row)),
        )
    return found


def _seconds(row: OutgoingRow) -> int:
    """How long it talked, as a carrier counts: whole seconds, begun ones too."""
    if row.answered is None or row.ended is None:
        return 0
    return max(0, math.ceil((row.ended - row.answered).total_seconds()))


def answered(s: Session, key: str, now: datetime) -> None:
    step = update(OutgoingRow).where(OutgoingRow.key == key, OutgoingRow.answered.is_(None))
    s.execute(step.values(answered=now, state="talking"))


def end(s: Session, key: str, now: datetime, outcome: str) -> bool:
    """Write down how it ended; the first end counts."""
    step = update(OutgoingRow).where(OutgoingRow.key == key, OutgoingRow.ended.is_(None))
    ended = step.values(ended=now, state="ended", outcome=outcome).returning(OutgoingRow.key)
    return s.scalar(ended) is not None


def _owner(key: str) -> str:
    return f"outgoing:{key}"


def _value(s: Session, row: OutgoingRow) -> Outgoing:
    names = [name for name in Outgoing.__slots__ if name != "number"]
    return Outgoing(
        number=unseal(s, row.number) or "", **{name: getattr(row, name) for name in names}
    )
