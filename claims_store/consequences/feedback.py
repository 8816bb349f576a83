"""What follows from feedback: the department concerned gets a task, a person calls whoever is
unhappy, spoken remarks are written down; and from the payment of a claim: it is followed up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from claims_store import calendar, complaints, facts, feedback, follow_ups, links, outbox, tasks
from claims_store.calls import get as call_of
from claims_store.consequences.effects import Effect, Listen
from claims_store.consequences.transcribe import LANGUAGE
from claims_store.feedback import Feedback
from claims_store.outbox import Consequence
from claims_store.rules import complaint_words, following_up
from claims_store.rules.feedback import QUESTIONS, STAGES, to_look_at, unhappy
from claims_store.tables import ClaimRow

LOOKED_AT_WITHIN = 3
"""Working days."""
WORDS = {"surveyed": "survey", "assessed": "assessment"}
"""Words of the progress line whose question is called otherwise."""


def given(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Somebody answered."""
    found = feedback.get(session, row.payload.get("key", ""))
    if found is None:
        return []
    for department in to_look_at(found.scores, bool(found.remark)):
        _task(session, found, f"feedback_{department}", now)
    low, words = unhappy(found.scores), complaint_words.found(found.remark)
    if low or words:
        said = QUESTIONS[low[0]].department if low else "line"
        why = [*(f"{name}={found.scores[name]}" for name in low), *words]
        complaints.draft(
            session, found.about, found.remark, found.way, now, key=f"feedback:{found.key}",
            call_id=found.call_id, department=said, why=why,
        )  # fmt: skip
    if found.way in ("page", "text") and session.get(ClaimRow, found.about) is not None:
        follow_ups.answered(session, found.about, now)
    return []


def _task(s: Session, found: Feedback, kind: str, now: datetime) -> None:
    """One for each occasion and department, whenever its words came."""
    every = (*tasks.listing(s, about=found.about), *tasks.listing(s, about=found.about, done=True))
    if any((each.kind, each.made) == (kind, found.at) for each in every):
        return
    hours, zone = calendar.handlers_hours(s), s.info["zone"]
    due = following_up.within(now, hours, zone, LOOKED_AT_WITHIN)
    tasks.add(s, kind, found.about, found.at, due)


def hear(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """A remark was spoken."""
    found = feedback.get(session, row.payload.get("key", ""))
    if found is None or found.clip is None or found.remark:
        return []
    call = call_of(session, found.call_id) if found.call_id else None
    return [Listen(found.key, found.clip, (call.language if call else None) or LANGUAGE)]


def ask(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """A claim has reached a stage: ask about it, if the plan says so."""
    held = calendar.plan(session)
    question = STAGES.get(row.payload.get("event", ""))
    found = session.get(ClaimRow, row.payload.get("claim"))
    wanted = {WORDS.get(each, each) for each in held.feedback.stages} if held else set()
    if found is None or question is None or question not in wanted:
        return []
    to, language = facts.contact(session, found)
    if not to:
        return []
    link = links.path("claim", links.make(session, "claim", found.number, now, whom=to))
    values = {"number": found.number, "what": QUESTIONS[question].title[language], "link": link}
    payload: dict[str, Any] = {"to": to, "text": "feedback_ask", "values": values}
    payload |= {"language": language, "report": found.report_number}
    outbox.put(session, "message", f"message:{row.key}", payload, now)
    feedback.asked(session, row.key, to, found.number, question, now)
    return []


def plan(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """A claim was paid."""
    follow_ups.plan(session, row.payload["claim"], row.payload["seq"], now)
    return []


def due(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """It is time to call."""
    follow_ups.begin(session, row.payload["claim"], row.payload["seq"], now)
    return []
