"""A customer was called about his claim and has answered: the claim says so by itself, and nobody
need still call him before a promise breaks. What was promised is kept by a person's word alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import claim_journal, outgoing, people, tasks
from claims_store.call_orders import CallOrder
from claims_store.consequences.deadline import CALL_FIRST
from claims_store.moves import move
from claims_store.rules import stages
from claims_store.rules.stages import Actor
from claims_store.tables import ClaimRow

ANSWERED = "answered"
CALLED = "customer_called"


def over(s: Session, order: CallOrder, now: datetime) -> None:
    """Two people were connected; once per order, and only about a claim on which one may work."""
    row = s.get(ClaimRow, order.about)
    by = _by(s, order.by)
    if row is None or by is None or order.outcome != ANSWERED:
        return
    claim = claim_journal.locked(s, row.merged_into or row.number).number
    journal = claim_journal.journal(s, claim)
    if any(each.data.get("order") == order.key for each in journal if each.event == CALLED):
        return
    call = outgoing.get(s, order.attempt)
    at = call.answered if call and call.answered else now
    data = {"order": order.key, "call": order.call_id or ""}
    last = journal[-1].at  # a journal goes forward only
    state = claim_journal.state(s, claim)
    if stages.check(state, CALLED, data, by) is None:
        move(s, claim, CALLED, by, max(at, last), **data)
    for each in tasks.listing(s, about=claim):
        if each.kind == CALL_FIRST:
            tasks.done(s, each.id, now, by.name)


def _by(s: Session, name: str) -> Actor | None:
    """Who has called, and as what; None for a command, which is nobody."""
    member = people.member(s, name)
    if member is not None:
        return Actor(name, member.kind)
    for user in people.users(s):
        if name in (user.person, user.login):
            return Actor(name, user.role)
    return None
