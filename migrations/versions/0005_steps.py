"""The number of each call's newest step: a write that comes late or again is applied once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # A call of before has no steps that could come again; its next one is number 1.
    column = sa.Column("step", sa.Integer(), nullable=False, server_default="0")
    op.add_column("calls", column)
