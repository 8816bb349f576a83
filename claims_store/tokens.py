"""What programs of others prove themselves with: a token each, kept as a mark, ended at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from claims_store.personal import vault
from claims_store.tables import AskedOnceRow, TokenRow
from claims_store.vault import new_token

SCOPES = ("read", "write")
PREFIX = "cl_"
"""By which a token is recognised where it does not belong."""
REMEMBERED = timedelta(days=7)
"""For how long a request that was made once is known again."""


@dataclass(frozen=True, slots=True)
class Token:
    """A program that may ask."""

    name: str
    scopes: tuple[str, ...]
    made: datetime
    used: datetime | None
    ended: datetime | None


def add(s: Session, name: str, scopes: tuple[str, ...], now: datetime) -> str | None:
    """A new token, told this once; None when the name is taken."""
    if s.get(TokenRow, name) is not None:
        return None
    token = PREFIX + new_token()
    s.add(TokenRow(name=name, mark=vault(s).token_mark(token), scopes=list(scopes), made=now))
    s.flush()
    return token


def known(s: Session, token: str, now: datetime) -> Token | None:
    """Whose token it is; None for one that nobody has, or has any more."""
    mark = vault(s).token_mark(token)
    row = s.scalar(select(TokenRow).where(TokenRow.mark == mark, TokenRow.ended.is_(None)))
    if row is None:
        return None
    if row.used is None or now - row.used > timedelta(minutes=1):
        row.used = now
    return _value(row)


def end(s: Session, name: str, now: datetime) -> bool:
    """From now on nobody is let in by it; False when there was none."""
    row = s.get(TokenRow, name)
    if row is None or row.ended is not None:
        return False
    row.ended = now
    return True


def listing(s: Session) -> list[Token]:
    """All that there ever were."""
    return [_value(row) for row in s.scalars(select(TokenRow).order_by(TokenRow.name))]


def asked_before(s: Session, token: str, key: str) -> tuple[str, str] | None:
    """Digest of the request and what it made, when this key was used."""
    row = s.get(AskedOnceRow, (token, key))
    return None if row is None else (row.digest, row.about)


def note_asked(s: Session, token: str, key: str, digest: str, about: str, now: datetime) -> None:
    """Remember what a request made; old ones are forgotten."""
    s.execute(delete(AskedOnceRow).where(AskedOnceRow.at <= now - REMEMBERED))
    s.add(AskedOnceRow(token=token, key=key, digest=digest, about=about, at=now))
    s.flush()


def _value(row: TokenRow) -> Token:
    return Token(row.name, tuple(row.scopes), row.made, row.used, row.ended)
