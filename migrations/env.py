"""Runs migrations on the connection that `claims_store.migrate` brings."""

from __future__ import annotations

from alembic import context

from claims_store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
