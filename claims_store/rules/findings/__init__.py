"""What the recording says about each typed field; it never calls a value wrong or changes it.

The customer's track is the witness. The agent's track tells where an answer is (the question
before it) and what was read back. What only one witness of doubtful hearing says is ``check``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from claims_store.rules.checks import Context
from claims_store.rules.fields import fields_of
from claims_store.rules.findings import closed, free, identifiers, moments
from claims_store.rules.findings.hearing import Case, Hearing
from claims_store.rules.findings.talk import Spoken, Talk, Word

__all__ = ["Finding", "Spoken", "State", "Word", "compare"]

State = Literal["confirmed", "check", "heard_otherwise", "not_heard", "not_asked"]

_STATES: dict[str, State] = {"exact": "confirmed", "near": "check", "other": "heard_otherwise"}
_JUDGES: dict[str, Callable[[Case], Hearing | None]] = {
    "yes_no_unknown": closed.judge_yes_no,
    "choice": closed.judge_choice,
    "place": closed.judge_place,
    "amount": closed.judge_amount,
    "number": closed.judge_amount,
    "datetime": moments.judge_datetime,
    "date": moments.judge_date,
    "digits": identifiers.judge,
    "plate": identifiers.judge,
    "phone": identifiers.judge,
    "text": free.judge_text,
    "name": free.judge_name,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """``heard`` is the value or the words that were heard; ``at_s`` where they begin.

    When nothing was heard ``at_s`` is where the question was put, if it was.
    """

    field: str
    typed: str
    heard: str | None
    state: State
    at_s: float | None


def compare(
    line: str,
    values: Mapping[str, str],
    segments: Sequence[Spoken],
    asked: Collection[str],
    ctx: Context,
) -> list[Finding]:
    """One finding a typed field, in the order of asking; ``ctx.now`` is the call's start.

    Fields without a written value (``""``) and fields this line of business does not know have
    none. ``asked`` names the fields that were asked by the line or marked as asked by the agent.
    """
    rows = fields_of(line)
    talk = Talk(segments, rows, ctx.language)
    cases = (Case(row, values[row.name], talk, ctx) for row in rows if values.get(row.name))
    return [_finding(case, asked) for case in cases]


def _finding(case: Case, asked: Collection[str]) -> Finding:
    name = case.row.name
    heard = _JUDGES[case.row.kind](case)
    if heard:
        return Finding(name, case.typed, heard.heard, _STATES[heard.match], heard.at_s)
    askings = case.talk.askings(name)
    if not askings and name not in asked:
        return Finding(name, case.typed, None, "not_asked", None)
    at_s = askings[0].question.start if askings else None
    return Finding(name, case.typed, None, "not_heard", at_s)
