"""Whether a claim is simple: the rules are asked with what is known, and what they say is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import claim_journal, facts
from claims_store.moves import SYSTEM, move
from claims_store.rules import simple
from claims_store.tables import ClaimRow


def judge(s: Session, number: str, now: datetime) -> None:
    """Ask the rules of simple claims; what they say is written down when it is new."""
    found = s.get(ClaimRow, number)
    if found is None or found.closed is not None:
        return
    events = claim_journal.journal(s, number)
    state = claim_journal.state(s, number)
    said = simple.fired(found.line, facts.for_simple(state, facts.values(s, found), events))
    if said.verdict == "yes" and said.rule != state.simple:
        title = simple.TITLES[said.rule or ""]
        data = {"rule": said.rule, "title": dict(title), "source": _source(said.rule)}
        move(s, number, "simple_rule_fired", SYSTEM, now, **data)


def _source(name: str | None) -> str:
    return next((rule.source for rule in simple.RULES if rule.name == name), "")
