"""What people see of the outbox, and do with it: what waits, what was set aside,
once more, or not any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from claims_store import outbox
from claims_store.outbox import Consequence
from claims_store.tables import MessageRow, OutboxRow

DROPPED = "dropped"
"""Why a message was not sent that somebody took off the list."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row that is not done. Of a message also where it stands."""

    id: int
    kind: str
    key: str
    due_at: datetime
    tries: int
    error: str | None
    set_aside: bool
    channel: str = ""
    state: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much of a kind is open, how much of that is late since when, how much was set aside."""

    open: int
    late: int
    oldest: datetime | None
    set_aside: int


def by_key(s: Session, key: str) -> Consequence | None:
    """The consequence with this key, whatever its state."""
    found = s.scalar(select(OutboxRow.id).where(OutboxRow.key == key))
    return None if found is None else outbox.get(s, found)


def counted(s: Session, now: datetime) -> dict[str, Backlog]:
    """The backlog by kind; kinds without any are left out."""
    kinds: dict[str, Backlog] = {}
    late = OutboxRow.due_at <= now
    rows = s.execute(
        select(OutboxRow.kind, OutboxRow.set_aside, late, func.count(), func.min(OutboxRow.due_at))
        .where(OutboxRow.done.is_(None))
        .group_by(OutboxRow.kind, OutboxRow.set_aside, late)
    )
    for kind, aside, is_late, count, oldest in rows:
        known = kinds.get(kind, Backlog(0, 0, None, 0))
        if aside:
            kinds[kind] = Backlog(known.open, known.late, known.oldest, known.set_aside + count)
        else:
            kinds[kind] = Backlog(
                known.open + count, known.late + (count if is_late else 0),
                oldest if is_late else known.oldest, known.set_aside,
            )  # fmt: skip
    return kinds


def plain(counted: Mapping[str, Backlog]) -> dict[str, dict[str, Any]]:
    """As plain data, for what a process says of itself."""
    return {
        kind: {
            "open": each.open, "late": each.late, "set_aside": each.set_aside,
            "oldest": each.oldest.isoformat() if each.oldest else None,
        }
        for kind, each in counted.items()
    }  # fmt: skip


def states(s: Session) -> Mapping[str, Mapping[str, int]]:
    """How many messages are in which state, by channel; those without a channel under "-"."""
    found: dict[str, dict[str, int]] = {}
    rows = s.execute(
        select(MessageRow.channel, MessageRow.state, func.count())
        .group_by(MessageRow.channel, MessageRow.state)
        .order_by(MessageRow.channel, MessageRow.state)
    )
    for channel, state, count in rows:
        found.setdefault(channel or "-", {})[state] = count
    return found


def repeats(s: Session) -> Mapping[str, int]:
    """How often a channel was given a message again without knowing whether it had it already."""
    rows = s.execute(
        select(MessageRow.channel, func.sum(MessageRow.repeats))
        .where(MessageRow.repeats > 0)
        .group_by(MessageRow.channel)
    )
    return {channel: int(count) for channel, count in rows}


def listing(
    s: Session, *, aside: bool = False, limit: int | None = None, kind: str | None = None
) -> list[Waiting]:
    """What is not done, the longest due first; with `aside` only what was set aside, and messages
    that arrived nowhere."""
    lost = MessageRow.state == "failed"
    wanted = or_(OutboxRow.set_aside, lost) if aside else or_(OutboxRow.done.is_(None), lost)
    found = (
        select(OutboxRow, MessageRow)
        .join(MessageRow, MessageRow.key == OutboxRow.key, isouter=True)
        .where(wanted)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
    )
    if kind is not None:
        found = found.where(OutboxRow.kind == kind)
    return [_waiting(row, message) for row, message in s.execute(found)]


def retry(s: Session, id: int, now: datetime, by: str) -> bool:
    """Have a row that was set aside, or whose message arrived nowhere, done once more from the
    beginning; False when it is none of these."""
    row, message = _stuck(s, id)
    if row is None:
        return False
    row.set_aside, row.done, row.tries, row.due_at = False, None, 0, now
    row.error = f"once more, by {by}"
    if message is not None and message.state == "failed":
        message.state, message.channel, message.why, message.parts = "due", "", "", 0
        message.tries, message.since, message.settled, message.made = 0, None, None, now
    return True


def drop(s: Session, id: int, now: datetime, by: str, why: str) -> bool:
    """Leave a row that was set aside, or whose message arrived nowhere, undone for good: somebody
    saw to it. False when it is none of these."""
    row, message = _stuck(s, id)
    if row is None:
        return False
    row.set_aside, row.done, row.error = False, now, f"dropped by {by}: {why}"
    if message is not None:
        message.state, message.why, message.settled = "suppressed", DROPPED, now
    return True


def _stuck(s: Session, id: int) -> tuple[OutboxRow | None, MessageRow | None]:
    """A row that nobody works on any more and that a person has to see to."""
    row = s.get(OutboxRow, id, with_for_update=True)
    message = s.get(MessageRow, row.key) if row else None
    lost = message is not None and message.state == "failed"
    if row is None or not (row.set_aside or lost):
        return None, None
    return row, message


def _waiting(row: OutboxRow, message: MessageRow | None) -> Waiting:
    stands = (message.channel, message.state, message.why) if message else ("", "", "")
    return Waiting(row.id, row.kind, row.key, row.due_at, row.tries, row.error, row.set_aside,
                   *stands)  # fmt: skip
