"""The life of a claim: flags, closes, simple rules, deadlines, handlers' limits and absences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _claims()
    _staff()
    _deadlines()
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_calendar_days"),
    )


def _claims() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("claims", sa.Column("first_closed", moment, nullable=True))
    op.add_column("claims", sa.Column("last_closed", moment, nullable=True))
    op.add_column("claims", sa.Column("flags", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("claims", sa.Column("simple", sa.String(), nullable=True))
    op.add_column("claims", sa.Column("merged_into", sa.String(), nullable=True))
    op.create_index("ix_claims_merged_into", "claims", ["merged_into"])
    op.execute("UPDATE claims SET first_closed = closed, last_closed = closed")


def _staff() -> None:
    op.add_column("staff", sa.Column("authority", sa.String(), nullable=True))
    op.add_column("staff", sa.Column("shift", sa.String(), nullable=False, server_default=""))
    op.add_column("staff", sa.Column("conflicts", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
        sa.ForeignKeyConstraint(["staff"], ["staff.name"], name="fk_absences_staff"),
    )
    op.create_index("ix_absences_staff", "absences", ["staff"])


def _deadlines() -> None:
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("warned", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broken", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_deadlines"),
        sa.UniqueConstraint("about", "rule", "seq", name="uq_deadlines_about_rule_seq"),
    )
    op.create_index("ix_deadlines_about", "deadlines", ["about"])
    op.create_index("ix_deadlines_due", "deadlines", ["due"])
