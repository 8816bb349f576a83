"""The bar on top of every page of those who take calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ari_app.desk.floor import WaitingView
from ari_app.desk.locales import Locale
from ari_app.desk.work import Work

REASONS = ("break", "meal", "meeting", "training")


@dataclass(frozen=True, slots=True)
class StateChoice:
    """A state the agent may choose."""

    state: str
    reason: str | None
    title: str


@dataclass(frozen=True, slots=True)
class CallerLine:
    """Who is on the line: a name, and one line about the call."""

    name: str
    line: str


@dataclass(frozen=True, slots=True)
class BarView:
    """Everything the bar shows; `look` names the colour and the word of the state."""

    look: str
    phase: str
    reason: str
    since: datetime
    until: datetime | None
    after: str
    choices: tuple[StateChoice, ...]
    call_id: str | None
    caller: CallerLine | None
    recording: str
    phone: str
    registered: bool
    waiting: int
    longest: datetime | None


def build(work: Work, waiting: tuple[WaitingView, ...], locale: Locale) -> BarView:
    """The bar for an agent's work."""
    agent = work.agent
    return BarView(
        look=_look(work),
        phase=work.phase,
        reason=_reason(agent.reason, locale) if agent.state == "away" else "",
        since=_since(work),
        until=agent.wrap_up_ends if work.phase == "wrap_up" else None,
        after=_after(work, locale),
        choices=choices(locale),
        call_id=work.call_id,
        caller=caller(work, locale),
        recording=_recording(work),
        phone=agent.phone,
        registered=agent.registered,
        waiting=len(waiting),
        longest=min((each.since for each in waiting), default=None),
    )


def choices(locale: Locale) -> tuple[StateChoice, ...]:
    """Ready, away for each reason, signed off."""
    away = tuple(StateChoice("away", name, _reason(name, locale)) for name in REASONS)
    ready = StateChoice("ready", None, locale.say("state.ready"))
    return (ready, *away, StateChoice("offline", None, locale.say("state.offline")))


def caller(work: Work, locale: Locale) -> CallerLine | None:
    """The caller's name, or his masked number while nobody knows who he is."""
    if work.pop is None:
        return None
    pop = work.pop
    number = locale.phone(pop.caller) if pop.caller else locale.say("who.withheld")
    name = pop.customer.name if pop.customer else locale.say("who.nobody")
    parts = [number]
    if pop.report and pop.report.line:
        parts.append(locale.say(f"line.{pop.report.line}"))
    elif pop.call.issue:
        parts.append(locale.maybe(f"issue.{pop.call.issue}", pop.call.issue))
    return CallerLine(name, " · ".join(parts))


def _look(work: Work) -> str:
    if work.phase == "talking":
        return "held" if work.talk and work.talk.held_since else "talking"
    if work.phase in {"offered", "wrap_up"}:
        return work.phase
    if not work.agent.registered:
        return "phone_gone"
    return work.agent.state


def _since(work: Work) -> datetime:
    if work.phase == "talking" and work.talk:
        return work.talk.held_since or work.talk.since
    return work.agent.since


def _after(work: Work, locale: Locale) -> str:
    if work.agent.after is None:
        return ""
    if work.agent.after == "away":
        return _reason(work.agent.after_reason, locale)
    return locale.say(f"state.{work.agent.after}")


def _recording(work: Work) -> str:
    if work.talk is None or work.phase != "talking" or not work.talk.recording:
        return "off"
    return "paused" if work.talk.paused else "on"


def _reason(reason: str | None, locale: Locale) -> str:
    return locale.maybe(f"reason.{reason}", "") if reason else ""
