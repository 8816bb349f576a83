"""Tasks, callbacks, outgoing calls, consequences, plan revisions and the access log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class TaskRow(Base):
    """Something a person has promised to do by a time."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str | None]
    made: Mapped[datetime]
    due: Mapped[datetime] = mapped_column(index=True)
    done: Mapped[datetime | None]
    done_by: Mapped[str | None]


class CallbackRow(Base):
    """A caller who is to be rung back; `arrival` keeps his place."""

    __tablename__ = "callbacks"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[Sealed]
    phone_index: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]
    queue: Mapped[str | None]
    report_number: Mapped[str | None]
    reason: Mapped[str]
    arrival: Mapped[datetime]
    due: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[datetime | None]
    done_by: Mapped[str | None]


class OutgoingRow(Base):
    """A call that we make. `reserved`: seconds that it may use at most."""

    __tablename__ = "outgoing_calls"
    __table_args__ = (Index(None, "state", "ended"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[Sealed]
    purpose: Mapped[str]
    wish: Mapped[str]
    by: Mapped[str]
    asked: Mapped[datetime]
    node: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="asked")
    trunk: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    reserved: Mapped[int] = mapped_column(default=0)
    begun: Mapped[datetime | None]
    answered: Mapped[datetime | None]
    ended: Mapped[datetime | None]


class OutboxRow(Base):
    """A consequence, written in the transaction of the change that causes it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "done", "set_aside", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    payload: Mapped[Sealed]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    done: Mapped[datetime | None]
    set_aside: Mapped[bool] = mapped_column(default=False)


class PlanRevisionRow(Base):
    """A published plan; never changed."""

    __tablename__ = "plan_revisions"

    revision: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


class AccessRow(Base):
    """Who read what of whom and why; each row carries the hash of all before it."""

    __tablename__ = "access_log"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    who: Mapped[str]
    what: Mapped[str]
    about: Mapped[str]
    why: Mapped[str]
    hash: Mapped[str]


class AccessHeadRow(Base):
    """The end of the access log: the one row writers queue for."""

    __tablename__ = "access_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str]
