"""A call's writes as numbered steps: each is applied once and in order, whether it comes at once,
late out of a thread that was given up, or again out of the journal.

A step is plain data, so that it can wait in a file while the database is away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claims_store import (
    callbacks,
    calls,
    cuts,
    feedback,
    line_answers,
    line_calls,
    recordings,
    reports,
    turns,
)
from claims_store.errors import NotFound, StoreError
from claims_store.line_answers import LineAnswer
from claims_store.personal import seal_data
from claims_store.tables import CallRow

OPEN, NOTE, CHANGE, GONE = "open", "note", "change", "gone"
_MOMENT = "$at"


class OutOfOrder(StoreError):
    """A step came before the one that it follows."""


@dataclass(frozen=True, slots=True)
class Step:
    """One write of a call. `data` is JSON values and moments; `number` counts from 1, None is for
    a write that may come at any time and again."""

    call_id: str
    number: int | None
    kind: str
    data: Mapping[str, Any]


def closing(call_id: str, at: datetime, outcome: str, talk_s: float | None = None) -> Step:
    """The end of a call, of whose talks there were `talk_s` seconds if that is known. The first end
    counts, so one that nobody leads needs no number."""
    return Step(call_id, None, "close", {"at": at, "outcome": outcome, "talk_s": talk_s})


def cutting(call_id: str, at: datetime, talk_s: float | None = None) -> Step:
    """The same for a call that Asterisk's death ended."""
    return Step(call_id, None, cuts.CUT, {"at": at, "talk_s": talk_s})


def missing(call_id: str, at: datetime) -> Step:
    """The same for a call that is not in Asterisk any more, which lived on."""
    return Step(call_id, None, GONE, {"at": at})


def apply(s: Session, step: Step) -> Any:
    """Carry a step out; its result, or None when it was applied before. Raises `OutOfOrder`."""
    return _carry_out(s, step, exactly=True)


def replay(s: Session, steps: Sequence[Step]) -> None:
    """Carry out, in order, what waited in the journal; what is missing in it is passed over."""
    for step in steps:
        _carry_out(s, step, exactly=False)
        # The next step of the same call must find it, by whatever way it asks.
        s.flush()
        s.expire_all()


def pass_over(s: Session, step: Step, at: datetime) -> None:
    """A step that can never be applied: the call goes on without it, and says so."""
    if s.get(CallRow, step.call_id) is None:
        return
    if _claim(s, step, exactly=False):
        calls.note(s, step.call_id, at, "step_set_aside", kind=step.kind)


def alive(s: Session) -> None:
    """Whether the database takes a write: takes the lock, changes nothing."""
    s.execute(update(CallRow).where(CallRow.call_id == "").values(step=CallRow.step))


def last(s: Session, call_id: str) -> int:
    """The number of a call's newest step. Raises `NotFound`."""
    found = s.scalar(select(CallRow.step).where(CallRow.call_id == call_id))
    if found is None:
        raise NotFound("call", call_id)
    return found


def encode(step: Step) -> bytes:
    """A step as one line of JSON."""
    plain = [step.call_id, step.number, step.kind, step.data]
    return json.dumps(plain, ensure_ascii=False, default=_moment).encode()


def decode(line: bytes) -> Step:
    """The step of a line."""
    return Step(*json.loads(line, object_hook=_read))


def _moment(value: object) -> dict[str, str]:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} cannot wait in the journal")
    return {_MOMENT: value.isoformat()}


def _read(found: dict[str, Any]) -> Any:
    return datetime.fromisoformat(found[_MOMENT]) if found.keys() == {_MOMENT} else found


def _carry_out(s: Session, step: Step, *, exactly: bool) -> Any:
    if step.number is not None and step.kind == NOTE:
        return _numbered_note(s, step, exactly=exactly, **step.data)
    if step.number is not None and step.kind == CHANGE:
        calls.check_changeable(step.data)
        return _turn(s, step, step.data, exactly=exactly)
    if not _claim(s, step, exactly=exactly):
        return None
    return _KINDS[step.kind](s, step.call_id, told=not exactly, **step.data)


