"""Calls: the ledger row, the events, and one call as the outside sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from claims_store import (
    callbacks,
    claims,
    findings,
    outbox,
    recordings,
    reports,
    transcripts,
    turns,
)
from claims_store.errors import NotFound
from claims_store.personal import mark, phone, seal, seal_data, unseal, unseal_data
from claims_store.tables import CallEventRow, CallRow

TALKED = "talked"
"""Outcome of a call in which an agent had the caller."""
CHANGEABLE = frozenset({
    "language", "consent", "stage", "issue", "queue", "waiting_since", "rule_name", "rule_reason",
    "agent", "waited_s", "talk_s", "report_number", "customer_id", "verified",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallOpened:
    """A call that has just come in, or that we make (`direction` "out": `caller` is whom we call);
    `caller` is empty when withheld, `customer_id` when his number does not tell who he is."""

    call_id: str
    node: str
    sip_call_id: str
    caller: str
    dialled: str
    at: datetime
    plan_revision: int | None
    language: str | None = None
    stage: str = "ringing"
    customer_id: str | None = None
    direction: str = "in"


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands. `verified`: the caller has identified himself, not just rung from a
    known number. `waiting_since` is the arrival that his place in the queue rests on, `step` the
    number of the newest write that the line made (`claims_store.steps`)."""

    call_id: str
    node: str
    sip_call_id: str
    caller: str
    dialled: str
    started: datetime
    plan_revision: int | None
    language: str | None
    consent: str
    stage: str
    issue: str | None
    queue: str | None
    waiting_since: datetime | None
    rule_name: str | None
    rule_reason: str | None
    agent: str | None
    waited_s: float | None
    talk_s: float | None
    report_number: str | None
    customer_id: str | None
    verified: bool
    ended: datetime | None
    outcome: str | None
    step: int
    direction: str


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One entry of a call's journal."""

    seq: int
    at: datetime
    event: str
    data: dict[str, Any]


def open_call(s: Session, opened: CallOpened) -> bool:
    """Enter a call into the ledger before its caller hears anything. False: it is there."""
    caller = phone(opened.caller) if opened.caller else None
    row = {name: getattr(opened, name) for name in CallOpened.__slots__ if name != "at"}
    sealed = {
        "caller": seal(s, owner(opened.call_id), caller), "caller_index": mark(s, "phone", caller),
    }  # fmt: skip
    return turns.enter(s, row | sealed | {"started": opened.at, "step": 1})


def note(s: Session, call_id: str, at: datetime, event: str, /, **data: Any) -> int:
    """Append to the call's journal; its number there. `data` (JSON values, moments) is sealed."""
    step = update(CallRow).where(CallRow.call_id == call_id).values(events=CallRow.events + 1)
    seq: int | None = s.scalar(step.returning(CallRow.events))
    if seq is None:
        raise NotFound("call", call_id)
    blob = seal_data(s, owner(call_id), data)
    s.add(CallEventRow(call_id=call_id, seq=seq, at=at, event=event, data=blob))
    return seq


def change(s: Session, call_id: str, /, **columns: Any) -> None:
    """Set columns out of `CHANGEABLE`; anything else is a mistake in the program."""
    check_changeable(columns)
    done = s.execute(update(CallRow).where(CallRow.call_id == call_id).values(**columns))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound("call", call_id)


def check_changeable(columns: Mapping[str, Any]) -> None:
    """Raises TypeError for anything outside `CHANGEABLE`."""
    if strange := columns.keys() - CHANGEABLE:
        raise TypeError(f"a call has no changeable {', '.join(sorted(strange))}")


def close(
    s: Session, call_id: str, at: datetime, outcome: str, talk_s: float | None = None
) -> bool:
    """End a call, of whose talks there were `talk_s` seconds if that is known; the first end
    counts. What was recorded is put down for sealing."""
    if not turns.end(s, call_id, at, outcome, talk_s):
        if turns.last(s, call_id) is None:
            raise NotFound("call", call_id)
        return False
    if recordings.any_of(s, call_id):
        outbox.put(s, "seal", f"seal:{call_id}", {"call_id": call_id}, at)
    if outcome == TALKED:
        served(s, call_id, at)
    return True


def served(s: Session, call_id: str, at: datetime) -> None:
    """An agent had the caller: whoever was to ring him back need not any more."""
    for earlier in callbacks.rang_again(s, call_id, at):
        note(s, earlier, at, "callback_done", call=call_id)
        note(s, call_id, at, "rang_again", call=earlier)


def get(s: Session, call_id: str) -> Call | None:
    """One call."""
    row = s.get(CallRow, call_id)
    return None if row is None else _value(s, row)


def events(s: Session, call_id: str) -> list[CallEvent]:
    """A call's journal in order."""
    rows = s.scalars(
        select(CallEventRow).where(CallEventRow.call_id == call_id).order_by(CallEventRow.seq)
    )
    return [CallEvent(row.seq, row.at, row.event, unseal_data(s, row.data)) for row in rows]


