"""Surveys: jobs, offers, acts, photos, assessment lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _surveys()
    _offers()
    _acts()
    _photos()
    _lines()


def _surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("claim_number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("surveyor", sa.String(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.ForeignKeyConstraint(
            ["claim_number"], ["claims.number"], name="fk_surveys_claim_number"
        ),
    )
    op.create_index("ix_surveys_claim_number", "surveys", ["claim_number"])
    op.create_index("ix_surveys_surveyor_state", "surveys", ["surveyor", "state"])


def _offers() -> None:
    op.create_table(
        "survey_offers",
        sa.Column("survey_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("surveyor", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "seq", name="pk_survey_offers"),
        _of_survey("survey_offers"),
    )
    op.create_index("ix_survey_offers_surveyor", "survey_offers", ["surveyor"])


def _acts() -> None:
    op.create_table(
        "survey_acts",
        sa.Column("survey_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("survey_id", "id", name="pk_survey_acts"),
        _of_survey("survey_acts"),
    )


def _photos() -> None:
    op.create_table(
        "survey_photos",
        sa.Column("survey_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("shot", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "id", name="pk_survey_photos"),
        _of_survey("survey_photos"),
    )


def _lines() -> None:
    op.create_table(
        "survey_lines",
        sa.Column("survey_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("part", sa.LargeBinary(), nullable=True),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "id", name="pk_survey_lines"),
        _of_survey("survey_lines"),
    )


def _of_survey(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=f"fk_{table}_survey_id")
