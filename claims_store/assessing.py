"""A stored report together with what the claim rules say about it: the one place that asks them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store import customers
from claims_store.personal import unseal
from claims_store.rules.completeness import Assessment, Context, assess
from claims_store.rules.fields import LEVELS
from claims_store.tables import AnswerRow, ReportRow


@dataclass(frozen=True, slots=True)
class Answered:
    """The present value of a field. An empty value with a `clip` was spoken and recorded, and is
    not yet written down; an empty one without was taken back."""

    value: str
    by: str
    source: str
    at: datetime
    asked: bool
    version: int
    clip: str | None

    @property
    def stands(self) -> bool:
        """Whether it counts as an answer."""
        return bool(self.value) or self.clip is not None


@dataclass(frozen=True, slots=True)
class Assessed:
    """A report's present values, the policy they lead to, and the rules' judgement."""

    values: dict[str, Answered]
    policy: customers.Policy | None
    assessment: Assessment


def assess_report(
    s: Session, row: ReportRow, values: dict[str, Answered], now: datetime
) -> Assessed:
    """Judge a report's present values as of `now`."""
    policy = customers.policy(s, row.policy_id) if row.policy_id is not None else None
    context = replace(circumstances(s, row, now), policy=policy.facts() if policy else None)
    plain = {field: answer.value for field, answer in values.items() if answer.stands}
    return Assessed(values, policy, assess(row.line or "", plain, context))


def circumstances(s: Session, row: ReportRow, now: datetime) -> Context:
    """What the rules have to know beside a report's values; the policy is not filled in."""
    caller = unseal(s, row.caller) or ""
    return Context(now=now, zone=s.info["zone"], policy=None, language=row.language, caller=caller)


def present(s: Session, number: str) -> dict[str, Answered]:
    """The newest version of each field, in the order of first answering."""
    found = select(AnswerRow).where(AnswerRow.report_number == number)
    newest: dict[str, AnswerRow] = {}
    for row in s.scalars(found.order_by(AnswerRow.version)):
        newest[row.field] = row
    return {field: answered(s, row) for field, row in newest.items()}


def answered(s: Session, row: AnswerRow) -> Answered:
    """The value of a version; empty once the report's key is erased."""
    value = unseal(s, row.value) or ""
    return Answered(value, row.by, row.source, row.at, row.asked, row.version, row.clip)


def higher(one: str, other: str) -> str:
    """The higher of two levels: a report never falls back."""
    return max(one, other, key=LEVELS.index)