def _claim(s: Session, step: Step, *, exactly: bool) -> bool:
    """Whether it is this step's turn, which is then taken; False: it was applied before."""
    if step.number is None or step.kind == OPEN:
        return True
    return _turn(s, step, {}, exactly=exactly) is not None


def _turn(
    s: Session, step: Step, changes: Mapping[str, Any], *, exactly: bool, events: int = 0
) -> int | None:
    """How many events the call has after this step; None: it was applied before."""
    assert step.number is not None
    found = turns.take(s, step.call_id, step.number, changes, events=events, exactly=exactly)
    if found is None and (newest := last(s, step.call_id)) < step.number:
        raise OutOfOrder(f"step {step.number} of {step.call_id} after {newest}")
    return found


def _numbered_note(
    s: Session, step: Step, *, exactly: bool, at: datetime, event: str, data: dict[str, Any],
    changes: Mapping[str, Any] = MappingProxyType({}), ends: int | None = None,
    begins: Mapping[str, Any] | None = None,
) -> int | None:  # fmt: skip
    """What happened, its number there, and what goes with it: changes of the call's row, a segment
    (or `recordings.EVERY`) whose recorders end, a recorder that begins."""
    calls.check_changeable(changes)
    seq = _turn(s, step, changes, exactly=exactly, events=1)
    if seq is None:
        return None
    sealed = seal_data(s, calls.owner(step.call_id), data)
    turns.add_event(s, step.call_id, seq, at, event, sealed)
    if ends is not None:
        recordings.end(s, step.call_id, at, ends)
    if begins is not None:
        recordings.begin(s, step.call_id, at=at, **begins)
    return seq


def _note(
    s: Session, call_id: str, *, told: bool, at: datetime, event: str, data: dict[str, Any]
) -> None:
    calls.note(s, call_id, at, event, **data)


def _open(s: Session, call_id: str, *, told: bool, **data: Any) -> object:
    return line_calls.begin(s, calls.CallOpened(call_id, **data), told=told)


def _answer(s: Session, call_id: str, *, told: bool, **data: Any) -> object:
    return line_answers.save(s, LineAnswer(call_id, **data), told=told)


def _finish(
    s: Session, call_id: str, *, told: bool, at: datetime, promised_at: datetime | None
) -> None:
    number = line_answers.report_of(s, call_id)
    if number is not None:
        reports.finish(s, number, at, promised_at)
        calls.note(s, call_id, at, "report_finished", report=number, promised_at=promised_at)


def _callback(s: Session, call_id: str, *, told: bool, due: datetime, **data: Any) -> None:
    report = line_answers.report_of(s, call_id)
    callbacks.add(s, call_id, due=due, **data, report_number=report)
    calls.note(s, call_id, due, "callback_taken")


def _feedback(
    s: Session, call_id: str, *, told: bool, at: datetime, about: str, scores: dict[str, int]
) -> None:
    about = about or line_answers.report_of(s, call_id) or call_id
    feedback.give(s, about, "keys", scores, None, at, call_id=call_id, key=f"call:{call_id}")


def _recorder_on(s: Session, call_id: str, *, told: bool, **data: Any) -> None:
    recordings.begin(s, call_id, **data)


def _recorder_off(s: Session, call_id: str, *, told: bool, **data: Any) -> None:
    recordings.end(s, call_id, **data)


def _close(s: Session, call_id: str, *, told: bool, **data: Any) -> None:
    calls.close(s, call_id, **data)


def _cut(s: Session, call_id: str, *, told: bool, **data: Any) -> None:
    cuts.cut(s, call_id, **data)


def _gone(s: Session, call_id: str, *, told: bool, at: datetime) -> None:
    cuts.gone(s, call_id, at)


_KINDS: Mapping[str, Callable[..., Any]] = {
    OPEN: _open,
    NOTE: _note,
    "answer": _answer,
    "finish": _finish,
    "callback": _callback,
    "feedback": _feedback,
    "recorder_on": _recorder_on,
    "recorder_off": _recorder_off,
    "close": _close,
    cuts.CUT: _cut,
    GONE: _gone,
}
"""What a step does; `told`: its caller has been told already that it is done."""
