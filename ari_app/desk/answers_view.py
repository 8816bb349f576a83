"""The report on record pages: each answer, its versions, and what the recording says about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ari_app.desk import form as forms
from ari_app.desk.locales import Locale
from claims_store.assessing import Answered
from claims_store.reports import ReportState, Version
from claims_store.rules.fields import Field, fields_of
from claims_store.rules.findings import Finding

_LOOK = {
    "confirmed": ("confirmed", "circle-check-filled"),
    "check": ("check", "alert-triangle-filled"),
    "heard_otherwise": ("check", "alert-triangle-filled"),
    "not_heard": ("check", "alert-triangle-filled"),
    "not_asked": ("quiet", "circle-minus"),
}


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier version of an answer."""

    when: str
    by: str
    value: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answered field; `at_s` is the second of the recording that speaks of it."""

    title: str
    value: str
    note: str
    look: str
    icon: str
    at_s: float | None
    call_id: str
    versions: tuple[Past, ...]


def build(
    report: ReportState,
    findings: Mapping[str, Sequence[Finding]],
    versions: Sequence[Version],
    names: Mapping[str, str],
    locale: Locale,
) -> tuple[AnswerView, ...]:
    """All answers in the order of asking. `findings` are by call, the newest call's last."""
    found = {each.field: (call, each) for call, some in findings.items() for each in some}
    past: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        past[version.field].append(version)
    rows = [row for row in fields_of(report.line or "") if row.name in report.values]
    return tuple(
        _answer(row, report.values[row.name], found.get(row.name), past[row.name], names, locale)
        for row in rows
        if report.values[row.name].stands
    )


def not_confirmed(answers: Sequence[AnswerView]) -> int:
    """How many answers the recording leaves open."""
    return sum(each.look == "check" for each in answers)


def _answer(
    row: Field,
    answer: Answered,
    found: tuple[str, Finding] | None,
    past: Sequence[Version],
    names: Mapping[str, str],
    locale: Locale,
) -> AnswerView:
    finding = found[1] if found else None
    look, icon = _LOOK[finding.state] if finding else ("", "")
    return AnswerView(
        title=row.title[locale.language],
        value=written(row, answer, locale),
        note=_note(row, finding, locale) or who(answer.by, answer.source, names, locale),
        look=look,
        icon=icon,
        at_s=finding.at_s if finding else None,
        call_id=found[0] if found else "",
        versions=tuple(_past(row, each, names, locale) for each in past) if len(past) > 1 else (),
    )


def written(row: Field, answer: Answered, locale: Locale) -> str:
    """A value as record pages show it: telephone numbers masked."""
    if not answer.value:
        return locale.say("form.spoken") if answer.clip else locale.say("answer.taken_back")
    if row.kind == "phone":
        return locale.phone(answer.value)
    return forms.typed(row, answer, locale.language)


def who(by: str, source: str, names: Mapping[str, str], locale: Locale) -> str:
    """Where an answer comes from."""
    if source == "agent":
        return locale.say("source.agent", name=names.get(by, by))
    return locale.maybe(f"source.{source}", source)


def _past(row: Field, each: Version, names: Mapping[str, str], locale: Locale) -> Past:
    by = who(each.answer.by, each.answer.source, names, locale)
    return Past(locale.moment(each.answer.at), by, written(row, each.answer, locale))


def _note(row: Field, finding: Finding | None, locale: Locale) -> str:
    if finding is None:
        return ""
    heard = finding.heard or ""
    if heard and row.kind == "phone":
        heard = locale.phone(heard)
    elif heard:
        made = Answered(heard, "", "speech", locale.now, True, 0, None)
        heard = forms.typed(row, made, locale.language)
    return locale.say(f"finding.{finding.state}", heard=heard)
