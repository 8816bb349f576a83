"""What an answer makes of a report: one piece of code for the database, and for a call that goes
on in memory while the database is away.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from claims_store.assessing import Answered, higher
from claims_store.customers import Policy
from claims_store.rules.completeness import Assessment, Context, Problem, assess

Find = Callable[[str, str], Policy | None]
"""The policy that the value of "policy_number" or "plate" names; given the field and the value."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What an answer led to; `problems` are those of the whole report."""

    version: int
    level: str
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]
    claim_number: str | None
    next_field: str | None


@dataclass(frozen=True, slots=True)
class ReportState:
    """A report as it stands; `open_field` is the next question."""

    number: str
    line: str | None
    language: str
    level: str
    values: dict[str, Answered]
    open_field: str | None
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    claim_number: str | None
    policy: Policy | None
    started: datetime
    finished: datetime | None
    call_id: str | None


@dataclass(frozen=True, slots=True)
class Advanced:
    """A report after an answer. `kept`: the answer is a new version, not the same again."""

    line: str | None
    policy: Policy | None
    level: str
    kept: bool
    assessment: Assessment


def mint(at: datetime, zone: tzinfo) -> str:
    """A report's number, "BA-YYMMDD-NNNN"; whether it is free, the store says."""
    return f"BA-{at.astimezone(zone):%y%m%d}-{secrets.randbelow(10_000):04d}"


def claim_number(report: str) -> str:
    """The number of the claim that a report leads to."""
    return "CL" + report.removeprefix("BA")


def advance(
    line: str | None, policy: Policy | None, level: str, values: dict[str, Answered],
    field: str, given: Answered, find: Find, context: Context,
) -> Advanced:  # fmt: skip
    """Put an answer into `values` and judge. "line" sets the line of business; "policy_number"
    and "plate" find the policy, and with it the line where none was named."""
    before = values.get(field)
    kept = before is None or (before.value, before.clip) != (given.value, given.clip)
    if kept:
        values[field] = given
        line, policy = _follow(line, policy, values, field, find)
    context = replace(context, policy=policy.facts() if policy else None)
    plain = {name: answer.value for name, answer in values.items() if answer.stands}
    found = assess(line or "", plain, context)
    return Advanced(line, policy, higher(level, found.level), kept, found)


def _follow(
    line: str | None, policy: Policy | None, values: dict[str, Answered], field: str, find: Find
) -> tuple[str | None, Policy | None]:
    value = values[field].value
    if field == "line":
        return value or None, policy
    if field == "policy_number" or (field == "plate" and policy is None and value):
        policy = find(field, value)
        named = values.get("line")
        if policy is not None and (named is None or not named.value):
            line = policy.line
    return line, policy


def begun(number: str, call_id: str, language: str, at: datetime) -> ReportState:
    """A report without an answer."""
    return ReportState(
        number, None, language, "draft", {}, None, (), (), None, None, at, None, call_id
    )


def answer(
    state: ReportState, field: str, value: str, clip: str | None, at: datetime, find: Find,
    context: Context,
) -> tuple[ReportState, Saved]:  # fmt: skip
    """The report after an answer on the line, in memory: as `reports.answer` will store it."""
    values = dict(state.values)
    version = max((each.version for each in values.values()), default=0)
    given = Answered(value, "line", "line", at, True, version + 1, clip)
    done = advance(state.line, state.policy, state.level, values, field, given, find, context)
    found = done.assessment
    claim = state.claim_number or (None if done.level == "draft" else claim_number(state.number))
    after = replace(
        state, line=done.line, level=done.level, values=values, open_field=found.next_field,
        missing=found.missing, problems=found.problems, claim_number=claim, policy=done.policy,
    )  # fmt: skip
    saved = Saved(
        version + done.kept, done.level, found.problems, found.missing, claim, found.next_field
    )
    return after, saved
