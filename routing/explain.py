"""Why a call goes to whom: the rule, and each agent's fate, as values with sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from routing.floor import AgentNow, Waiting
from routing.names import skill_name
from routing.skills import Lack, Requirement, lacks
from routing.words import Text

Fate = Literal[
    "chosen",
    "later",
    "missed",
    "resting",
    "offered",
    "talking",
    "wrap_up",
    "away",
    "lacks",
    "offline",
]
_ORDER: tuple[Fate, ...] = (
    "chosen",
    "later",
    "missed",
    "resting",
    "offered",
    "talking",
    "wrap_up",
    "away",
    "lacks",
    "offline",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One agent: since when his state, which levels are missing, and all that as a sentence."""

    agent: str
    fate: Fate
    since: datetime
    lacks: tuple[Lack, ...]
    sentence: Text


@dataclass(frozen=True, slots=True)
class Why:
    """Why this call: rule with reason, step (from 0) with what it needs, and a row an agent."""

    call_id: str
    queue: str
    rule_name: str
    reason: Text
    step: int
    need: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]


def why(
    call: Waiting,
    step: int,
    need: Requirement,
    chosen: str | None,
    agents: Iterable[AgentNow],
    zone: str,
) -> Why:
    """The explanation for one call: the chosen agent first, then those who come nearest to him."""
    rows = [_row(call, need, chosen, each, ZoneInfo(zone)) for each in agents]
    rows.sort(key=lambda row: (_ORDER.index(row.fate), row.agent))
    return Why(
        call.call_id,
        call.queue,
        call.rule_name,
        call.reason,
        step,
        tuple(sorted(need)),
        tuple(rows),
    )


def _row(
    call: Waiting, need: Requirement, chosen: str | None, agent: AgentNow, zone: ZoneInfo
) -> Row:
    missing = lacks(agent.skills, need)
    fate = _fate(call, missing, chosen, agent)
    at = call.missed[agent.name] if fate == "missed" else agent.since
    sentence = _sentence(fate, at.astimezone(zone), missing, agent, zone)
    return Row(agent.name, fate, at, missing, sentence)


def _fate(call: Waiting, missing: tuple[Lack, ...], chosen: str | None, agent: AgentNow) -> Fate:
    if agent.name == chosen:
        return "chosen"
    if agent.state == "offline":
        return "offline"
    if missing:
        return "lacks"
    if agent.name in call.missed and agent.state in ("ready", "away"):
        return "missed"
    if agent.state != "ready":
        return agent.state
    return "resting" if agent.until is not None else "later"


def _sentence(
    fate: Fate, at: datetime, missing: tuple[Lack, ...], agent: AgentNow, zone: ZoneInfo
) -> Text:
    clock = f"{at:%H:%M:%S}"
    if fate == "lacks":
        return _lacks(missing)
    if fate == "resting" and agent.until is not None:
        again = f"{agent.until.astimezone(zone):%H:%M:%S}"
        return Text(
            f"{clock} 话机占线,{again} 后再分配",
            f"phone was busy at {clock}, asked again from {again}",
        )
    zh, en = _SENTENCES[fate]
    return Text(zh.format(clock), en.format(clock))


_SENTENCES: dict[Fate, tuple[str, str]] = {
    "chosen": ("选中:最合适", "chosen: fits best"),
    "later": ("合适,{} 起就绪,排在后面", "fits, ready since {}, comes after"),
    "missed": ("{} 未接此来电", "did not take this call at {}"),
    "offered": ("{} 起正在为另一来电振铃", "being rung for another call since {}"),
    "talking": ("{} 起通话中", "talking since {}"),
    "wrap_up": ("{} 起话后处理中", "in wrap-up since {}"),
    "away": ("{} 起离席", "away since {}"),
    "offline": ("{} 起离线", "offline since {}"),
}


def _lacks(missing: tuple[Lack, ...]) -> Text:
    names = [(skill_name(each.skill), each) for each in missing]
    zh = ",".join(f"{name.zh} {each.has} 级,需要 {each.needed} 级" for name, each in names)
    en = ", ".join(f"{name.en} level {each.has} of {each.needed} needed" for name, each in names)
    return Text(zh, en)
