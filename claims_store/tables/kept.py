"""Rows that stay as they were written: the database itself refuses to change them."""

from __future__ import annotations

from sqlalchemy import Connection

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$
"""


def keep(connection: Connection, table: str, *, deletable: bool) -> None:
    """Refuse updates of a table's rows, and deletes unless the retention period may end them."""
    for act in ("UPDATE",) if deletable else ("UPDATE", "DELETE"):
        name = f"kept_{table}_{act.lower()}"
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            continue
        connection.exec_driver_sql(_POSTGRES_FUNCTION)
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
