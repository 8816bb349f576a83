"""What the recording check found about the fields of a report, call by call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from claims_store.personal import seal, unseal
from claims_store.rules.findings import Finding, State
from claims_store.tables import FindingRow


def put(s: Session, report_number: str, call_id: str, findings: Sequence[Finding]) -> None:
    """Store what one call's recording says about a report, in the place of an earlier check."""
    s.execute(
        delete(FindingRow).where(
            FindingRow.report_number == report_number, FindingRow.call_id == call_id
        )
    )
    owner = f"report:{report_number}"
    for finding in findings:
        s.add(
            FindingRow(
                report_number=report_number,
                call_id=call_id,
                field=finding.field,
                typed=seal(s, owner, finding.typed),
                heard=seal(s, owner, finding.heard),
                state=finding.state,
                at_s=finding.at_s,
            )
        )
    s.flush()


def of_report(s: Session, number: str, call_id: str | None = None) -> list[Finding]:
    """All findings of a report, or those from one call, in the order they were made."""
    found = select(FindingRow).where(FindingRow.report_number == number)
    if call_id is not None:
        found = found.where(FindingRow.call_id == call_id)
    return [_value(s, row) for row in s.scalars(found.order_by(FindingRow.id))]


def _value(s: Session, row: FindingRow) -> Finding:
    typed = unseal(s, row.typed) or ""
    return Finding(row.field, typed, unseal(s, row.heard), cast(State, row.state), row.at_s)
