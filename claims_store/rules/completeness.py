"""What a report still lacks, what in it wants a second look, and which level it has reached.

An answered field is a key in ``values``. The value ``""`` is an answer that was spoken and
recorded but not written down yet; a field that was emptied again must be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from claims_store.rules import checks
from claims_store.rules.checks import Context, PolicyFacts, Problem
from claims_store.rules.fields import UNKNOWN, Field, Level, fields_of

__all__ = ["Assessment", "Context", "PolicyFacts", "Problem", "assess", "check", "settled"]


@dataclass(frozen=True, slots=True)
class Assessment:
    """``missing`` is in the order to ask; ``next_field`` is the first of it the line may ask.

    Until a report is assignable ``missing`` leaves out what only a payout needs.
    """

    level: Level
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    next_field: str | None


def settled(line: str, values: Mapping[str, str], ctx: Context) -> dict[str, str]:
    """The answers plus what follows from the policy and from other answers."""
    known = {name: value for name, value in _derived(values, ctx) if value}
    names = {row.name for row in fields_of(line)}
    return {name: known[name] for name in known if name in names} | dict(values)


def _derived(values: Mapping[str, str], ctx: Context) -> list[tuple[str, str | None]]:
    policy = ctx.policy
    from_insured = policy is not None and bool(policy.phone) and policy.phone == ctx.caller
    relation = values.get("reporter_relation") or ("insured" if from_insured else None)
    insured = policy.insured if policy else ""
    name = values.get("reporter_name") or (insured if relation == "insured" else None)
    drove = values.get("reporter_drove") == "yes"
    return [
        ("policy_number", policy.number if policy else None),
        ("plate", policy.plates[0] if policy and len(policy.plates) == 1 else None),
        ("person", insured),
        ("unit", insured),
        ("reporter_relation", relation),
        ("reporter_name", name),
        ("driver_name", name if drove else None),
        ("driver_phone", values.get("callback_phone") if drove else None),
        ("contact_person", name),
    ]


def required(row: Field, values: Mapping[str, str]) -> bool:
    """Whether a row has to be answered in these circumstances."""
    if row.need == "O" or _holds(row.unless, values):
        return False
    return row.need == "R" or _holds(row.when, values)


def _holds(pairs: tuple[tuple[str, str], ...], values: Mapping[str, str]) -> bool:
    return any(values.get(name) == value for name, value in pairs)


def _answered(row: Field, values: Mapping[str, str]) -> bool:
    own = values.get(row.name)
    if own is not None and (own != UNKNOWN or row.unknown_allowed):
        return True
    return any(values.get(name) not in (None, UNKNOWN) for name in row.instead)


def assess(line: str, values: Mapping[str, str], ctx: Context) -> Assessment:
    """Judge a whole report. It says the level of these values; the store never lowers one."""
    known = settled(line, values, ctx)
    rows = fields_of(line)
    lacking = [row for row in rows if required(row, known) and not _answered(row, known)]
    found = tuple(
        problem
        for row in rows
        if row.name in known
        for problem in checks.problems(row, known[row.name], ctx)
    )
    level = _level(lacking, found) if values and line else "draft"
    missing = [row for row in lacking if _due(row, level)]
    asked = next((row.name for row in missing if row.on_line), None)
    return Assessment(level, tuple(row.name for row in missing), found, asked)


def _level(lacking: list[Field], found: tuple[Problem, ...]) -> Level:
    blocked = {row.level for row in lacking} | {each.blocks for each in found}
    if "assignable" in blocked:
        return "draft"
    return "assignable" if "payable" in blocked else "payable"


def _due(row: Field, level: Level) -> bool:
    return row.level == "assignable" or row.need == "C" or level != "draft"


def check(field: Field, value: str, ctx: Context) -> Problem | None:
    """What is to be said about one value, the most serious thing first; None when all is well."""
    found = checks.problems(field, value, ctx)
    order = {"assignable": 0, "payable": 1, None: 2}
    return min(found, key=lambda problem: order.get(problem.blocks, 2), default=None)
