"""A report's state as the form's module and programs get it."""

from __future__ import annotations

from typing import Any

from ari_app.desk import form as forms
from ari_app.desk.agent_page import form_key
from ari_app.desk.form import FieldView
from ari_app.desk.locales import Locale
from ari_app.desk.work import Work
from claims_store.reports import ReportState


def work_json(work: Work, locale: Locale) -> dict[str, Any]:
    """The form's key, whether it may be written, and the report in it."""
    return {
        "phase": work.phase,
        "call_id": work.call_id,
        "form": form_key(work, locale.language) if work.call_id else "",
        "editable": work.editable,
        "report": report_json(work.report, locale) if work.report else None,
    }


def report_json(report: ReportState, locale: Locale) -> dict[str, Any]:
    """Everything about a report: level, what is missing, and each field with its version."""
    shown = [each for section in forms.build(report, locale) for each in section.fields]
    missing = forms.missing(report)
    return {
        "number": report.number,
        "line": report.line,
        "language": report.language,
        "level": report.level,
        "claim_number": report.claim_number,
        "missing": list(missing),
        "next_field": next(iter(missing), None),
        "problems": [
            {"field": each.field, "code": each.code, "sentence": dict(each.sentence)}
            for each in report.problems
        ],
        "finished": report.finished,
        "fields": {each.name: _field_json(each) for each in shown},
    }


def _field_json(field: FieldView) -> dict[str, Any]:
    return {
        "value": field.value,
        "shown": field.typed,
        "version": field.version,
        "by": field.by,
        "source": field.source,
        "state": field.state,
        "note": field.note,
        "hidden": field.hidden,
    }
