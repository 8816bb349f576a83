"""Calls, their events, recordings and transcripts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from claims_store.tables.kept import keep

revision = "0001"
down_revision = None


def upgrade() -> None:
    _calls()
    _call_events()
    _recording_segments()
    _recordings()
    _transcript_lines()
    keep(op.get_bind(), "call_events", deletable=True)


def _course() -> list[sa.Column[object]]:
    """Where the call got to: filled in as it goes on."""
    return [
        sa.Column("issue", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule_name", sa.String(), nullable=True),
        sa.Column("rule_reason", sa.String(), nullable=True),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("waited_s", sa.Double(), nullable=True),
        sa.Column("talk_s", sa.Double(), nullable=True),
        sa.Column("report_number", sa.String(), nullable=True),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
    ]


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("sip_call_id", sa.String(), nullable=False),
        sa.Column("caller", sa.LargeBinary(), nullable=True),
        sa.Column("caller_index", sa.String(), nullable=True),
        sa.Column("dialled", sa.String(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan_revision", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        *_course(),
        sa.PrimaryKeyConstraint("call_id", name="pk_calls"),
    )
    op.create_index("ix_calls_caller_index", "calls", ["caller_index"])
    op.create_index("ix_calls_customer_id", "calls", ["customer_id"])
    op.create_index("ix_calls_ended", "calls", ["ended"])
    op.create_index("ix_calls_report_number", "calls", ["report_number"])
    op.create_index("ix_calls_started", "calls", ["started"])


def _call_events() -> None:
    op.create_table(
        "call_events",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("call_id", "seq", name="pk_call_events"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_call_events_call_id"),
    )


def _recording_segments() -> None:
    op.create_table(
        "recording_segments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recording_segments"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.call_id"], name="fk_recording_segments_call_id"
        ),
        sa.UniqueConstraint(
            "call_id",
            "segment",
            "side",
            "file",
            name="uq_recording_segments_call_id_segment_side_file",
        ),
    )


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("tracks", sa.Integer(), nullable=False),
        sa.Column("legs", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_recordings"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_recordings_call_id"),
    )


def _transcript_lines() -> None:
    op.create_table(
        "transcript_lines",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("conf", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name="pk_transcript_lines"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_transcript_lines_call_id"),
    )
