"""Every table of the store; migrations and queries take them from here."""

from __future__ import annotations

from claims_store.tables.base import Base
from claims_store.tables.calls import CallEventRow, CallRow, HeardRow, RecordingRow, SegmentRow
from claims_store.tables.claims import (
    AnswerRow,
    ClaimEventRow,
    ClaimRow,
    CustomerRow,
    FindingRow,
    IdentityTryRow,
    PolicyRow,
    ReportRow,
)
from claims_store.tables.clocks import CalendarDayRow, DeadlineRow
from claims_store.tables.feedback import (
    AskedRow,
    ComplaintEventRow,
    ComplaintRow,
    FeedbackRow,
    FollowUpRow,
    ScoreRow,
)
from claims_store.tables.incoming import IncomingPartRow, IncomingRow
from claims_store.tables.links import LinkRow
from claims_store.tables.messages import MessagePartRow, MessageRow, PreferenceRow, ReceiptRow
from claims_store.tables.orders import CallOrderRow
from claims_store.tables.outside import (
    AskedOnceRow,
    DeliveryRow,
    TellingRow,
    TokenRow,
    WebhookRow,
)
from claims_store.tables.people import (
    AbsenceRow,
    AgentRow,
    AgentStateRow,
    StaffRow,
    UserRow,
    WebSessionRow,
)
from claims_store.tables.surveys import (
    SurveyActRow,
    SurveyLineRow,
    SurveyOfferRow,
    SurveyPhotoRow,
    SurveyRow,
)
from claims_store.tables.work import (
    AccessHeadRow,
    AccessRow,
    CallbackRow,
    OutboxRow,
    OutgoingRow,
    PlanRevisionRow,
    TaskRow,
)

REVISION = "0012"
"""The last migration: with it the database has these tables."""

__all__ = [
    "REVISION",
    "AbsenceRow",
    "AccessHeadRow",
    "AccessRow",
    "AgentRow",
    "AgentStateRow",
    "AnswerRow",
    "AskedOnceRow",
    "AskedRow",
    "Base",
    "CalendarDayRow",
    "CallEventRow",
    "CallOrderRow",
    "CallRow",
    "CallbackRow",
    "ClaimEventRow",
    "ClaimRow",
    "ComplaintEventRow",
    "ComplaintRow",
    "CustomerRow",
    "DeadlineRow",
    "DeliveryRow",
    "FeedbackRow",
    "FindingRow",
    "FollowUpRow",
    "HeardRow",
    "IdentityTryRow",
    "IncomingPartRow",
    "IncomingRow",
    "LinkRow",
    "MessagePartRow",
    "MessageRow",
    "OutboxRow",
    "OutgoingRow",
    "PlanRevisionRow",
    "PolicyRow",
    "PreferenceRow",
    "ReceiptRow",
    "RecordingRow",
    "ReportRow",
    "ScoreRow",
    "SegmentRow",
    "StaffRow",
    "SurveyActRow",
    "SurveyLineRow",
    "SurveyOfferRow",
    "SurveyPhotoRow",
    "SurveyRow",
    "TaskRow",
    "TellingRow",
    "TokenRow",
    "UserRow",
    "WebSessionRow",
    "WebhookRow",
]
