"""Signed links for customers and surveyors: each opens one claim or one survey, for a while.

A token is an id and the vault's signature of it, sixteen letters and digits that fit into a short
message and can be typed. The signature is checked before the database is asked, so that whoever
guesses costs nothing and learns nothing; and the database holds no token.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claims_store.claim_journal import owner
from claims_store.errors import NotFound, StoreError
from claims_store.personal import mark, seal, unseal, vault
from claims_store.tables import ClaimRow, LinkRow

Kind = Literal["claim", "survey"]
Why = Literal["unknown", "expired", "ended"]

LIFE = timedelta(days=30)
PAGES: dict[Kind, str] = {"claim": "/c", "survey": "/s"}
"""Where the pages are that a link opens."""
_ID = 5
_SIGNED = 5
"""Bytes of id and of signature. A guess has to hit an id that exists and its signature: 80 bits."""


class LinkProblem(StoreError):
    """The link opens nothing: nobody made it, its time is over, or it was ended."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"this link is {why}")
        self.why: Why = why


@dataclass(frozen=True, slots=True)
class Link:
    """What a link opens. `whom` is whom it was sent to: a customer's number, a surveyor's name."""

    kind: Kind
    about: str
    whom: str
    until: datetime


def make(
    s: Session, kind: Kind, about: str, now: datetime, *, whom: str = "", life: timedelta = LIFE
) -> str:
    """The token of a link; one that still lives for half of `life` is given again, so whoever is
    written to often keeps one link."""
    index = _whom_index(s, kind, whom)
    found = s.scalars(
        select(LinkRow).where(
            LinkRow.kind == kind, LinkRow.about == about, LinkRow.whom_index == index,
            LinkRow.ended.is_(None), LinkRow.until >= now + life / 2, LinkRow.until <= now + life,
        )
    ).first()  # fmt: skip
    if found is not None:
        return _token(s, bytes.fromhex(found.id))
    id_ = os.urandom(_ID)
    sealed = seal(s, _owner(s, kind, about, whom), whom or None)
    s.add(
        LinkRow(
            id=id_.hex(), kind=kind, about=about, whom=sealed, whom_index=index,
            made=now, until=now + life,
        )
    )  # fmt: skip
    s.flush()
    return _token(s, id_)


def path(kind: Kind, token: str) -> str:
    """What a message carries; the notifier puts the public address before it."""
    return f"{PAGES[kind]}/{token}"


def open_link(s: Session, token: str, now: datetime, kind: Kind | None = None) -> Link:
    """What a token opens; with `kind`, if it opens that. Raises `LinkProblem`."""
    id_ = _signed(s, token)
    row = None if id_ is None else s.get(LinkRow, id_.hex())
    if row is None or (kind is not None and row.kind != kind):
        raise LinkProblem("unknown")
    if row.ended is not None:
        raise LinkProblem("ended")
    if row.until <= now:
        raise LinkProblem("expired")
    found: Kind = "claim" if row.kind == "claim" else "survey"
    return Link(found, row.about, unseal(s, row.whom) or "", row.until)


def end(s: Session, kind: Kind, about: str, now: datetime) -> int:
    """End every link to a claim or survey; how many there were."""
    open_ = (LinkRow.kind == kind, LinkRow.about == about, LinkRow.ended.is_(None))
    step = update(LinkRow).where(*open_).values(ended=now)
    return len(s.scalars(step.returning(LinkRow.id)).all())


def _token(s: Session, id_: bytes) -> str:
    return base64.b32encode(id_ + _signature(s, id_)).decode().lower()


def _signed(s: Session, token: str) -> bytes | None:
    """The id in a token that we signed."""
    try:
        whole = base64.b32decode(token.encode("ascii"), casefold=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    id_, given = whole[:_ID], whole[_ID:]
    return id_ if hmac.compare_digest(given, _signature(s, id_)) else None


def _signature(s: Session, id_: bytes) -> bytes:
    return bytes.fromhex(vault(s).index(f"link\0{id_.hex()}"))[:_SIGNED]


def _whom_index(s: Session, kind: Kind, whom: str) -> str:
    return mark(s, "phone" if kind == "claim" else "staff", whom)


def _owner(s: Session, kind: Kind, about: str, whom: str) -> str:
    """Whose key seals whom a link was sent to: a customer's number goes with his claim."""
    if kind == "survey":
        return f"staff:{whom}"
    row = s.get(ClaimRow, about)
    if row is None:
        raise NotFound("claim", about)
    return owner(row)
