"""The report form as the agent sees it, made from the rows of the claim rules and a report."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ari_app.desk import formats
from ari_app.desk.locales import Locale
from ari_app.desk.words import pattern
from claims_store.assessing import Answered
from claims_store.reports import ReportState
from claims_store.rules.fields import LINES, UNKNOWN, Choice, Field, fields_of
from claims_store.rules.readings import say_text

_TABLE = Path(__file__).with_name("sections.toml")
LINE = "line"


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One answer of a closed list."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field on the form; `typed` is its value as a person writes it."""

    name: str
    title: str
    widget: str
    width: str
    choices: tuple[ChoiceView, ...]
    value: str
    typed: str
    version: int
    required: bool
    hidden: bool
    next: bool
    note: str
    hint: str
    example: str
    by: str
    source: str
    state: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """Fields that belong together."""

    name: str
    title: str
    fields: tuple[FieldView, ...]

    @property
    def hidden(self) -> bool:
        return all(field.hidden for field in self.fields)


@cache
def sections() -> Mapping[str, list[str]]:
    """Section -> names of fields, in the order of a talk."""
    found: Mapping[str, list[str]] = tomllib.loads(_TABLE.read_text("utf-8"))["sections"]
    return found


@cache
def left_out() -> frozenset[str]:
    """Fields that the first notice does not ask for."""
    return frozenset(tomllib.loads(_TABLE.read_text("utf-8"))["left"])


def build(report: ReportState | None, locale: Locale) -> tuple[SectionView, ...]:
    """All sections that this line of business has; without a report the core ones, empty."""
    line = (report.line if report else None) or ""
    rows = {row.name: row for row in fields_of(line)}
    made = []
    for name, names in sections().items():
        fields = tuple(_field(rows[each], report, locale) for each in names if each in rows)
        if name == LINE:
            fields = (_line(report, locale),)
        if fields:
            made.append(SectionView(name, locale.say(f"section.{name}"), fields))
    return tuple(made)


def missing(report: ReportState | None) -> tuple[str, ...]:
    """What is still to be asked on this form, in the order of asking."""
    if report is None:
        return tuple(row.name for row in fields_of("") if row.need == "R")
    return tuple(name for name in report.missing if name not in left_out())


def relevant(row: Field, values: Mapping[str, Answered]) -> bool:
    """Whether the circumstances call for this field; an answered one is always shown."""
    if row.name in values and values[row.name].stands:
        return True
    if any(_is(values, name, value) for name, value in row.unless):
        return False
    return row.need != "C" or any(_is(values, name, value) for name, value in row.when)


def typed(row: Field, answer: Answered | None, language: str) -> str:
    """A value as it stands in the field."""
    if answer is None or not answer.value:
        return ""
    if row.kind == "phone":
        return formats.phone(answer.value, masked=False)
    if row.kind == "plate":
        return formats.plate(answer.value)
    if row.kind == "yes_no_unknown" or answer.value == UNKNOWN:
        return pattern(f"answer.{answer.value}", language) or answer.value
    return say_text(row.kind, answer.value, language, row.choices)


def _is(values: Mapping[str, Answered], name: str, value: str) -> bool:
    return name in values and values[name].value == value


def _field(row: Field, report: ReportState | None, locale: Locale) -> FieldView:
    values = report.values if report else {}
    answer = values.get(row.name)
    next_one = row.name == next(iter(missing(report)), None)
    note = _note(row, report, locale)
    return FieldView(
        name=row.name,
        title=row.title[locale.language],
        widget=_widget(row),
        width=_width(row),
        choices=_choices(row, locale),
        value=answer.value if answer else "",
        typed=typed(row, answer, locale.language),
        version=answer.version if answer else 0,
        required=row.need != "O",
        hidden=not relevant(row, values),
        next=next_one,
        note=note,
        hint=_spoken(answer, locale),
        example=locale.maybe(f"example.{row.name}", ""),
        by=answer.by if answer else "",
        source=answer.source if answer else "",
        state=_state(row, answer, note, next_one),
    )


def _line(report: ReportState | None, locale: Locale) -> FieldView:
    answer = report.values.get(LINE) if report else None
    value = (report.line if report else None) or ""
    return FieldView(
        name=LINE,
        title=locale.say("line"),
        widget="picks",
        width="full",
        choices=tuple(ChoiceView(name, locale.say(f"line.{name}")) for name in LINES),
        value=value,
        typed=value,
        version=answer.version if answer else 0,
        required=True,
        hidden=bool(value),
        next=False,
        note="",
        hint="",
        example="",
        by="",
        source="",
        state="done" if value else "missing",
    )


def _note(row: Field, report: ReportState | None, locale: Locale) -> str:
    if report is None:
        return ""
    found = [problem for problem in report.problems if problem.field == row.name]
    return locale.of(found[0].sentence) if found else ""


def _spoken(answer: Answered | None, locale: Locale) -> str:
    if answer is not None and not answer.value and answer.clip is not None:
        return locale.say("form.spoken")
    return ""


def _state(row: Field, answer: Answered | None, note: str, next_one: bool) -> str:
    if answer is not None and answer.stands:
        if note:
            return "check"
        return "unknown" if answer.value == UNKNOWN else "done"
    return "next" if next_one else "missing"


def _widget(row: Field) -> str:
    if row.kind == "yes_no_unknown":
        return "segments"
    if row.kind == "choice":
        return "picks" if len(row.choices) <= 7 else "select"
    return "area" if row.name == "narrative" else "text"


def _width(row: Field) -> str:
    if row.name == "narrative":
        return "wide"
    if row.name in {"witnesses", "seen_where"} or _widget(row) == "picks":
        return "full"
    return ""


def _choices(row: Field, locale: Locale) -> tuple[ChoiceView, ...]:
    if row.kind == "yes_no_unknown":
        values = ("yes", "no", UNKNOWN) if row.unknown_allowed else ("yes", "no")
        return tuple(ChoiceView(value, locale.say(f"answer.{value}")) for value in values)
    return tuple(_choice(choice, locale) for choice in row.choices)


def _choice(choice: Choice, locale: Locale) -> ChoiceView:
    title = choice.title[locale.language]
    return ChoiceView(choice.value, title[:1].upper() + title[1:])
