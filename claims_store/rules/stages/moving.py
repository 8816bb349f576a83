"""The interpreter of the table: is a move legal, and what does a claim look like after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from claims_store.rules.fields import Words
from claims_store.rules.stages.conditions import CONDITIONS
from claims_store.rules.stages.names import name
from claims_store.rules.stages.state import CALL, ENDED, SYSTEM, Actor, ClaimState
from claims_store.rules.stages.table import MOVES, TRACKS, Move


class IllegalMove(Exception):
    """This cannot happen to a claim that stands where it does; `sentence` says why, `code` in one
    word: unknown, who, track, during, lacks, or the name of a condition."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.sentence: Words = {"zh": zh, "en": en}


def apply(
    state: ClaimState, event: str, at: datetime, data: Mapping[str, Any], by: Actor = SYSTEM
) -> ClaimState:
    """The state after a move of `by`; raises `IllegalMove`."""
    refused = check(state, event, data, by)
    if refused is not None:
        raise refused
    return after(state, event, at, data, by.name)


def check(
    state: ClaimState, event: str, data: Mapping[str, Any], by: Actor = SYSTEM
) -> IllegalMove | None:
    """Why a move is refused; None when it is legal."""
    move = MOVES.get(event)
    if move is None:
        known = f"没有“{event}”这一步。", f"There is no move {event}."
        return IllegalMove("unknown", *known)
    return (
        _whose(move, by)
        or _where(move, state)
        or _lacking(move, data)
        or _conditions(move, state, by, data)
    )


def refusal(state: ClaimState, event: str, by: Actor) -> IllegalMove | None:
    """Why a move is not to be made now, before anybody looks at what comes with it."""
    found = MOVES[event]
    return _whose(found, by) or _where(found, state) or unmet(state, event, by)


def offered(state: ClaimState, event: str, by: Actor) -> bool:
    """Whether this person may make the move where the claim stands, once everything is there."""
    return _whose(MOVES[event], by) is None and _where(MOVES[event], state) is None


def unmet(state: ClaimState, event: str, by: Actor) -> IllegalMove | None:
    """What must hold before the move and does not, whatever comes with it."""
    return _conditions(MOVES[event], state, by, {}, of_state=True)


def derive(events: Iterable[tuple[str, datetime, str, Mapping[str, Any]]]) -> ClaimState:
    """The sum of a journal of (event, at, by, data). What has happened is not judged again: a
    journal outlives the table it was written under."""
    state = ClaimState()
    for event, at, by, data in events:
        state = after(state, event, at, data, by)
    return state


def after(
    state: ClaimState, event: str, at: datetime, data: Mapping[str, Any], by: str
) -> ClaimState:
    """The state after something has happened."""
    move = MOVES.get(event)
    if move is not None and move.track:
        state = replace(state, **{move.track: move.target})  # type: ignore[arg-type]
        if move.track == "stage" and move.target in ENDED:
            first = state.first_closed or at
            state = replace(state, closed=at, first_closed=first, last_closed=at)
    effect = _EFFECTS.get(event)
    return state if effect is None else effect(state, data, by)


def _whose(move: Move, by: Actor) -> IllegalMove | None:
    if by.role in move.who:
        return None
    roles = ", ".join(sorted(move.who - {"system", "line"}))
    return IllegalMove(
        "who",
        f"{by.name}（{by.role}）不能做“{move.title['zh']}”。可以做的角色：{roles}。",
        f"{by.name} ({by.role}) may not do this: {move.title['en']}. Who may: {roles}.",
    )


def _where(move: Move, state: ClaimState) -> IllegalMove | None:
    for track, allowed, code in (
        (move.track, move.sources, "track"),
        ("stage", move.during, "during"),
    ):
        if not track or (code == "during" and not allowed):
            continue
        stands = getattr(state, track)
        if stands not in allowed:
            return _misplaced(move, track, stands, allowed, code)
    return None


def _misplaced(
    move: Move, track: str, stands: str, allowed: frozenset[str], code: str
) -> IllegalMove:
    now, what = name(track, stands), TRACKS[track]
    zh = "、".join(name(track, each)["zh"] for each in sorted(allowed))
    en = ", ".join(name(track, each)["en"] for each in sorted(allowed))
    return IllegalMove(
        code,
        f"{what['zh']}现在是“{now['zh']}”，不能“{move.title['zh']}”。要在：{zh}。",
        f"Not possible: {move.title['en']}. {what['en'].capitalize()} stands at:"
        f" {now['en']}; it has to be: {en}.",
    )


