"""Promises to customers: a task with an owner, and a clock that acts before the promise breaks."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from claims_store import clocks, tasks
from claims_store.rules.deadlines import PROMISE
from claims_store.rules.stages.state import CALL as CALL
from claims_store.tables import DeadlineRow, TaskRow


def make(
    s: Session, about: str, made: datetime, due: datetime,
    *, what: str = CALL, owner: str | None = None,
) -> DeadlineRow:  # fmt: skip
    """Promise something to the customer of a claim or report: a task, and its clock."""
    tasks.add(s, what, about, made, due, owner)
    last = select(func.max(DeadlineRow.seq)).where(
        DeadlineRow.about == about, DeadlineRow.rule == what
    )
    row = DeadlineRow(
        about=about, rule=what, seq=(s.scalar(last) or 0) + 1, kind="call", started=made,
        due=due, legal=due, state="open", owner=owner,
    )  # fmt: skip
    s.add(row)
    s.flush()
    _start(s, row)
    return row


def _start(s: Session, row: DeadlineRow) -> None:
    """Put the steps of a promise's clock down."""
    due = row.due or row.started
    span = max(due - row.started, timedelta())
    instants = [row.started + span * step.share for step in PROMISE.steps]
    clocks.put_steps(s, row, PROMISE, instants)


def end(s: Session, about: str, at: datetime, by: str, state: str, what: str | None = None) -> int:
    """Open promises are kept ("met"), replaced ("moved") or fall away ("void"); how many. One that
    is kept after its time counts as late."""
    found = [row for row in clocks.promises(s, about) if what in (None, row.rule)]
    for row in found:
        late = state == "met" and row.due is not None and at > row.due
        row.state, row.ended = "late" if late else state, at
        done = update(TaskRow).where(
            TaskRow.about == about, TaskRow.kind == row.rule, TaskRow.done.is_(None)
        )
        s.execute(done.values(done=at, done_by=by))
    s.flush()
    return len(found)


def give(s: Session, about: str, owner: str, before: str | None) -> None:
    """Open tasks and deadlines of a claim go to its new owner: those of the one before him, and
    those that nobody has."""
    held = (None, before)
    found = select(TaskRow).where(TaskRow.about == about, TaskRow.done.is_(None))
    for task in s.scalars(found):
        if task.owner in held and task.kind not in tasks.FOR_SUPERVISORS:
            task.owner = owner
    for row in s.scalars(select(DeadlineRow).where(DeadlineRow.about == about)):
        if row.ended is None and row.owner in held:
            row.owner = owner
    s.flush()


def adopt(s: Session, claim: str, report: str) -> DeadlineRow | None:
    """What was promised about a report holds for the claim that it became; the first due."""
    held = clocks.promises(s, report)
    for row in held:
        row.about = claim
        s.execute(
            update(TaskRow)
            .where(TaskRow.about == report, TaskRow.kind == row.rule, TaskRow.done.is_(None))
            .values(about=claim)
        )
        s.flush()
        _start(s, row)
    return held[0] if held else None
