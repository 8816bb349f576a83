"""Links for customers and surveyors, incoming messages, tokens, webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _links()


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
