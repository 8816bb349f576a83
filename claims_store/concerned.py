"""Whose work a claim or call is, and who else may look at it: whoever is concerned neither answers
nor closes a complaint about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store import calls, claim_journal, claims, people
from claims_store.tables import CallRow, ClaimRow, ComplaintRow

LOOKS = ("supervisor", "quality", "handler")
"""Roles that look at complaints; among equals the first is asked first."""
_DECIDED = frozenset(
    """loss_surveyed loss_assessed loss_assessed_at_once loss_reviewed claim_calculated
    claim_approved claim_rejected rejection_proposed zero_closed""".split()
)
_GIVEN = {"handler_assigned": "handler", "survey_dispatched": "surveyor",
          "survey_returned": "surveyor"}  # fmt: skip
_NOBODY = frozenset({"", "system", "line", "customer"})


def claim_of(s: Session, about: str) -> ClaimRow | None:
    """The claim that a claim's, report's or call's number leads to."""
    found = s.get(ClaimRow, about)
    if found is None:
        call = s.get(CallRow, about)
        report = call.report_number if call else about
        found = s.scalar(select(ClaimRow).where(ClaimRow.report_number == report))
    return s.get(ClaimRow, found.merged_into) if found and found.merged_into else found


def concerned(s: Session, about: str, call_id: str | None = None) -> frozenset[str]:
    """Everybody whose work it is: the claim's handlers and surveyors, whoever decided in it, and
    the agents who talked about it."""
    names: set[str] = set()
    claim = claim_of(s, about)
    if claim is not None:
        for each in claim_journal.journal(s, claim.number):
            names.add(str(each.data.get(_GIVEN.get(each.event, ""), "")))
            names.add(each.by if each.event in _DECIDED else "")
        for report in claims.reports_of(s, claim.number):
            names.update(call.agent or "" for call in calls.of_report(s, report))
    for talk in (call_id, about):
        call = s.get(CallRow, talk) if talk else None
        names.add((call.agent if call else "") or "")
    return frozenset(names - _NOBODY)


def lookers(s: Session) -> list[str]:
    """Everybody who may look at complaints."""
    return [each.person or each.login for each in people.users(s)
            if each.active and each.role in LOOKS]  # fmt: skip


def somebody_else(s: Session, names: Collection[str], now: datetime) -> str | None:
    """Who looks at a complaint about these: of those who are there, who has the fewest."""
    away = {each.staff for each in people.absences(s, now) if each.begins <= now}
    open_ = select(ComplaintRow.owner).where(ComplaintRow.closed.is_(None))
    load = Counter(s.scalars(open_))
    free = [
        (load[name], LOOKS.index(user.role), name)
        for user in people.users(s)
        if user.active and user.role in LOOKS and (name := user.person or user.login) not in names
        and name not in away
    ]  # fmt: skip
    return min(free)[2] if free else None


def agent_of(s: Session, claim: ClaimRow | None, call_id: str | None) -> str | None:
    """The agent of that call, else of the last talk about the claim."""
    call = s.get(CallRow, call_id) if call_id else None
    if call is not None and call.agent:
        return call.agent
    if claim is None or not claim.report_number:
        return None
    talks = [each.agent for each in calls.of_report(s, claim.report_number) if each.agent]
    return talks[-1] if talks else None


def surveyor_of(s: Session, claim: ClaimRow | None) -> str | None:
    """The surveyor who was sent last."""
    if claim is None:
        return None
    sent = [
        each.data.get("surveyor")
        for each in claim_journal.journal(s, claim.number)
        if each.event in ("survey_dispatched", "survey_returned")
    ]
    return str(sent[-1]) if sent and sent[-1] else None
