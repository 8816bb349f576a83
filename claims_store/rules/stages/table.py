"""The one table of legal moves: who may, from where, what must be there, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from claims_store.rules.fields import Words

Track = Literal["stage", "survey", "documents", ""]
"""Which track a move moves; with "" none: it is written down, or raises a flag."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move takes a track from one of `sources` to `target` while the main track is in `during`.

    `needs` are names of `conditions`, `asks` values that must come with it, `follows` kinds of
    outbox rows that are written with it, `notice` what the customer is told of it by message.
    """

    title: Words
    track: Track
    sources: frozenset[str]
    target: str
    during: frozenset[str]
    who: frozenset[str]
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    notice: Words | None = None


HOUSE = "handler supervisor"
LINE = "line agent handler supervisor customer"
SURVEY = "surveyor handler supervisor"
AUTO = "system handler supervisor"
ANYBODY = "system line agent handler supervisor surveyor customer"
_OPEN = "reported filed reopened calculated approved agreed paying pay_failed paid rejected"
_WORK = "reported filed reopened"


def _row(
    track: Track, sources: str, target: str, zh: str, en: str, who: str,
    *, during: str = "", needs: str = "", asks: str = "", follows: str = "", notice: str = "",
) -> Move:  # fmt: skip
    told = dict(zip(("zh", "en"), notice.split(" | "), strict=True)) if notice else None
    return Move(
        {"zh": zh, "en": en}, track, frozenset(sources.split()), target, frozenset(during.split()),
        frozenset(who.split()), tuple(needs.split()), tuple(asks.split()),
        tuple(follows.split()), told,
    )  # fmt: skip


def _begin(zh: str, en: str) -> Move:
    follows = ("assign_claim", "same_loss", "dispatch_survey")
    who = frozenset(ANYBODY.split())
    words = {"zh": zh, "en": en}
    return Move(
        words, "stage", frozenset({""}), "reported", frozenset(), who, (), (), follows
    )  # fmt: skip


def _main(sources: str, target: str, zh: str, en: str, who: str, **more: str) -> Move:
    return _row("stage", sources, target, zh, en, who, **more)


def _survey(sources: str, target: str, zh: str, en: str, who: str, **more: str) -> Move:
    return _row("survey", sources, target, zh, en, who, during=_WORK, **more)


def _papers(sources: str, target: str, zh: str, en: str, who: str, **more: str) -> Move:
    return _row("documents", sources, target, zh, en, who, during=_WORK, **more)


def _note(zh: str, en: str, who: str, during: str = _OPEN, **more: str) -> Move:
    return _row("", "", "", zh, en, who, during=during, **more)


MAIN: Mapping[str, Move] = {
    "claim_reported": _begin("报案受理", "claim reported"),
    "claim_filed": _main("reported reopened", "filed", "立案", "file the claim", HOUSE,
        follows="simple_rules dispatch_survey"),
    "claim_cancelled": _main("reported", "cancelled", "注销", "cancel the claim", HOUSE,
        asks="reason", follows="follow_survey"),
    "claim_merged": _main("reported filed", "merged", "并入另一案件", "merge into another claim",
        AUTO, asks="into reason", follows="follow_survey"),
    "claim_calculated": _main("filed", "calculated", "理算", "calculate", HOUSE,
        needs="tracks_met"),
    "calculation_returned": _main("calculated", "filed", "退回理算", "return the calculation",
        HOUSE, asks="reason"),
    "claim_approved": _main("calculated", "approved", "核赔通过", "approve", AUTO,
        needs="not_referred within_authority", follows="ask_feedback", notice="已核赔 | approved"),
    "claim_rejected": _main("reported filed calculated", "rejected", "拒赔", "reject", HOUSE,
        needs="proposed second_person", asks="reason notice", follows="follow_survey"),
    "rejection_appealed": _main("rejected", "calculated", "申诉", "take up an appeal", LINE,
        asks="reason"),
    "sum_agreed": _main("approved", "agreed", "达成赔付协议", "agree the sum", LINE),
    "payment_started": _main("agreed pay_failed", "paying", "付款", "start the payment", HOUSE,
        needs="not_referred"),
    "payment_failed": _main("paying", "pay_failed", "付款被退回", "payment came back", AUTO,
        asks="reason"),
    "claim_paid": _main("paying", "paid", "付款到账", "paid", AUTO,
        follows="ask_feedback follow_up", notice="赔款已付 | paid"),
    "claim_withdrawn": _main("reported filed calculated approved", "withdrawn", "撤案",
        "withdraw", LINE, asks="reason heard_in", follows="follow_survey"),
    "claim_closed": _main("paid rejected withdrawn", "closed", "结案", "close", AUTO,
        needs="no_open_track"),
    "zero_closed": _main("filed", "closed", "零结案", "close without payment", HOUSE,
        needs="no_open_track", asks="reason", follows="follow_survey"),
    "claim_reopened": _main("closed withdrawn rejected", "reopened", "重开", "reopen", HOUSE,
        asks="reason", follows="assign_claim"),
}  # fmt: skip
"""Filed -> calculated -> approved -> agreed -> paying -> paid -> closed, and what leads aside."""

SURVEYS: Mapping[str, Move] = {
    "survey_dispatched": _survey("none dispatched surveyed assessed", "dispatched", "派查勘",
        "send a surveyor", AUTO, asks="surveyor", follows="follow_survey"),
    "survey_accepted": _survey("dispatched", "accepted", "查勘员接单", "accept the survey", SURVEY,
        follows="follow_survey"),
    "surveyor_left": _survey("accepted", "on_way", "查勘员出发", "on the way", SURVEY,
        notice="查勘员已出发 | the surveyor is on the way"),
    "surveyor_arrived": _survey("accepted on_way", "arrived", "查勘员到达", "arrived", SURVEY),
    "survey_called_off": _survey("dispatched accepted on_way arrived", "none", "取消查勘",
        "call the survey off", f"system {SURVEY}", asks="reason", follows="follow_survey"),
    "loss_surveyed": _survey("none arrived", "surveyed", "查勘完成", "survey done", SURVEY,
        follows="simple_rules ask_feedback"),
    "loss_assessed": _survey("surveyed", "assessed", "定损", "assess the loss", SURVEY,
        follows="follow_survey simple_rules ask_feedback",
        notice="定损已完成 | the damage is assessed"),
    "loss_assessed_at_once": _survey("none arrived surveyed", "assessed", "一次定损",
        "assess at once (simple claims)", SURVEY, needs="simple", asks="amount",
        follows="follow_survey ask_feedback",
        notice="定损已完成 | the damage is assessed"),
    "survey_returned": _survey("surveyed assessed", "dispatched", "退回复勘", "survey again",
        HOUSE, asks="reason surveyor", follows="follow_survey"),
    "loss_reviewed": _survey("assessed", "loss_reviewed", "核损", "review the assessment", HOUSE),
}  # fmt: skip
"""Track A. A simple claim may be assessed at once."""

PAPERS: Mapping[str, Move] = {
    "documents_requested": _papers("open partly complete queried", "queried", "要求补充单证",
        "ask for papers", HOUSE, needs="new_reason", asks="missing",
        notice="等您的资料（{n} 项） | we wait for {n} papers from you"),
    "documents_received": _papers("open partly queried", "partly", "收到单证", "papers came in",
        ANYBODY),
    "documents_completed": _papers("open partly queried", "complete", "单证齐全",
        "papers are complete", AUTO,
        notice="资料已收齐，审核中 | your papers are complete and under review"),
}  # fmt: skip
"""Track B. A request names everything, once: a second one has to say what is new."""

NOTES: Mapping[str, Move] = {
    "handler_assigned": _note("分派理赔员", "assign a handler", AUTO, asks="handler"),
    "call_promised": _note("承诺回电", "promise a call", ANYBODY, asks="due"),
    "promise_kept": _note("承诺已兑现", "promise kept", ANYBODY),
    "promise_moved": _note("承诺改期", "promise moved", AUTO, asks="due reason",
        notice="约定的时间有变，抱歉 | the promised time has changed, we are sorry"),
    "promise_broken": _note("承诺未兑现", "promise broken", "system"),
    "rejection_proposed": _note("提议拒赔", "propose a rejection", HOUSE,
        "reported filed calculated", asks="reason clause"),
    "rejection_notice_sent": _note("拒赔通知书已送达", "notice of rejection sent", AUTO,
        "rejected"),
    "customer_called": _note("已联系客户", "customer called",
        "surveyor agent handler supervisor"),
    "follow_up_called": _note("回访完成", "follow-up call made", "system agent handler supervisor",
        "paid closed"),
    "follow_up_declined": _note("谢绝回访", "follow-up declined",
        "system agent handler supervisor", "paid closed", asks="reason"),
    "advance_paid": _note("预付赔款", "pay an advance", HOUSE, asks="amount reason"),
    "simple_rule_fired": _note("适用简易规则", "simple rule applies", "system", asks="rule"),
    "estimated": _note("估损", "estimate the loss", SURVEY, asks="amount", follows="simple_rules"),
    "flag_set": _note("设置标记", "set a flag", HOUSE, asks="flag reason", needs="flag_known"),
    "flag_cleared": _note("取消标记", "clear a flag", HOUSE, asks="flag reason",
        needs="flag_known"),
    "claim_absorbed": _note("并入另一报案", "another claim was merged into it", AUTO,
        asks="claim"),
}  # fmt: skip
"""What is written down of a claim without moving it; the last rows raise and lower its flags."""

MOVES: Mapping[str, Move] = {**MAIN, **SURVEYS, **PAPERS, **NOTES}

TRACKS: Mapping[str, Words] = {
    "stage": {"zh": "案件", "en": "the claim"},
    "survey": {"zh": "查勘", "en": "the survey"},
    "documents": {"zh": "单证", "en": "the papers"},
}
