"""Limits as data: what the law, the insurer and a call give us time for.

Calendar and working days are kept apart. Working days are the plan's own (`routing.hours`), so
deadlines and the promise at the end of a call run by one clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from claims_store.rules.fields import Words
from routing.calendar import working_day
from routing.hours import on_day
from routing.plan import Hours

__all__ = [
    "COMPLAINTS", "DEADLINES", "PROMISE", "Deadline", "Due", "Kind", "Step", "due", "working_days",
]  # fmt: skip

Unit = Literal["minute", "calendar_day", "working_day"]
Kind = Literal["statutory", "insurer", "call"]
"""Set by law, promised by the insurer to everybody, promised in one call."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done when this share of the time has passed: warn, call_first, say_it, supervisor,
    hand_over or broken."""

    share: float
    act: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit from a trigger to a stop, both moves of `stages`.

    `moves` says that a last day that is a holiday moves the legal end to the next working day
    (Civil Code section 203); the promise to the customer stays. While the claim is between
    `pause` and `resume` the clock stands. `voids` end it without a verdict. `only` are facts that
    must hold. `by_amount` are limits up to a sum, `by_place` by where the loss was; `limit` is
    for all others. `longer` are limits that hold as soon as an event has happened meanwhile.
    `told`: the customer is told when it ends.
    """

    name: str
    title: Words
    kind: Kind
    trigger: frozenset[str]
    stop: frozenset[str]
    limit: int
    unit: Unit
    source: str
    moves: bool = True
    lines: tuple[str, ...] = ()
    only: Mapping[str, str] | None = None
    by_amount: tuple[tuple[Decimal, int], ...] = ()
    by_place: Mapping[str, int] | None = None
    longer: Mapping[str, int] | None = None
    pause: str = ""
    resume: str = ""
    voids: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = (Step(0.5, "warn"), Step(1.0, "supervisor"))
    told: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """``promised`` is the day told to the customer, ``legal`` the last day of the law, ``warn``
    the day at half time."""

    promised: date
    legal: date
    warn: date


_COMPULSORY = "机动车交通事故责任强制保险条例"
_GONE = "claim_cancelled claim_merged claim_withdrawn"
_OVER = f"{_GONE} claim_closed zero_closed claim_rejected"
_DECIDED = "claim_approved claim_rejected"
_HAND_OVER = (Step(0.5, "warn"), Step(1.0, "hand_over"))
_MINUTES = (Step(0.6, "warn"), Step(1.0, "supervisor"))


