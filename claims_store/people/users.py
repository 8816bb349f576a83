"""Who may sign in at the desk, and who is signed in. Passwords come hashed (argon2id) and tokens
are kept only as marks: neither can be read out of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from claims_store.errors import NotFound
from claims_store.personal import vault
from claims_store.tables import UserRow, WebSessionRow


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a login; `person` is his name among the agents or the staff."""

    login: str
    role: str
    title: dict[str, str]
    person: str | None
    language: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class WebSession:
    """A signed-in browser."""

    login: str
    made: datetime
    seen: datetime
    expires: datetime


def add_user(s: Session, user: User, password_hash: str, at: datetime) -> bool:
    """Enter a user; False when the login is taken."""
    if s.get(UserRow, user.login) is not None:
        return False
    s.add(UserRow(password=password_hash, made=at, **_columns(user)))
    s.flush()
    return True


def change_user(s: Session, user: User) -> None:
    """Change a user's role, title, person, language or whether he may sign in at all; a user who
    may not, or whose role changed, is signed out."""
    row = s.get(UserRow, user.login)
    if row is None:
        raise NotFound("user", user.login)
    if row.role != user.role or not user.active:
        end_sessions(s, user.login)
    for name, value in _columns(user).items():
        setattr(row, name, value)


def set_password(s: Session, login: str, password_hash: str) -> None:
    """Give a user another password; he is signed out everywhere."""
    step = update(UserRow).where(UserRow.login == login).values(password=password_hash)
    if s.scalar(step.returning(UserRow.login)) is None:
        raise NotFound("user", login)
    end_sessions(s, login)


def by_login(s: Session, login: str) -> User | None:
    """A user, active or not."""
    row = s.get(UserRow, login)
    return None if row is None else _value(row)


def password_hash(s: Session, login: str) -> str | None:
    """The stored hash of an active user's password; None for anybody else."""
    row = s.get(UserRow, login)
    return row.password if row is not None and row.active else None


def users(s: Session) -> list[User]:
    """All users by login."""
    return [_value(row) for row in s.scalars(select(UserRow).order_by(UserRow.login))]


def begin_session(s: Session, token: str, login: str, now: datetime, ends: datetime) -> None:
    """Sign a user in under a secret token (`vault.new_token`); ended sessions are swept away."""
    s.execute(delete(WebSessionRow).where(WebSessionRow.expires <= now))
    mark = vault(s).token_mark(token)
    s.add(WebSessionRow(token_hash=mark, login=login, made=now, seen=now, expires=ends))


def session(s: Session, token: str, now: datetime) -> WebSession | None:
    """The session of a token, if it has not ended and its user is still active."""
    row = s.get(WebSessionRow, vault(s).token_mark(token))
    user = s.get(UserRow, row.login) if row is not None else None
    if row is None or user is None or not user.active or row.expires <= now:
        return None
    # A write for every request would cost a disk sync each: a minute is exact enough.
    if now - row.seen > timedelta(minutes=1):
        row.seen = now
    return WebSession(user.login, row.made, row.seen, row.expires)


def end_session(s: Session, token: str) -> None:
    """Sign a browser out."""
    mark = vault(s).token_mark(token)
    s.execute(delete(WebSessionRow).where(WebSessionRow.token_hash == mark))


def end_sessions(s: Session, login: str) -> None:
    """Sign a user out everywhere."""
    s.execute(delete(WebSessionRow).where(WebSessionRow.login == login))


def _columns(user: User) -> dict[str, object]:
    return {name: getattr(user, name) for name in User.__slots__}


def _value(row: UserRow) -> User:
    return User(*(getattr(row, name) for name in User.__slots__))
