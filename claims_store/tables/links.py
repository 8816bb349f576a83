"""Links that are sent to people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class LinkRow(Base):
    """A link to one claim or one survey. `id` is the half of its token that is no secret: the
    other half is made from it by the vault."""

    __tablename__ = "links"
    __table_args__ = (Index(None, "kind", "about"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    about: Mapped[str]
    whom: Mapped[Sealed | None]
    whom_index: Mapped[str]
    made: Mapped[datetime]
    until: Mapped[datetime]
    ended: Mapped[datetime | None]
