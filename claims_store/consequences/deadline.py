"""A step of a deadline has come: the owner is warned, the customer called first, or it is missed.

A step finds out itself whether its deadline still runs and still ends when it did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from claims_store import calendar, claim_journal, clocks, outbox, people, tasks, voice_notices
from claims_store.consequences.effects import Effect
from claims_store.moves import SYSTEM, move
from claims_store.outbox import Consequence
from claims_store.tables import ClaimRow, DeadlineRow

AGAIN = timedelta(hours=1)
"""How much working time a new promise gets, and by when a supervisor looks."""
CALL_FIRST = "call_before_promise_breaks"
MISSED = "deadline_missed"
NEAR = "deadline_near"


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Carry the step out, once."""
    given = row.payload
    found = clocks.find(session, given["about"], given["rule"], given["seq"])
    if found is None or found.state != "open" or found.due != datetime.fromisoformat(given["due"]):
        return []
    step = clocks.rule_of(found).steps[given["step"]]
    _ACTS[step.act](session, found, now)
    return []


def _warn(s: Session, row: DeadlineRow, now: datetime) -> None:
    """The owner gets a message, and a task unless what he promised is one already."""
    if row.warned is not None:
        return
    row.warned = now
    owner, due = _owner(s, row), row.due or now
    if row.kind != "call":
        tasks.add(s, NEAR, row.about, now, due, owner)
    _write_to(s, row, owner, "deadline_near", now)


def _call_first(s: Session, row: DeadlineRow, now: datetime) -> None:
    """Before a promise breaks the customer is called, told why, and given a new time."""
    if row.proposed is not None:
        return
    row.proposed = calendar.next_promise(s, max(now, row.due or now), AGAIN)
    tasks.add(s, CALL_FIRST, row.about, now, row.due or now, _there(s, _owner(s, row), now))


def _say_it(s: Session, row: DeadlineRow, now: datetime) -> None:
    """Nobody has taken the call that was to come first: the line calls, and says the new time."""
    if row.proposed is None or voice_notices.being_called(s, row.about, row.started):
        return
    voice_notices.for_promise(s, row, now)


def _supervisor(s: Session, row: DeadlineRow, now: datetime) -> None:
    if row.broken is None:
        row.broken = now
        tasks.add(s, MISSED, row.about, now, now + AGAIN)


def _hand_over(s: Session, row: DeadlineRow, now: datetime) -> None:
    """Overdue work goes to somebody else; a supervisor sees it too."""
    if row.broken is not None:
        return
    _supervisor(s, row, now)
    owner = _owner(s, row)
    claim = s.get(ClaimRow, row.about)
    if owner is None or claim is None:
        return
    payload = {"claim": row.about, "report": claim.report_number, "instead_of": owner}
    payload["reason"] = f"overdue: {row.rule}"
    outbox.put(s, "assign_claim", f"assign_claim:{row.about}:{row.rule}:{row.seq}", payload, now)


def _broken(s: Session, row: DeadlineRow, now: datetime) -> None:
    """A promise is broken: that is written down, and the work goes to somebody else."""
    if row.broken is not None:
        return
    _hand_over(s, row, now)
    if s.get(ClaimRow, row.about) is not None:
        _note(s, row, now)


def _note(s: Session, row: DeadlineRow, now: datetime) -> None:
    state = claim_journal.state(s, row.about)
    if state.closed is None:
        move(s, row.about, "promise_broken", SYSTEM, now, what=row.rule, due=row.due)


_ACTS: Mapping[str, Callable[[Session, DeadlineRow, datetime], None]] = {
    "warn": _warn,
    "call_first": _call_first,
    "say_it": _say_it,
    "supervisor": _supervisor,
    "hand_over": _hand_over,
    "broken": _broken,
}


def _owner(s: Session, row: DeadlineRow) -> str | None:
    claim = s.get(ClaimRow, row.about)
    return row.owner or (claim.owner if claim else None)


def _there(s: Session, owner: str | None, now: datetime) -> str | None:
    """The owner unless he is away: then whoever sees the task first."""
    away = {each.staff for each in people.absences(s, now) if each.begins <= now}
    return None if owner in away else owner


def _write_to(s: Session, row: DeadlineRow, owner: str | None, text: str, now: datetime) -> None:
    member = people.member(s, owner) if owner else None
    if member is None or not member.phone:
        return
    language = "zh" if "zh" in member.languages else "en"
    zone = s.info["zone"]
    values = {
        "number": row.about,
        "what": clocks.rule_of(row).title[language],
        "due": f"{(row.due or now).astimezone(zone):%m-%d %H:%M}",
    }
    payload = {"to": member.phone, "text": text, "values": values, "language": language}
    key = f"message:{text}:{row.about}:{row.rule}:{row.seq}"
    outbox.put(s, "message", key, payload, now)
