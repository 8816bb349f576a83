"""Feedback, complaints and follow-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _feedback()
    _complaints()
    _follow_ups()


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.Column("clip", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_feedback"),
    )
    op.create_index("ix_feedback_about", "feedback", ["about"])
    op.create_index("ix_feedback_at", "feedback", ["at"])
    op.create_table(
        "feedback_scores",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["feedback.key"], name="fk_feedback_scores_key"),
        sa.PrimaryKeyConstraint("key", "question", name="pk_feedback_scores"),
    )
    op.create_index(
        "ix_feedback_scores_department_question", "feedback_scores", ["department", "question"]
    )
    op.create_index("ix_feedback_scores_person", "feedback_scores", ["person"])
    op.create_table(
        "feedback_asked",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("answered", AT, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_feedback_asked"),
    )
    op.create_index("ix_feedback_asked_who_at", "feedback_asked", ["who", "at"])


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("made", AT, nullable=False),
        sa.Column("closed", AT, nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_complaints"),
        sa.UniqueConstraint("key", name="uq_complaints_key"),
    )
    for column in ("about", "stage", "owner"):
        op.create_index(f"ix_complaints_{column}", "complaints", [column])
    op.create_table(
        "complaint_events",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"], ["complaints.number"], name="fk_complaint_events_number"
        ),
        sa.PrimaryKeyConstraint("number", "seq", name="pk_complaint_events"),
    )


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("due", AT, nullable=True),
        sa.Column("settled", AT, nullable=True),
        sa.ForeignKeyConstraint(["claim"], ["claims.number"], name="fk_follow_ups_claim"),
        sa.PrimaryKeyConstraint("claim", "seq", name="pk_follow_ups"),
    )
    op.create_index("ix_follow_ups_state", "follow_ups", ["state"])
