"""The names people read for lines of business, issues, languages and skills."""

from __future__ import annotations

from typing import Literal

from routing.words import Text

FollowUpQuestion = Literal["received", "speed", "staff", "asked_for_money", "recommend", "remark"]
FOLLOW_UP_QUESTIONS: tuple[FollowUpQuestion, ...] = (
    "received",
    "speed",
    "staff",
    "asked_for_money",
    "recommend",
    "remark",
)
"""What is asked after the payment, in this order; the remark is spoken."""

LINES = {
    "motor": Text("车险", "motor"),
    "home": Text("家财险", "home"),
    "health": Text("健康险", "health"),
    "travel": Text("旅行险", "travel"),
    "liability": Text("责任险", "liability"),
}
ISSUES = {
    "fnol": Text("报案", "new loss"),
    "status": Text("进度", "claim progress"),
    "documents": Text("资料", "documents"),
    "payout": Text("赔款", "payout"),
    "other": Text("其他", "other"),
}
LANGUAGES = {"zh": Text("中文", "Chinese"), "en": Text("英语", "English")}
KINDS = {
    "line": Text("险种", "line of business"),
    "issue": Text("事项", "issue"),
    "language": Text("语言", "language"),
    "region": Text("地区", "region"),
}
_VALUES = {"line": LINES, "issue": ISSUES, "language": LANGUAGES}


def skill_name(skill: str) -> Text:
    """`line.motor` -> 车险 / motor; a region stays its number."""
    kind, _, value = skill.partition(".")
    found = _VALUES.get(kind, {}).get(value)
    if found is not None:
        return found
    title = KINDS.get(kind, Text(kind, kind))
    return Text(f"{title.zh} {value}", f"{title.en} {value}")
