"""What customers are asked, which department an answer concerns, and what makes one unhappy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from claims_store.rules.fields import Words

Whom = Literal["agent", "surveyor", "handler", ""]
"""Whose work a question is about; "" is nobody's in particular."""

DEPARTMENTS: Mapping[str, Words] = {
    "line": {"zh": "热线", "en": "claims line"},
    "survey": {"zh": "查勘", "en": "survey"},
    "assessment": {"zh": "定损", "en": "assessment"},
    "review": {"zh": "核赔", "en": "review"},
    "payout": {"zh": "赔付", "en": "payout"},
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `low` are the answers after which a person calls the customer; answers from
    `least` to `most` are read, all others refused."""

    name: str
    title: Words
    least: int
    most: int
    department: str
    whom: Whom
    low: frozenset[int] = frozenset({1, 2})


class BadScore(ValueError):
    """There is no such question, or no such answer to it."""


def _row(
    name: str, zh: str, en: str, department: str, whom: Whom,
    scale: tuple[int, int] = (1, 5), low: tuple[int, ...] = (1, 2),
) -> Question:  # fmt: skip
    return Question(name, {"zh": zh, "en": en}, *scale, department, whom, frozenset(low))


_ROWS = (
    _row("solved", "问题解决了吗（1 是，2 否）", "was it solved (1 yes, 2 no)", "line", "agent",
         (1, 2), ()),
    _row("service", "通话满意吗", "satisfied with the call", "line", "agent"),
    _row("survey", "查勘满意吗", "satisfied with the survey", "survey", "surveyor"),
    _row("assessment", "定损满意吗", "satisfied with the assessment", "assessment", "handler"),
    _row("review", "审核满意吗", "satisfied with the review", "review", "handler"),
    _row("payout", "赔付满意吗", "satisfied with the payout", "payout", "handler"),
    _row("received", "赔款收到且金额相符吗（1 是，2 否，3 没有办过理赔）",
         "money received as told (1 yes, 2 no, 3 never made a claim)", "payout", "handler",
         (1, 3), (2, 3)),
    _row("speed", "理赔速度", "speed", "review", "handler"),
    _row("staff", "查勘和理赔人员", "surveyor and handler", "survey", "surveyor"),
    _row("asked_for_money", "有人索要财物吗（1 没有，2 有）",
         "did anybody ask for money or gifts (1 no, 2 yes)", "survey", "surveyor", (1, 2), (2,)),
    _row("recommend", "会推荐我们吗", "would recommend us", "line", "", (0, 10), ()),
)  # fmt: skip

QUESTIONS: Mapping[str, Question] = {row.name: row for row in _ROWS}
"""Every question there is, whichever way it is asked (`claims.md` 8 of the research)."""

STAGES: Mapping[str, str] = {
    "loss_surveyed": "survey",
    "loss_assessed": "assessment",
    "loss_assessed_at_once": "assessment",
    "claim_approved": "review",
    "claim_paid": "payout",
}
"""Moves of a claim after which a question may be sent, and which."""


def check(scores: Mapping[str, int]) -> None:
    """Raises `BadScore` for an answer that nobody can have given."""
    for name, score in scores.items():
        question = QUESTIONS.get(name)
        if question is None:
            raise BadScore(f"There is no question {name}.")
        if isinstance(score, bool) or not question.least <= score <= question.most:
            raise BadScore(f"{name} is answered from {question.least} to {question.most}.")


def unhappy(scores: Mapping[str, int]) -> tuple[str, ...]:
    """The questions with answers after which a person calls the customer."""
    return tuple(name for name, score in scores.items() if score in QUESTIONS[name].low)


def to_look_at(scores: Mapping[str, int], said: bool) -> tuple[str, ...]:
    """The departments that have something to answer: a middling or bad score, or words. Words
    without a score go to the line."""
    concerned = [
        QUESTIONS[name].department
        for name, score in scores.items()
        if said or score in QUESTIONS[name].low or not _good(QUESTIONS[name], score)
    ]
    return tuple(dict.fromkeys(concerned or (("line",) if said else ())))


def _good(question: Question, score: int) -> bool:
    """Scales of five are good from four on, of ten from seven on; the others at their first
    answer."""
    at_least = {5: 4, 10: 7}.get(question.most)
    return score == question.least if at_least is None else score >= at_least


_ANSWER = re.compile(r"\s*(\d{1,2})\s*分?(?:[\s,，.。、;；:：!！]+(.*))?", re.DOTALL)


def read_answer(text: str, question: str) -> tuple[int, str] | None:
    """The score in a message that begins with it, full-width digits too, and what is said after
    it; None when it begins with none, or with one that this question does not have."""
    found = _ANSWER.fullmatch(text)
    if found is None:
        return None
    score, asked = int(found[1]), QUESTIONS[question]
    return (score, (found[2] or "").strip()) if asked.least <= score <= asked.most else None
