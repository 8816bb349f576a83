"""Which claims, reports and calls somebody sees: all, those of his lines and regions, or those of
calls that he took himself. Lists and single records are judged by the same rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from claims_store import calendar, claims, customers, people
from claims_store.calls import Call
from claims_store.claims import Claim
from claims_store.personal import unseal
from claims_store.rules.assigning import FILTERS, Candidate, Work
from claims_store.tables import AnswerRow, CallRow, ClaimRow

Scope = Literal["all", "handled", "calls", "none"]


@dataclass(frozen=True, slots=True)
class Eyes:
    """Whose eyes, how far they see, and the call that he is on: it is his already."""

    name: str
    scope: Scope
    on_call: str | None = None


def sees(s: Session, eyes: Eyes, number: str) -> bool:
    """Whether a claim is for these eyes."""
    if eyes.scope in ("all", "none"):
        return eyes.scope == "all"
    row = s.get(ClaimRow, number)
    if row is None:
        return False
    if eyes.scope == "handled":
        return _Handler(s, eyes.name).handles(row)
    found = select(ClaimRow.number).where(ClaimRow.number == number, _of_calls(eyes))
    return s.scalar(found) is not None or _is_callers(s, eyes, row)


def sees_report(s: Session, eyes: Eyes, number: str) -> bool:
    """Whether a report is for these eyes: in a call of theirs, or under a claim that they see."""
    if eyes.scope == "all":
        return True
    taken = select(CallRow.call_id).where(CallRow.report_number == number, _his(eyes)).limit(1)
    if eyes.scope != "none" and s.scalar(taken) is not None:
        return True
    claim = claims.by_report(s, number)
    return claim is not None and sees(s, eyes, claim.number)


def sees_call(s: Session, eyes: Eyes, call: Call) -> bool:
    """Whether a call is for these eyes: taken by them, or about a claim that they handle."""
    if eyes.scope == "all" or eyes.name == call.agent or eyes.on_call == call.call_id:
        return True
    about = call.report_number
    return eyes.scope == "handled" and bool(about) and sees_report(s, eyes, about or "")


def listing(s: Session, eyes: Eyes, limit: int, offset: int = 0) -> list[Claim]:
    """The claims that these eyes see, newest first."""
    if eyes.scope == "all":
        return claims.listing(s, limit, offset)
    if eyes.scope == "handled":
        return list(islice(_handled(s, eyes.name), offset, offset + limit))
    if eyes.scope == "none":
        return []
    found = _newest(select(ClaimRow).where(_of_calls(eyes)))
    return [claims.value(row) for row in s.scalars(found.limit(limit).offset(offset))]


def _handled(s: Session, name: str) -> Iterator[Claim]:
    """The region of a loss is sealed: it is asked claim by claim, of those of his lines."""
    handler = _Handler(s, name)
    wanted = or_(ClaimRow.owner == name, ClaimRow.line.in_(handler.lines))
    rows = s.scalars(_newest(select(ClaimRow).where(wanted)).execution_options(yield_per=100))
    for row in rows:
        if handler.handles(row):
            yield claims.value(row)


def _newest(found: Select[ClaimRow]) -> Select[ClaimRow]:
    return found.order_by(ClaimRow.opened.desc(), ClaimRow.number.desc())


def _his(eyes: Eyes) -> ColumnElement[bool]:
    return or_(CallRow.agent == eyes.name, CallRow.call_id == (eyes.on_call or ""))


def _of_calls(eyes: Eyes) -> ColumnElement[bool]:
    """Claims whose report came in one of his calls, and those they were merged into."""
    reports = select(CallRow.report_number).where(_his(eyes), CallRow.report_number.is_not(None))
    own = ClaimRow.report_number.in_(reports)
    merged = select(ClaimRow.merged_into).where(own, ClaimRow.merged_into.is_not(None))
    return or_(own, ClaimRow.number.in_(merged))


def _is_callers(s: Session, eyes: Eyes, row: ClaimRow) -> bool:
    """Whether it belongs to the customer whom he has on the line."""
    call = s.get(CallRow, eyes.on_call) if eyes.on_call else None
    if call is None or row.customer_id is None:
        return False
    if call.customer_id is not None:
        return call.customer_id == row.customer_id
    caller = unseal(s, call.caller)
    known = customers.by_phone(s, caller) if caller else None
    return known is not None and known.id == row.customer_id


class _Handler:
    """A claims handler's lines and regions, and whether the plan lets him see more than his own."""

    def __init__(self, s: Session, name: str) -> None:
        self._s, self._name = s, name
        self._member = people.member(s, name)
        plan = calendar.plan(s)
        own = plan is not None and plan.line.handlers_see == "own"
        self.lines = self._member.lines if self._member and not own else ()

    def handles(self, row: ClaimRow) -> bool:
        """Whether it is his, or of his lines and regions and without a conflict of interest."""
        if row.owner == self._name:
            return True
        member = self._member
        if member is None or row.line not in self.lines:
            return False
        parties = frozenset({f"customer:{row.customer_id}"} if row.customer_id else ())
        work = Work(row.line, self._region(row), "", parties=parties)
        candidate = Candidate(
            member.name, member.lines, member.regions, member.languages,
            conflicts=frozenset(member.conflicts),
        )  # fmt: skip
        return all(FILTERS[each](work, candidate) for each in ("line", "region", "conflict"))

    def _region(self, row: ClaimRow) -> str:
        found = (
            select(AnswerRow.value)
            .where(AnswerRow.report_number == row.report_number, AnswerRow.field == "loss_region")
            .order_by(AnswerRow.version.desc())
            .limit(1)
        )
        return unseal(self._s, self._s.scalar(found)) or "" if row.report_number else ""
