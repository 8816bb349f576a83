"""The life of a complaint: one table of legal moves, what must hold before each, and where a
complaint stands as the sum of its journal. What may be seen of a claim is not enough here: whoever
is concerned decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from claims_store.rules.fields import Words
from claims_store.rules.stages import Actor, IllegalMove

STAGES: Mapping[str, Words] = {
    "": {"zh": "没有", "en": "not there"},
    "drafted": {"zh": "待确认", "en": "drafted"},
    "open": {"zh": "处理中", "en": "open"},
    "answered": {"zh": "已答复", "en": "answered"},
    "closed": {"zh": "已办结", "en": "closed"},
    "dropped": {"zh": "不是投诉", "en": "dropped"},
}
WAYS = ("call", "keys", "page", "text", "letter", "desk", "regulator")
"""How a complaint can reach us."""

RIGHTS: Mapping[str, tuple[tuple[Words, tuple[str, ...]], ...]] = {
    "CN": (
        ({"zh": "复核", "en": "review"}, ("复核", "核查", "review")),
        ({"zh": "调解", "en": "mediation"}, ("调解", "mediation")),
        (
            {"zh": "诉讼或仲裁", "en": "court"},
            ("诉讼", "起诉", "法院", "仲裁", "court", "arbitration"),
        ),
    ),
    "UK": (({"zh": "申诉专员", "en": "ombudsman"}, ("申诉专员", "ombudsman")),),
}
"""What an answer has to name, by the law that is chosen in the plan; each with words that do."""


@dataclass(frozen=True, slots=True)
class ComplaintState:
    """Where a complaint stands. `weight` is simple, complex or extended: what its time limit goes
    by; `complex_by` is who called it complex."""

    stage: str = ""
    owner: str | None = None
    weight: str = "simple"
    complex_by: str | None = None
    department: str = "line"
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the complaint's own journal cannot say: whom it is about, and the law that is chosen."""

    concerned: frozenset[str] = frozenset()
    law: str = "CN"


