"""Links for customers and surveyors, incoming messages, tokens, webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _links()
    _incoming()
    _tokens()
    _webhooks()


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("whom", sa.LargeBinary(), nullable=True),
        sa.Column("whom_index", sa.String(), nullable=False),
        sa.Column("made", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("ended", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
    )
    op.create_index("ix_links_kind_about", "links", ["kind", "about"])


def _incoming() -> None:
    op.create_table(
        "incoming_texts",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("sender_index", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("taken", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "id", name="pk_incoming_texts"),
    )
    op.create_index("ix_incoming_texts_sender_index_at", "incoming_texts", ["sender_index", "at"])
    op.create_index("ix_incoming_texts_at", "incoming_texts", ["at"])
    op.create_table(
        "incoming_parts",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("sender_index", sa.String(), nullable=False),
        sa.Column("mark", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint(
            "channel", "sender_index", "mark", "place", name="pk_incoming_parts"
        ),
    )


def _tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made", AT, nullable=False),
        sa.Column("used", AT, nullable=True),
        sa.Column("ended", AT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_api_tokens"),
        sa.UniqueConstraint("mark", name="uq_api_tokens_mark"),
    )
    op.create_table(
        "asked_once",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["token"], ["api_tokens.name"], name="fk_asked_once_token"),
        sa.PrimaryKeyConstraint("token", "key", name="pk_asked_once"),
    )
    op.create_index("ix_asked_once_at", "asked_once", ["at"])


def _webhooks() -> None:
    op.create_table(
        "tellings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_number", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_number"], ["claims.number"], name="fk_tellings_claim_number"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tellings"),
        sa.UniqueConstraint("claim_number", "seq", name="uq_tellings_claim_number_seq"),
    )
    op.create_table(
        "webhooks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("made", AT, nullable=False),
        sa.Column("ended", AT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_webhooks"),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook", sa.String(), nullable=False),
        sa.Column("claim_number", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", AT, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made", AT, nullable=False),
        sa.Column("settled", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhooks.name"], name="fk_webhook_deliveries_webhook"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_deliveries"),
        sa.UniqueConstraint(
            "webhook", "claim_number", "seq", name="uq_webhook_deliveries_webhook_claim_number_seq"
        ),
    )
    op.create_index("ix_webhook_deliveries_state", "webhook_deliveries", ["state"])
