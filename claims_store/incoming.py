"""Text messages that people send us: each taken once, by the first who knows what to do with it;
what nobody understands is a task for a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from claims_store import calendar, feedback, outbox, preferences, surveys, tasks
from claims_store.asked_by_text import claim_asked
from claims_store.personal import mark, phone, seal, unseal
from claims_store.rules import identifiers
from claims_store.rules.contacting import NOTICES, Wants
from claims_store.rules.incoming import Incoming, clean, language, wish
from claims_store.tables import ClaimRow, IncomingPartRow, IncomingRow, ReportRow

__all__ = ["TAKERS", "Incoming", "join", "listing", "named", "receive"]

Taker = Callable[[Session, Incoming, datetime], bool]

TASK = "incoming_text"
ANSWER_IN = timedelta(hours=4)
"""Working time of the handlers within which somebody reads what nobody understood."""
SAME = timedelta(minutes=5)
"""The same words from the same number are the same message where the channel gives no ids."""
SHORTEST = len("+123456789")
"""What is shorter is no person's number."""
PLAIN = re.compile(r"[A-Za-z0-9._:@+-]{1,80}")
"""Ids that are kept as they are."""
PARTS_LIFE = timedelta(days=1)
A_DAY = 10
"""Texts from one number in 24 hours that are acted on; more are kept, and answered by nobody."""


def receive(s: Session, given: Incoming, now: datetime) -> bool:
    """Take a message in, once per id: False when it was there. Control characters and all that is
    too long are gone before anybody looks at it."""
    id_ = given.id if PLAIN.fullmatch(given.id) else sha256(_octets(given.id)).hexdigest()
    if s.get(IncomingRow, (given.channel, id_)) is not None:
        return False
    sender = phone(clean(given.sender)[:40])
    came = Incoming(given.channel, sender, clean(given.text), given.at, id_)
    index = mark(s, "phone", came.sender)
    many = _lately(s, index, now) >= A_DAY
    owner = f"contact:{index[:24]}"
    row = IncomingRow(
        channel=came.channel, id=came.id, sender=seal(s, owner, came.sender), sender_index=index,
        text=seal(s, owner, came.text), at=now, taken="",
    )  # fmt: skip
    s.add(row)
    s.flush()
    if many:  # a surveyor may have many offers to answer
        row.taken = "survey" if surveys.answered_by_text(s, came, now) else "too_many"
        return True
    # Names and short numbers (a bank, a lottery) are never answered.
    takers = TAKERS if identifiers.phone(sender) and len(sender) >= SHORTEST else ()
    row.taken = next((name for name, take in takers if take(s, came, now)), "")
    if not row.taken:
        _for_a_person(s, came, index, now)
    return True


def named(s: Session, channel: str, digest: str, now: datetime) -> str:
    """An id for a message of a channel that gives none: that of the same words a moment ago, so
    that a repetition is one; else a new one."""
    found = select(IncomingRow.id).where(
        IncomingRow.channel == channel, IncomingRow.id.startswith(f"{digest}@"),
        IncomingRow.at > now - SAME,
    )  # fmt: skip
    return s.scalar(found.order_by(IncomingRow.at.desc())) or f"{digest}@{now.isoformat()}"


def join(
    s: Session, channel: str, sender: str, mark_: int, count: int, place: int, octets: bytes,
    now: datetime,
) -> bytes | None:  # fmt: skip
    """Keep a part of a long text; the whole one once all parts are there."""
    index = mark(s, "phone", sender)
    s.execute(delete(IncomingPartRow).where(IncomingPartRow.at <= now - PARTS_LIFE))
    key = {"channel": channel, "sender_index": index, "mark": mark_}
    if s.get(IncomingPartRow, (channel, index, mark_, place)) is None:
        sealed = seal(s, f"contact:{index[:24]}", octets.hex())
        s.add(IncomingPartRow(**key, place=place, octets=sealed, at=now))
        s.flush()
    rows = s.scalars(select(IncomingPartRow).filter_by(**key).order_by(IncomingPartRow.place)).all()
    if [row.place for row in rows] != list(range(1, count + 1)):
        return None
    whole = b"".join(bytes.fromhex(unseal(s, row.octets) or "") for row in rows)
    s.execute(delete(IncomingPartRow).filter_by(**key))
    return whole


def listing(s: Session, limit: int | None = None) -> list[tuple[Incoming, str]]:
    """What came in and who took it ("" is a person), newest first."""
    found = select(IncomingRow).order_by(IncomingRow.at.desc(), IncomingRow.id).limit(limit)
    return [
        (Incoming(row.channel, unseal(s, row.sender) or "", unseal(s, row.text) or "", row.at,
                  row.id), row.taken)
        for row in s.scalars(found)
    ]  # fmt: skip


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _wishes(s: Session, came: Incoming, now: datetime) -> bool:
    """STOP ends the notices that nobody asked for, START brings them back."""
    said = wish(came.text)
    if not said:
        return False
    old = preferences.of(s, came.sender)
    off = old.off | set(NOTICES) if said == "stop" else old.off - set(NOTICES)
    preferences.put(s, came.sender, Wants(old.channels, old.language, off, old.mail), now)
    payload = {"to": came.sender, "text": f"notices_{said}", "values": {}}
    payload["language"] = old.language or language(came.text)
    outbox.put(s, "message", f"message:incoming:{came.channel}:{came.id}", payload, now)
    return True


def _for_a_person(s: Session, came: Incoming, index: str, now: datetime) -> None:
    """One task for each number, however much it writes."""
    claim = _claim_of(s, index)
    about = claim.number if claim else f"text:{index[:12]}"
    if any(each.kind == TASK for each in tasks.listing(s, about=about)):
        return
    due = calendar.next_promise(s, now, ANSWER_IN)
    tasks.add(s, TASK, about, now, due, claim.owner if claim else None)


def _claim_of(s: Session, index: str) -> ClaimRow | None:
    """The newest open claim whose report came from this number."""
    found = (
        select(ClaimRow)
        .join(ReportRow, ReportRow.number == ClaimRow.report_number)
        .where(ReportRow.caller_index == index, ClaimRow.closed.is_(None))
        .order_by(ClaimRow.opened.desc(), ClaimRow.number.desc())
    )
    return s.scalars(found.limit(1)).first()


def _lately(s: Session, index: str, now: datetime) -> int:
    found = select(func.count()).select_from(IncomingRow)
    day = now - timedelta(days=1)
    return s.scalar(found.where(IncomingRow.sender_index == index, IncomingRow.at > day)) or 0


TAKERS: tuple[tuple[str, Taker], ...] = (
    ("wishes", _wishes),
    ("survey", surveys.answered_by_text),
    ("feedback", feedback.by_text),
    ("claim", claim_asked),
)
"""Who is asked in turn, with what the row says of him."""