Holds = Callable[[ComplaintState, Actor, Mapping[str, Any], Known], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """`holds` is asked before the move; `sentence` is said when it does not."""

    holds: Holds
    sentence: Words


@dataclass(frozen=True, slots=True)
class Move:
    """From one of `sources` to `target` ("" stays); `asks` are values that come with it."""

    title: Words
    sources: frozenset[str]
    target: str
    who: frozenset[str]
    asks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def unnamed(text: object, law: str) -> tuple[Words, ...]:
    """The rights that an answer does not name."""
    said = str(text).casefold()
    return tuple(name for name, words in RIGHTS[law] if not any(word in said for word in words))


CONDITIONS: Mapping[str, Condition] = {
    "not_concerned": Condition(
        lambda state, by, data, known: by.name not in known.concerned,
        {"zh": "投诉涉及您本人，须由其他人处理。",
         "en": "The complaint is about your own work: somebody else has to do this."},
    ),
    "owner_not_concerned": Condition(
        lambda state, by, data, known: data.get("owner") not in known.concerned,
        {"zh": "不能交给投诉所涉及的人。",
         "en": "It cannot be given to somebody whom the complaint is about."},
    ),
    "names_rights": Condition(
        lambda state, by, data, known: not unnamed(data.get("text"), known.law),
        {"zh": "答复须写明客户还能做什么：", "en": "The answer has to name what else can be done:"},
    ),
    "complex": Condition(
        lambda state, by, data, known: state.weight == "complex",
        {"zh": "要先写明情况复杂（complaint_complex）。",
         "en": "It has to be called complex first (complaint_complex)."},
    ),
    "second_person": Condition(
        lambda state, by, data, known: by.name != state.complex_by,
        {"zh": "延期须由另一人批准。",
         "en": "Another person than the one who called it complex has to approve."},
    ),
}  # fmt: skip

_DECIDES = "handler quality supervisor"
_ANYBODY = f"{_DECIDES} agent customer line surveyor system"
_LIVES = "drafted open answered closed"


def _move(
    sources: str, target: str, zh: str, en: str, who: str, asks: str = "", needs: str = ""
) -> Move:
    words = {"zh": zh, "en": en}
    return Move(words, frozenset(sources.split()), target, frozenset(who.split()),
                tuple(asks.split()), tuple(needs.split()))  # fmt: skip


_BEGIN = frozenset({""})

MOVES: Mapping[str, Move] = {
    "complaint_drafted": replace(
        _move("", "drafted", "登记草稿", "draft", _ANYBODY), sources=_BEGIN
    ),
    "complaint_opened": replace(
        _move("", "open", "受理投诉", "open", f"{_DECIDES} agent"),
        sources=frozenset({"", "drafted"}),
    ),
    "draft_dropped": _move("drafted", "dropped", "不是投诉", "drop the draft", _DECIDES, "reason",
        "not_concerned"),
    "customer_called_back": _move("drafted open", "", "已回电客户", "customer called back",
        _DECIDES, needs="not_concerned"),
    "complaint_assigned": _move("drafted open answered", "", "指定办理人", "give to somebody",
        f"{_DECIDES} system", "owner", "owner_not_concerned"),
    "complaint_moved": _move("drafted open", "", "转交部门", "send to another department", _DECIDES,
        "department reason"),
    "complaint_complex": _move("open", "", "情况复杂", "call it complex", _DECIDES, "reason",
        "not_concerned"),
    "extension_approved": _move("open", "", "批准延期", "approve more time", "supervisor", "reason",
        "not_concerned complex second_person"),
    "complaint_answered": _move("open", "answered", "答复客户", "answer", _DECIDES, "text",
        "not_concerned names_rights"),
    "complaint_closed": _move("answered", "closed", "办结", "close", _DECIDES, "",
        "not_concerned"),
    "complaint_reopened": _move("answered closed dropped", "open", "重新受理", "reopen",
        f"{_DECIDES} agent", "reason"),
}  # fmt: skip
"""Drafted -> open -> answered -> closed; reopened, it has its time anew."""


def check(
    state: ComplaintState, event: str, data: Mapping[str, Any], by: Actor, known: Known
) -> IllegalMove | None:
    """Why a move is refused; None when it is legal."""
    move = MOVES.get(event)
    if move is None:
        return IllegalMove("unknown", f"没有“{event}”这一步。", f"There is no move {event}.")
    if by.role not in move.who:
        roles = ", ".join(sorted(move.who - {"system", "line", "customer"}))
        return IllegalMove(
            "who",
            f"{by.name}（{by.role}）不能做“{move.title['zh']}”。可以做的角色：{roles}。",
            f"{by.name} ({by.role}) may not do this: {move.title['en']}. Who may: {roles}.",
        )
    return _misplaced(move, state) or _lacking(move, data) or _unmet(move, state, by, data, known)


def offered(state: ComplaintState, by: Actor, known: Known) -> tuple[str, ...]:
    """The moves that somebody may make where a complaint stands, if he gives what they ask."""
    return tuple(
        event
        for event, move in MOVES.items()
        if (found := check(state, event, dict.fromkeys(move.asks, "-"), by, known)) is None
        or found.code == "names_rights"
    )


def _misplaced(move: Move, state: ComplaintState) -> IllegalMove | None:
    if state.stage in move.sources:
        return None
    zh = "、".join(STAGES[each]["zh"] for each in sorted(move.sources))
    en = ", ".join(STAGES[each]["en"] for each in sorted(move.sources))
    now = STAGES[state.stage]
    return IllegalMove(
        "stage",
        f"投诉现在是“{now['zh']}”，不能“{move.title['zh']}”。要在：{zh}。",
        f"Not possible: {move.title['en']}. The complaint is {now['en']}; it has to be: {en}.",
    )


def _lacking(move: Move, data: Mapping[str, Any]) -> IllegalMove | None:
    lacks = ", ".join(each for each in move.asks if not str(data.get(each) or "").strip())
    if not lacks:
        return None
    return IllegalMove(
        "lacks",
        f"“{move.title['zh']}”缺少：{lacks}。",
        f"{move.title['en'].capitalize()}: {lacks} is missing.",
    )


def _unmet(
    move: Move, state: ComplaintState, by: Actor, data: Mapping[str, Any], known: Known
) -> IllegalMove | None:
    for each in move.needs:
        condition = CONDITIONS[each]
        if not condition.holds(state, by, data, known):
            more = _rights(data, known) if each == "names_rights" else {"zh": "", "en": ""}
            zh, en = condition.sentence["zh"] + more["zh"], condition.sentence["en"] + more["en"]
            return IllegalMove(each, zh, en)
    return None


def _rights(data: Mapping[str, Any], known: Known) -> Words:
    lacking = unnamed(data.get("text"), known.law)
    zh, en = "、".join(each["zh"] for each in lacking), ", ".join(each["en"] for each in lacking)
    return {"zh": f"{zh}。", "en": f" {en}."}


def derive(events: Iterable[tuple[str, datetime, str, Mapping[str, Any]]]) -> ComplaintState:
    """The sum of a journal of (event, at, by, data); what has happened is not judged again."""
    state = ComplaintState()
    for event, at, by, data in events:
        state = _after(state, event, at, by, data)
    return state


def _after(
    state: ComplaintState, event: str, at: datetime, by: str, data: Mapping[str, Any]
) -> ComplaintState:
    move = MOVES.get(event)
    if move is not None and move.target:
        ended = at if move.target in ("closed", "dropped") else None
        state = replace(state, stage=move.target, closed=ended)
    match event:
        case "complaint_drafted" | "complaint_opened" | "complaint_assigned" | "complaint_moved":
            return replace(
                state, owner=data.get("owner") or state.owner,
                department=data.get("department") or state.department,
            )  # fmt: skip
        case "complaint_complex":
            return replace(state, weight="complex", complex_by=by)
        case "extension_approved":
            return replace(state, weight="extended")
        case "complaint_reopened":
            return replace(state, weight="simple", complex_by=None)
        case _:
            return state
