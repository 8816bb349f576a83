"""The one door through which a claim moves: who may, what must be there, and what follows from it
are the table's; an illegal move leaves no trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from claims_store import claim_journal, clocks, outbox, promises, webhooks
from claims_store.claim_journal import ClaimEvent
from claims_store.errors import NotFound
from claims_store.rules import stages
from claims_store.rules.clocks import TOUCHING
from claims_store.rules.stages import Actor, ClaimState, IllegalMove
from claims_store.rules.stages.state import SYSTEM
from claims_store.tables import ClaimRow

__all__ = ["SYSTEM", "Actor", "move", "open_claim"]


def open_claim(
    s: Session,
    number: str,
    line: str,
    at: datetime,
    by: Actor,
    *,
    report_number: str | None = None,
    customer_id: str | None = None,
    policy_id: int | None = None,
) -> ClaimState:
    """Open a claim; its journal begins with `claim_reported`. What was promised about the report
    is promised about the claim from now on."""
    s.add(
        ClaimRow(
            number=number, report_number=report_number, customer_id=customer_id,
            policy_id=policy_id, line=line, stage="", survey="none", documents="open", opened=at,
            events=0,
        )
    )  # fmt: skip
    s.flush()
    state = move(s, number, "claim_reported", by, at)
    held = promises.adopt(s, number, report_number) if report_number else None
    if held is not None and held.due is not None:
        _note_promise(s, number, at, by, held.due, held.rule)
    return state


def _note_promise(
    s: Session, number: str, at: datetime, by: Actor, due: datetime, what: str
) -> None:
    """Write down that something is promised, for a promise that has its task and clock already."""
    row = claim_journal.locked(s, number)
    data = {"due": due, "what": what}
    new = ClaimEvent(row.events + 1, at, "call_promised", by.name, data)
    _write(s, row, claim_journal.journal(s, number), new)


def move(
    s: Session, number: str, event: str, by: Actor, at: datetime, /, **data: Any
) -> ClaimState:
    """Move a claim; the state after it. Raises `IllegalMove` with a sentence in both languages,
    and `NotFound`."""
    row = claim_journal.locked(s, number)
    events = claim_journal.journal(s, number)
    before = _sum(events)
    data = _which(before, event, data)
    refused = stages.check(before, event, data, by)
    if refused is not None:
        raise refused
    _elsewhere(s, row, event, data)
    after = _write(s, row, events, ClaimEvent(row.events + 1, at, event, by.name, data))
    hook = _HOOKS.get(event)
    if hook is not None:
        hook(s, row, before, data, by, at)
    _follow(s, row, event, at)
    return after


def _which(state: ClaimState, event: str, data: dict[str, Any]) -> dict[str, Any]:
    """A promise that is moved stays what it is, also when nobody named the only one there is."""
    if event == "promise_moved" and not data.get("what") and len(state.promises) == 1:
        return {**data, "what": state.promises[0][0]}
    return data


def _write(s: Session, row: ClaimRow, events: Sequence[ClaimEvent], new: ClaimEvent) -> ClaimState:
    happened = [*events, new]
    after = _sum(happened)
    claim_journal.append(s, row, after, new)
    if new.event in TOUCHING:
        clocks.bring_up(s, row, after, happened, new.at)
    webhooks.tell(s, row.number, new.seq, new.event, new.at)
    return after


def _sum(events: Sequence[ClaimEvent]) -> ClaimState:
    return stages.derive((each.event, each.at, each.by, each.data) for each in events)


def _follow(s: Session, row: ClaimRow, event: str, at: datetime) -> None:
    """What the table says follows, in the same transaction."""
    found = stages.MOVES[event]
    payload: dict[str, Any] = {"claim": row.number, "report": row.report_number, "event": event}
    payload["seq"] = row.events
    for kind in found.follows:
        outbox.put(s, kind, f"{kind}:{row.number}:{row.events}", payload, at)
    if found.notice is not None:
        outbox.put(s, "tell_customer", f"tell_customer:{row.number}:{row.events}", payload, at)


def _elsewhere(s: Session, row: ClaimRow, event: str, data: Mapping[str, Any]) -> None:
    """What the claim's own state cannot know."""
    if event != "claim_merged":
        return
    into = s.get(ClaimRow, data["into"])
    if into is None:
        raise NotFound("claim", data["into"])
    if into.number == row.number or into.closed is not None or into.merged_into:
        raise IllegalMove(
            "into",
            f"不能并入 {into.number}：它是同一案件、已结案或已并入别的案件。",
            f"Cannot be merged into {into.number}: it is the same claim, closed, or merged itself.",
        )


Hook = Callable[[Session, ClaimRow, ClaimState, Mapping[str, Any], Actor, datetime], None]


def _assigned(
    s: Session, row: ClaimRow, before: ClaimState, data: Mapping[str, Any], by: Actor, at: datetime
) -> None:
    promises.give(s, row.number, str(data["handler"]), before.owner)


def _promised(
    s: Session, row: ClaimRow, before: ClaimState, data: Mapping[str, Any], by: Actor, at: datetime
) -> None:
    what = str(data.get("what") or promises.CALL)
    promises.make(s, row.number, at, _moment(data["due"]), what=what, owner=before.owner)


def _kept(
    s: Session, row: ClaimRow, before: ClaimState, data: Mapping[str, Any], by: Actor, at: datetime
) -> None:
    promises.end(s, row.number, at, by.name, "met", data.get("what"))


def _put_off(
    s: Session, row: ClaimRow, before: ClaimState, data: Mapping[str, Any], by: Actor, at: datetime
) -> None:
    promises.end(s, row.number, at, by.name, "moved", data.get("what"))
    _promised(s, row, before, data, by, at)


def _over(
    s: Session, row: ClaimRow, before: ClaimState, data: Mapping[str, Any], by: Actor, at: datetime
) -> None:
    promises.end(s, row.number, at, by.name, "void")


def _merged(
    s: Session, row: ClaimRow, before: ClaimState, data: Mapping[str, Any], by: Actor, at: datetime
) -> None:
    into = str(data["into"])
    held = clocks.promises(s, row.number)
    for each in held:
        promises.make(s, into, each.started, each.due or at, what=each.rule)
    promises.end(s, row.number, at, by.name, "moved")
    move(s, into, "claim_absorbed", by, at, claim=row.number, report=row.report_number)


_HOOKS: Mapping[str, Hook] = {
    "handler_assigned": _assigned,
    "call_promised": _promised,
    "promise_kept": _kept,
    "promise_moved": _put_off,
    "claim_merged": _merged,
    "claim_cancelled": _over,
    "claim_withdrawn": _over,
    "claim_closed": _over,
    "zero_closed": _over,
}


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
