"""Text to plan: a Plan, or all problems at once, each with its place, a sentence and what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from routing import checks
from routing.checks.draft import Draft
from routing.places import Places
from routing.plan import Feedback, FollowUp, Hours, LineNode, Menu, Plan, Queue, Rule
from routing.problems import Finding, Problem
from routing.wording import finding, not_toml
from routing.words import Text

N = TypeVar("N", bound=BaseModel)

LONGEST = 1_000_000  # characters

Prompts = Mapping[str, frozenset[str]]
"""Language -> the names of the prompts there are in it."""

Roster = Mapping[str, Mapping[str, int]]
"""Agent -> skills with levels."""


def read(
    text: str, *, prompts: Prompts | None = None, agents: Roster | None = None
) -> Plan | list[Problem]:
    """The plan, unless a problem stops it; then all problems. See `check` for the arguments."""
    plan, problems = _examine(text, prompts, agents)
    return problems if plan is None else plan


def check(
    text: str, *, prompts: Prompts | None = None, agents: Roster | None = None
) -> list[Problem]:
    """All problems in order of place, those that stop and those only to be known.

    Prompts and agents are checked where they are given.
    """
    return _examine(text, prompts, agents)[1]


def _examine(
    text: str, prompts: Prompts | None, agents: Roster | None
) -> tuple[Plan | None, list[Problem]]:
    if len(text) > LONGEST:
        words = Text("方案太长,超过一百万字", "the plan is longer than a million characters")
        return None, [Problem(1, 1, words)]
    places = Places(text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        return None, _syntax(fault, places, text)
    except RecursionError:
        words = Text("括号嵌套太深", "tables and lists are nested too deep")
        return None, [Problem(1, 1, words)]
    plan, findings = _meaning(data)
    draft = _draft(data, prompts, agents)
    findings.extend(each for group in checks.ALL for each in group(draft))
    problems = sorted({_placed(each, places) for each in findings}, key=_order)
    stopped = plan is None or any(each.stops for each in problems)
    return (None if stopped else plan), problems


def _syntax(fault: tomllib.TOMLDecodeError, places: Places, text: str) -> list[Problem]:
    line, column, sentence = not_toml(fault, text.count("\n") + 1)
    found = [Problem(line, column, sentence)]
    plain = Text("这里不是 TOML", "this is not TOML")
    found += [Problem(*place, plain) for place in places.broken() if place[0] != line]
    return sorted(found, key=_order)


def _meaning(data: dict[str, Any]) -> tuple[Plan | None, list[Finding]]:
    try:
        return Plan.model_validate(data), []
    except ValidationError as fault:
        return None, [finding(each) for each in fault.errors(include_url=False)]


def _draft(data: dict[str, Any], prompts: Prompts | None, agents: Roster | None) -> Draft:
    """What is sound of the plan: a table with a fault of its own has a name, no content."""
    rules = data.get("rule")
    return Draft(
        line=_node(LineNode, data.get("line")),
        hours=_nodes(Hours, data.get("hours")),
        menus=_nodes(Menu, data.get("menu")),
        queues=_nodes(Queue, data.get("queue")),
        rules=tuple(_node(Rule, each) for each in rules) if isinstance(rules, list) else (),
        feedback=_node(Feedback, data.get("feedback", {})),
        follow_up=_node(FollowUp, data["follow_up"]) if "follow_up" in data else None,
        prompts=prompts,
        agents=agents,
    )


def _nodes(model: type[N], tables: object) -> dict[str, N | None]:
    if not isinstance(tables, dict):
        return {}
    return {name: _node(model, table) for name, table in tables.items()}


def _node(model: type[N], table: object) -> N | None:
    """The table without entries that mean nothing, so that all else in it is checked as well."""
    try:
        return model.model_validate(table)
    except ValidationError as fault:
        errors = fault.errors(include_url=False)
    # A rule that lost a condition would be another rule.
    if any(each["type"] != "extra_forbidden" or "when" in each["loc"] for each in errors):
        return None
    table = deepcopy(table)
    for each in errors:
        around: Any = table
        for step in each["loc"][:-1]:
            around = around[step]
        del around[each["loc"][-1]]
    return model.model_validate(table)


def _placed(found: Finding, places: Places) -> Problem:
    line, column = places.find(found.path, at_key=found.at_key)
    return Problem(line, column, found.sentence, found.hint, found.stops)


def _order(problem: Problem) -> tuple[int, int, bool, str]:
    return problem.line, problem.column, not problem.stops, problem.sentence.en
