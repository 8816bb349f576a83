"""Deadlines and promises as rows: brought in line with the journal, and their steps put down as
consequences with a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from claims_store import calendar, facts, outbox
from claims_store.claim_journal import ClaimEvent
from claims_store.rules import clocks
from claims_store.rules.clocks import Happened
from claims_store.rules.deadlines import COMPLAINTS, DEADLINES, PROMISE, Deadline
from claims_store.rules.stages import ClaimState
from claims_store.tables import ClaimRow, DeadlineRow

STEP = "deadline"
"""The kind of outbox row that carries a step of a deadline."""
_RULES = {**DEADLINES, **COMPLAINTS}


@dataclass(frozen=True, slots=True)
class Running:
    """A deadline or promise as lists show it. `state` is open, paused, met, late, moved or void;
    a deadline that is open after `broken` was missed."""

    id: int
    about: str
    rule: str
    seq: int
    kind: str
    started: datetime
    due: datetime | None
    legal: datetime | None
    ended: datetime | None
    state: str
    owner: str | None
    warned: datetime | None
    broken: datetime | None
    proposed: datetime | None


def rule_of(row: DeadlineRow | Running) -> Deadline:
    """What kind of deadline a row is: a promise's rule names what was promised."""
    return _RULES.get(row.rule, PROMISE)


def bring_up(
    s: Session, row: ClaimRow, state: ClaimState, events: Sequence[ClaimEvent], now: datetime
) -> None:
    """Make the rows of a claim's deadlines what its journal says."""
    happened = [Happened(each.seq, each.at, each.event) for each in events]
    known = facts.for_clocks(state, row.line, facts.values(s, row), facts.place_of(events))
    hours = calendar.handlers_hours(s)
    keep(s, row.number, clocks.clocks(happened, known, hours, s.info["zone"]), state.owner, now)


def keep(
    s: Session, about: str, found: Sequence[clocks.Clock], owner: str | None, now: datetime
) -> None:
    """Make the rows of a claim's or complaint's deadlines these."""
    there = {(each.rule, each.seq): each for each in _rows(s, about) if each.kind != "call"}
    for clock in found:
        _keep(s, about, clock, there.pop((clock.rule, clock.seq), None), owner)
    for gone in there.values():  # a fact changed: this limit does not concern the claim any more
        if gone.ended is None:
            gone.state, gone.ended = "void", now
    s.flush()


def _keep(
    s: Session, about: str, clock: clocks.Clock, row: DeadlineRow | None, owner: str | None
) -> None:
    rule = _RULES[clock.rule]
    moved = row is None or (row.due, row.state) != (clock.due, clock.state)
    if row is None:
        row = DeadlineRow(about=about, rule=clock.rule, seq=clock.seq, kind=rule.kind)
        s.add(row)
    row.started, row.due, row.legal = clock.started, clock.due, clock.legal
    row.ended, row.state, row.owner = clock.ended, clock.state, owner
    if moved and clock.state == "open":
        put_steps(s, row, rule, clock.steps)


def put_steps(s: Session, row: DeadlineRow, rule: Deadline, instants: Sequence[datetime]) -> None:
    """Put the steps of a deadline down. A step whose deadline has moved finds that out itself."""
    for place, at in enumerate(instants):
        key = f"{STEP}:{row.about}:{row.rule}:{row.seq}:{place}:{at:%Y%m%dT%H%M%S}"
        payload = {"about": row.about, "rule": row.rule, "seq": row.seq, "step": place}
        outbox.put(s, STEP, key, payload | {"due": row.due}, at)


def find(s: Session, about: str, rule: str, seq: int) -> DeadlineRow | None:
    """One row."""
    return s.scalar(
        select(DeadlineRow).where(
            DeadlineRow.about == about, DeadlineRow.rule == rule, DeadlineRow.seq == seq
        )
    )


def promises(s: Session, about: str) -> list[DeadlineRow]:
    """Open promises to a claim's or report's customer, the first due first."""
    found = _of(about).where(DeadlineRow.kind == "call", DeadlineRow.state == "open")
    return list(s.scalars(found.order_by(DeadlineRow.due, DeadlineRow.id)))


def of(s: Session, about: str) -> list[Running]:
    """All deadlines and promises of a claim or report: those that run first, by due time."""
    rows = sorted(_rows(s, about), key=_order)
    return [Running(*(getattr(row, name) for name in Running.__slots__)) for row in rows]


def _order(row: DeadlineRow) -> tuple[bool, float, int]:
    at = row.due or row.started
    return (row.ended is not None, at.timestamp(), row.id)


def overdue(s: Session, now: datetime) -> list[Running]:
    """Everything that is open after its time, the longest due first."""
    found = select(DeadlineRow).where(DeadlineRow.state == "open", DeadlineRow.due <= now)
    rows = s.scalars(found.order_by(DeadlineRow.due, DeadlineRow.id))
    return [Running(*(getattr(row, name) for name in Running.__slots__)) for row in rows]


def told_until(s: Session, about: str, now: datetime) -> datetime | None:
    """The next time that the customer may count on: of what he is told, the first that is open."""
    due = [
        row.due
        for row in _rows(s, about)
        if row.state == "open" and row.due and row.due > now and rule_of(row).told
    ]
    return min(due, default=None)


def _of(about: str) -> Select[DeadlineRow]:
    return select(DeadlineRow).where(DeadlineRow.about == about)


def _rows(s: Session, about: str) -> list[DeadlineRow]:
    return list(s.scalars(_of(about).order_by(DeadlineRow.id)))
