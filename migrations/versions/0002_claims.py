"""Customers, policies, reports, claims and what the recording check found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from claims_store.tables.kept import keep

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _customers()
    _identity_tries()
    _policies()
    _reports()
    _claims()
    _findings()
    _report_answers()
    _claim_events()
    keep(op.get_bind(), "report_answers", deletable=True)
    keep(op.get_bind(), "claim_events", deletable=True)


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.String(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(), nullable=True),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("identity_index", sa.String(), nullable=True),
        sa.Column("identity_tail_index", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("tier", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_index("ix_customers_identity_index", "customers", ["identity_index"])
    op.create_index("ix_customers_identity_tail_index", "customers", ["identity_tail_index"])
    op.create_index("ix_customers_name_index", "customers", ["name_index"])
    op.create_index("ix_customers_phone_index", "customers", ["phone_index"])


def _identity_tries() -> None:
    op.create_table(
        "identity_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("caller_index", sa.String(), nullable=False),
        sa.Column("claim_index", sa.String(), nullable=True),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_tries"),
    )
    op.create_index("ix_identity_tries_caller_index", "identity_tries", ["caller_index"])
    op.create_index("ix_identity_tries_claim_index", "identity_tries", ["claim_index"])


def _policies() -> None:
    op.create_table(
        "policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("plate", sa.LargeBinary(), nullable=True),
        sa.Column("plate_index", sa.String(), nullable=True),
        sa.Column("object", sa.LargeBinary(), nullable=True),
        sa.Column("insured", sa.LargeBinary(), nullable=True),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policies"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_policies_customer_id"),
        sa.UniqueConstraint("number_index", name="uq_policies_number_index"),
    )
    op.create_index("ix_policies_customer_id", "policies", ["customer_id"])
    op.create_index("ix_policies_plate_index", "policies", ["plate_index"])


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("caller", sa.LargeBinary(), nullable=True),
        sa.Column("caller_index", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=True),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_reports"),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_reports_policy_id"),
    )
    op.create_index("ix_reports_call_id", "reports", ["call_id"])
    op.create_index("ix_reports_caller_index", "reports", ["caller_index"])
    op.create_index("ix_reports_started", "reports", ["started"])


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("report_number", sa.String(), nullable=True),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("policy_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("documents", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_claims"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_claims_customer_id"),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_claims_policy_id"),
        sa.ForeignKeyConstraint(
            ["report_number"], ["reports.number"], name="fk_claims_report_number"
        ),
        sa.UniqueConstraint("report_number", name="uq_claims_report_number"),
    )
    op.create_index("ix_claims_customer_id", "claims", ["customer_id"])
    op.create_index("ix_claims_opened", "claims", ["opened"])
    op.create_index("ix_claims_policy_id", "claims", ["policy_id"])


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_number", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=False),
        sa.Column("heard", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at_s", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_findings_call_id"),
        sa.ForeignKeyConstraint(
            ["report_number"], ["reports.number"], name="fk_findings_report_number"
        ),
        sa.UniqueConstraint(
            "report_number", "call_id", "field", name="uq_findings_report_number_call_id_field"
        ),
    )
    op.create_index("ix_findings_report_number", "findings", ["report_number"])


def _report_answers() -> None:
    op.create_table(
        "report_answers",
        sa.Column("report_number", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("clip", sa.String(), nullable=True),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("report_number", "version", name="pk_report_answers"),
        sa.ForeignKeyConstraint(
            ["report_number"], ["reports.number"], name="fk_report_answers_report_number"
        ),
    )


def _claim_events() -> None:
    op.create_table(
        "claim_events",
        sa.Column("claim_number", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("claim_number", "seq", name="pk_claim_events"),
        sa.ForeignKeyConstraint(
            ["claim_number"], ["claims.number"], name="fk_claim_events_claim_number"
        ),
    )
