"""What an agent typed, as the canonical value of its field."""

from __future__ import annotations

from ari_app.desk.form import LINE
from ari_app.desk.locales import Locale
from ari_app.desk.problems import Problem
from claims_store.reports import ReportState
from claims_store.rules.fields import LINES, UNKNOWN, Field, field
from claims_store.rules.readings import read

_AS_TYPED = frozenset({"text", "name"})


def canonical(report: ReportState, name: str, text: str, locale: Locale) -> str:
    """The value to store; raises Problem for a field the report does not have, and for a text
    nobody can read. An empty text takes an answer back."""
    text = text.strip()
    if name == LINE:
        return _line(text)
    row = field(report.line or "", name)
    if row is None:
        raise Problem("no_field", 404, name=name)
    if not text or (text == UNKNOWN and row.unknown_allowed):
        return text
    if text == UNKNOWN:
        raise Problem("needed", 422, title=row.title[locale.language])
    value = text if row.kind in _AS_TYPED else _read(row, text, report, locale)
    if value is None:
        raise Problem(f"unread_{row.kind}", 422, title=row.title[locale.language])
    return value


def _line(text: str) -> str:
    if text not in LINES:
        raise Problem("bad_value", 400, name=LINE)
    return text


def _read(row: Field, text: str, report: ReportState, locale: Locale) -> str | None:
    if text in {choice.value for choice in row.choices}:
        return text
    for language in dict.fromkeys((locale.language, report.language, "zh", "en")):
        found = read(row.kind, text, language, report.started, locale.zone, row.choices)
        if found is not None:
            return found.value
    # A policy or case number may have letters in it; what was typed is then the number.
    bare = "".join(text.split()).upper()
    return bare if row.kind == "digits" and bare.isalnum() else None
