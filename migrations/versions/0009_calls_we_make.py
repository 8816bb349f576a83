"""Calls that are to be made, and which way a call went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _call_orders()
    op.add_column("calls", sa.Column("direction", sa.String(), nullable=False, server_default="in"))


def _call_orders() -> None:
    op.create_table(
        "call_orders",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("script", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("to", sa.LargeBinary(), nullable=False),
        sa.Column("first", sa.LargeBinary(), nullable=True),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("window", sa.String(), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("record", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("made", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("redials", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("next_at", AT, nullable=True),
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("ended", AT, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_call_orders"),
    )
    op.create_index("ix_call_orders_state_next_at", "call_orders", ["state", "next_at"])
    op.create_index("ix_call_orders_about", "call_orders", ["about"])
    op.create_index("ix_call_orders_attempt", "call_orders", ["attempt"])
