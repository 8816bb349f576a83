"""A claim asked for by text message: its number with the last four digits of the customer's phone
tells all, the number alone from his own phone where it stands. Everybody else hears the same
answer, whether there is such a claim or not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from claims_store import claims, customers, facts, identity, links, outbox, preferences, standing
from claims_store.personal import mark, phone, unseal
from claims_store.rules import telling
from claims_store.rules.incoming import Incoming, asked, language
from claims_store.standing import Standing
from claims_store.tables import ClaimRow, ReportRow


def claim_asked(s: Session, came: Incoming, now: datetime) -> bool:
    """Answer whoever names a claim; False for a text that names none."""
    wanted = asked(came.text)
    if wanted is None:
        return False
    found = claims.by_digits(s, wanted.digits)
    row = s.get(ClaimRow, found[0].number) if len(found) == 1 else None
    name = row.number if row else f"CL-{wanted.digits[:6]}-{wanted.digits[6:]}"
    if not identity.allowed(s, came.sender, name, now):
        _answer(s, came, "claim_limit", {}, "", now, once=f"{now:%Y%m%d}")
        return True
    phones = _phones(s, row) if row else frozenset[str]()
    if wanted.four:
        right = any(each.endswith(wanted.four) for each in phones)
        identity.note_try(s, came.sender, name, right, now)
        if right and row is not None:
            _tell(s, came, row, now, whole=True)
            return True
    elif row is not None and came.sender in phones:
        _tell(s, came, row, now, whole=False)
        return True
    _answer(s, came, "claim_not_matched", {}, "", now)
    return True


def sentences(stands: Standing, language: str, zone: Any) -> str:
    """All that a text message tells of a claim."""
    status, until = stands.status, stands.until
    papers = [telling.paper(stands.line, each, language) for each in status.missing]
    by = None
    if until is not None:
        local = until.at.astimezone(zone)
        when = telling.moment(local, until.by_day, language)
        by = telling.promised(until.rule, language), when
    stage = telling.stage(status.told, len(papers), language)
    next_ = telling.next_words(status.next_step, language)
    return telling.message(stage, papers, next_, by, language)


def _tell(s: Session, came: Incoming, row: ClaimRow, now: datetime, *, whole: bool) -> None:
    stands = standing.of(s, row.number, now)
    wanted = preferences.of(s, came.sender).language or stands.language
    values: dict[str, Any] = {"number": row.number}
    if not whole:
        values["told"] = telling.stage(stands.status.told, 0, wanted)
        _answer(s, came, "claim_stage", values, wanted, now, report=row.report_number)
        return
    values["told"] = sentences(stands, wanted, s.info["zone"])
    token = links.make(s, "claim", row.number, now, whom=stands.phone)
    values["link"] = links.path("claim", token)
    _answer(s, came, "claim_told", values, wanted, now, report=row.report_number)


def _answer(
    s: Session, came: Incoming, text: str, values: dict[str, Any], wanted: str, now: datetime,
    *, report: str | None = None, once: str = "",
) -> None:  # fmt: skip
    said = wanted or preferences.of(s, came.sender).language or language(came.text)
    payload = {"to": came.sender, "text": text, "values": values, "language": said}
    payload |= {"report": report} if report else {}
    who = mark(s, "phone", came.sender)[:24]
    about = f"{text}:{who}:{once}" if once else f"{came.channel}:{came.id}"
    outbox.put(s, "message", f"message:incoming:{about}", payload, now)


def _phones(s: Session, row: ClaimRow) -> frozenset[str]:
    """The numbers that a claim's customer is known by."""
    number, _ = facts.contact(s, row)
    report = s.get(ReportRow, row.report_number) if row.report_number else None
    customer = customers.get(s, row.customer_id) if row.customer_id else None
    known = (number, unseal(s, report.caller) if report else "", customer.phone if customer else "")
    return frozenset(phone(each) for each in known if each)
