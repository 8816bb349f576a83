"""Statements that are made once and carried out for every call, past the ORM: nobody needs its
objects there, and asking it for the connection costs as much as a small statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.orm import Session

CONNECTION = "connection"
"""Where a session of the store has its transaction's connection, in `Session.info`."""


def execute(s: Session, statement: Executable, given: Mapping[str, Any]) -> CursorResult[Any]:
    """Carry one out in the session's transaction, after what the ORM has yet to write."""
    s.flush()
    connection: Connection = s.info[CONNECTION]
    return connection.execute(statement, given)


def scalar(s: Session, statement: Executable, given: Mapping[str, Any]) -> Any:
    """The first column of the first row; None without one."""
    return execute(s, statement, given).scalar()
