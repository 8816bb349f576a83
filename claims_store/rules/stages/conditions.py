"""What must hold before a move, by name; each with the sentence that says why it was refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from claims_store.rules.fields import Words
from claims_store.rules.stages.state import FLAGS, Actor, ClaimState

Holds = Callable[[ClaimState, Actor, Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """`holds` is asked before the move; `sentence` is said when it does not. `by_data`: whether it
    depends on what comes with the move, so that nobody can tell before."""

    holds: Holds
    sentence: Words
    by_data: bool = False


def _tracks_met(state: ClaimState, by: Actor, data: Mapping[str, Any]) -> bool:
    return state.tracks_met


def _no_open_track(state: ClaimState, by: Actor, data: Mapping[str, Any]) -> bool:
    return not state.track_open


def _proposed(state: ClaimState, by: Actor, data: Mapping[str, Any]) -> bool:
    return state.rejection_by is not None


def _second_person(state: ClaimState, by: Actor, data: Mapping[str, Any]) -> bool:
    return state.rejection_by != by.name


def _new_reason(state: ClaimState, by: Actor, data: Mapping[str, Any]) -> bool:
    return state.request is None or data.get("reason") not in (None, "", state.request)


def _simple(state: ClaimState, by: Actor, data: Mapping[str, Any]) -> bool:
    return state.simple is not None


def _not_referred(state: ClaimState, by: Actor, data: Mapping[str, Any]) -> bool:
    return "fraud_referral" not in state.flags


def _within_authority(state: ClaimState, by: Actor, data: Mapping[str, Any]) -> bool:
    return by.authority is None or state.amount is None or state.amount <= by.authority


def _flag_known(state: ClaimState, by: Actor, data: Mapping[str, Any]) -> bool:
    return data.get("flag") in FLAGS


def _condition(holds: Holds, zh: str, en: str, *, by_data: bool = False) -> Condition:
    return Condition(holds, {"zh": zh, "en": en}, by_data)


CONDITIONS: Mapping[str, Condition] = {
    "tracks_met": _condition(
        _tracks_met,
        "要先定损完成并且单证齐全。",
        "The loss has to be assessed and the papers complete first.",
    ),
    "no_open_track": _condition(
        _no_open_track,
        "查勘或单证还没有了结。",
        "The survey or the papers are still open.",
    ),
    "proposed": _condition(
        _proposed,
        "要先由一人书面提议拒赔。",
        "Somebody has to propose the rejection in writing first.",
    ),
    "second_person": _condition(
        _second_person,
        "拒赔要由另一人决定，不能是提议人。",
        "Another person than the one who proposed it has to reject.",
    ),
    "new_reason": _condition(
        _new_reason,
        "单证只能一次要齐；再次要求须写明新的理由。",
        "Papers are asked for once; to ask again, give a new reason.",
        by_data=True,
    ),
    "simple": _condition(
        _simple,
        "只有简易案件才能一次定损。",
        "Only a simple claim can be assessed at once.",
    ),
    "not_referred": _condition(
        _not_referred,
        "案件在调查中，调查结束前不能通过或付款。",
        "The claim is under investigation; it can be approved and paid when that has ended.",
    ),
    "within_authority": _condition(
        _within_authority,
        "金额超出您的权限，请交给权限更高的人。",
        "The sum is above your authority; hand it to somebody with more.",
    ),
    "flag_known": _condition(
        _flag_known,
        f"没有这个标记。有：{'、'.join(FLAGS)}。",
        f"There is no such flag. There are: {', '.join(FLAGS)}.",
        by_data=True,
    ),
}
