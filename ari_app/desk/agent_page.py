"""The agent's page put together: band, form, checks, promises, and the page between two calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ari_app.desk import form as forms
from ari_app.desk.form import FieldView, SectionView
from ari_app.desk.locales import Locale
from ari_app.desk.words import say
from ari_app.desk.work import Work
from claims_store.reports import ReportState
from claims_store.rules.fields import Field, field
from claims_store.tasks import Task

_ICONS = {
    "done": "circle-check-filled",
    "check": "alert-triangle-filled",
    "next": "circle-arrow-right-filled",
    "missing": "circle-dashed",
    "unknown": "circle-minus",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the completeness list."""

    title: str
    state: str
    icon: str
    note: str
    anchor: str


@dataclass(frozen=True, slots=True)
class FormView:
    """The report card; `key` changes when the form itself must be exchanged."""

    number: str
    key: str
    title: str
    badge: str
    saved: str
    editable: bool
    sent: bool
    complete: bool
    missing: tuple[str, ...]
    sections: tuple[SectionView, ...]
    checks: tuple[Check, ...]
    done: int
    percent: int
    standing: str


@dataclass(frozen=True, slots=True)
class Band:
    """The one thing to do now; `lang` is set when `say` is to be said to the caller."""

    kind: str
    title: str
    label: str = ""
    say: str = ""
    help: str = ""
    special: str = ""
    lang: str = ""
    unknown: bool = False
    act: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """Something promised, by when, and how it looks."""

    about: str
    text: str
    due: str
    left: str
    look: str


def form_view(work: Work, locale: Locale) -> FormView | None:
    """The report card of the call, or None between calls."""
    if work.call_id is None:
        return None
    report = work.report
    sections = forms.build(report, locale)
    shown = [each for section in sections for each in section.fields if not each.hidden]
    missing = forms.missing(report)
    # A field that another one stands in for (the plate for the policy number) is not owed.
    owed = (each for each in shown if each.state != "missing" or each.name in missing)
    checks = tuple(_check(each, locale) for each in owed if each.required)
    done = sum(each.state in {"done", "unknown", "check"} for each in checks)
    line = (report.line if report else None) or ""
    return FormView(
        number=report.number if report else "",
        key=form_key(work, locale.language),
        title=locale.say(f"form.title.{line or 'any'}"),
        badge=_badge(work, locale),
        saved=_saved(report, locale),
        editable=work.editable,
        sent=report is not None and report.finished is not None,
        complete=report is not None and report.level != "draft",
        missing=missing,
        sections=sections,
        checks=checks,
        done=done,
        percent=round(100 * done / max(1, len(checks))),
        standing=_standing(report, checks, locale),
    )


def form_key(work: Work, language: str) -> str:
    """Two forms with the same key have the same fields of the same report."""
    report = work.report
    parts = (report.number if report else "", (report.line or "") if report else "", language)
    return "|".join((*parts, work.call_id or ""))


def band(work: Work, form: FormView | None, locale: Locale, today: str) -> Band:
    """The centre band; `today` is the sentence of a page without a call."""
    if work.phase == "offered":
        return _offer(work, locale)
    if work.phase == "wrap_up":
        return _wrap(form, locale)
    if work.phase == "talking":
        return _ask(work, form, locale)
    state = work.agent.state
    known = state if state in {"ready", "away", "offline"} else "ready"
    return Band(
        kind="idle",
        title=locale.say("rail.desk"),
        label=locale.say(f"state.{known}"),
        say=locale.say(f"idle.{known}"),
        help=today,
        act=known != "ready",
    )


def opening(work: Work, locale: Locale) -> tuple[str, str]:
    """The first sentence to the caller, and its language: goes on where the line stopped."""
    report = work.report
    language = _callers_language(work, locale)
    row = _row(report, next(iter(forms.missing(report)), ""))
    question = row.question[language] if row else ""
    begun = report is not None and any(each.stands for each in report.values.values())
    name = "opening.go_on" if begun else "opening.new"
    return say(name, language, question=question).strip(), language


def promise(task: Task, locale: Locale) -> Promise:
    """A task as a line."""
    soon = task.due - locale.now < timedelta(minutes=15)
    look = "bad" if task.due < locale.now else "warn" if soon else "accent"
    text = locale.maybe(f"task.{task.kind}", locale.say("task.any"))
    return Promise(task.about, text, locale.moment(task.due), locale.left(task.due), look)


