"""Tasks as people work them off: whose they are, and what else is true once one is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import claims, clocks, customers, promises, seeing, tasks
from claims_store.claims import Claim
from claims_store.customers import Customer
from claims_store.moves import move
from claims_store.rules.stages import Actor
from claims_store.seeing import Eyes
from claims_store.tables import TaskRow
from claims_store.tasks import FOR_SUPERVISORS, Task


@dataclass(frozen=True, slots=True)
class Todo:
    """A task with the claim it is about, which a report may not have yet."""

    task: Task
    claim: Claim | None
    customer: Customer | None


def open_for(
    s: Session, eyes: Eyes, *, team: bool = False, kind: str | None = None, about: str | None = None
) -> list[Todo]:
    """Open tasks, the longest due first: one's own, or with `team` everybody's that one sees."""
    found = [each for each in tasks.listing(s, about=about) if kind in (None, each.kind)]
    mine = [each for each in found if _is_for(s, eyes, each, team)]
    return [_todo(s, each) for each in mine]


def get(s: Session, eyes: Eyes, id: int) -> Task | None:
    """A task that these eyes may work on, done or not; None: there is none for them."""
    row = s.get(TaskRow, id)
    if row is None:
        return None
    task = Task(*(getattr(row, name) for name in Task.__slots__))
    return task if _is_for(s, eyes, task, eyes.scope == "all") else None


def finish(s: Session, task: Task, by: Actor, now: datetime) -> bool:
    """It is done; False when it was already. A task that carries a promise keeps the promise."""
    promised = [row for row in clocks.promises(s, task.about) if row.rule == task.kind]
    if not tasks.done(s, task.id, now, by.name):
        return False
    if not promised:
        return True
    if claims.by_number(s, task.about) is None:
        promises.end(s, task.about, now, by.name, "met", task.kind)
    else:
        move(s, task.about, "promise_kept", by, now, what=task.kind)
    return True


def _is_for(s: Session, eyes: Eyes, task: Task, team: bool) -> bool:
    """His own; nobody's, of a claim that he sees; for whoever watches over the house also what
    stays there, and with `team` everything."""
    if task.owner == eyes.name:
        return True
    watches = eyes.scope == "all"
    if team or task.kind in FOR_SUPERVISORS:
        return watches
    return task.owner is None and not watches and _sees(s, eyes, task.about)


def _sees(s: Session, eyes: Eyes, about: str) -> bool:
    return seeing.sees(s, eyes, about) or seeing.sees_report(s, eyes, about)


def _todo(s: Session, task: Task) -> Todo:
    claim = claims.by_number(s, task.about) or claims.by_report(s, task.about)
    id = claim.customer_id if claim else None
    return Todo(task, claim, customers.get(s, id) if id else None)
