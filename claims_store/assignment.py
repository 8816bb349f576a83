"""Giving claims to handlers: candidates from the store, the choice by `rules.assigning`, and the
reasons in the claim's journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store import calendar, claim_journal, facts, outbox, people, tasks
from claims_store.moves import SYSTEM, move
from claims_store.rules.assigning import WORDS, Candidate, Choice, Work, choose
from claims_store.tables import ClaimEventRow, ClaimRow, ReportRow

NOBODY = "nobody_to_assign"
"""The supervisor's task when no handler may have a claim."""


def assign(
    s: Session, number: str, now: datetime, reason: str, not_to: Collection[str] = ()
) -> str | None:
    """Give a claim to the handler whom the rules choose; his name, or None: then a supervisor has
    to decide, which is a task. `reason` says what made it necessary."""
    row = claim_journal.locked(s, number)
    work = _work(s, row, frozenset(not_to))
    choice = choose(work, candidates(s, now))
    if choice.chosen is None:
        if not any(each.kind == NOBODY for each in tasks.listing(s, about=number)):
            tasks.add(s, NOBODY, number, now, now + calendar.AN_HOUR)
        return None
    move(
        s, number, "handler_assigned", SYSTEM, now,
        handler=choice.chosen, reason=reason, **plain(choice),
    )  # fmt: skip
    return choice.chosen


def plain(choice: Choice) -> dict[str, Any]:
    """A choice as it stands in the journal: the step in which it was found, and every fate."""
    fates = [{"name": f.name, "fate": f.fate, "why": f.why} for f in choice.fates]
    return {"step": choice.step, "candidates": fates}


def why(s: Session, number: str) -> dict[str, Any] | None:
    """Why a claim has the owner it has: the last assignment, with words for every reason."""
    found = [each for each in claim_journal.journal(s, number) if each.event == "handler_assigned"]
    if not found:
        return None
    last = found[-1]
    rows = [
        each | {"words": WORDS.get(each["why"], {})} for each in last.data.get("candidates", ())
    ]
    return {
        "handler": last.data.get("handler"),
        "at": last.at,
        "by": last.by,
        "reason": last.data.get("reason", ""),
        "step": last.data.get("step", ""),
        "candidates": rows,
    }


def candidates(s: Session, now: datetime) -> list[Candidate]:
    """All handlers as they are now."""
    away = {each.staff for each in people.absences(s, now) if each.begins <= now}
    owned = _open_claims(s)
    load = Counter(row.owner for row in owned)
    urgent = Counter(row.owner for row in owned if facts.urgent(facts.values(s, row)))
    since = _last_given(s)
    return [
        Candidate(
            name=each.name, lines=each.lines, regions=each.regions, languages=each.languages,
            authority=each.authority, on_shift=calendar.open_now(s, each.shift, now),
            absent=each.name in away, conflicts=frozenset(each.conflicts), load=load[each.name],
            urgent_load=urgent[each.name], since=since.get(each.name),
        )
        for each in people.staff(s, "handler")
    ]  # fmt: skip


def plan_hand_over(s: Session, absence: people.Absence, now: datetime) -> None:
    """When an absence begins, what its owner has goes to others."""
    key = f"hand_over:{absence.staff}:{absence.begins:%Y%m%dT%H%M%S}"
    payload = {"staff": absence.staff, "until": absence.ends}
    outbox.put(s, "hand_over", key, payload, max(absence.begins, now))


def hand_over(s: Session, name: str, now: datetime, reason: str) -> list[str]:
    """Everything open that somebody owns goes to others; the numbers that found one."""
    owned = [row.number for row in _open_claims(s) if row.owner == name]
    return [number for number in owned if assign(s, number, now, reason, {name})]


def _open_claims(s: Session) -> list[ClaimRow]:
    found = select(ClaimRow).where(ClaimRow.closed.is_(None), ClaimRow.owner.is_not(None))
    return list(s.scalars(found.order_by(ClaimRow.opened, ClaimRow.number)))


def _last_given(s: Session) -> dict[str, datetime]:
    """When each handler was last given a claim that is open yet."""
    found = (
        select(ClaimRow.owner, ClaimEventRow.at)
        .join(ClaimEventRow, ClaimEventRow.claim_number == ClaimRow.number)
        .where(ClaimEventRow.event == "handler_assigned", ClaimRow.owner.is_not(None))
    )
    newest: dict[str, datetime] = {}
    for owner, at in s.execute(found):
        if owner is not None:
            newest[owner] = max(at, newest.get(owner, at))
    return newest


def _work(s: Session, row: ClaimRow, not_to: frozenset[str]) -> Work:
    said = facts.values(s, row)
    report = s.get(ReportRow, row.report_number) if row.report_number else None
    state = claim_journal.state(s, row.number)
    parties = {f"customer:{row.customer_id}"} if row.customer_id else set()
    parties |= {f"agent:{each.by}" for each in claim_journal.journal(s, row.number)[:1]}
    parties |= {f"garage:{said[name]}" for name in ("garage",) if said.get(name)}
    return Work(
        line=row.line, region=said.get("loss_region", ""), amount=state.amount,
        language=report.language if report else "zh", urgent=facts.urgent(said),
        parties=frozenset(parties), sticky=_known_handler(s, row), not_to=not_to,
    )  # fmt: skip


def _known_handler(s: Session, row: ClaimRow) -> str | None:
    """Who handles, or handled last, another claim of the same customer."""
    if row.customer_id is None:
        return row.owner
    found = select(ClaimRow.owner).where(
        ClaimRow.customer_id == row.customer_id,
        ClaimRow.number != row.number,
        ClaimRow.owner.is_not(None),
    )
    order = (ClaimRow.closed.is_not(None), ClaimRow.opened.desc())
    return row.owner or s.scalar(found.order_by(*order).limit(1))
