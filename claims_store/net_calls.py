"""Calls that were in the net, as rows: who waited how long, which agent had him, who is to be rung
back, and what was recorded.

Each line is taken once, however often it is read: what it did stands in the call's journal, in the
same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store import callbacks, calls, outbox, people, recordings
from claims_store.calls import Call, CallOpened
from claims_store.net_log import NetLine, begin
from claims_store.personal import mark
from claims_store.recordings import Side
from claims_store.tables import CallbackRow, CallEventRow

OUTCOME = "fallback"
REASON = "net"
"""Reason of a callback to somebody whom the net could not serve."""
END = "NETEND"
"""The line with which a call in the net is over."""
BEGUN, ANSWERED, LEFT_REPORT = "net_begun", "net_answered", "voice_report_left"


@dataclass(frozen=True, slots=True)
class Recorder:
    """A file that a recorder of the dialplan has left for a call; `leg` is the agent's channel,
    empty for the customer's own, `began` about when its segment did."""

    segment: int
    side: Side
    file: str
    leg: str
    began: datetime


def take(s: Session, lines: Sequence[NetLine], found: Sequence[Recorder], now: datetime) -> None:
    """Take the lines of one call, in order; `found` is what its recorders have left."""
    for line in lines:
        act = _ACTS.get(line.event)
        if act is not None:
            act(s, line, now)
        if line.event == END:
            _recorded(s, line.call_id, found)
            _close(s, line, now)


def _begun(s: Session, line: NetLine, now: datetime) -> None:
    said = begin(line)
    call = _known(s, line, CallOpened(
        line.call_id, _node(line), said.sip_call_id, said.caller, said.dialled, line.at, None
    ))  # fmt: skip
    if call.language is None:
        calls.change(s, line.call_id, language=said.language)
    if call.stage == "ringing" and call.ended is None:
        calls.change(s, line.call_id, stage="waiting")
    _once(s, line, BEGUN)


def _language(s: Session, line: NetLine, now: datetime) -> None:
    language = "en" if line.data[:1] == ("en",) else "zh"
    if _once(s, line, "language", value=language):
        calls.change(s, line.call_id, language=language)


def _consent(s: Session, line: NetLine, now: datetime) -> None:
    consent = "given" if line.data[:1] == ("given",) else "refused"
    if _once(s, line, "consent", value=consent):
        calls.change(s, line.call_id, consent=consent)


def _answered(s: Session, line: NetLine, now: datetime) -> None:
    call, waited = _known(s, line), line.seconds(0)
    agent = people.agent_by_phone(s, line.phone)
    name, leg = agent.name if agent else None, (*line.data, "", "")[1]
    if _once(s, line, ANSWERED, agent=name, phone=line.phone, leg=leg, waited_s=waited):
        calls.change(s, line.call_id, agent=name, waited_s=(call.waited_s or 0.0) + waited)
        if call.ended is None:
            calls.change(s, line.call_id, stage="talking")


def _talked(s: Session, line: NetLine, now: datetime) -> None:
    """The length of the talk is the last but one of the data, however it ended."""
    call, seconds = _known(s, line), line.seconds(-2)
    if _once(s, line, "net_talked", seconds=seconds):
        calls.change(s, line.call_id, talk_s=(call.talk_s or 0.0) + seconds)


def _waited(s: Session, line: NetLine, now: datetime) -> None:
    """He left the queue, or it let him go: the time he waited is the last of the data."""
    call, seconds = _known(s, line), line.seconds(-1)
    if _once(s, line, "net_waited", seconds=seconds, hung_up=line.event == "ABANDON"):
        calls.change(s, line.call_id, waited_s=(call.waited_s or 0.0) + seconds)


def _reported(s: Session, line: NetLine, now: datetime) -> None:
    if line.data[:1] == ("failed",):
        _known(s, line)
        _once(s, line, "net_report_failed")


_ACTS: Mapping[str, Callable[[Session, NetLine, datetime], None]] = {
    "NETBEGIN": _begun,
    "NETLANGUAGE": _language,
    "NETCONSENT": _consent,
    "CONNECT": _answered,
    "COMPLETEAGENT": _talked,
    "COMPLETECALLER": _talked,
    "BLINDTRANSFER": _talked,
    "ATTENDEDTRANSFER": _talked,
    "ABANDON": _waited,
    "EXITWITHTIMEOUT": _waited,
    "EXITEMPTY": _waited,
    "NETREPORT": _reported,
}


def _recorded(s: Session, call_id: str, found: Sequence[Recorder]) -> None:
    """Rows for the recorders, which the net could not write before their first byte."""
    if not found:
        return
    journal = [each.data for each in calls.events(s, call_id) if each.event == ANSWERED]
    agents = {each.get("leg"): each.get("agent") for each in journal}
    for each in found:
        agent = agents.get(each.leg) if each.side == "agent" else None
        recordings.begin(s, call_id, each.segment, each.side, each.file, each.began, agent)


def _close(s: Session, line: NetLine, now: datetime) -> None:
    """The caller is gone. Whom nobody could serve is rung back, a number once."""
    call = _known(s, line)
    if not _once(s, line, "net_ended"):
        return
    if not calls.close(s, line.call_id, line.at, OUTCOME):
        outbox.put(s, "seal", f"seal:{line.call_id}:net", {"call_id": line.call_id}, now)
    names = {each.event for each in calls.events(s, line.call_id)}
    if ANSWERED in names:
        calls.served(s, line.call_id, line.at)
    if call.caller and not names & {ANSWERED, LEFT_REPORT} and not _is_listed(s, call.caller):
        callbacks.add(
            s, line.call_id, call.caller, call.language or "zh", call.started, now, reason=REASON
        )


def _is_listed(s: Session, number: str) -> bool:
    listed = select(CallbackRow.id).where(
        CallbackRow.phone_index == mark(s, "phone", number), CallbackRow.done.is_(None)
    )
    return s.scalar(listed.limit(1)) is not None


def _known(s: Session, line: NetLine, opened: CallOpened | None = None) -> Call:
    """The call's row; one that was never heard of begins with this line."""
    first = opened or CallOpened(line.call_id, _node(line), "", "", "", line.at, None)
    if calls.open_call(s, first):
        s.flush()
    call = calls.get(s, line.call_id)
    assert call is not None
    return call


def _once(s: Session, line: NetLine, event: str, **data: Any) -> bool:
    """Note an event of the net; False when this line was taken before."""
    there = select(CallEventRow.seq).where(
        CallEventRow.call_id == line.call_id,
        CallEventRow.event == event,
        CallEventRow.at == line.at,
    )
    if s.scalar(there.limit(1)) is not None:
        return False
    calls.note(s, line.call_id, line.at, event, **data)
    return True


def _node(line: NetLine) -> str:
    return line.call_id.partition("-")[0]
