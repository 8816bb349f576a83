"""What surveyors and customers hear of a survey: messages with a link, and what a call says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from claims_store import facts, links, outbox, people
from claims_store.people import Staff
from claims_store.rules.fields import field
from claims_store.rules.readings import say_text
from claims_store.tables import ClaimRow, SurveyRow

HERE = {"zh": "地点见任务页", "en": "see the page"}
LOSS = {"zh": "查勘", "en": "a loss"}


def offer(s: Session, row: SurveyRow, seq: int, name: str, now: datetime) -> None:
    """Ask a surveyor: what, where, and the link to everything else."""
    member = people.member(s, name)
    if member is None:
        return
    spoken = language_of(member)
    claim = s.get_one(ClaimRow, row.claim_number)
    values = {
        "number": tail(row), "what": _what(s, claim, spoken), "where": _where(s, claim, spoken),
        "link": _link(s, row, name, now),
    }  # fmt: skip
    _send(s, row, f"survey_offer:{row.id}:{seq}", member.phone, "survey_offer", values, spoken, now)


def gone(s: Session, row: SurveyRow, name: str, text: str, now: datetime) -> None:
    """Tell a surveyor that he need not drive (`survey_taken`, `survey_called_off`)."""
    member = people.member(s, name)
    if member is not None:
        key, spoken = f"{text}:{row.id}:{row.round}:{name}", language_of(member)
        _send(s, row, key, member.phone, text, {"number": tail(row)}, spoken, now)


def confirmed(s: Session, row: SurveyRow, member: Staff, now: datetime) -> None:
    """Tell him who answered by message or key that it is his now."""
    values = {"number": tail(row), "link": _link(s, row, member.name, now)}
    key = f"survey_confirmed:{row.id}:{row.round}:{member.name}"
    _send(s, row, key, member.phone, "survey_confirmed", values, language_of(member), now)


def customer(s: Session, row: SurveyRow, text: str, now: datetime, **values: Any) -> None:
    """Tell the customer how his loss will be looked at; nobody when he has no number."""
    claim = s.get_one(ClaimRow, row.claim_number)
    to, spoken = facts.contact(s, claim)
    if not to:
        return
    token = links.make(s, "claim", claim.number, now, whom=to)
    given = {"number": claim.number, "link": links.path("claim", token)}
    if "at" in values:
        at = values.pop("at").astimezone(s.info["zone"])
        day = f"{at.month}月{at.day}日" if spoken == "zh" else f"{at:%B} {at.day}, "
        given["time"] = f"{day}{at:%H:%M}"
    _send(s, row, f"{text}:{row.id}:{row.round}", to, text, given | values, spoken, now)


def spoken(s: Session, row: SurveyRow, seq: int) -> dict[str, Any]:
    """What the call about an offer knows."""
    claim = s.get_one(ClaimRow, row.claim_number)
    region = facts.values(s, claim).get("loss_region", "")
    loss = {"line": claim.line, "region": region, "urgent": row.urgent}
    return {"survey": row.id, "seq": seq, "number": tail(row)} | loss


def tail(row: SurveyRow) -> str:
    """The last four digits of the claim's number: what people say to each other."""
    return row.claim_number[-4:]


def language_of(member: Staff) -> str:
    return "zh" if "zh" in member.languages or not member.languages else member.languages[0]


def _link(s: Session, row: SurveyRow, name: str, now: datetime) -> str:
    return links.path("survey", links.make(s, "survey", row.id, now, whom=name))


def _what(s: Session, claim: ClaimRow, language: str) -> str:
    kind = facts.values(s, claim).get("loss_kind", "")
    row = field(claim.line, "loss_kind")
    return say_text(row.kind, kind, language, row.choices) if kind and row else LOSS[language]


def _where(s: Session, claim: ClaimRow, language: str) -> str:
    said = facts.values(s, claim)
    region = said.get("loss_region", "")
    parts = [say_text("place", region, language) if region else "", said.get("loss_place", "")]
    return " ".join(part for part in parts if part)[:60] or HERE[language]


def _send(
    s: Session, row: SurveyRow, key: str, to: str, text: str, values: dict[str, Any], language: str,
    now: datetime,
) -> None:  # fmt: skip
    if not to:
        return
    claim = s.get_one(ClaimRow, row.claim_number)
    payload = {"to": to, "text": text, "values": values, "language": language}
    outbox.put(s, "message", f"message:{key}", payload | {"report": claim.report_number}, now)