def unfinished(s: Session, node: str) -> list[Call]:
    """The calls of a node that have not ended as far as the ledger knows, oldest first."""
    found = select(CallRow).where(CallRow.node == node, CallRow.ended.is_(None))
    return _values(s, found.order_by(CallRow.started))


def languages_in_the_air(s: Session, node: str) -> list[str]:
    """Languages of the calls of a node that have not ended."""
    found = select(CallRow.language).where(CallRow.node == node, CallRow.ended.is_(None))
    return [language for language in s.scalars(found.distinct()) if language]


def listing(
    s: Session, limit: int | None = None, offset: int = 0, *, agent: str | None = None
) -> list[Call]:
    """Calls, newest first; with `agent` only his."""
    found = select(CallRow).order_by(CallRow.started.desc(), CallRow.call_id.desc())
    if agent is not None:
        found = found.where(CallRow.agent == agent)
    return _values(s, found.limit(limit).offset(offset))


def of_caller(
    s: Session, caller: str, by: datetime, without: str = "", limit: int = 10
) -> list[Call]:
    """The newest calls from a number that had begun `by` a time, one of them left out."""
    mine = (CallRow.caller_index == mark(s, "phone", caller), CallRow.call_id != without)
    found = select(CallRow).where(*mine, CallRow.started <= by)
    return _values(s, found.order_by(CallRow.started.desc()).limit(limit))


def of_report(s: Session, number: str) -> list[Call]:
    """The calls in which a report was taken, oldest first."""
    found = select(CallRow).where(CallRow.report_number == number)
    return _values(s, found.order_by(CallRow.started))


def show(s: Session, call_id: str) -> dict[str, Any]:
    """A call with its report, recording, transcript and findings; times ISO 8601 in the store's
    zone. Raises `NotFound`."""
    call = get(s, call_id)
    if call is None:
        raise NotFound("call", call_id)
    zone: ZoneInfo = s.info["zone"]
    return {
        **_ledger(call, zone),
        **_report(s, call),
        "events": [
            {"at": _iso(event.at, zone), "event": event.event, **event.data}
            for event in events(s, call_id)
        ],
        "recording": _recording(s, call_id),
        "transcript": [
            {"track": heard.track, "start": heard.start, "end": heard.end, "text": heard.text}
            for heard in transcripts.of_call(s, call_id)
        ],
    }


def owner(call_id: str) -> str:
    """Whose data key seals what is personal of a call."""
    return f"call:{call_id}"


def _values(s: Session, found: Select[CallRow]) -> list[Call]:
    return [_value(s, row) for row in s.scalars(found)]


def _value(s: Session, row: CallRow) -> Call:
    plain = {name: getattr(row, name) for name in Call.__slots__ if name != "caller"}
    return Call(caller=unseal(s, row.caller) or "", **plain)


def _ledger(call: Call, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "sip_call_id": call.sip_call_id,
        "direction": call.direction,
        "caller": call.caller,
        "dialled": call.dialled,
        "language": call.language,
        "consent": call.consent,
        "started": _iso(call.started, zone),
        "ended": _iso(call.ended, zone),
        "queue": call.queue,
        "rule": _rule(call),
        "agent": call.agent,
        "waited_s": call.waited_s,
        "talk_s": call.talk_s,
    }


def _rule(call: Call) -> dict[str, Any] | None:
    if call.rule_name is None:
        return None
    return {"name": call.rule_name, "reason": call.rule_reason}


def _report(s: Session, call: Call) -> dict[str, Any]:
    number = call.report_number
    if number is None:
        nothing: dict[str, Any] = {"report_number": None, "claim_number": None, "report": {}}
        return nothing | {"missing": [], "findings": []}
    state = reports.state(s, number)
    claim = claims.by_report(s, number)
    return {
        "report_number": number,
        "claim_number": claim.number if claim else None,
        "report": {name: given.value for name, given in state.values.items() if given.stands},
        "missing": list(state.missing),
        "findings": [asdict(found) for found in findings.of_report(s, number, call.call_id)],
    }


def _recording(s: Session, call_id: str) -> dict[str, Any]:
    sealed = recordings.of_call(s, call_id)
    if sealed is None:
        legs = len(recordings.segments(s, call_id))
        nothing: dict[str, Any] = {"tracks": 0, "legs": legs, "seconds": 0.0, "sha256": None}
        return nothing | {"sealed": False, "partial": False}
    return {
        "tracks": sealed.tracks,
        "legs": sealed.legs,
        "seconds": sealed.seconds,
        "sha256": sealed.sha256,
        "sealed": sealed.file is not None,
        "partial": sealed.partial,
    }


def _iso(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat(timespec="milliseconds")