def _check(each: FieldView, locale: Locale) -> Check:
    notes = {
        "check": locale.say("checks.check"),
        "next": locale.say("checks.next"),
        "unknown": locale.say("answer.unknown"),
    }
    note = notes.get(each.state, "")
    if each.state == "done" and each.source == "line":
        note = locale.say("checks.by_line")
    anchor = f"{each.name}-1" if each.widget in {"segments", "picks"} else each.name
    return Check(each.title, each.state, _ICONS[each.state], note, anchor)


def _badge(work: Work, locale: Locale) -> str:
    report = work.report
    if report is None or report.claim_number is None:
        return locale.say("form.draft") if report else ""
    return report.claim_number


def _saved(report: ReportState | None, locale: Locale) -> str:
    times = [each.at for each in report.values.values()] if report else []
    return locale.say("js.saved", time=locale.clock(max(times), seconds=True)) if times else ""


def _standing(report: ReportState | None, checks: tuple[Check, ...], locale: Locale) -> str:
    if report is not None and report.finished is not None:
        return locale.say("form.sent", number=report.claim_number or report.number)
    missing = sum(each.state in {"missing", "next"} for each in checks)
    doubtful = sum(each.state == "check" for each in checks)
    parts = [locale.say("form.missing", count=missing) if missing else locale.say("form.all")]
    if doubtful:
        parts.append(locale.say("form.doubtful", count=doubtful))
    return locale.say("form.join").join(parts)


def _offer(work: Work, locale: Locale) -> Band:
    pop, offer = work.pop, work.offer
    assert offer is not None
    name = pop.customer.name if pop and pop.customer else locale.say("who.nobody")
    parts = []
    if pop:
        line = pop.report.line if pop.report else None
        parts.append(locale.say(f"form.title.{line or 'any'}"))
        waited = offer.since - (pop.call.waiting_since or pop.call.started)
        parts.append(locale.say("offer.waited", time=locale.span(waited.total_seconds())))
    special = ""
    if pop and pop.report and pop.report.call_id != offer.call_id:
        special = locale.say("offer.broke_off", time=locale.moment(pop.report.started))
    elif pop and len(pop.previous_calls) >= 2:
        special = locale.say("who.calls_count", today=_today(work, locale), all=_all(work))
    title = locale.say("offer.title", name=name)
    return Band("offer", title, say=name, help=" · ".join(parts), special=special)


def _today(work: Work, locale: Locale) -> int:
    before = work.pop.previous_calls if work.pop else []
    today = locale.day(locale.now)
    return 1 + sum(locale.day(each.started) == today for each in before)


def _all(work: Work) -> int:
    return 1 + len(work.pop.previous_calls if work.pop else [])


def _wrap(form: FormView | None, locale: Locale) -> Band:
    title = locale.say("state.wrap_up")
    if form is None or not form.number:
        return Band("wrap", title, say=locale.say("wrap.no_report"), help=locale.say("wrap.help"))
    head = "wrap.sent" if form.sent else "wrap.open"
    text = locale.say(head, number=form.badge if form.sent else form.number)
    return Band(
        "wrap", title, say=text, help=form.standing if not form.sent else locale.say("wrap.help")
    )


def _ask(work: Work, form: FormView | None, locale: Locale) -> Band:
    title = locale.say("state.talking")
    report, language = work.report, _callers_language(work, locale)
    row = _row(report, next(iter(forms.missing(report)), ""))
    if row is None:
        done = "ask.sent" if form and form.sent else "ask.done"
        return Band("ask", title, say=locale.say(done), help=locale.say("ask.done_help"))
    return Band(
        kind="ask",
        title=title,
        say=row.question[language],
        help=locale.maybe(f"help.{row.name}", locale.say(f"help.kind.{row.kind}")),
        lang=language,
        unknown=row.unknown_allowed,
    )


def _row(report: ReportState | None, name: str) -> Field | None:
    return field((report.line or "") if report else "", name)


def _callers_language(work: Work, locale: Locale) -> str:
    pop = work.pop
    found = (pop.call.language or (pop.report.language if pop.report else None)) if pop else None
    return found or locale.language
