"""Who looked at personal data: an append-only log in which each row carries the hash of all before.

A row that is changed, removed, inserted or moved breaks the chain there. Rows cut off at the end
leave a whole chain: only a head that was kept elsewhere shows them (`verify(s, head)`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store.tables import AccessHeadRow, AccessRow

_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Access:
    """One look: who, at what ("call", "recording", "unmask" ...), about which call, claim or
    customer, and why."""

    seq: int
    at: datetime
    who: str
    what: str
    about: str
    why: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log, to be kept outside the database."""

    seq: int
    hash: str


def log(s: Session, who: str, what: str, about: str, why: str, at: datetime) -> Head:
    """Append a row, in the same transaction as the look itself; the new end of the log."""
    last = s.get(AccessHeadRow, 1, with_for_update=True)
    if last is None:
        last = AccessHeadRow(id=1, seq=0, hash=_START)
        s.add(last)
    entry = Access(last.seq + 1, at.astimezone(UTC), who, what, about, why)
    last.seq, last.hash = entry.seq, _hash(last.hash, entry)
    s.add(AccessRow(hash=last.hash, **{name: getattr(entry, name) for name in Access.__slots__}))
    s.flush()
    return Head(last.seq, last.hash)


def head(s: Session) -> Head:
    """The end of the log as it is now."""
    last = s.get(AccessHeadRow, 1)
    return Head(0, _START) if last is None else Head(last.seq, last.hash)


def verify(s: Session, kept: Head | None = None) -> int | None:
    """The first row that is not as it was written, or None; with `kept` also rows cut off."""
    found = select(AccessRow).order_by(AccessRow.seq).execution_options(yield_per=500)
    with closing(s.scalars(found)) as rows:
        return _first_wrong(rows, head(s), kept)


def listing(
    s: Session, *, about: str | None = None, who: str | None = None, limit: int | None = None
) -> list[Access]:
    """Looks, newest first; those about one thing or by one person."""
    found = select(AccessRow).order_by(AccessRow.seq.desc()).limit(limit)
    if about is not None:
        found = found.where(AccessRow.about == about)
    if who is not None:
        found = found.where(AccessRow.who == who)
    return [_value(row) for row in s.scalars(found)]


def _first_wrong(rows: Iterable[AccessRow], end: Head, kept: Head | None) -> int | None:
    last = Head(0, _START)
    for row in rows:
        if row.seq != last.seq + 1 or row.hash != _hash(last.hash, _value(row)):
            return last.seq + 1
        last = Head(row.seq, row.hash)
        if kept is not None and kept.seq == last.seq and kept != last:
            return last.seq
    cut_off = kept is not None and kept.seq > last.seq
    return last.seq + 1 if cut_off or end != last else None


def _hash(before: str, entry: Access) -> str:
    plain = [entry.seq, entry.at.isoformat(), entry.who, entry.what, entry.about, entry.why]
    return sha256(f"{before}{json.dumps(plain, ensure_ascii=False)}".encode()).hexdigest()


def _value(row: AccessRow) -> Access:
    return Access(*(getattr(row, name) for name in Access.__slots__))