def _row(
    name: str, kind: Kind, zh: str, en: str, trigger: str, stop: str, limit: int, unit: Unit,
    source: str, voids: str = _OVER, **more: object,
) -> Deadline:  # fmt: skip
    return Deadline(
        name, {"zh": zh, "en": en}, kind, frozenset(trigger.split()), frozenset(stop.split()),
        limit, unit, source, voids=frozenset(voids.split()), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _bands(*pairs: tuple[int, int]) -> tuple[tuple[Decimal, int], ...]:
    return tuple((Decimal(upto), limit) for upto, limit in pairs)


_PAPERS_PAUSE = {"pause": "documents_requested", "resume": "documents_completed"}
_SURVEY_OVER = f"{_OVER} survey_called_off"

_ROWS = (
    _row("CN1", "statutory", "一次告知所需单证", "written list of papers",
         "claim_reported", "documents_requested documents_completed", 1, "calendar_day",
         f"{_COMPULSORY} 27-28", lines=("motor",)),
    _row("CN2", "statutory", "核定（交强险）", "decision (compulsory motor)",
         "documents_completed", _DECIDED, 5, "calendar_day", f"{_COMPULSORY} 29",
         lines=("motor",), **_PAPERS_PAUSE),
    _row("CN3", "statutory", "核定", "decision", "documents_completed", _DECIDED, 30,
         "calendar_day", "保险法 23", **_PAPERS_PAUSE),
    _row("CN5", "statutory", "付款", "payment", "sum_agreed", "claim_paid", 10, "calendar_day",
         "保险法 23", told=True),
    _row("CN6", "statutory", "送达拒赔通知书", "notice of rejection with reasons",
         "claim_rejected", "rejection_notice_sent rejection_appealed", 3, "calendar_day",
         "保险法 24", _GONE, moves=False),
    _row("CN7", "statutory", "先付可确定的部分", "pay the certain part", "documents_completed",
         "claim_approved claim_rejected advance_paid", 60, "calendar_day", "保险法 25",
         moves=False),
    _row("CN9", "statutory", "回访", "follow-up call", "claim_paid", "follow_up_called", 15,
         "working_day", "车险理赔回访通知 (2009)", f"{_GONE} follow_up_declined",
         lines=("motor",)),
    _row("FILE7", "insurer", "立案", "file the claim", "claim_reported", "claim_filed", 7,
         "calendar_day", "车险理赔管理指标", steps=_HAND_OVER),
    _row("SV2", "insurer", "派查勘", "send a surveyor", "claim_reported",
         "survey_dispatched loss_surveyed loss_assessed_at_once", 5, "minute",
         "理赔服务承诺", only={"at_scene": "yes"}, steps=_MINUTES),
    _row("SV3", "insurer", "查勘员联系客户", "surveyor calls the customer", "survey_accepted",
         "customer_called surveyor_arrived", 5, "minute", "理赔服务承诺", _SURVEY_OVER,
         steps=_MINUTES),
    _row("SV4", "insurer", "查勘员到达", "surveyor arrives", "survey_accepted",
         "surveyor_arrived loss_surveyed", 60, "minute", "重庆机动车辆保险理赔服务标准",
         _SURVEY_OVER, by_place={"city": 30, "suburb": 60, "far": 90}, steps=_MINUTES, told=True),
    _row("SV5", "insurer", "定损", "assessment", "loss_surveyed",
         "loss_assessed loss_assessed_at_once", 7, "working_day", "理赔服务承诺",
         by_amount=_bands((2_000, 1), (5_000, 2), (20_000, 5)), told=True),
    _row("SV6", "insurer", "核赔", "review", "documents_completed", _DECIDED, 5, "working_day",
         "理赔服务承诺", by_amount=_bands((10_000, 1), (50_000, 2), (100_000, 3)), told=True,
         steps=_HAND_OVER, **_PAPERS_PAUSE),
    _row("SV7", "insurer", "付款（无人伤）", "payment without injury", "documents_completed",
         "claim_paid", 10, "working_day", "理赔服务承诺", only={"injury": "no"}, told=True,
         by_amount=_bands((1_000, 1), (3_000, 2), (10_000, 3), (50_000, 5)), **_PAPERS_PAUSE),
    _row("FAST10K", "insurer", "一小时赔付通知", "settlement notice in an hour",
         "documents_completed", _DECIDED, 60, "minute", "理赔服务承诺",
         only={"simple": "fast_10k"}, **_PAPERS_PAUSE),
)  # fmt: skip

DEADLINES: Mapping[str, Deadline] = {row.name: row for row in _ROWS}
"""Limits that Chinese law and the supervisor set, and those that insurers promise. CN1 and CN2
are for compulsory motor cover."""

_ANSWERED = "complaint_answered"
_COMPLAINT_OVER = "complaint_closed draft_dropped"

_OF_COMPLAINTS = (
    _row("CB1", "insurer", "请专人回电", "a person calls back", "complaint_drafted",
         "customer_called_back complaint_opened draft_dropped", 1, "working_day", "理赔服务承诺",
         _COMPLAINT_OVER),
    _row("CN10", "statutory", "答复投诉", "answer the complaint",
         "complaint_opened complaint_reopened", _ANSWERED, 15, "calendar_day",
         "银行业保险业消费投诉处理管理办法 (2020)", _COMPLAINT_OVER, moves=False,
         only={"law": "CN"}, longer={"complaint_complex": 30, "extension_approved": 60}),
    _row("UK2A", "insurer", "可用简短答复了结", "a summary letter is enough",
         "complaint_opened complaint_reopened", _ANSWERED, 3, "working_day", "DISP 1.5",
         _COMPLAINT_OVER, only={"law": "UK"}, steps=(Step(0.6, "warn"),)),
    _row("UK2", "statutory", "最终答复", "final response",
         "complaint_opened complaint_reopened", _ANSWERED, 56, "calendar_day", "DISP 1.6",
         _COMPLAINT_OVER, moves=False, only={"law": "UK"}),
)  # fmt: skip

COMPLAINTS: Mapping[str, Deadline] = {row.name: row for row in _OF_COMPLAINTS}
"""The same for complaints, whose events are moves of `complaints`. The plan chooses the law."""

PROMISE = Deadline(
    "PROMISE", {"zh": "本次通话的承诺", "en": "promised in a call"}, "call", frozenset(),
    frozenset(), 0, "minute", "通话", told=True,
    steps=(Step(0.5, "warn"), Step(0.8, "call_first"), Step(0.9, "say_it"), Step(1.0, "broken")),
)  # fmt: skip
"""What was promised to one customer: its time is given. Before it breaks the owner is warned,
then the customer is called first; when nobody takes that call, the line says it to him."""


def working_days(hours: Hours, first: date, last: date) -> int:
    """Working days after ``first`` up to and including ``last``."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(on_day(hours, day).working for day in days)


def due(deadline: Deadline, start: date, hours: Hours, limit: int | None = None) -> Due:
    """When a deadline of days ends that starts on a day; the day itself does not count."""
    days = deadline.limit if limit is None else limit
    if deadline.unit == "working_day":
        end = working_day(hours, start, days)
    else:
        end = start + timedelta(days=days)
    legal = working_day(hours, end, 0) if deadline.moves else end
    return Due(promised=end, legal=legal, warn=start + (end - start) / 2)
