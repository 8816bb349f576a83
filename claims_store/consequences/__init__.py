"""One handler per kind of outbox row: session, row and time in, effects out.

A handler may be called more than once for the same row (a worker was killed): what it writes must
be the same then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from claims_store.consequences import (
    call_order_over,
    check_report,
    claims,
    deadline,
    feedback,
    follow_message,
    message,
    seal,
    survey,
    transcribe,
    webhook,
)
from claims_store.consequences.effects import Effect
from claims_store.outbox import Consequence

Handler = Callable[[Session, Consequence, datetime], list[Effect]]

HANDLERS: Mapping[str, Handler] = {
    "message": message.handle,
    "follow_message": follow_message.handle,
    "seal": seal.handle,
    "transcribe": transcribe.handle,
    "check_report": check_report.handle,
    "assign_claim": claims.assign,
    "hand_over": claims.hand_over,
    "same_loss": claims.merge,
    "simple_rules": claims.judge,
    "tell_customer": claims.tell,
    "deadline": deadline.handle,
    "dispatch_survey": survey.dispatch,
    "follow_survey": survey.follow,
    "survey_step": survey.step,
    "call_order_over": call_order_over.handle,
    "feedback_given": feedback.given,
    "hear_remark": feedback.hear,
    "ask_feedback": feedback.ask,
    "follow_up": feedback.plan,
    "follow_up_due": feedback.due,
    "webhook": webhook.handle,
}