def _lacking(move: Move, data: Mapping[str, Any]) -> IllegalMove | None:
    lacks = [each for each in move.asks if data.get(each) in (None, "", (), [])]
    lacks += [name for name, reads in _READS.items() if name in data and not reads(data[name])]
    if not lacks:
        return None
    names = ", ".join(dict.fromkeys(lacks))
    return IllegalMove(
        "lacks",
        f"“{move.title['zh']}”缺少或不能读：{names}。",
        f"{move.title['en'].capitalize()}: {names} is missing or cannot be read.",
    )


def _conditions(
    move: Move, state: ClaimState, by: Actor, data: Mapping[str, Any], *, of_state: bool = False
) -> IllegalMove | None:
    for each in move.needs:
        condition = CONDITIONS[each]
        if of_state and condition.by_data:
            continue
        if not condition.holds(state, by, data):
            return IllegalMove(each, condition.sentence["zh"], condition.sentence["en"])
    return None


def amount(value: object) -> Decimal | None:
    """A sum of money as it is written in a journal; None when it is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


Effect = Callable[[ClaimState, Mapping[str, Any], str], ClaimState]


def moment(value: object) -> datetime | None:
    """An instant as it is written in a journal; None when it is none."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


_READS: Mapping[str, Callable[[object], bool]] = {
    "amount": lambda value: amount(value) is not None,
    "due": lambda value: moment(value) is not None,
}


def _asked(state: ClaimState, data: Mapping[str, Any], by: str) -> ClaimState:
    missing = tuple(str(each) for each in data.get("missing", ()))
    return replace(state, missing=missing, request=str(data.get("reason") or "papers"))


def _flagged(state: ClaimState, data: Mapping[str, Any], by: str) -> ClaimState:
    return replace(state, flags=state.flags | {str(data.get("flag"))})


def _unflagged(state: ClaimState, data: Mapping[str, Any], by: str) -> ClaimState:
    return replace(state, flags=state.flags - {data.get("flag")})


def _valued(state: ClaimState, data: Mapping[str, Any], by: str) -> ClaimState:
    value = amount(data.get("amount"))
    return state if value is None else replace(state, amount=value)


def _promised(state: ClaimState, data: Mapping[str, Any], by: str) -> ClaimState:
    """One more promise; it stands in for an earlier one of the same."""
    what, due = str(data.get("what") or CALL), moment(data.get("due"))
    if due is None:
        return state
    others = [each for each in state.promises if each[0] != what]
    return replace(state, promises=tuple(sorted([*others, (what, due)], key=lambda each: each[1])))


def _kept(state: ClaimState, data: Mapping[str, Any], by: str) -> ClaimState:
    """The named promise is over, or all of them."""
    what = data.get("what")
    return replace(state, promises=tuple(p for p in state.promises if what not in (None, p[0])))


def _moved(state: ClaimState, data: Mapping[str, Any], by: str) -> ClaimState:
    return _promised(_kept(state, data, by), data, by)


def _void(state: ClaimState, data: Mapping[str, Any], by: str) -> ClaimState:
    return replace(state, promises=())


_EFFECTS: Mapping[str, Effect] = {
    "documents_requested": _asked,
    "documents_completed": lambda state, data, by: replace(state, missing=()),
    "claim_reopened": lambda state, data, by: replace(state, closed=None, rejection_by=None),
    "claim_merged": lambda state, data, by: replace(
        state, merged_into=data.get("into"), promises=()
    ),
    "claim_cancelled": _void,
    "claim_withdrawn": _void,
    "claim_closed": _void,
    "zero_closed": _void,
    "handler_assigned": lambda state, data, by: replace(state, owner=data.get("handler")),
    "call_promised": _promised,
    "promise_moved": _moved,
    "promise_kept": _kept,
    "rejection_proposed": lambda state, data, by: replace(state, rejection_by=by),
    "rejection_appealed": lambda state, data, by: replace(state, rejection_by=None),
    "simple_rule_fired": lambda state, data, by: replace(state, simple=data.get("rule")),
    "advance_paid": lambda state, data, by: replace(state, flags=state.flags | {"prepaid"}),
    "flag_set": _flagged,
    "flag_cleared": _unflagged,
    "estimated": _valued,
    "loss_surveyed": _valued,
    "loss_assessed": _valued,
    "loss_assessed_at_once": _valued,
}
