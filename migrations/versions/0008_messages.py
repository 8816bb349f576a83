"""Messages to people, their parts and receipts, and what people want to hear."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _messages()
    _message_parts()
    _receipts()
    _contact_preferences()


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("to_index", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("made", AT, nullable=False),
        sa.Column("since", AT, nullable=True),
        sa.Column("tried", AT, nullable=True),
        sa.Column("doubted", AT, nullable=True),
        sa.Column("sent", AT, nullable=True),
        sa.Column("settled", AT, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_messages"),
    )
    op.create_index("ix_messages_to_index_made", "messages", ["to_index", "made"])
    op.create_index("ix_messages_report", "messages", ["report"])
    op.create_index("ix_messages_state", "messages", ["state"])


def _message_parts() -> None:
    op.create_table(
        "message_parts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["key"], ["messages.key"], name="fk_message_parts_key"),
        sa.PrimaryKeyConstraint("key", "channel", "part", name="pk_message_parts"),
    )
    op.create_index(
        "ix_message_parts_channel_message_id", "message_parts", ["channel", "message_id"]
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("to_index", sa.String(), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
    )
    op.create_index("ix_receipts_channel_message_id", "receipts", ["channel", "message_id"])
    op.create_index("ix_receipts_channel_to_index", "receipts", ["channel", "to_index"])


def _contact_preferences() -> None:
    op.create_table(
        "contact_preferences",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("mail", sa.LargeBinary(), nullable=True),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("off", sa.JSON(), nullable=False),
        sa.Column("changed", AT, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_contact_preferences"),
    )
